//! Sending units to an incident: what is recommended with its reasons, and every other unit that is free.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::Timestamp;
use simpul_kernel::geo::Point;
use simpul_shell::{FormView, Page};
use uuid::Uuid;

use crate::model::incident::alarm_top;
use crate::model::recommend::{Recommendation, Shortfall, Unfit, way_m};
use crate::model::{IncidentType, Unit, number};
use crate::read::{self, Whole};

/// A unit that can be sent.
struct Choice {
    id: Uuid,
    sign: String,
    kind: String,
    is_picked: bool,
    /// About how far it has to drive, in kilometres.
    way_km: Option<f64>,
}

/// The panel.
#[derive(Template)]
#[template(path = "emergency/send_panel.html")]
pub struct SendPanel {
    page: Page,
    form: FormView,
    number: String,
    /// The call to whose console the way leads back.
    back: Option<Uuid>,
    choices: Vec<Choice>,
    /// Whether what is recommended is ticked beforehand: nothing was sent yet.
    is_first: bool,
    shortfalls: Vec<Shortfall>,
    /// The level of alarm and the highest that the type has.
    alarm: (i64, i64),
    /// Whether ways are reckoned from the middle of a village or district.
    from_middle: bool,
}
impl HtmlSafe for SendPanel {}

impl SendPanel {
    /// What can be sent to an incident now.
    pub fn of(
        page: &Page,
        form: &FormView,
        whole: &Whole,
        (types, units): (&[IncidentType], &[Unit]),
        (back, now): (Option<Uuid>, Timestamp),
    ) -> SendPanel {
        let advice = read::recommendation(whole, types, units, now);
        let free = units.iter().filter(|unit| unit.status.is_free() && unit.drill == whole.incident.drill);
        let mut choices: Vec<Choice> = free.map(|unit| choice(page, (&advice, whole.spot), unit)).collect();
        // What is recommended stands first, in its order.
        let place = |one: &Choice| advice.picks.iter().position(|pick| pick.unit == one.id).unwrap_or(usize::MAX);
        choices.sort_by_key(place);
        SendPanel {
            page: page.clone(),
            form: form.clone(),
            number: number::shown(whole.incident.serial),
            back,
            choices,
            is_first: whole.dispatches.is_empty(),
            alarm: (whole.incident.alarm, alarm_top(types, &whole.incident.kind)),
            from_middle: whole.incident.site.point.is_none() && whole.spot.is_some(),
            shortfalls: advice.shortfalls,
        }
    }

    /// What is recommended is ticked beforehand for the first units, and for those that a higher alarm asks for.
    fn ticks(&self) -> bool {
        self.is_first || self.alarm.0 > 1
    }

    fn path(&self, deed: &str) -> String {
        format!("/112/kejadian/{}/{deed}", self.number)
    }

    fn kind_of(&self, kind: &str) -> String {
        self.page.t(&format!("emergency.unit_kind.{kind}"))
    }

    fn why(&self, why: &Unfit) -> String {
        match why {
            Unfit::Busy(status) => self.page.t(&format!("emergency.unit_status.{status}")),
            Unfit::Stale(minutes) => self.page.t1("emergency.unfit.stale", "minutes", minutes),
            Unfit::Far(metres) => self.page.t1("emergency.unfit.far", "km", metres / 1000),
            Unfit::Nowhere => self.page.t("emergency.unfit.nowhere"),
        }
    }
}

fn choice(page: &Page, (advice, spot): (&Recommendation, Option<Point>), unit: &Unit) -> Choice {
    let pick = advice.picks.iter().find(|pick| pick.unit == unit.id);
    let from = unit.position.as_ref().map(|position| position.point).or(unit.base);
    #[expect(clippy::cast_precision_loss, reason = "metres within a region")]
    let way_km = from.zip(spot).map(|(from, spot)| way_m(from, spot) as f64 / 1000.0);
    let kind = page.t(&format!("emergency.unit_kind.{}", unit.kind));
    Choice { id: unit.id, sign: unit.call_sign.clone(), kind, is_picked: pick.is_some(), way_km }
}
