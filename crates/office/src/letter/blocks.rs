//! Blocks as WordprocessingML.

use std::fmt::Write as _;

use super::{Align, Block, Letter, Letterhead, Signature};
use crate::package::{OFFICE, Package, Relations};
use crate::{Cell, Column, Picture, Tone, xml};

/// The list with bullets; numbered ones follow it.
pub const BULLETS_ID: usize = 1;

/// English metric units of a twentieth of a point.
const TWIP_EMU: f64 = 635.0;
/// Twentieths of a point of a millimetre.
const MILLIMETRE_TWIPS: f64 = 56.7;
/// Highest photo, in twentieths of a point: two stand on a page.
const PHOTO_MAX_HEIGHT: f64 = 5_900.0;
/// Side of the box that the arms stand in, in twentieths of a point.
const LOGO_SIDE: u32 = 1_200;
/// Width of names before their colons, in twentieths of a point.
const NAMES_WIDTH: u32 = 1_900;
/// Width of the column of colons, in twentieths of a point.
const COLON_WIDTH: u32 = 280;
/// Empty lines that a signature by hand takes.
const SIGNING_LINES_COUNT: usize = 3;
/// Where a name is not known yet.
const NO_NAME: &str = "(………………………………)";

/// How a paragraph stands.
#[derive(Debug, Clone, Copy, Default)]
struct Look {
    align: Align,
    bold: bool,
    underline: bool,
    /// Half points; 0 is the paper's own.
    size: u32,
    /// Twentieths of a point after it.
    after: Option<u32>,
    /// A style, such as `Heading1`.
    heading: u8,
    /// A list.
    list: Option<usize>,
    /// A thick line under it.
    ruled: bool,
    /// Whether it stays on the page of what follows.
    keep: bool,
}

/// The text of a paper as it grows.
pub struct Writer<'a> {
    letter: &'a Letter,
    package: &'a mut Package,
    relations: Relations,
    body: String,
    lists: usize,
    drawings: usize,
}

