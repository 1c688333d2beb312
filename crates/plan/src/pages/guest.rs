//! Who was at a meeting: the note-taker's list, and the page behind the picture on the wall.

use askama::Template;
use axum::response::IntoResponse;
use simpul_people::actions::LogAccess;
use simpul_shell::{
    Form, FormView, Limit, Officer, Page, PageError, PageResult, Path, Qr, Redirect, Site, render, render_refused,
};
use uuid::Uuid;

use super::CanManageMeetings;
use crate::actions::meeting::MEETING;
use crate::actions::{AddGuest, Attendee, DropGuest, SignAttendance};
use crate::model::meeting::{Guest, GuestWay, Meeting};
use crate::sql;
use crate::token::read_token;

#[derive(Template)]
#[template(path = "plan/guests.html")]
struct GuestsPage {
    page: Page,
    form: FormView,
    meeting: Meeting,
    guests: Vec<Guest>,
    address: String,
    qr: Option<Qr>,
    open: bool,
}

impl GuestsPage {
    fn path(&self, rest: &str) -> String {
        format!("/rapat/{}/hadir{rest}", self.meeting.id)
    }

    fn way(&self, guest: &Guest) -> &'static str {
        match guest.way {
            GuestWay::List => "plan.meeting.guest.by_list",
            GuestWay::Qr => "plan.meeting.guest.by_qr",
        }
    }
}

async fn draw(officer: &Officer<CanManageMeetings>, id: Uuid, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    let meeting = sql::meeting::by_id(&mut conn, id).await?.ok_or_else(PageError::not_found)?;
    let guests = sql::meeting::guests(&mut conn, id).await?;
    drop(conn);
    officer.write(LogAccess { subject_kind: MEETING, subject_id: id, what: "attendance" }).await?;
    let page = officer.page("plan.meeting.guest.title").at("/rapat").usual_width();
    let failed = refused.is_some();
    let address = format!("{}/rapat/{id}/hadir/{}", officer.base_url(), meeting.attend_token);
    let open = meeting.must_take_guests().is_ok();
    let view = GuestsPage {
        form: refused.unwrap_or_else(|| officer.form()),
        guests,
        qr: Qr::of(&address, page.t("plan.meeting.guest.qr")).filter(|_| open),
        address,
        open,
        meeting,
        page: if failed { page.failed() } else { page },
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The list, with the picture by which guests sign it.
pub async fn list(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>) -> PageResult {
    draw(&officer, id, None).await
}

fn read(form: &Form) -> Attendee {
    let fields = &form.fields;
    Attendee {
        name: fields.get("name").to_owned(),
        post: fields.get("post").to_owned(),
        organisation: fields.get("organisation").to_owned(),
        outside: fields.has("outside"),
    }
}

/// Writes somebody onto the list.
pub async fn add(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    match officer.write(AddGuest { key, meeting: id, attendee: read(&form) }).await {
        Ok(()) => {
            Ok(Redirect::to(format!("/rapat/{id}/hadir")).flash("plan.meeting.guest.flash_added").into_response())
        }
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, id, Some(refused)).await
        }
    }
}

/// Takes somebody off the list.
pub async fn remove(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let guest = form.fields.uuid("id").ok_or_else(PageError::not_found)?;
    match officer.write(DropGuest { meeting: id, guest }).await {
        Ok(()) => {
            Ok(Redirect::to(format!("/rapat/{id}/hadir")).flash("plan.meeting.guest.flash_dropped").into_response())
        }
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, id, Some(refused)).await
        }
    }
}

#[derive(Template)]
#[template(path = "plan/sign.html")]
struct SignPage {
    page: Page,
    form: FormView,
    meeting: Meeting,
    token: String,
    open: bool,
}

impl SignPage {
    fn action(&self) -> String {
        format!("/rapat/{}/hadir/{}", self.meeting.id, self.token)
    }
}

async fn sign_page(site: &Site, (id, token): (Uuid, String), refused: Option<FormView>) -> PageResult {
    let meeting = sql::meeting::by_id(&mut site.read().await?, id).await?.ok_or_else(PageError::not_found)?;
    if meeting.attend_token != read_token(&token) {
        return Err(PageError::not_found());
    }
    let page = site.page("plan.meeting.guest.sign").narrow();
    let failed = refused.is_some();
    let view = SignPage {
        form: refused.unwrap_or_else(|| site.form()),
        open: meeting.takes_signatures(site.now()),
        meeting,
        token: read_token(&token),
        page: if failed { page.failed() } else { page },
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The page behind the picture. It needs no sign-in.
pub async fn sign(site: Site, Path(place): Path<(Uuid, String)>) -> PageResult {
    site.limit(Limit::Form)?;
    sign_page(&site, place, None).await
}

/// A guest signs the list.
pub async fn signed(site: Site, Path((id, token)): Path<(Uuid, String)>, form: Form) -> PageResult {
    site.limit(Limit::Submit)?;
    let key = form.key().unwrap_or_else(|| site.ctx.new_id());
    let sign = SignAttendance { key, meeting: id, token: token.clone(), attendee: read(&form) };
    match site.write(sign).await {
        Ok(()) => {
            let to = format!("/rapat/{id}/hadir/{}", read_token(&token));
            Ok(Redirect::to(to).flash("plan.meeting.guest.flash_signed").into_response())
        }
        Err(error) => {
            let refused = site.refused(error, &form)?;
            sign_page(&site, (id, token), Some(refused)).await
        }
    }
}
