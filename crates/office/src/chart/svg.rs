//! A drawing as SVG. Looks come from classes of the page's style sheet; attributes stand for a page without it, and a
//! chart can be read in one colour: full or broken lines, discs or squares, and words on everything.

use std::fmt::Write as _;

use simpul_kernel::format::Lang;

use super::{Anchor, Chart, Drawing, Ink, Kind, Shape, Text};
use crate::measure::LINE_HEIGHT;
use crate::{Tone, xml};

/// Where the base line of a text stands in its line, in parts of the size.
const BASE_LINE: f64 = 0.95;

fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Word => "g-word",
        Ink::Soft => "g-soft",
        Ink::Grid => "g-grid",
        Ink::Ground => "g-ground",
        Ink::Actual => "g-actual",
        Ink::Plan => "g-plan",
        Ink::State(Tone::Plain) => "g-plain",
        Ink::State(Tone::New) => "g-new",
        Ink::State(Tone::Work) => "g-work",
        Ink::State(Tone::Done) => "g-done",
        Ink::State(Tone::Late) => "g-late",
        Ink::State(Tone::Off) => "g-off",
    }
}

/// How dense an ink is where no style sheet says its colour.
fn opacity(ink: Ink) -> &'static str {
    match ink {
        Ink::Grid => "0.35",
        Ink::Ground => "0.12",
        _ => "1",
    }
}

/// A number with two places at most, the same on every machine.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The whole element.
pub fn write(drawing: &Drawing, chart: &Chart, id: &str, lang: Lang) -> String {
    let id: String = id.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-').collect();
    let kind = match chart {
        Chart::Bars(_) => "bars",
        Chart::Trajectory(_) => "trajectory",
        Chart::Radar(_) => "radar",
        Chart::Roadmap(_) => "roadmap",
    };
    let mut out = format!(
        "<svg class=\"graph graph-{kind}\" viewBox=\"0 0 {} {}\" role=\"img\" lang=\"{}\" \
         aria-labelledby=\"{id}-t {id}-d\" font-family=\"inherit\"><title id=\"{id}-t\">{}</title>\
         <desc id=\"{id}-d\">{}</desc>",
        short(drawing.width),
        short(drawing.height),
        lang.code(),
        xml::line(chart.title()),
        xml::line(chart.summary()),
    );
    for shape in &drawing.shapes {
        draw(&mut out, shape);
    }
    out.push_str("</svg>");
    out
}

fn draw(out: &mut String, shape: &Shape) {
    match shape {
        Shape::Path { points, closed, dash, weight, ink } => {
            let tag = if *closed { "polygon" } else { "polyline" };
            let places: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", short(*x), short(*y))).collect();
            let dashes =
                if *dash { format!(" stroke-dasharray=\"{0} {0}\"", short(weight * 3.0)) } else { String::new() };
            let _ = write!(
                out,
                "<{tag} class=\"{} g-line\" points=\"{}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"{}\" \
                 stroke-opacity=\"{}\"{dashes}/>",
                class(*ink),
                places.join(" "),
                short(*weight),
                opacity(*ink),
            );
        }
        Shape::Rect { x, y, width, height, ink } => {
            let _ = write!(
                out,
                "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"currentColor\" \
                 fill-opacity=\"{}\"/>",
                class(*ink),
                short(*x),
                short(*y),
                short(*width),
                short(*height),
                opacity(*ink),
            );
        }
        Shape::Mark { at: (x, y), radius, kind: Kind::Disc, ink } => {
            let (class, x, y, radius) = (class(*ink), short(*x), short(*y), short(*radius));
            let _ =
                write!(out, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"currentColor\"/>");
        }
        Shape::Mark { at: (x, y), radius, kind: Kind::Square, ink } => {
            let (class, x, y, side) = (class(*ink), short(x - radius), short(y - radius), short(radius * 2.0));
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" fill=\"currentColor\"/>"
            );
        }
        Shape::Text(text) => words(out, text),
    }
}

fn words(out: &mut String, text: &Text) {
    let (x, anchor) = match text.anchor {
        Anchor::Start => (text.x, "start"),
        Anchor::Middle => (text.x + text.width / 2.0, "middle"),
        Anchor::End => (text.x + text.width, "end"),
    };
    let weight = if text.bold { " font-weight=\"600\"" } else { "" };
    let _ = write!(
        out,
        "<text class=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\" fill=\"currentColor\"{weight}>",
        class(text.ink),
        short(text.size),
    );
    for (at, line) in text.lines.iter().enumerate() {
        let y = text.y + (at as f64 * LINE_HEIGHT + BASE_LINE) * text.size;
        let _ = write!(out, "<tspan x=\"{}\" y=\"{}\">{}</tspan>", short(x), short(y), xml::line(line));
    }
    out.push_str("</text>");
}
