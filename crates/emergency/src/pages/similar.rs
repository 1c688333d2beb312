//! Incidents that the call may tell of, while the taker types: a piece of the console.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_shell::{Fields, Officer, Page, PageError, PageResult, Path, Query, partial};
use simpul_store::{Conn, Result};

use super::CanTakeCalls;
use super::typed::{read_site, read_type};
use super::view::type_name;
use crate::model::place::radius_of;
use crate::model::similar::{Offer, Told, Why, similar};
use crate::model::{Call, Candidate, IncidentType, number};
use crate::{read, sql};

/// The piece.
#[derive(Template)]
#[template(path = "emergency/similar.html")]
pub struct Similar {
    page: Page,
    call: uuid::Uuid,
    offers: Vec<(Offer, String)>,
    /// The types that the letters typed so far may mean: one, or several to choose from.
    kinds: Vec<String>,
}
impl HtmlSafe for Similar {}

impl Similar {
    /// The one type that the letters mean.
    fn meant(&self) -> Option<&String> {
        if let [one] = self.kinds.as_slice() { Some(one) } else { None }
    }

    fn number(&self, offer: &Offer) -> String {
        number::shown(offer.serial)
    }

    fn why(&self, offer: &Offer) -> String {
        match offer.why {
            Why::Number => self.page.t("emergency.similar.number"),
            Why::Near(metres) => self.page.t1("emergency.similar.near", "metres", metres),
            Why::Village => self.page.t("emergency.similar.village"),
        }
    }
}

/// What is typed so far; what can't be read yet is not known yet.
fn told(place: &simpul_people::Snapshot, types: &[IncidentType], candidates: &[Candidate], typed: &Fields) -> Told {
    let site = |village, point| read_site(place, village, "", point).ok();
    let (village, point) = (typed.get("village"), typed.get("point"));
    let site = site(village, point).or_else(|| site(village, "")).or_else(|| site("", point)).unwrap_or_default();
    let group = read_type(types, typed.get("type")).ok().map(|kind| kind.group.clone());
    let radius_m = site.point.and_then(|point| radius_of(candidates, point)).unwrap_or(0);
    Told { point: site.point, radius_m, village: site.village, group }
}

/// Most types that are offered for what was typed.
const KINDS_MAX_COUNT: usize = 8;

/// The names of the types that letters may mean; none for what is a name already.
fn fitting(types: &[IncidentType], typed: &str) -> Vec<String> {
    let active = || types.iter().filter(|kind| kind.active);
    let is_whole = |kind: &IncidentType| kind.name.to_lowercase() == typed.trim().to_lowercase();
    if active().any(is_whole) {
        return Vec::new();
    }
    active().filter(|kind| kind.fits(typed)).map(|kind| kind.name.clone()).take(KINDS_MAX_COUNT).collect()
}

/// What the call may tell of.
pub async fn of_call(
    conn: &mut Conn,
    page: &Page,
    place: &simpul_people::Snapshot,
    call: &Call,
    typed: &Fields,
) -> Result<Similar> {
    let types = sql::incident::types(conn).await?;
    let number = sql::call::caller(conn, call.id).await?.number.unwrap_or_default();
    let known = read::known(conn, &types, call, &number, page.now).await?;
    let candidates = sql::place::of_call(conn, call.id).await?;
    let offers = similar(&told(place, &types, &candidates, typed), &known, page.now);
    let named = offers.into_iter().map(|offer| (offer.clone(), type_name(&types, &offer.kind)));
    let kinds = fitting(&types, typed.get("type"));
    Ok(Similar { page: page.clone(), call: call.id, offers: named.collect(), kinds })
}

/// Asked by the page's script as fields are left.
pub async fn piece(officer: Officer<CanTakeCalls>, Path(id): Path<String>, Query(typed): Query<Fields>) -> PageResult {
    let id = id.parse().map_err(|_| PageError::not_found())?;
    let page = officer.page("emergency.console.title");
    let mut conn = officer.read().await?;
    let call = sql::call::by_id(&mut conn, id).await?.filter(|call| call.is_with(&officer.ctx.actor.journal_name()));
    let call = call.ok_or_else(PageError::not_found)?;
    partial(&of_call(&mut conn, &page, &officer.place, &call, &typed).await?)
}
