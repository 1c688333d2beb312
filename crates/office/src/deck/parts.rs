//! The parts of a deck that are the same in each: theme, master, two layouts, and the list of slides.

use std::fmt::Write as _;

use crate::package::{OFFICE, Package, Relations};
use crate::xml::HEAD;

/// Points across a slide: 13.33 inches.
pub const WIDTH: f64 = 960.0;
/// Points down a slide: 7.5 inches.
pub const HEIGHT: f64 = 540.0;
/// English metric units of a point.
const POINT_EMU: f64 = 12_700.0;
/// Ids of masters and layouts begin here (ECMA-376 part 1, 19.7.16).
const MASTER_FIRST_ID: u64 = 2_147_483_648;
/// Ids of slides begin here (ECMA-376 part 1, 19.7.13).
const SLIDE_FIRST_ID: usize = 256;

/// The kinds of part.
const TYPE: &str = "application/vnd.openxmlformats-officedocument.presentationml";
/// Names that every part of a slide uses.
pub const NAMES: &str = "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
     xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"";
/// How a tree of shapes begins.
pub const TREE: &str = "<p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr>\
     <a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"0\" cy=\"0\"/><a:chOff x=\"0\" y=\"0\"/><a:chExt cx=\"0\" cy=\"0\"/>\
     </a:xfrm></p:grpSpPr>";

/// The colours, by the names that shapes call them: those of the pages' light palette.
const COLOURS: [(&str, &str); 12] = [
    ("dk1", "0B0C0C"),
    ("lt1", "FFFFFF"),
    ("dk2", "4A5056"),
    ("lt2", "DDE2E6"),
    ("accent1", "0B5C8A"),
    ("accent2", "0046E0"),
    ("accent3", "9A5B00"),
    ("accent4", "00856A"),
    ("accent5", "8F1028"),
    ("accent6", "434956"),
    ("hlink", "1A65A6"),
    ("folHlink", "54319F"),
];

/// A layout, as a slide asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The first slide and those between parts.
    Title = 1,
    /// A heading and whatever stands under it.
    Content = 2,
}

/// Points as English metric units.
pub fn emu(points: f64) -> i64 {
    (points * POINT_EMU).round() as i64
}

/// One finished slide.
pub struct SlidePart {
    /// Its XML.
    pub xml: String,
    /// Where its parts lead.
    pub relations: Relations,
}

/// Adds everything but the slides' own content.
pub fn write(package: &mut Package, slides: Vec<SlidePart>) {
    let mut relations = Relations::default();
    let master = relations.add(&format!("{OFFICE}/slideMaster"), "slideMasters/slideMaster1.xml");
    let mut list = String::new();
    for (index, slide) in slides.into_iter().enumerate() {
        let name = format!("slides/slide{}.xml", index + 1);
        let id = relations.add(&format!("{OFFICE}/slide"), &name);
        let _ = write!(list, "<p:sldId id=\"{}\" r:id=\"{id}\"/>", SLIDE_FIRST_ID + index);
        package.add(&format!("ppt/{name}"), &format!("{TYPE}.slide+xml"), slide.xml, slide.relations);
    }
    relations.add(&format!("{OFFICE}/theme"), "theme/theme1.xml");
    let (width, height) = (emu(WIDTH), emu(HEIGHT));
    let presentation = format!(
        "{HEAD}<p:presentation {NAMES}><p:sldMasterIdLst><p:sldMasterId id=\"{MASTER_FIRST_ID}\" r:id=\"{master}\"/>\
         </p:sldMasterIdLst><p:sldIdLst>{list}</p:sldIdLst><p:sldSz cx=\"{width}\" cy=\"{height}\"/>\
         <p:notesSz cx=\"{height}\" cy=\"{width}\"/></p:presentation>"
    );
    let main = format!("{TYPE}.presentation.main+xml");
    package.add("ppt/presentation.xml", &main, presentation, relations);
    package.opens_with("ppt/presentation.xml");
    add_master(package);
    for (layout, name, kind) in [(Layout::Title, "Judul", "title"), (Layout::Content, "Isi", "titleOnly")] {
        let mut relations = Relations::default();
        relations.add(&format!("{OFFICE}/slideMaster"), "../slideMasters/slideMaster1.xml");
        let title = if layout == Layout::Title { "ctrTitle" } else { "title" };
        let xml = format!(
            "{HEAD}<p:sldLayout {NAMES} type=\"{kind}\" preserve=\"1\"><p:cSld name=\"{name}\"><p:spTree>{TREE}{}\
             </p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>",
            placeholders(title),
        );
        let path = format!("ppt/slideLayouts/slideLayout{}.xml", layout as u8);
        package.add(&path, &format!("{TYPE}.slideLayout+xml"), xml, relations);
    }
    let theme = "application/vnd.openxmlformats-officedocument.theme+xml";
    package.add("ppt/theme/theme1.xml", theme, theme_xml(), Relations::default());
}

