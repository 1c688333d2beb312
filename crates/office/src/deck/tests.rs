use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Command;

use super::*;
use crate::chart::tests::{bars, radar, roadmap, trajectory};
use crate::package::tests::{check, elements};
use crate::picture::tests::png;

fn words() -> Words {
    Words { continued: "lanjutan".into(), in_full: "selengkapnya".into(), nothing: "belum ada data".into() }
}

fn deck(slides: Vec<Slide>) -> Deck {
    Deck {
        title: "Paparan rapat koordinasi".into(),
        lang: Lang::Id,
        made_at: Timestamp(1_795_737_600_000_000),
        footer: Footer {
            source: "Simpul Kabupaten Luwu Utara".into(),
            date: "Jum 27 Nov 2026, 08.00 WITA".into(),
            position: "jurnal 12.345".into(),
            mark: Some("DATA CONTOH – BUKAN DATA RESMI".into()),
        },
        words: words(),
        slides,
    }
}

fn tile(at: usize) -> Tile {
    Tile {
        label: "Laporan warga selesai tepat waktu".into(),
        value: format!("{} %", 76 + at),
        age: "data 4 menit lalu".into(),
        tone: Tone::ALL[at % 6],
    }
}

fn photo() -> Picture {
    Picture::read(png(160, 90)).unwrap()
}

fn columns() -> Vec<Column> {
    let column = |name: &str, share, right| Column { name: name.into(), share, right };
    vec![
        column("Program", 4, false),
        column("Perangkat daerah", 2, false),
        column("Nilai", 1, true),
        column("Status", 2, false),
    ]
}

fn one_pager(chart: bool) -> OnePager {
    let fact = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    OnePager {
        title: "Penataan Sungai Masamba tahap 1".into(),
        status: Cell::state(Tone::Late, "Terlambat 9 hari: realisasi 41 % dari rencana 60 %"),
        facts: vec![
            fact("Penanggung jawab", "DPUTRKP2"),
            fact("Mitra", "BBWS Pompengan Jeneberang"),
            fact("Masalah", "Bantaran sungai sepanjang 700 meter belum tertata, rawan longsor saat hujan."),
            fact("Langkah berikut", "Pemasangan bronjong 120 meter sebelum 15 Desember."),
            fact("Perlu keputusan", "Pergeseran anggaran Rp 340 juta lewat TAPD."),
        ],
        tiles: vec![tile(0), tile(3)],
        visual: Some(if chart {
            let numbers = |values: [f64; 4]| values.map(Some);
            Visual::Chart(trajectory(&numbers([10.0, 30.0, 60.0, 100.0]), &[Some(8.0), Some(22.0), Some(41.0), None]))
        } else {
            Visual::Photo(photo(), "Bantaran sungai, 20 November".into())
        }),
    }
}

/// One slide of each kind, with content as in a meeting.
fn every_kind() -> Vec<Slide> {
    let row = |at: usize| {
        vec![
            Cell::text(format!("Penerangan jalan poros tahap {at}")),
            Cell::text("Dinas Perhubungan"),
            Cell::text(format!("{at},5 %")),
            Cell::state(Tone::ALL[at % 6], ["", "Baru", "Dikerjakan", "Selesai", "Terlambat", "Dihentikan"][at % 6]),
        ]
    };
    let chart = |title: &str, chart, with_table| Slide::Chart {
        title: title.into(),
        chart,
        note: "Sumber: laporan kemajuan yang disetujui.".into(),
        with_table,
    };
    let some = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
    vec![
        Slide::Title {
            title: "Rapat koordinasi Smart City".into(),
            subtitle: "Triwulan III 2026".into(),
            lines: vec!["Masamba, 27 November 2026".into(), "Sekretariat Smart City".into()],
        },
        Slide::Section { title: "Smart Living".into(), text: "Lima quick win, dua terlambat".into() },
        Slide::Bullets {
            title: "Perlu arahan Bupati".into(),
            points: vec!["Pergeseran anggaran pipa Rongkong: Rp 340 juta".into(), "Penetapan anggota Dewan".into()],
        },
        Slide::Table { title: "Program terlambat".into(), columns: columns(), rows: (0..30).map(row).collect() },
        Slide::Tiles { title: "Angka minggu ini".into(), tiles: (0..6).map(tile).collect() },
        chart(
            "Lima kecamatan di bawah target",
            bars(&(1..8).map(|at| (Some(f64::from(at) * 12.0), Some(85.0))).collect::<Vec<_>>()),
            false,
        ),
        chart(
            "Realisasi di bawah rencana sejak triwulan II",
            trajectory(&some(&[10.0, 25.0, 45.0, 60.0, 80.0, 100.0]), &some(&[8.0, 22.0, 30.0, 41.0])),
            true,
        ),
        chart(
            "Nilai naik di empat dimensi",
            radar(&some(&[3.1, 2.4, 2.9, 3.5, 2.2, 2.7]), Some(&some(&[2.9, 2.6, 2.5, 3.0, 2.0, 2.7]))),
            false,
        ),
        chart("Peta jalan 2025–2029", roadmap(5, &[(0, 1), (1, 4), (4, 4), (2, 3), (0, 0), (3, 4)]), false),
        Slide::Photo { title: "Lapangan".into(), picture: photo(), caption: "Lampu jalan di Kappuna".into() },
        Slide::OnePager(Box::new(one_pager(false))),
        Slide::OnePager(Box::new(one_pager(true))),
    ]
}