impl<'a> Writer<'a> {
    pub fn new(letter: &'a Letter, package: &'a mut Package, relations: Relations) -> Writer<'a> {
        Writer { letter, package, relations, body: String::new(), lists: 0, drawings: 0 }
    }

    /// The text, its relations, and how many numbered lists it has.
    pub fn finish(self) -> (String, Relations, usize) {
        (self.body, self.relations, self.lists)
    }

    pub fn block(&mut self, block: &Block) {
        match block {
            Block::Letterhead(head) => self.letterhead(head),
            Block::Reference { rows, place_and_date } => self.reference(rows, place_and_date),
            Block::Addressee(lines) => self.add(&lines.join("\n"), Look { align: Align::Left, ..Look::default() }),
            Block::Title { text, under } => {
                let look = Look { align: Align::Middle, ..Look::default() };
                let after = (!under.is_empty()).then_some(0);
                self.add(text, Look { bold: true, size: 26, after, keep: true, ..look });
                self.add_some(under, Look { after: Some(240), ..look });
            }
            Block::Heading { level, text } => {
                let heading = (*level).clamp(1, 3);
                self.add(text, Look { heading, align: Align::Left, ..Look::default() });
            }
            Block::Paragraph { text, align, bold } => {
                self.add(text, Look { align: *align, bold: *bold, ..Look::default() });
            }
            Block::Fields(rows) => self.fields(rows, self.letter.paper.width()),
            Block::Numbered(items) => {
                self.lists += 1;
                let list = Some(BULLETS_ID + self.lists);
                items.iter().for_each(|item| self.add(item, Look { list, after: Some(60), ..Look::default() }));
            }
            Block::Bullets(items) => {
                let list = Some(BULLETS_ID);
                items.iter().for_each(|item| self.add(item, Look { list, after: Some(60), ..Look::default() }));
            }
            Block::Table { columns, rows, row_height_mm } => self.table(columns, rows, *row_height_mm),
            Block::Signatures(all) => self.signatures(all),
            Block::Photo { picture, caption } => self.photo(picture, caption),
            Block::PageBreak => self.body.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>"),
        }
    }

    fn add(&mut self, text: &str, look: Look) {
        let paragraph = paragraph(text, look);
        self.body.push_str(&paragraph);
    }

    fn add_some(&mut self, text: &str, look: Look) {
        if !text.is_empty() {
            self.add(text, look);
        }
    }

    fn letterhead(&mut self, head: &Letterhead) {
        let look = Look { align: Align::Middle, after: Some(0), ..Look::default() };
        let mut words = String::new();
        for (text, look) in [
            (&head.region, Look { bold: true, size: 26, ..look }),
            (&head.agency, Look { bold: true, size: 32, ..look }),
        ] {
            if !text.is_empty() {
                words.push_str(&paragraph(text, look));
            }
        }
        let small = Look { size: 18, ..look };
        head.address.iter().for_each(|line| words.push_str(&paragraph(line, small)));
        if words.is_empty() {
            words = paragraph("", look);
        }
        let width = self.letter.paper.width();
        if let Some(logo) = &head.logo {
            let (wide, high) = logo.within(f64::from(LOGO_SIDE), f64::from(LOGO_SIDE));
            let drawing = self.drawing(logo, (wide, high), "");
            let arms = format!("<w:p><w:pPr><w:spacing w:after=\"0\"/></w:pPr><w:r>{drawing}</w:r></w:p>");
            let sides = [(LOGO_SIDE + 200, arms), (width - LOGO_SIDE - 200, words)];
            self.bare_table(&[sides.to_vec()]);
        } else {
            self.body.push_str(&words);
        }
        self.add("", Look { ruled: true, size: 4, after: Some(200), ..Look::default() });
    }

    /// A table without lines: rows of cells, each with its width and its paragraphs.
    fn bare_table(&mut self, rows: &[Vec<(u32, String)>]) {
        let widths: Vec<u32> = rows.first().into_iter().flatten().map(|(width, _)| *width).collect();
        let grid: String = widths.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect();
        let _ = write!(
            self.body,
            "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left \
             w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}\
             </w:tblGrid>",
            widths.iter().sum::<u32>()
        );
        for row in rows {
            self.body.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for (width, words) in row {
                let _ =
                    write!(self.body, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{words}</w:tc>");
            }
            self.body.push_str("</w:tr>");
        }
        self.body.push_str("</w:tbl>");
    }

    fn reference(&mut self, rows: &[(String, String)], place_and_date: &str) {
        let whole = self.letter.paper.width();
        let right = whole * 2 / 5;
        let plain = Look { align: Align::Left, after: Some(0), ..Look::default() };
        let cells = |at: usize, (name, value): &(String, String)| {
            let date = if at == 0 { place_and_date } else { "" };
            vec![
                (NAMES_WIDTH - 600, paragraph(name, plain)),
                (COLON_WIDTH, paragraph(":", plain)),
                (whole - right - COLON_WIDTH - NAMES_WIDTH + 600, paragraph(value, plain)),
                (right, paragraph(date, Look { align: Align::Right, ..plain })),
            ]
        };
        let rows: Vec<_> = rows.iter().enumerate().map(|(at, row)| cells(at, row)).collect();
        if rows.is_empty() {
            self.add(place_and_date, Look { align: Align::Right, ..Look::default() });
        } else {
            self.bare_table(&rows);
            self.add("", Look { after: Some(0), ..Look::default() });
        }
    }

    fn fields(&mut self, rows: &[(String, String)], whole: u32) {
        let plain = Look { align: Align::Left, after: Some(0), ..Look::default() };
        let cells = |(name, value): &(String, String)| {
            vec![
                (NAMES_WIDTH, paragraph(name, plain)),
                (COLON_WIDTH, paragraph(":", plain)),
                (whole - NAMES_WIDTH - COLON_WIDTH, paragraph(value, plain)),
            ]
        };
        let rows: Vec<_> = rows.iter().map(cells).collect();
        if !rows.is_empty() {
            self.bare_table(&rows);
            self.add("", Look { after: Some(0), ..Look::default() });
        }
    }

    fn table(&mut self, columns: &[Column], rows: &[Vec<Cell>], row_height_mm: u16) {
        if columns.is_empty() {
            return;
        }
        let whole = f64::from(self.letter.paper.width());
        let shares: f64 = columns.iter().map(|column| f64::from(column.share.max(1))).sum();
        let widths: Vec<u32> =
            columns.iter().map(|column| (whole * f64::from(column.share.max(1)) / shares) as u32).collect();
        let grid: String = widths.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect();
        let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
            .iter()
            .map(|side| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"4A5056\"/>"))
            .collect();
        let _ = write!(
            self.body,
            "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout \
             w:type=\"fixed\"/><w:tblCellMar><w:top w:w=\"40\" w:type=\"dxa\"/><w:bottom w:w=\"40\" w:type=\"dxa\"/>\
             </w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/>\
             </w:trPr>",
            widths.iter().sum::<u32>()
        );
        let head = Look { align: Align::Left, bold: true, after: Some(0), ..Look::default() };
        for (column, width) in columns.iter().zip(&widths) {
            let words = paragraph(&column.name, head);
            let _ = write!(
                self.body,
                "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:shd w:val=\"clear\" w:color=\"auto\" \
                 w:fill=\"DDE2E6\"/></w:tcPr>{words}</w:tc>"
            );
        }
        self.body.push_str("</w:tr>");
        let height = (f64::from(row_height_mm) * MILLIMETRE_TWIPS) as u32;
        let height = if height > 0 { format!("<w:trHeight w:val=\"{height}\"/>") } else { String::new() };
        let nothing = Cell::default();
        for row in rows {
            let _ = write!(self.body, "<w:tr><w:trPr>{height}</w:trPr>");
            for (at, (column, width)) in columns.iter().zip(&widths).enumerate() {
                let cell = row.get(at).unwrap_or(&nothing);
                let align = if column.right { Align::Right } else { Align::Left };
                let look = Look { align, bold: cell.tone != Tone::Plain, after: Some(0), ..Look::default() };
                let words = paragraph(&cell.tone.say(&cell.text), look);
                let _ =
                    write!(self.body, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{words}</w:tc>");
            }
            self.body.push_str("</w:tr>");
        }
        self.body.push_str("</w:tbl>");
        self.add("", Look { after: Some(60), ..Look::default() });
    }

    fn signatures(&mut self, all: &[Signature]) {
        if all.is_empty() {
            return;
        }
        let whole = self.letter.paper.width();
        // One signature stands at the right, as on every letter.
        let count = u32::try_from(all.len().max(2)).unwrap_or(2);
        let width = whole / count;
        let look = Look { align: Align::Middle, after: Some(0), keep: true, ..Look::default() };
        let cell = |signature: &Signature| {
            let name = if signature.name.trim().is_empty() { NO_NAME } else { &signature.name };
            let underline = !signature.name.trim().is_empty();
            let mut words = paragraph(&signature.before, look);
            words.push_str(&paragraph(&signature.office, look));
            words.push_str(&paragraph("", look).repeat(SIGNING_LINES_COUNT));
            words.push_str(&paragraph(name, Look { bold: true, underline, ..look }));
            signature.under.iter().for_each(|line| words.push_str(&paragraph(line, look)));
            (width, words)
        };
        let empty = (all.len() == 1).then(|| (width, paragraph("", look)));
        let cells: Vec<_> = empty.into_iter().chain(all.iter().map(cell)).collect();
        self.add("", Look { after: Some(120), keep: true, ..Look::default() });
        self.bare_table(&[cells]);
        self.add("", Look { after: Some(0), ..Look::default() });
    }

    fn photo(&mut self, picture: &Picture, caption: &str) {
        let size = picture.within(f64::from(self.letter.paper.width()), PHOTO_MAX_HEIGHT);
        let drawing = self.drawing(picture, size, caption);
        let _ = write!(
            self.body,
            "<w:p><w:pPr><w:keepNext/><w:spacing w:after=\"60\"/><w:jc w:val=\"center\"/></w:pPr><w:r>{drawing}</w:r>\
             </w:p>"
        );
        self.add(caption, Look { align: Align::Middle, after: Some(240), ..Look::default() });
    }

    /// A photo of that size in twentieths of a point.
    fn drawing(&mut self, picture: &Picture, (width, height): (f64, f64), alternative: &str) -> String {
        let file = self.package.picture(picture);
        let id = self.relations.add(&format!("{OFFICE}/image"), &format!("media/{file}"));
        self.drawings += 1;
        let number = self.drawings;
        let (width, height) = ((width * TWIP_EMU).max(1.0) as i64, (height * TWIP_EMU).max(1.0) as i64);
        let words = xml::line(alternative);
        format!(
            "<w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{width}\" \
             cy=\"{height}\"/><wp:docPr id=\"{number}\" name=\"Foto {number}\" descr=\"{words}\"/><a:graphic>\
             <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr>\
             <pic:cNvPr id=\"{number}\" name=\"Foto {number}\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip \
             r:embed=\"{id}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" \
             y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/>\
             </a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        )
    }
}

