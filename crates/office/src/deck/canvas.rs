//! One slide as DrawingML: words, boxes, lines, photos, tables and groups, each with an id of its own.

use std::fmt::Write as _;

use simpul_kernel::format::Lang;

use super::parts::{Frame, Layout, NAMES, NUMBER_FIELD, SlidePart, TREE, emu, frame, index_of};
use crate::chart::{Anchor, Drawing, Ink, Kind, Shape};
use crate::package::{OFFICE, Relations};
use crate::{Tone, xml};

/// Room at the sides of a cell, in points.
pub const CELL_SIDE: f64 = 6.0;
/// Room above and below the words of a cell, in points.
pub const CELL_EDGE: f64 = 4.0;

/// The yellow of a sample's mark, as on pages.
const MARK_COLOUR: &str = "<a:srgbClr val=\"FFDD00\"/>";

/// A colour, by what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Words.
    Word,
    /// Words beside.
    Soft,
    /// Words on a dark ground.
    Light,
    /// The ground of numbers and headings of tables.
    Ground,
    /// The house's own.
    Brand,
    /// A sample's mark.
    Mark,
    /// A state.
    State(Tone),
}

impl Colour {
    fn xml(self) -> String {
        let name = match self {
            Colour::Mark => return MARK_COLOUR.to_owned(),
            Colour::Word | Colour::State(Tone::Plain) => "tx1",
            Colour::Soft => "tx2",
            Colour::Light => "bg1",
            Colour::Ground => "bg2",
            Colour::Brand => "accent1",
            Colour::State(Tone::New) => "accent2",
            Colour::State(Tone::Work) => "accent3",
            Colour::State(Tone::Done) => "accent4",
            Colour::State(Tone::Late) => "accent5",
            Colour::State(Tone::Off) => "accent6",
        };
        format!("<a:schemeClr val=\"{name}\"/>")
    }

    fn fill(self) -> String {
        format!("<a:solidFill>{}</a:solidFill>", self.xml())
    }
}

impl From<Ink> for Colour {
    fn from(ink: Ink) -> Colour {
        match ink {
            Ink::Word | Ink::Plan => Colour::Word,
            Ink::Soft => Colour::Soft,
            Ink::Grid | Ink::Ground => Colour::Ground,
            Ink::Actual => Colour::Brand,
            Ink::State(tone) => Colour::State(tone),
        }
    }
}

/// Where words stand in the height of their box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rise {
    /// At its upper edge.
    Top,
    /// In its middle.
    Middle,
    /// At its lower edge.
    Bottom,
}

/// How words stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Points.
    pub size: f64,
    /// Bold.
    pub bold: bool,
    /// Colour.
    pub colour: Colour,
    /// Side.
    pub anchor: Anchor,
    /// How they stand in their box's height.
    pub rise: Rise,
}

impl Look {
    /// Plain words, from the left.
    pub fn plain(size: f64) -> Look {
        Look { size, bold: false, colour: Colour::Word, anchor: Anchor::Start, rise: Rise::Top }
    }

    /// Bold words, from the left.
    pub fn bold(size: f64) -> Look {
        Look { bold: true, ..Look::plain(size) }
    }

    /// In that colour.
    pub fn in_colour(self, colour: Colour) -> Look {
        Look { colour, ..self }
    }
}

/// A paragraph, of which a first part may be bold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// The words.
    pub text: String,
    /// Bytes of them that are bold.
    pub bold_to: usize,
    /// Whether a bullet stands before them.
    pub bullet: bool,
}

/// How far a bullet's words stand from the edge, in parts of the size.
pub const BULLET_INDENT: f64 = 1.0;
/// Room between paragraphs, in parts of the size.
pub const PARAGRAPH_GAP: f64 = 0.35;

/// A row of a table, whose words are fitted already.
pub struct Row {
    /// The words, with the tone that colours them.
    pub cells: Vec<(String, Tone)>,
    /// Points.
    pub height: f64,
}

/// A slide as it grows.
pub struct Canvas {
    shapes: String,
    last_id: u32,
    language: &'static str,
    layout: Layout,
    ground: Option<Colour>,
    relations: Relations,
}

impl Canvas {
    /// An empty slide.
    pub fn new(lang: Lang, layout: Layout, ground: Option<Colour>) -> Canvas {
        let language = if lang == Lang::Id { "id-ID" } else { "en-GB" };
        let mut relations = Relations::default();
        let target = format!("../slideLayouts/slideLayout{}.xml", layout as u8);
        relations.add(&format!("{OFFICE}/slideLayout"), &target);
        Canvas { shapes: String::new(), last_id: 1, language, layout, ground, relations }
    }

