//! The caller's position by a link: sent from the console, answered on a page that any cheap telephone can show.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::format::Lang;
use simpul_kernel::geo::Point;
use simpul_kernel::{Refusal, Timestamp};
use simpul_people::Snapshot;
use simpul_shell::{
    Form, FormView, Limit, Officer, Page, PageError, PageResult, Path, Redirect, Site, render, render_refused,
};
use uuid::Uuid;

use super::CanTakeCalls;
use super::console::refuse;
use super::typed::{id_of, read_place, read_point};
use crate::actions::{FollowPlaceLink, NotePlace, SendPlaceLink};
use crate::model::place::{LINK_MINUTES, PLACE_WORDS_MAX_CHARS, VILLAGE_RADIUS_M};
use crate::model::{PlaceSource, Spot};
use crate::sql;
use crate::token::{new_token, token_hash};

/// Sends the caller a link. The message is in Indonesian, whatever language the taker reads.
pub async fn send(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    if !officer.app.config.sends_text {
        let error = Refusal::new("emergency.refused.no_gateway").into();
        return refuse(&officer, error, &form, Some(call)).await;
    }
    let token = new_token(&officer.ctx.env);
    let link = format!("{}/lokasi/{token}", officer.base_url());
    let (region, minutes) = (officer.region().name.clone(), LINK_MINUTES.to_string());
    let words = [("region", region.as_str()), ("minutes", minutes.as_str()), ("link", link.as_str())];
    let text = officer.app.catalogue.text(Lang::Id, "emergency.place.message", &words);
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    match officer.write(SendPlaceLink { key, call, hash: token_hash(&token), text }).await {
        Ok(_) => Ok(Redirect::to(format!("/112?panggilan={call}")).flash("emergency.place.sent").into_response()),
        Err(error) => refuse(&officer, error, &form, Some(call)).await,
    }
}

/// How the page answers.
enum State {
    /// It asks.
    Open(Timestamp),
    /// The link was used: the place is with the taker.
    Used,
    /// The link is too old.
    Over,
}

#[derive(Template)]
#[template(path = "emergency/place_link.html")]
struct LinkPage {
    page: Page,
    form: FormView,
    state: State,
    token: String,
}

impl LinkPage {
    fn action(&self) -> String {
        format!("/lokasi/{}", self.token)
    }

    fn most(&self) -> usize {
        PLACE_WORDS_MAX_CHARS
    }
}

async fn draw(site: &Site, token: &str, form: Option<FormView>) -> PageResult {
    let mut conn = site.read().await?;
    let link = sql::place::link(&mut conn, &token_hash(token)).await?.ok_or_else(PageError::not_found)?;
    drop(conn);
    let state = match (link.used, site.now() >= link.expires) {
        (Some(_), _) => State::Used,
        (None, true) => State::Over,
        (None, false) => State::Open(link.expires),
    };
    let page = site.page("emergency.place.title").narrow().script("lokasi.js");
    let token = token.to_owned();
    match form {
        None => render(&LinkPage { form: site.form(), page, state, token }),
        Some(form) => render_refused(&LinkPage { form, page: page.failed(), state, token }),
    }
}

/// The page behind the link. It needs no sign-in.
pub async fn ask(site: Site, Path(token): Path<String>) -> PageResult {
    site.limit(Limit::Code)?;
    draw(&site, &token, None).await
}

fn read_spot(form: &Form) -> Result<Spot, Refusal> {
    let (lat, lon) = (form.fields.get("lat"), form.fields.get("lon"));
    if lat.is_empty() && lon.is_empty() {
        return Spot::described(form.fields.get("words"));
    }
    let point = Point::parse(lat, lon).map_err(|_| Refusal::field("words", "emergency.refused.position"))?;
    // Telephones give the accuracy in metres with decimals; what is finer than a metre is none.
    #[expect(clippy::cast_possible_truncation, reason = "rounded, and held within limits right after")]
    let radius = form.fields.float("accuracy").map(|metres| metres.ceil().clamp(0.0, 1e9) as i64);
    Spot::at(point, radius)?.with_words(form.fields.get("words"))
}

/// The caller sends where they are, once.
pub async fn tell(site: Site, Path(token): Path<String>, form: Form) -> PageResult {
    site.limit(Limit::Code)?;
    let told = match read_spot(&form) {
        Ok(spot) => site.write(FollowPlaceLink { hash: token_hash(&token), spot }).await,
        Err(refusal) => Err(refusal.into()),
    };
    match told {
        Ok(()) => Ok(Redirect::to(format!("/lokasi/{token}")).into_response()),
        Err(error) => {
            let refused = site.refused(error, &form)?;
            draw(&site, &token, Some(refused)).await
        }
    }
}

/// What a taker typed is a candidate too: coordinates as they are, a village by its middle.
pub async fn note_typed(officer: &Officer<CanTakeCalls>, call: Uuid, name: &str, value: &str) -> Result<(), PageError> {
    let found = match name {
        "point" => read_point(value).ok().flatten().map(|point| (PlaceSource::Manual, point, None)),
        "village" => middle(&officer.place, value).map(|point| (PlaceSource::Geocode, point, Some(VILLAGE_RADIUS_M))),
        _ => None,
    };
    let Some((source, point, radius)) = found else { return Ok(()) };
    let spot = Spot::at(point, radius).map_err(simpul_store::Error::from)?;
    officer.write(NotePlace { call, source, spot }).await?;
    Ok(())
}

/// The middle of a village that was typed.
fn middle(place: &Snapshot, typed: &str) -> Option<Point> {
    let (village, _) = read_place(place, typed).ok()?;
    place.village(village?)?.label
}
