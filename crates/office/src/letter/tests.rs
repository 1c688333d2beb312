use std::process::Command;

use super::*;
use crate::Tone;
use crate::package::tests::{check, elements};
use crate::picture::tests::png;

fn picture() -> Picture {
    Picture::read(png(120, 80)).unwrap()
}

fn letter(blocks: Vec<Block>) -> Letter {
    Letter {
        title: "Undangan rapat".into(),
        lang: Lang::Id,
        made_at: Timestamp(1_795_737_600_000_000),
        paper: Paper::Upright,
        mark: Some("DATA CONTOH – BUKAN DATA RESMI".into()),
        footer: "Simpul · jurnal 12.345".into(),
        blocks,
    }
}

fn head(text: &str) -> Letterhead {
    Letterhead {
        logo: Some(picture()),
        region: text.to_owned(),
        agency: text.to_owned(),
        address: vec![text.to_owned()],
    }
}

/// A paper with every block, all words from `say`.
fn every_block(say: &dyn Fn(&str) -> String) -> Vec<Block> {
    let pair = |name: &str, value: &str| (say(name), say(value));
    let signature = |office: &str, name: &str| Signature {
        before: say("Masamba, 27 November 2026"),
        office: say(office),
        name: say(name),
        under: vec![say("Pembina Tk. I"), say("NIP 19700101 199503 1 001")],
    };
    let column = |name: &str, share| Column { name: say(name), share, right: share == 1 };
    let columns = vec![column("No", 1), column("Nama", 4), column("Instansi", 4), column("Tanda tangan", 3)];
    let row =
        |at: usize| vec![Cell::text(at.to_string()), Cell::text(say("Peserta")), Cell::state(Tone::Done, say("Hadir"))];
    vec![
        Block::Letterhead(Letterhead {
            region: say("PEMERINTAH KABUPATEN LUWU UTARA"),
            agency: say("SEKRETARIAT DAERAH"),
            address: vec![say("Jalan Simpurusiang, Masamba"), say("Telepon 0473")],
            ..head("")
        }),
        Block::Reference {
            rows: vec![
                pair("Nomor", "005/123/Setda"),
                pair("Sifat", "Penting"),
                pair("Lampiran", "-"),
                pair("Hal", "Undangan"),
            ],
            place_and_date: say("Masamba, 27 November 2026"),
        },
        Block::Addressee(vec![say("Yth. Kepala Dinas Perhubungan"), say("di Tempat")]),
        Block::words(say("Dengan hormat, kami mengundang Saudara untuk hadir pada:")),
        Block::Fields(vec![pair("Hari/tanggal", "Senin, 30 November 2026"), pair("Pukul", "09.00 WITA")]),
        Block::Numbered(vec![say("Pembukaan"), say("Laporan kemajuan")]),
        Block::words(say("Lalu:")),
        Block::Numbered(vec![say("Keputusan")]),
        Block::Bullets(vec![say("Membawa bukti"), say("Tepat waktu")]),
        Block::Signatures(vec![signature("Sekretaris Daerah", "Nama Contoh")]),
        Block::PageBreak,
        Block::Title { text: say("NOTULA RAPAT"), under: say("Nomor 1") },
        Block::heading(1, say("Pembahasan")),
        Block::heading(9, say("Rincian")),
        Block::Paragraph { text: say("Baris satu\nbaris dua"), align: Align::Middle, bold: true },
        Block::Table { columns, rows: (1..40).map(row).collect(), row_height_mm: 9 },
        Block::Photo { picture: picture(), caption: say("Suasana rapat") },
        Block::Signatures(vec![signature("Ketua rapat", "Nama Contoh"), signature("Notulis", "")]),
    ]
}

fn plain() -> Vec<Block> {
    every_block(&|text| text.to_owned())
}