    /// The finished part.
    pub fn finish(self) -> SlidePart {
        let ground = self.ground.map_or_else(String::new, |colour| {
            format!("<p:bg><p:bgPr>{}<a:effectLst/></p:bgPr></p:bg>", colour.fill())
        });
        let xml = format!(
            "{}<p:sld {NAMES}><p:cSld>{ground}<p:spTree>{TREE}{}</p:spTree></p:cSld><p:clrMapOvr>\
             <a:masterClrMapping/></p:clrMapOvr></p:sld>",
            xml::HEAD,
            self.shapes
        );
        SlidePart { xml, relations: self.relations }
    }

    /// Whether the slide is on the layout of titles.
    pub fn is_title(&self) -> bool {
        self.layout == Layout::Title
    }

    fn properties(&mut self, name: &str, alternative: &str) -> String {
        self.last_id += 1;
        let alternative = match alternative {
            "" => String::new(),
            words => format!(" descr=\"{}\"", xml::line(words)),
        };
        format!("<p:cNvPr id=\"{}\" name=\"{} {}\"{alternative}/>", self.last_id, xml::line(name), self.last_id)
    }

    fn run(&self, text: &str, look: Look, bold: bool) -> String {
        let mut out = String::new();
        for (at, line) in text.split('\n').enumerate() {
            let properties = format!(
                "lang=\"{}\" sz=\"{}\" b=\"{}\" dirty=\"0\"",
                self.language,
                (look.size * 100.0).round() as i64,
                u8::from(bold)
            );
            let fill = format!("{}<a:latin typeface=\"+mn-lt\"/>", look.colour.fill());
            if at > 0 {
                let _ = write!(out, "<a:br><a:rPr {properties}>{fill}</a:rPr></a:br>");
            }
            if !line.is_empty() {
                let _ = write!(out, "<a:r><a:rPr {properties}>{fill}</a:rPr><a:t>{}</a:t></a:r>", xml::line(line));
            }
        }
        out
    }

    /// `gap` is the room after it, in points.
    fn paragraph(&self, paragraph: &Paragraph, look: Look, gap: f64) -> String {
        let side = match look.anchor {
            Anchor::Start => "l",
            Anchor::Middle => "ctr",
            Anchor::End => "r",
        };
        let gap = (gap * 100.0).round() as i64;
        let space = format!("<a:spcBef><a:spcPts val=\"0\"/></a:spcBef><a:spcAft><a:spcPts val=\"{gap}\"/></a:spcAft>");
        let (indent, bullet) = if paragraph.bullet {
            let indent = emu(look.size * BULLET_INDENT);
            (format!(" marL=\"{indent}\" indent=\"-{indent}\""), "<a:buFont typeface=\"Arial\"/><a:buChar char=\"•\"/>")
        } else {
            (" marL=\"0\" indent=\"0\"".to_owned(), "<a:buNone/>")
        };
        let direction = if xml::is_rtl(&paragraph.text) { " rtl=\"1\"" } else { "" };
        let (first, rest) = paragraph.text.split_at(paragraph.bold_to);
        format!(
            "<a:p><a:pPr{indent} algn=\"{side}\"{direction}>{space}{bullet}</a:pPr>{}{}</a:p>",
            self.run(first, look, true),
            self.run(rest, look, look.bold)
        )
    }

    fn body(&self, paragraphs: &[Paragraph], look: Look) -> String {
        let anchor = match look.rise {
            Rise::Top => "t",
            Rise::Middle => "ctr",
            Rise::Bottom => "b",
        };
        let gap = look.size * PARAGRAPH_GAP;
        let all: String = paragraphs.iter().map(|paragraph| self.paragraph(paragraph, look, gap)).collect();
        let none = if all.is_empty() { "<a:p/>" } else { "" };
        format!(
            "<p:txBody><a:bodyPr wrap=\"square\" lIns=\"0\" tIns=\"0\" rIns=\"0\" bIns=\"0\" anchor=\"{anchor}\">\
             <a:noAutofit/></a:bodyPr><a:lstStyle/>{all}{none}</p:txBody>"
        )
    }

    /// Adds a box of paragraphs.
    pub fn paragraphs(&mut self, name: &str, place: Frame, look: Look, paragraphs: &[Paragraph]) {
        let properties = self.properties(name, "");
        let _ = write!(
            self.shapes,
            "<p:sp><p:nvSpPr>{properties}<p:cNvSpPr txBox=\"1\"/><p:nvPr/></p:nvSpPr><p:spPr>{}<a:prstGeom \
             prst=\"rect\"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>{}</p:sp>",
            place.xfrm(),
            self.body(paragraphs, look)
        );
    }