/// The slides' parts in order.
fn slides(bytes: &[u8]) -> Vec<String> {
    slides_of(&check(bytes))
}

fn slides_of(parts: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut slides: Vec<(usize, String)> = parts
        .iter()
        .filter_map(|(name, part)| {
            let number = name.strip_prefix("ppt/slides/slide")?.strip_suffix(".xml")?.parse().ok()?;
            Some((number, String::from_utf8(part.clone()).unwrap()))
        })
        .collect();
    slides.sort_unstable();
    slides.into_iter().map(|(_, slide)| slide).collect()
}

/// The words of a slide.
fn said(slide: &str) -> String {
    let texts = slide.split("<a:t>").skip(1).filter_map(|rest| rest.split("</a:t>").next());
    texts.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_deck_of_every_kind_is_whole() {
    let bytes = deck(every_kind()).to_bytes().unwrap();
    assert_eq!(bytes, deck(every_kind()).to_bytes().unwrap(), "the same data give the same bytes");
    let slides = slides(&bytes);
    assert!(slides.len() > 12);
    for slide in &slides {
        let ids: Vec<String> = elements(slide.as_bytes())
            .into_iter()
            .filter(|(name, _)| name == "p:cNvPr")
            .map(|(_, attributes)| attributes["id"].clone())
            .collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands once on a slide");
        let words = said(slide);
        for foot in ["Simpul Kabupaten Luwu Utara", "27 Nov 2026", "jurnal 12.345", "DATA CONTOH"] {
            assert!(words.contains(foot), "{foot} stands on every slide: {words}");
        }
        for (_, attributes) in elements(slide.as_bytes()) {
            assert!(
                attributes.get("sz").is_none_or(|size| size.parse::<u32>().unwrap() >= 1_800),
                "small words: {words}"
            );
        }
        assert!(slide.contains("type=\"title\"") || slide.contains("type=\"ctrTitle\""));
    }
    assert!(!slides.iter().any(|slide| slide.contains("c:chart")), "charts are shapes");
}

#[test]
fn a_deck_without_a_mark_bears_none_and_an_empty_one_is_a_file() {
    let mut plain = deck(vec![Slide::Tiles { title: "Angka".into(), tiles: Vec::new() }]);
    plain.footer.mark = None;
    let slides = slides(&plain.to_bytes().unwrap());
    assert!(!slides[0].contains("DATA CONTOH") && said(&slides[0]).contains("belum ada data"));
    check(&deck(Vec::new()).to_bytes().unwrap());
}

#[test]
fn every_row_of_a_long_table_is_there_with_its_heading() {
    let rows = (0..60).map(|at| vec![Cell::text(format!("Program ke-{at}."))]).collect();
    let bytes = deck(vec![Slide::Table { title: "Semua".into(), columns: columns(), rows }]).to_bytes().unwrap();
    let slides = slides(&bytes);
    let all: String = slides.iter().map(|slide| said(slide)).collect();
    assert!((0..60).all(|at| all.contains(&format!("Program ke-{at}."))));
    assert!(slides.len() > 3 && slides.iter().all(|slide| said(slide).contains("Perangkat daerah")));
    assert!(said(&slides[1]).contains("Semua (lanjutan)"));
}

#[test]
fn a_deck_that_nobody_shows_is_refused() {
    let many = vec![Slide::Section { title: "Bagian".into(), text: String::new() }; SLIDES_MAX_COUNT + 1];
    assert!(matches!(deck(many).to_bytes(), Err(DeckError::TooManySlides)));
    let rows = vec![vec![Cell::text("x")]; 20_000];
    let long = Slide::Table { title: "Semua".into(), columns: columns(), rows };
    assert!(matches!(deck(vec![long]).to_bytes(), Err(DeckError::TooManySlides)));
}

/// Every text of a slide replaced by that one.
fn hostile(text: &str) -> Vec<Slide> {
    // A table of many such long cells would be more slides than a deck may have.
    let with_table = text.len() < 5_000;
    let own = || text.to_owned();
    let cell = || Cell::state(Tone::Late, own());
    let mut charts = vec![
        bars(&[(Some(1.0), Some(2.0)), (None, None)]),
        trajectory(&[Some(1.0), Some(2.0)], &[Some(1.0), None]),
        radar(&[Some(1.0), Some(2.0), Some(3.0)], Some(&[Some(1.0), None, Some(2.0)])),
        roadmap(3, &[(0, 1), (2, 2)]),
    ];
    for chart in &mut charts {
        chart.words_mut().into_iter().for_each(|(word, _)| word.replace_range(.., text));
        match chart {
            Chart::Bars(bars) => (bars.title, bars.summary) = (own(), own()),
            Chart::Trajectory(one) => (one.title, one.summary) = (own(), own()),
            Chart::Radar(one) => (one.title, one.summary) = (own(), own()),
            Chart::Roadmap(one) => (one.title, one.summary) = (own(), own()),
        }
    }
    let tile = Tile { label: own(), value: own(), age: own(), tone: Tone::Done };
    let column = Column { name: own(), share: 1, right: true };
    let page = |visual| {
        Slide::OnePager(Box::new(OnePager {
            title: own(),
            status: cell(),
            facts: vec![(own(), own())],
            tiles: vec![tile.clone(); 3],
            visual: Some(visual),
        }))
    };
    let mut slides = vec![
        Slide::Title { title: own(), subtitle: own(), lines: vec![own(), own()] },
        Slide::Section { title: own(), text: own() },
        Slide::Bullets { title: own(), points: vec![own()] },
        Slide::Table { title: own(), columns: vec![column; 2], rows: vec![vec![cell(), cell(), cell()]] },
        Slide::Tiles { title: own(), tiles: vec![tile.clone()] },
        Slide::Photo { title: own(), picture: photo(), caption: own() },
        page(Visual::Photo(photo(), own())),
        page(Visual::Chart(charts[1].clone())),
        page(Visual::Chart(charts[0].clone())),
    ];
    slides.extend(charts.into_iter().map(|chart| Slide::Chart { title: own(), chart, note: own(), with_table }));
    slides
}

fn hostile_texts() -> [String; 8] {
    [
        "<&>\"' ]]> <!-- --> &amp; <a:t>".to_owned(),
        "\u{0}\u{1}\u{8}\u{b}\u{1f}\u{7f}\u{fffe}\u{ffff} a\tb\r\nc\rd".to_owned(),
        "👩‍👩‍👧‍👦🏳️‍🌈 🇮🇩 e\u{301}\u{301}\u{301}".to_owned(),
        "سلام عليكم \u{202e}abc\u{202c} שלום".to_owned(),
        "panjang sekali ".repeat(670),
        "W".repeat(600),
        "漢字かな交じり文".repeat(20),
        " \n \n".to_owned(),
    ]
}

#[test]
fn any_text_in_every_place_gives_a_whole_deck_and_is_told_in_full() {
    for text in hostile_texts() {
        let mut all = deck(hostile(&text));
        all.title.clone_from(&text);
        let foot =
            Footer { source: text.clone(), date: text.clone(), position: text.clone(), mark: Some(text.clone()) };
        all.footer = foot;
        // Thirteen slides of 10,000 letters a place are more than a deck may have: each is looked at below.
        let whole = if text.len() < 100 { slides(&all.to_bytes().unwrap()) } else { Vec::new() };
        for slide in whole {
            for (_, attributes) in elements(slide.as_bytes()) {
                assert!(attributes.get("sz").is_none_or(|size| size.parse::<u32>().unwrap() >= 1_800));
            }
        }
        for slide in hostile(&text) {
            let bytes = deck(vec![slide.clone()]).to_bytes().unwrap();
            let told: String =
                slides_of(&crate::package::tests::parts(&bytes)).iter().map(|slide| said(slide)).collect();
            let solid = |text: &str| -> String { text.chars().filter(|sign| sign.is_alphanumeric()).collect() };
            let (told, want) = (solid(&told), solid(&crate::xml::text(&text)));
            let longest = want.chars().count();
            // A page break may stand within a text: its ends are looked for, and that as many letters are there.
            let (start, end): (String, String) =
                (want.chars().take(20).collect(), want.chars().skip(longest.saturating_sub(20)).collect());
            assert!(told.contains(&start) && told.contains(&end), "{slide:?} loses {text:?}");
            assert!(told.chars().count() >= longest);
        }
    }
}

/// Writes a deck into a folder that goes when the test ends.
fn on_disk(slides: Vec<Slide>) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deck.pptx");
    std::fs::File::create(&path).unwrap().write_all(&deck(slides).to_bytes().unwrap()).unwrap();
    (folder, path)
}