fn add_master(package: &mut Package) {
    let mut relations = Relations::default();
    let mut list = String::new();
    for layout in [Layout::Title, Layout::Content] {
        let target = format!("../slideLayouts/slideLayout{}.xml", layout as u8);
        let id = relations.add(&format!("{OFFICE}/slideLayout"), &target);
        let _ = write!(list, "<p:sldLayoutId id=\"{}\" r:id=\"{id}\"/>", MASTER_FIRST_ID + layout as u64);
    }
    relations.add(&format!("{OFFICE}/theme"), "../theme/theme1.xml");
    let level = |level: u8, size: u32| {
        format!(
            "<a:lvl{level}pPr algn=\"l\"><a:buNone/><a:defRPr sz=\"{size}\"><a:solidFill><a:schemeClr val=\"tx1\"/>\
             </a:solidFill><a:latin typeface=\"+mn-lt\"/></a:defRPr></a:lvl{level}pPr>"
        )
    };
    let xml = format!(
        "{HEAD}<p:sldMaster {NAMES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val=\"bg1\"/></a:solidFill>\
         <a:effectLst/></p:bgPr></p:bg><p:spTree>{TREE}{}</p:spTree></p:cSld><p:clrMap bg1=\"lt1\" tx1=\"dk1\" \
         bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" accent2=\"accent2\" accent3=\"accent3\" accent4=\"accent4\" \
         accent5=\"accent5\" accent6=\"accent6\" hlink=\"hlink\" folHlink=\"folHlink\"/>\
         <p:sldLayoutIdLst>{list}</p:sldLayoutIdLst><p:txStyles><p:titleStyle>{}</p:titleStyle><p:bodyStyle>{}\
         </p:bodyStyle><p:otherStyle>{}</p:otherStyle></p:txStyles></p:sldMaster>",
        placeholders("title"),
        level(1, 3200),
        level(1, 2100),
        level(1, 1800),
    );
    package.add("ppt/slideMasters/slideMaster1.xml", &format!("{TYPE}.slideMaster+xml"), xml, relations);
}

/// The places of title, source, date and number, which slides fill.
fn placeholders(title: &str) -> String {
    let mut out = String::new();
    for (id, (kind, name, words, frame)) in [
        (title, "Judul", "", TITLE),
        ("ftr", "Sumber", "", SOURCE),
        ("dt", "Waktu", "", DATE),
        ("sldNum", "Nomor", "‹#›", NUMBER),
    ]
    .into_iter()
    .enumerate()
    {
        let index = index_of(kind).map_or_else(String::new, |index| format!(" idx=\"{index}\""));
        let run = match words {
            "" => String::new(),
            words => format!(
                "<a:fld id=\"{NUMBER_FIELD}\" type=\"slidenum\"><a:rPr lang=\"id-ID\"/><a:t>{words}</a:t></a:fld>"
            ),
        };
        let _ = write!(
            out,
            "<p:sp><p:nvSpPr><p:cNvPr id=\"{}\" name=\"{name}\"/><p:cNvSpPr><a:spLocks noGrp=\"1\"/></p:cNvSpPr>\
             <p:nvPr><p:ph type=\"{kind}\"{index}/></p:nvPr></p:nvSpPr><p:spPr>{}<a:prstGeom prst=\"rect\"><a:avLst/>\
             </a:prstGeom></p:spPr><p:txBody><a:bodyPr lIns=\"0\" tIns=\"0\" rIns=\"0\" bIns=\"0\"/><a:lstStyle/><a:p>\
             {run}<a:endParaRPr lang=\"id-ID\"/></a:p></p:txBody></p:sp>",
            id + 2,
            frame.xfrm(),
        );
    }
    out
}

/// The number that a placeholder is known by, but for titles.
pub fn index_of(kind: &str) -> Option<u8> {
    match kind {
        "dt" => Some(10),
        "ftr" => Some(11),
        "sldNum" => Some(12),
        _ => None,
    }
}

/// The id of the field that counts slides.
pub const NUMBER_FIELD: &str = "{5B1C0F4E-6E5B-4F2A-9C0D-3D1A7E2B9C11}";

/// A box, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A box.
pub const fn frame(x: f64, y: f64, width: f64, height: f64) -> Frame {
    Frame { x, y, width, height }
}

impl Frame {
    /// As a shape says it.
    pub fn xfrm(self) -> String {
        format!("<a:xfrm>{}</a:xfrm>", self.place())
    }

    /// Its corner and its size.
    pub fn place(self) -> String {
        let (x, y) = (emu(self.x), emu(self.y));
        let (width, height) = (emu(self.width).max(0), emu(self.height).max(0));
        format!("<a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"{width}\" cy=\"{height}\"/>")
    }
}

/// Where the mark of a sample stands.
pub const MARK: Frame = frame(0.0, 0.0, WIDTH, 26.0);
/// Where the heading stands.
pub const TITLE: Frame = frame(40.0, 32.0, 880.0, 77.0);
/// Where the content stands.
pub const BODY: Frame = frame(40.0, 114.0, 880.0, 362.0);
/// Where the source stands.
pub const SOURCE: Frame = frame(40.0, 486.0, 500.0, 44.0);
/// Where date and journal position stand.
pub const DATE: Frame = frame(550.0, 486.0, 310.0, 44.0);
/// Where the number of the slide stands.
pub const NUMBER: Frame = frame(868.0, 486.0, 52.0, 44.0);

fn theme_xml() -> String {
    let mut colours = String::new();
    for (name, value) in COLOURS {
        let _ = write!(colours, "<a:{name}><a:srgbClr val=\"{value}\"/></a:{name}>");
    }
    let font = "<a:latin typeface=\"Arial\"/><a:ea typeface=\"\"/><a:cs typeface=\"Arial\"/>";
    let fill = "<a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill>".repeat(3);
    let line = "<a:ln w=\"9525\"><a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill></a:ln>".repeat(3);
    let effect = "<a:effectStyle><a:effectLst/></a:effectStyle>".repeat(3);
    format!(
        "{HEAD}<a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" name=\"Simpul\">\
         <a:themeElements><a:clrScheme name=\"Simpul\">{colours}</a:clrScheme><a:fontScheme name=\"Simpul\">\
         <a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme><a:fmtScheme name=\"Simpul\">\
         <a:fillStyleLst>{fill}</a:fillStyleLst><a:lnStyleLst>{line}</a:lnStyleLst><a:effectStyleLst>{effect}\
         </a:effectStyleLst><a:bgFillStyleLst>{fill}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )
}