    /// Adds a box of words.
    pub fn words(&mut self, name: &str, place: Frame, look: Look, text: &str) {
        if !text.is_empty() {
            self.paragraphs(name, place, look, &[Paragraph { text: text.to_owned(), bold_to: 0, bullet: false }]);
        }
    }

    /// Fills a place of the layout: `title`, `ftr`, `dt` or `sldNum` (whose words are the slide's number).
    pub fn place(&mut self, kind: &str, name: &str, place: Frame, look: Look, text: &str) {
        let properties = self.properties(name, "");
        let kind = if kind == "title" && self.is_title() { "ctrTitle" } else { kind };
        let index = index_of(kind).map_or_else(String::new, |index| format!(" idx=\"{index}\""));
        let mut body = self.body(&[Paragraph { text: text.to_owned(), bold_to: 0, bullet: false }], look);
        if kind == "sldNum" {
            let field = format!("<a:fld id=\"{NUMBER_FIELD}\" type=\"slidenum\">");
            body = body.replace("<a:r>", &field).replace("</a:r>", "</a:fld>");
        }
        let _ = write!(
            self.shapes,
            "<p:sp><p:nvSpPr>{properties}<p:cNvSpPr><a:spLocks noGrp=\"1\"/></p:cNvSpPr><p:nvPr><p:ph type=\"{kind}\"\
             {index}/></p:nvPr></p:nvSpPr><p:spPr>{}</p:spPr>{body}</p:sp>",
            place.xfrm()
        );
    }

    /// Adds a filled box.
    pub fn rect(&mut self, name: &str, place: Frame, colour: Colour) {
        self.shape(name, place, "rect", colour);
    }

    fn shape(&mut self, name: &str, place: Frame, form: &str, colour: Colour) {
        let properties = self.properties(name, "");
        let _ = write!(
            self.shapes,
            "<p:sp><p:nvSpPr>{properties}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>{}<a:prstGeom prst=\"{form}\">\
             <a:avLst/></a:prstGeom>{}<a:ln><a:noFill/></a:ln></p:spPr></p:sp>",
            place.xfrm(),
            colour.fill()
        );
    }

    /// Adds a photo whose part in the folder of media is `file`.
    pub fn photo(&mut self, file: &str, place: Frame, alternative: &str) {
        let id = self.relations.add(&format!("{OFFICE}/image"), &format!("../media/{file}"));
        let properties = self.properties("Foto", alternative);
        let _ = write!(
            self.shapes,
            "<p:pic><p:nvPicPr>{properties}<p:cNvPicPr><a:picLocks noChangeAspect=\"1\"/></p:cNvPicPr><p:nvPr/>\
             </p:nvPicPr><p:blipFill><a:blip r:embed=\"{id}\"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>\
             <p:spPr>{}<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr></p:pic>",
            place.xfrm()
        );
    }

    /// Adds a chart as a group of shapes with its corner at `(x, y)`.
    pub fn drawing(&mut self, (x, y): (f64, f64), drawing: &Drawing, name: &str, alternative: &str) {
        let properties = self.properties(name, alternative);
        let place = frame(x, y, drawing.width, drawing.height);
        let (off, ext) = (place.place(), place.place().replace("a:off", "a:chOff").replace("a:ext", "a:chExt"));
        let _ = write!(
            self.shapes,
            "<p:grpSp><p:nvGrpSpPr>{properties}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>{off}{ext}\
             </a:xfrm></p:grpSpPr>"
        );
        for shape in &drawing.shapes {
            self.draw((x, y), shape);
        }
        self.shapes.push_str("</p:grpSp>");
    }

    fn draw(&mut self, (left, top): (f64, f64), shape: &Shape) {
        match shape {
            Shape::Path { points, closed, dash, weight, ink } => {
                let points: Vec<(f64, f64)> = points.iter().map(|(x, y)| (left + x, top + y)).collect();
                self.path(&points, *closed, (*ink, *weight, *dash));
            }
            Shape::Rect { x, y, width, height, ink } => {
                self.rect("Batang", frame(left + x, top + y, *width, *height), Colour::from(*ink));
            }
            Shape::Mark { at: (x, y), radius, kind, ink } => {
                let form = if *kind == Kind::Disc { "ellipse" } else { "rect" };
                let place = frame(left + x - radius, top + y - radius, radius * 2.0, radius * 2.0);
                self.shape("Tanda", place, form, Colour::from(*ink));
            }
            Shape::Text(text) => {
                let place = frame(left + text.x, top + text.y, text.width, text.height());
                let (size, bold, anchor) = (text.size, text.bold, text.anchor);
                let look = Look { size, bold, colour: Colour::from(text.ink), anchor, rise: Rise::Top };
                self.words("Teks", place, look, &text.lines.join("\n"));
            }
        }
    }

