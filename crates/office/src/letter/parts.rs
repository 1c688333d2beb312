//! The parts of a paper: the text itself, styles, lists, head and foot.

use std::fmt::Write as _;

use super::blocks::{BULLETS_ID, Writer};
use super::{Letter, Paper};
use crate::package::{OFFICE, Package, PackageError, Relations};
use crate::xml::{self, HEAD};

const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
/// Names that every part uses.
const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
     xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
     xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
     xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"";

/// The short side of A4, in twentieths of a point.
const A4_SHORT: u32 = 11_906;
/// The long side of A4, in twentieths of a point.
const A4_LONG: u32 = 16_838;
/// The margin, in twentieths of a point: 2 cm.
const MARGIN: u32 = 1_134;
/// The pattern of lists with numbers.
const NUMBERED_PATTERN: usize = 0;
/// The pattern of lists with bullets.
const BULLETS_PATTERN: usize = 1;

impl Paper {
    fn size(self) -> (u32, u32) {
        match self {
            Paper::Upright => (A4_SHORT, A4_LONG),
            Paper::Across => (A4_LONG, A4_SHORT),
        }
    }

    /// Width between the margins, in twentieths of a point.
    pub fn width(self) -> u32 {
        self.size().0 - 2 * MARGIN
    }
}

/// Writes the whole file.
pub fn write(letter: &Letter) -> Result<Vec<u8>, PackageError> {
    let mut package = Package::default();
    let mut relations = Relations::default();
    for (kind, target) in [("styles", "styles.xml"), ("numbering", "numbering.xml"), ("settings", "settings.xml")] {
        relations.add(&format!("{OFFICE}/{kind}"), target);
    }
    let foot = relations.add(&format!("{OFFICE}/footer"), "footer1.xml");
    package.add("word/footer1.xml", &format!("{TYPE}.footer+xml"), footer(letter), Relations::default());
    let mut edges = String::new();
    if let Some(mark) = &letter.mark {
        let id = relations.add(&format!("{OFFICE}/header"), "header1.xml");
        let _ = write!(edges, "<w:headerReference w:type=\"default\" r:id=\"{id}\"/>");
        package.add("word/header1.xml", &format!("{TYPE}.header+xml"), header(mark), Relations::default());
    }
    let _ = write!(edges, "<w:footerReference w:type=\"default\" r:id=\"{foot}\"/>");
    let mut writer = Writer::new(letter, &mut package, relations);
    for block in &letter.blocks {
        writer.block(block);
    }
    let (body, relations, lists) = writer.finish();
    let (width, height) = letter.paper.size();
    let across = if letter.paper == Paper::Across { " w:orient=\"landscape\"" } else { "" };
    let document = format!(
        "{HEAD}<w:document {NAMES}><w:body>{body}<w:sectPr>{edges}<w:pgSz w:w=\"{width}\" w:h=\"{height}\"{across}/>\
         <w:pgMar w:top=\"{MARGIN}\" w:right=\"{MARGIN}\" w:bottom=\"{MARGIN}\" w:left=\"{MARGIN}\" w:header=\"567\" \
         w:footer=\"567\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
    );
    package.add("word/document.xml", &format!("{TYPE}.document.main+xml"), document, relations);
    package.opens_with("word/document.xml");
    package.add("word/styles.xml", &format!("{TYPE}.styles+xml"), styles(letter), Relations::default());
    package.add("word/numbering.xml", &format!("{TYPE}.numbering+xml"), numbering(lists), Relations::default());
    let settings = format!("{HEAD}<w:settings {NAMES}><w:defaultTabStop w:val=\"709\"/></w:settings>");
    package.add("word/settings.xml", &format!("{TYPE}.settings+xml"), settings, Relations::default());
    package.describe(&letter.title, letter.lang.code(), letter.made_at);
    package.finish("word/media")
}

fn header(mark: &str) -> String {
    format!(
        "{HEAD}<w:hdr {NAMES}><w:p><w:pPr><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"FFDD00\"/><w:jc \
         w:val=\"center\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p></w:hdr>",
        xml::line(mark)
    )
}

fn footer(letter: &Letter) -> String {
    let field = |kind: &str| format!("<w:fldSimple w:instr=\" {kind} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>");
    format!(
        "{HEAD}<w:ftr {NAMES}><w:p><w:pPr><w:tabs><w:tab w:val=\"right\" w:pos=\"{}\"/></w:tabs><w:spacing \
         w:after=\"0\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r><w:r><w:tab/></w:r>{}<w:r><w:t \
         xml:space=\"preserve\"> / </w:t></w:r>{}</w:p></w:ftr>",
        letter.paper.width(),
        xml::line(&letter.footer),
        field("PAGE"),
        field("NUMPAGES")
    )
}

fn styles(letter: &Letter) -> String {
    let language = if letter.lang == simpul_kernel::format::Lang::Id { "id-ID" } else { "en-GB" };
    let font = "<w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" w:cs=\"Arial\" w:eastAsia=\"Arial\"/>";
    let mut out = format!(
        "{HEAD}<w:styles {NAMES}><w:docDefaults><w:rPrDefault><w:rPr>{font}<w:sz w:val=\"22\"/><w:szCs w:val=\"22\"/>\
         <w:lang w:val=\"{language}\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"120\" \
         w:line=\"276\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type=\"paragraph\" \
         w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>"
    );
    let heading = |level: usize| ("heading", level, [30, 26, 22][level - 1]);
    for (kind, level, size) in [heading(1), heading(2), heading(3)] {
        let _ = write!(
            out,
            "<w:style w:type=\"paragraph\" w:styleId=\"Heading{level}\"><w:name w:val=\"{kind} {level}\"/><w:basedOn \
             w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before=\"240\" \
             w:after=\"120\"/><w:outlineLvl w:val=\"{}\"/></w:pPr><w:rPr><w:b/><w:sz w:val=\"{size}\"/><w:szCs \
             w:val=\"{size}\"/></w:rPr></w:style>",
            level - 1
        );
    }
    out.push_str("</w:styles>");
    out
}

/// The lists of a paper: one with bullets, and each numbered one for itself, so that it begins at 1.
fn numbering(lists: usize) -> String {
    let pattern = |id: usize, kind: &str, text: &str| {
        format!(
            "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"singleLevel\"/><w:lvl w:ilvl=\"0\">\
             <w:start w:val=\"1\"/><w:numFmt w:val=\"{kind}\"/><w:lvlText w:val=\"{text}\"/><w:lvlJc w:val=\"left\"/>\
             <w:pPr><w:ind w:left=\"425\" w:hanging=\"425\"/></w:pPr></w:lvl></w:abstractNum>"
        )
    };
    let mut out = format!(
        "{HEAD}<w:numbering {NAMES}>{}{}<w:num w:numId=\"{BULLETS_ID}\"><w:abstractNumId \
         w:val=\"{BULLETS_PATTERN}\"/></w:num>",
        pattern(NUMBERED_PATTERN, "decimal", "%1."),
        pattern(BULLETS_PATTERN, "bullet", "•"),
    );
    for id in BULLETS_ID + 1..=BULLETS_ID + lists {
        let _ = write!(
            out,
            "<w:num w:numId=\"{id}\"><w:abstractNumId w:val=\"{NUMBERED_PATTERN}\"/><w:lvlOverride w:ilvl=\"0\">\
             <w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>"
        );
    }
    out.push_str("</w:numbering>");
    out
}