#[test]
fn a_paper_with_every_block_is_whole() {
    let bytes = letter(plain()).to_bytes().unwrap();
    assert_eq!(bytes, letter(plain()).to_bytes().unwrap(), "the same data give the same bytes");
    let parts = check(&bytes);
    let document = String::from_utf8(parts["word/document.xml"].clone()).unwrap();
    assert!(document.contains("(………") && document.contains("✔ Hadir"));
    assert!(String::from_utf8_lossy(&parts["word/header1.xml"]).contains("DATA CONTOH"));
    assert_eq!(parts.keys().filter(|name| name.starts_with("word/media/")).count(), 1, "the same photo stands once");
    let numbered: Vec<String> = elements(&parts["word/document.xml"])
        .into_iter()
        .filter(|(name, _)| name == "w:numId")
        .map(|(_, attributes)| attributes["w:val"].clone())
        .collect();
    assert_eq!(numbered, ["2", "2", "3", "1", "1"], "each numbered list begins at 1");
    for block in document.split("<w:tbl>").skip(1) {
        assert!(
            block.split("</w:tbl>").nth(1).is_some_and(|rest| rest.starts_with("<w:p>")),
            "Word asks for a paragraph"
        );
    }
}

#[test]
fn a_paper_without_mark_has_no_head_and_an_empty_one_is_a_file() {
    let mut letter = letter(Vec::new());
    letter.mark = None;
    let parts = check(&letter.to_bytes().unwrap());
    assert!(!parts.contains_key("word/header1.xml"));
}

#[test]
fn a_paper_that_nobody_reads_is_refused() {
    let long = letter(vec![Block::PageBreak; LETTER_BLOCKS_MAX_COUNT + 1]);
    assert!(matches!(long.to_bytes(), Err(LetterError::TooManyBlocks)));
}

#[test]
fn any_text_in_every_place_gives_a_whole_paper() {
    for text in [
        "<&>\"' ]]> <w:p>".to_owned(),
        "\u{0}\u{b}\u{1f}\u{fffe} a\tb\r\nc".to_owned(),
        "سلام עברית 👩‍👩‍👧‍👦".to_owned(),
        "x".repeat(10_000),
        String::new(),
    ] {
        let mut paper = letter(every_block(&|_| text.clone()));
        (paper.title, paper.footer, paper.mark) = (text.clone(), text.clone(), Some(text.clone()));
        paper.paper = Paper::Across;
        check(&paper.to_bytes().unwrap());
    }
}

#[test]
fn python_docx_and_libreoffice_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("surat.docx");
    std::fs::write(&path, letter(plain()).to_bytes().unwrap()).unwrap();
    let known = Command::new("python3").args(["-c", "import docx"]).output();
    if known.is_ok_and(|answer| answer.status.success()) {
        let script = "import sys, docx\npaper = docx.Document(sys.argv[1])\n\
            print(len(paper.tables), [p.text for p in paper.paragraphs if p.style.name == 'Heading 1'])";
        let answer = Command::new("python3").args(["-c", script]).arg(&path).output().unwrap();
        let (out, error) = (String::from_utf8_lossy(&answer.stdout), String::from_utf8_lossy(&answer.stderr));
        assert_eq!(out.trim(), "6 ['Pembahasan']", "{error}");
    } else {
        println!("skipped: python-docx is not installed");
    }
    let home = format!("-env:UserInstallation=file://{}/home", folder.path().display());
    let made = Command::new("soffice")
        .args([home.as_str(), "--headless", "--convert-to", "pdf", "--outdir"])
        .args([folder.path(), path.as_path()])
        .output();
    if made.is_err() {
        println!("skipped: LibreOffice is not installed");
        return;
    }
    let pdf = folder.path().join("surat.pdf");
    assert!(pdf.exists(), "{made:?}");
    if let Ok(keep) = std::env::var("SIMPUL_KEEP_DECKS") {
        std::fs::copy(&path, format!("{keep}/surat.docx")).unwrap();
        std::fs::copy(&pdf, format!("{keep}/surat.pdf")).unwrap();
    }
}