    fn path(&mut self, points: &[(f64, f64)], closed: bool, (ink, weight, dash): (Ink, f64, bool)) {
        let least = |pick: fn(&(f64, f64)) -> f64| points.iter().map(pick).fold(f64::INFINITY, f64::min);
        let most = |pick: fn(&(f64, f64)) -> f64| points.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
        let (x, y) = (least(|point| point.0), least(|point| point.1));
        let place = frame(x, y, most(|point| point.0) - x, most(|point| point.1) - y);
        let (width, height) = (emu(place.width), emu(place.height));
        let mut way = String::new();
        for (at, point) in points.iter().enumerate() {
            let step = if at == 0 { "moveTo" } else { "lnTo" };
            let (x, y) = (emu(point.0 - x), emu(point.1 - y));
            let _ = write!(way, "<a:{step}><a:pt x=\"{x}\" y=\"{y}\"/></a:{step}>");
        }
        if closed {
            way.push_str("<a:close/>");
        }
        let dashes = if dash { "<a:prstDash val=\"dash\"/>" } else { "" };
        let properties = self.properties("Garis", "");
        let _ = write!(
            self.shapes,
            "<p:sp><p:nvSpPr>{properties}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>{}<a:custGeom><a:avLst/><a:gdLst/>\
             <a:ahLst/><a:cxnLst/><a:rect l=\"0\" t=\"0\" r=\"r\" b=\"b\"/><a:pathLst><a:path w=\"{width}\" \
             h=\"{height}\" fill=\"none\">{way}</a:path></a:pathLst></a:custGeom><a:noFill/><a:ln w=\"{}\">{}{dashes}\
             </a:ln></p:spPr></p:sp>",
            place.xfrm(),
            emu(weight),
            Colour::from(ink).fill()
        );
    }

    /// Adds a table whose first row is its heading. `columns` are widths, and whether numbers stand in them.
    pub fn table(&mut self, place: Frame, columns: &[(f64, bool)], rows: &[Row], size: f64) {
        let properties = self.properties("Tabel", "");
        let grid: String = columns.iter().map(|(width, _)| format!("<a:gridCol w=\"{}\"/>", emu(*width))).collect();
        let mut body = String::new();
        for (index, row) in rows.iter().enumerate() {
            let _ = write!(body, "<a:tr h=\"{}\">", emu(row.height));
            for ((text, tone), (_, right)) in row.cells.iter().zip(columns) {
                let head = index == 0;
                let anchor = if *right { Anchor::End } else { Anchor::Start };
                let bold = head || *tone != Tone::Plain;
                let look = Look { size, bold, colour: Colour::State(*tone), anchor, rise: Rise::Top };
                let paragraph = Paragraph { text: text.clone(), bold_to: 0, bullet: false };
                let fill = if head { Colour::Ground.fill() } else { "<a:noFill/>".to_owned() };
                let none = |side: &str| format!("<a:{side} w=\"0\"><a:noFill/></a:{side}>");
                let _ = write!(
                    body,
                    "<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{}</a:txBody><a:tcPr marL=\"{pad}\" marR=\"{pad}\" \
                     marT=\"{high}\" marB=\"{high}\">{}{}{}<a:lnB w=\"9525\">{}</a:lnB>{fill}</a:tcPr></a:tc>",
                    self.paragraph(&paragraph, look, 0.0),
                    none("lnL"),
                    none("lnR"),
                    none("lnT"),
                    Colour::Soft.fill(),
                    pad = emu(CELL_SIDE),
                    high = emu(CELL_EDGE),
                );
            }
            body.push_str("</a:tr>");
        }
        let _ = write!(
            self.shapes,
            "<p:graphicFrame><p:nvGraphicFramePr>{properties}<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp=\"1\"/>\
             </p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><p:xfrm>{}</p:xfrm><a:graphic><a:graphicData \
             uri=\"http://schemas.openxmlformats.org/drawingml/2006/table\"><a:tbl><a:tblPr firstRow=\"1\"/><a:tblGrid>\
             {grid}</a:tblGrid>{body}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
            place.place()
        );
    }
}