#[test]
fn python_pptx_reads_every_kind() {
    let script = "import sys, pptx\n\
        deck = pptx.Presentation(sys.argv[1])\n\
        titles = [slide.shapes.title.text_frame.text for slide in deck.slides]\n\
        tables = sum(shape.has_table for slide in deck.slides for shape in slide.shapes)\n\
        groups = sum(shape.shape_type == 6 for slide in deck.slides for shape in slide.shapes)\n\
        assert all(titles), titles\n\
        assert deck.slide_width * 9 == deck.slide_height * 16\n\
        print(len(titles), tables, groups, deck.core_properties.title)\n";
    let known = Command::new("python3").args(["-c", "import pptx"]).output();
    if !known.is_ok_and(|answer| answer.status.success()) {
        println!("skipped: python-pptx is not installed");
        return;
    }
    let (_folder, path) = on_disk(every_kind());
    let answer = Command::new("python3").args(["-c", script]).arg(&path).output().unwrap();
    let (out, error) = (String::from_utf8_lossy(&answer.stdout), String::from_utf8_lossy(&answer.stderr));
    assert!(answer.status.success(), "{error}");
    let parts = slides(&std::fs::read(&path).unwrap());
    let count = |mark: &str| parts.iter().map(|slide| slide.matches(mark).count()).sum::<usize>();
    let (tables, groups) = (count("<a:tbl>"), count("<p:grpSp>"));
    assert_eq!(out.trim(), format!("{} {tables} {groups} Paparan rapat koordinasi", parts.len()));
    assert!(tables > 3 && groups > 4);
}

