//! Every word of the command line, as an operator would type it.

use crate::server::{Installation, data, get, texts};

#[tokio::test(flavor = "multi_thread")]
async fn a_region_is_set_up_by_commands_alone_while_the_server_runs() {
    let house = Installation::with_region().await;
    let server = house.serve();
    assert_eq!(get(server.address, "/readyz").unwrap().0, 200);
    let key = house.ok(&["apikey", "add", "--region", "7322", "--scope", "open311,read", "dashboard"]);
    assert_eq!(key.lines().count(), 1, "the key stands alone on standard output");
    let answer = get(server.address, &format!("/api/v1/reports?api_key={}", key.trim())).unwrap();
    assert_eq!(answer.0, 200, "a new key counts at once: {}", answer.1);
    let bound = house.ok(&["apikey", "add", "--region", "7322", "--scope", "write", "--agency", "dishub", "of Dishub"]);
    assert_eq!(bound.lines().count(), 1, "{bound}");
    let added = house.run_with_input(
        &[
            "officer",
            "add",
            "--region",
            "7322",
            "--agency",
            "Dishub",
            "--role",
            "agency_officer",
            "--email",
            "dishub@luwuutara.example",
            "--password-stdin",
        ],
        "lampu jalan terang benderang\n",
    );
    assert!(added.status.success(), "{:?}", texts(&added));
    assert!(house.ok(&["journal", "verify"]).starts_with("OK "));
    assert!(house.ok(&["region", "list"]).contains("7322"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_that_is_added_while_the_server_runs_comes_with_its_first_administrators_link() {
    let house = Installation::empty().await;
    house.ok(&["migrate"]);
    let server = house.serve();
    let said = house.ok(&["region", "add", "7322", "Luwu Utara", "--zone", "wita", "--prefix", "LUTRA"]);
    let mut lines = said.lines();
    assert_eq!(lines.next(), Some("OK region 7322"));
    let path = lines.next().unwrap().strip_prefix("http://127.0.0.1:8112").unwrap();
    assert!(path.starts_with("/mulai/"), "{said}");
    let page = get(server.address, path).unwrap();
    assert!(page.0 == 200 && page.1.contains("name=\"email\""), "{}", page.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_meant_is_refused_with_the_reason_and_exit_code_2() {
    let house = Installation::with_region().await;
    let refused = |args: &[&str], says: &str| {
        let output = house.run(args);
        let (_, err) = texts(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
        assert!(err.contains(says), "{args:?}: {err}");
    };
    refused(&["journal", "anchor", "--region", "lutra"], "7322 or 73.22");
    refused(&["agency", "add", "--region", "7322", "--short", "Dishub", "Twice"], "Dishub");
    refused(&["apikey", "add", "--region", "7322", "--scope", "everything", "x"], "everything");
    refused(&["apikey", "add", "--region", "7322", "--scope", "write", "--agency", "Nobody", "x"], "Nobody");
    let officer =
        ["officer", "add", "--region", "7322", "--agency", "Nobody", "--role", "agency_officer", "--email", "a@b.id"];
    refused(&officer, "Nobody");
    refused(&["serve", "--listen", "nowhere"], "ADDR");
    refused(&["frobnicate"], "frobnicate");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_or_breached_password_is_refused() {
    let house = Installation::with_region().await;
    for password in ["short\n", "password1234\n", "\n"] {
        let args =
            ["officer", "add", "--region", "7322", "--role", "region_admin", "--email", "a@b.id", "--password-stdin"];
        let output = house.run_with_input(&args, password);
        assert_eq!(output.status.code(), Some(2), "{password}: {:?}", texts(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anchor_is_printed_and_holds() {
    let house = Installation::with_region().await;
    let anchor = house.test.dir.path().join("anchor.txt");
    std::fs::write(&anchor, house.ok(&["journal", "anchor", "--region", "7322"])).unwrap();
    let verified = house.ok(&["journal", "verify", "--anchor", anchor.to_str().unwrap()]);
    assert!(verified.starts_with("OK "), "{verified}");
    let forged = std::fs::read_to_string(&anchor).unwrap().replace("hash ", "hash 0");
    std::fs::write(&anchor, forged).unwrap();
    let output = house.run(&["journal", "verify", "--anchor", anchor.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{:?}", texts(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_the_server_runs_restores_elsewhere() {
    let house = Installation::with_region().await;
    let server = house.serve();
    let dest = tempfile::tempdir().unwrap();
    let dest = dest.path().join("today");
    assert!(house.ok(&["backup", dest.to_str().unwrap()]).starts_with("OK "));
    server.kill();
    let elsewhere = Installation::empty().await;
    assert!(elsewhere.ok(&["restore", dest.to_str().unwrap()]).starts_with("OK "));
    assert!(elsewhere.ok(&["journal", "verify"]).starts_with("OK "));
    assert!(elsewhere.ok(&["region", "list"]).contains("Luwu Utara"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_two_regions_brings_both_back_and_keeps_them_apart() {
    let house = Installation::with_region().await;
    house.ok(&["region", "add", "3520", "Magetan", "--zone", "wib", "--prefix", "MGT"]);
    let areas = data("people/data/areas-magetan.csv");
    house.ok(&["areas", "import", "--region", "3520", areas.to_str().unwrap()]);
    house.ok(&["agency", "add", "--region", "3520", "--short", "Dishub", "Dinas Perhubungan Magetan"]);
    house.ok(&["apikey", "add", "--region", "3520", "--scope", "read", "dashboard"]);
    let dest = tempfile::tempdir().unwrap();
    let dest = dest.path().join("today");
    assert!(house.ok(&["backup", dest.to_str().unwrap()]).starts_with("OK "));
    let elsewhere = Installation::empty().await;
    assert!(elsewhere.ok(&["restore", dest.to_str().unwrap()]).starts_with("OK "));
    assert_eq!(elsewhere.ok(&["region", "list"]), house.ok(&["region", "list"]));
    for region in ["7322", "3520"] {
        let verified = elsewhere.ok(&["journal", "verify", "--region", region]);
        assert_eq!(verified, house.ok(&["journal", "verify", "--region", region]));
        assert!(verified.starts_with("OK "), "{verified}");
        let code = simpul_kernel::RegionId(region.parse().unwrap());
        let (here, there) = (house.rows(code).await, elsewhere.rows(code).await);
        assert!(here.len() > 20, "{:?}", here.keys());
        let other: Vec<&String> = here.keys().filter(|table| here.get(*table) != there.get(*table)).collect();
        assert!(other.is_empty(), "{region}: {other:?} did not come back as they were");
    }
    assert_ne!(house.rows(simpul_kernel::RegionId(7322)).await, house.rows(simpul_kernel::RegionId(3520)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_in_force_are_printed_without_secrets() {
    let house = Installation::empty().await;
    let printed = house.ok(&["serve", "--check-config", "--listen", "127.0.0.1:9999"]);
    assert!(printed.contains("127.0.0.1:9999") && printed.contains("--listen"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn areas_are_imported_twice_without_a_double_and_bad_rows_are_named() {
    let house = Installation::with_region().await;
    let areas = data("people/data/areas-luwu-utara.csv");
    let again = house.ok(&["areas", "import", "--region", "7322", areas.to_str().unwrap()]);
    assert!(again.contains("188"), "15 districts and 173 villages are unchanged: {again}");
    let bad = house.test.dir.path().join("bad.csv");
    std::fs::write(&bad, "code,parent_code,name\n73.22.01,73.22,Malangke\n73.22.01.2001,73.22.01,\n").unwrap();
    let output = house.run(&["areas", "import", "--region", "7322", bad.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{:?}", texts(&output));
    assert!(texts(&output).1.contains("3"), "the line is named: {:?}", texts(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_a_sentence_and_no_key() {
    let house = Installation::with_region().await;
    let refused = |args: &[&str]| {
        let output = house.run(args);
        let (_, err) = texts(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
        assert!(!err.contains("people.") && !err.contains("refused:") && err.contains(' '), "{args:?}: {err}");
    };
    refused(&["region", "add", "7322", "Luwu Utara", "--zone", "wita", "--prefix", "LUTRA"]);
    refused(&["region", "add", "7323", "Luwu Timur", "--zone", "wita", "--prefix", "LUTRA"]);
    refused(&["officer", "add", "--region", "7322", "--role", "region_admin", "--email", "nobody"]);
    refused(&["journal", "verify", "--region", "9999"]);
    refused(&["journal", "anchor", "--region", "9999"]);
    assert_eq!(house.ok(&["region", "list"]).lines().count(), 1, "a refused region leaves nothing behind");
    assert!(house.ok(&["journal", "verify"]).starts_with("OK "));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_are_no_data_a_question_makes_none() {
    let house = Installation::empty().await;
    let place = house.test.dir.path().join("nowhere");
    let place = place.to_str().unwrap();
    for args in [&["region", "list"][..], &["journal", "verify"], &["backup", "never"]] {
        let output = house.run_at(place, args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {:?}", texts(&output));
    }
    assert!(!std::path::Path::new(place).exists(), "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn invented_and_real_data_are_kept_apart_whatever_place_is_named() {
    let house = Installation::with_region().await;
    let refused = |args: &[&str], says: &str| {
        let output = house.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {:?}", texts(&output));
        assert!(texts(&output).1.contains(says), "{args:?}: {:?}", texts(&output));
    };
    refused(&["demo", "--listen", "127.0.0.1:0"], "has not made");
    // A mark in the directory does not make its region an invented one, nor does its absence make one real.
    std::fs::write(house.test.dir.path().join("DEMO"), "whole\n").unwrap();
    refused(&["demo", "--listen", "127.0.0.1:0"], "real region 7322");
    refused(&["serve", "--listen", "127.0.0.1:0"], "invented data");
    refused(&["region", "add", "3520", "Magetan", "--zone", "wib", "--prefix", "MGT"], "demo");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_shown_to_others_only_on_the_command_line_word() {
    let house = Installation::empty().await;
    let output = house.run_with_env(&["demo"], "SIMPUL_LISTEN", "0.0.0.0:0");
    assert_eq!(output.status.code(), Some(2), "{:?}", texts(&output));
    assert!(texts(&output).1.contains("--listen 0.0.0.0:0"), "{:?}", texts(&output));
    // Without a word the command is `demo`, and takes its option all the same.
    let output = house.run(&["--listen", "nowhere"]);
    assert_eq!(output.status.code(), Some(2), "{:?}", texts(&output));
    assert!(texts(&output).1.contains("ADDRESS:PORT"), "{:?}", texts(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_on_the_machine_reads_what_simpul_writes() {
    use std::os::unix::fs::PermissionsExt;
    let house = Installation::with_region().await;
    let dest = house.test.dir.path().join("backups").join("today");
    house.ok(&["backup", dest.to_str().unwrap()]);
    let mut places = vec![house.test.dir.path().join("backups")];
    while let Some(place) = places.pop() {
        let about = std::fs::metadata(&place).unwrap();
        assert_eq!(about.permissions().mode() & 0o077, 0, "{}", place.display());
        if about.is_dir() {
            places.extend(std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_went_away_is_said_and_not_made_anew() {
    let house = Installation::with_region().await;
    if house.test.postgres_url().is_some() {
        return;
    }
    let server = house.serve();
    assert_eq!(get(server.address, "/readyz").unwrap().0, 200);
    server.kill();
    let file = house.test.dir.path().join("regions").join("7322.sqlite");
    std::fs::remove_file(&file).unwrap();
    let output = house.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(3), "{:?}", texts(&output));
    assert!(texts(&output).1.contains("7322.sqlite"), "{:?}", texts(&output));
    let output = house.run(&["journal", "verify"]);
    assert_eq!(output.status.code(), Some(1), "{:?}", texts(&output));
    assert!(texts(&output).1.contains("region 7322 seq 1: "), "{:?}", texts(&output));
    assert!(!file.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boundary_file_of_another_region_or_drawn_abroad_ends_with_exit_code_1() {
    let house = Installation::with_region().await;
    let file = house.test.dir.path().join("batas.geojson");
    let import = |code: &str, west: f64| {
        let east = west + 0.2;
        let ring = format!("[[{west},-2.7],[{east},-2.7],[{east},-2.4],[{west},-2.4],[{west},-2.7]]");
        let geometry = format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
        let feature = format!(r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{geometry}}}"#);
        std::fs::write(&file, feature).unwrap();
        house.run(&["boundaries", "import", "--region", "7322", file.to_str().unwrap()])
    };
    assert_eq!(import("73.22.03", 120.2).status.code(), Some(0));
    for (code, west, says) in
        [("35.20.01", 120.2, "no feature of the file"), ("73.22.01", 10.0, "outside of Indonesia")]
    {
        let output = import(code, west);
        assert_eq!(output.status.code(), Some(1), "{:?}", texts(&output));
        assert!(texts(&output).1.contains(says), "{:?}", texts(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_line_is_listened_to_and_its_records_come_in_once() {
    let house = Installation::with_region().await;
    let ami = ["trunk", "ami", "--region", "7322", "utama", "--user", "simpul", "--queues", "darurat"];
    let set = house.run_with_input(&ami, "rahasia sentral\n");
    assert!(set.status.success(), "{:?}", texts(&set));
    let listed = house.ok(&["trunk", "list", "--region", "7322"]);
    assert!(listed.contains("simpul@127.0.0.1:5038") && !listed.contains("rahasia"), "{listed}");
    let nothing = house.run_with_input(&["trunk", "ami", "--region", "7322", "dua", "--user", "simpul"], "x\n");
    assert!(!nothing.status.success(), "a switch none of whose calls count is refused");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Master.csv");
    let yesterday = simpul_store::clock::system_env().now().plus_micros(-86_400_000_000);
    let yesterday = simpul_kernel::calendar::Zone::Wita.date(yesterday).to_string();
    let row = |day: &str, id: &str| {
        format!(
            "\"\",\"0812\",\"112\",\"d\",\"\",\"a\",\"PJSIP/201-0000000a\",\"Queue\",\"darurat,t\",\"{day} 09:00:00\",\
             \"{day} 09:00:05\",\"{day} 09:01:00\",60,55,\"ANSWERED\",\"3\",\"{id}\",\"\"\n"
        )
    };
    std::fs::write(&file, row(&yesterday, "5.1") + "a,b\n").unwrap();
    let name = file.to_str().unwrap();
    let records = ["trunk", "cdr", "--region", "7322", "--name", "utama", name];
    let refused = house.run(&records);
    let (out, err) = texts(&refused);
    assert!(!refused.status.success() && err.contains("line 2"), "{out}{err}");
    let taken = house.ok(&[&records[..], &["--skip-bad"]].concat());
    assert!(taken.starts_with("1 new, 0 ended, 0 known"), "{taken}");
    let again = house.ok(&[&records[..], &["--skip-bad"]].concat());
    assert!(again.starts_with("0 new, 0 ended, 1 known"), "{again}");
    house.ok(&["trunk", "drop", "--region", "7322", "utama"]);
    assert_eq!(house.ok(&["trunk", "list", "--region", "7322"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evaluation_is_imported_and_shown_by_commands() {
    let house = Installation::with_region().await;
    let file = data("plan/data/instrument-contoh.csv");
    let said = house.ok(&["evaluation", "import-instrument", file.to_str().unwrap(), "--name", "Contoh"]);
    assert!(said.ends_with("OK Contoh: 117 questions in 6 sections, new\n"), "{said}");
    let scores = house.test.dir.path().join("nilai.csv");
    let text = "daerah,BASELINE,Output,outcome,impact,quickwin_30,nilai_akhir\n\
        Kab. Luwu Utara,2,2.5,3,3.5,2,2.57\nKota Entah,1,1,1,1,1,1\n";
    std::fs::write(&scores, text).unwrap();
    let import = |weights: &str| {
        house.run(&[
            "evaluation",
            "import-scores",
            scores.to_str().unwrap(),
            "--instrument",
            "Contoh",
            "--year",
            "2022",
            "--weights",
            weights,
        ])
    };
    let refused = import("10,20,30,10,20");
    assert_eq!(refused.status.code(), Some(2));
    assert!(texts(&refused).1.contains("90"), "the sum is told: {:?}", texts(&refused));
    let done = import("10,20,30,10,30");
    assert!(done.status.success(), "{:?}", texts(&done));
    assert!(texts(&done).1.contains("Kota Entah"), "a name that means no region is told");
    let said = house.ok(&["evaluation", "show", "--instrument", "Contoh", "--year", "2022", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&said).unwrap();
    let regions = answer["regions"].as_array().unwrap();
    assert_eq!(regions.len(), 2);
    assert_eq!(regions[1]["name"], "Kota Entah");
    assert_eq!(regions[0]["sections"]["Quick Win"], serde_json::json!(2.0));
    let numbers = ["index_computed", "index_published", "difference"].map(|name| regions[0][name].as_f64().unwrap());
    assert_eq!(numbers, [2.55, 2.57, -0.02]);
    assert_eq!(house.ok(&["region", "list"]).lines().count(), 1, "no region was made");
}