/// A paragraph. The order of its properties is that of ECMA-376 part 1, 17.3.1.26.
fn paragraph(text: &str, look: Look) -> String {
    let mut properties = String::new();
    if look.heading > 0 {
        let _ = write!(properties, "<w:pStyle w:val=\"Heading{}\"/>", look.heading);
    }
    if look.keep {
        properties.push_str("<w:keepNext/>");
    }
    if let Some(list) = look.list {
        let _ = write!(properties, "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"{list}\"/></w:numPr>");
    }
    if look.ruled {
        properties.push_str(
            "<w:pBdr><w:bottom w:val=\"thinThickSmallGap\" w:sz=\"24\" w:space=\"1\" w:color=\"auto\"/></w:pBdr>",
        );
    }
    let rtl = xml::is_rtl(text);
    if rtl {
        properties.push_str("<w:bidi/>");
    }
    if let Some(after) = look.after {
        let _ = write!(properties, "<w:spacing w:after=\"{after}\"/>");
    }
    let side = match look.align {
        Align::Justified => "both",
        Align::Left => "left",
        Align::Middle => "center",
        Align::Right => "right",
    };
    let _ = write!(properties, "<w:jc w:val=\"{side}\"/>");
    let mut marks = String::new();
    if look.bold {
        marks.push_str("<w:b/>");
    }
    if look.size > 0 {
        let _ = write!(marks, "<w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/>", look.size);
    }
    if look.underline {
        marks.push_str("<w:u w:val=\"single\"/>");
    }
    if rtl {
        marks.push_str("<w:rtl/>");
    }
    let mut out = format!("<w:p><w:pPr>{properties}</w:pPr>");
    for (at, line) in text.replace("\r\n", "\n").split('\n').enumerate() {
        let line_end = if at > 0 { "<w:br/>" } else { "" };
        if at > 0 || !line.is_empty() {
            let words = xml::line(line);
            let _ = write!(out, "<w:r><w:rPr>{marks}</w:rPr>{line_end}<w:t xml:space=\"preserve\">{words}</w:t></w:r>");
        }
    }
    out.push_str("</w:p>");
    out
}