#[test]
fn libreoffice_makes_as_many_pages_as_there_are_slides() {
    let Ok(answer) = Command::new("soffice").arg("--version").output() else {
        println!("skipped: LibreOffice is not installed");
        return;
    };
    assert!(answer.status.success());
    for (slides, name) in [(every_kind(), "kinds"), (hostile(&hostile_texts()[0]), "hostile")] {
        let (folder, path) = on_disk(slides.clone());
        let home = format!("-env:UserInstallation=file://{}/home", folder.path().display());
        let made = Command::new("soffice")
            .args([home.as_str(), "--headless", "--convert-to", "pdf", "--outdir"])
            .arg(folder.path())
            .arg(&path)
            .output()
            .unwrap();
        let pdf = std::fs::read(folder.path().join("deck.pdf"))
            .unwrap_or_else(|error| panic!("{name}: {error}: {}", String::from_utf8_lossy(&made.stderr)));
        let text = String::from_utf8_lossy(&pdf);
        let pages = text.matches("/Type/Page").count() - text.matches("/Type/Pages").count();
        let count = super::tests::slides(&deck(slides).to_bytes().unwrap()).len();
        assert_eq!(pages, count, "{name}");
        if let Ok(keep) = std::env::var("SIMPUL_KEEP_DECKS") {
            std::fs::copy(&path, format!("{keep}/{name}.pptx")).unwrap();
            std::fs::copy(folder.path().join("deck.pdf"), format!("{keep}/{name}.pdf")).unwrap();
        }
    }
}
