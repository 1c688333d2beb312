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
