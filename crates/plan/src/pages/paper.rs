//! The papers of a meeting and who signs them.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_office::Picture;
use simpul_people::actions::LogAccess;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused,
};
use simpul_store::{Digest, Error, Result};
use uuid::Uuid;

use super::CanManageMeetings;
use super::attachment::{DOCX_TYPE, attachment};
use crate::actions::NameSigner;
use crate::actions::evidence::ClaimEvidence;
use crate::actions::meeting::MEETING;
use crate::model::evidence::{Media, SubjectKind};
use crate::model::item::Item;
use crate::model::meeting::{Meeting, MeetingState, Signer, SignerPart};
use crate::papers::{Kind, Pack};
use crate::{agenda, sql};

/// Most pieces of evidence that are looked through for photos of a meeting: each photo fills half a page.
const PHOTOS_MAX_COUNT: usize = 20;

#[derive(Template)]
#[template(path = "plan/signers.html")]
struct SignersPage {
    page: Page,
    form: FormView,
    meeting: Meeting,
    signers: Vec<Signer>,
    parts: Vec<Choice>,
    papers: Vec<(Kind, Vec<&'static str>)>,
    evidence: Vec<Choice>,
    claimed: Vec<(Uuid, String)>,
    open: bool,
}

impl SignersPage {
    fn claim_path(&self) -> String {
        format!("/rapat/{}/bukti", self.meeting.id)
    }

    fn href(&self, kind: &Kind) -> String {
        format!("/rapat/{}/{}.docx", self.meeting.id, kind.name())
    }

    fn missing(&self, lacks: &[&'static str]) -> String {
        lacks.iter().map(|key| self.page.t(key)).collect::<Vec<_>>().join(", ")
    }

    fn action(&self) -> String {
        format!("/rapat/{}/penanda", self.meeting.id)
    }
}

async fn draw(officer: &Officer<CanManageMeetings>, id: Uuid, refused: Option<FormView>) -> PageResult {
    let meeting = sql::meeting::by_id(&mut officer.read().await?, id).await?.ok_or_else(PageError::not_found)?;
    let pack = pack(officer, &meeting).await?;
    let papers = Kind::ALL.into_iter().map(|kind| (kind, pack.lacks(kind))).collect();
    let signers = pack.signers;
    let mut conn = officer.read().await?;
    let claimed = sql::evidence::of_subject(&mut conn, SubjectKind::Meeting, id).await?;
    let claimed: Vec<(Uuid, String)> = claimed.into_iter().map(|one| (one.id, one.about.title)).collect();
    let all = sql::evidence::list(&mut conn).await?;
    drop(conn);
    let free = all.into_iter().filter(|one| claimed.iter().all(|(id, _)| *id != one.id));
    let page = officer.page("plan.meeting.paper.title").at("/rapat").usual_width();
    let failed = refused.is_some();
    let parts = SignerPart::ALL.iter().map(|part| Choice::new(part.name(), page.t(part.key())));
    let view = SignersPage {
        form: refused.unwrap_or_else(|| officer.form()),
        open: meeting.must_take_guests().is_ok(),
        parts: parts.collect(),
        papers,
        evidence: free.map(|one| Choice::new(one.id, one.about.title)).collect(),
        claimed,
        meeting: meeting.clone(),
        signers,
        page: if failed { page.failed() } else { page },
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// Who signs.
pub async fn signers(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>) -> PageResult {
    draw(&officer, id, None).await
}

/// Says who signs.
pub async fn name(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let fields = &form.fields;
    let name = NameSigner {
        meeting: id,
        part: SignerPart::parse(fields.get("part")),
        name: fields.get("name").to_owned(),
        post: fields.get("post").to_owned(),
        nip: fields.get("nip").to_owned(),
    };
    match officer.write(name).await {
        Ok(()) => Ok(Redirect::to(format!("/rapat/{id}/penanda")).flash("plan.meeting.flash_saved").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, id, Some(refused)).await
        }
    }
}

/// The photos with what they show; one that can't be drawn is left out.
async fn photos(officer: &Officer<CanManageMeetings>, files: Vec<(Digest, String)>) -> Result<Vec<(Picture, String)>> {
    let mut photos = Vec::new();
    for (digest, caption) in files {
        let bytes = officer.app.db.files().get(officer.region().id, &digest).await?;
        photos.extend(Picture::read(bytes.to_vec()).ok().map(|picture| (picture, caption)));
    }
    Ok(photos)
}

async fn pack<'a>(officer: &'a Officer<CanManageMeetings>, meeting: &'a Meeting) -> Result<Pack<'a>> {
    let mut conn = officer.read().await?;
    let body = match meeting.body {
        Some(id) => sql::body::by_id(&mut conn, id).await?,
        None => None,
    };
    let members = match &body {
        Some(body) => sql::body::members(&mut conn, body.id).await?,
        None => Vec::new(),
    };
    let mut points = sql::meeting::agenda(&mut conn, meeting.id).await?;
    if meeting.state == MeetingState::Planned {
        let zone = officer.region().zone;
        let at = (zone, officer.now());
        points.extend(agenda::open_points(&mut conn, meeting.body, &officer.place.agencies, at).await?);
    }
    let items = sql::item::of_meeting(&mut conn, meeting.id).await?;
    // Final minutes hold what was to be done then, whatever was moved since.
    let tasks = sql::meeting::final_tasks(&mut conn, meeting.id).await?;
    let items = items.into_iter().map(|item| match tasks.iter().find(|task| task.id == item.id) {
        Some(task) => Item { agency: task.agency, due: task.due, ..item },
        None => item,
    });
    let shown = sql::evidence::of_subject(&mut conn, SubjectKind::Meeting, meeting.id).await?;
    let mut files = Vec::new();
    for evidence in shown.into_iter().take(PHOTOS_MAX_COUNT) {
        let file = sql::evidence::file(&mut conn, evidence.id, evidence.current).await?;
        files.extend(file.filter(|file| file.media == Media::Photo).map(|file| (file.digest, evidence.about.title)));
    }
    Ok(Pack {
        place: &officer.place,
        meeting,
        body: body.map(|body| body.name).unwrap_or_default(),
        members,
        agenda: points,
        guests: sql::meeting::guests(&mut conn, meeting.id).await?,
        decisions: sql::meeting::decisions(&mut conn, meeting.id).await?,
        items: items.collect(),
        signers: sql::meeting::signers(&mut conn, meeting.id).await?,
        photos: photos(officer, files).await?,
        address: format!("{}/notula/{}", officer.base_url(), meeting.verify_token),
        mark: officer.region().demo.then(|| officer.t("shell.demo")),
        now: officer.now(),
    })
}

/// A paper as a file.
pub async fn file(officer: Officer<CanManageMeetings>, Path((id, name)): Path<(Uuid, String)>) -> PageResult {
    let kind = name.strip_suffix(".docx").and_then(Kind::parse).ok_or_else(PageError::not_found)?;
    let meeting = sql::meeting::by_id(&mut officer.read().await?, id).await?.ok_or_else(PageError::not_found)?;
    let pack = pack(&officer, &meeting).await?;
    if !pack.lacks(kind).is_empty() {
        let to = Redirect::to(format!("/rapat/{id}/penanda")).flash("plan.meeting.paper.flash_lacks").warning();
        return Ok(to.into_response());
    }
    if matches!(kind, Kind::Attendance | Kind::Minutes) {
        officer.write(LogAccess { subject_kind: MEETING, subject_id: id, what: "attendance" }).await?;
    }
    let bytes = pack.letter(kind).to_bytes().map_err(|error| Error::Broken(error.to_string()))?;
    let name = format!("{}-{}-{}.docx", kind.name(), meeting.serial, meeting.year);
    Ok(attachment(DOCX_TYPE, &name, bytes)?)
}

/// Evidence is claimed for the meeting: photos stand in its documentation.
pub async fn claim(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let done = match form.fields.uuid("evidence") {
        Some(evidence) => {
            let subject = (SubjectKind::Meeting, id);
            officer.write(ClaimEvidence { evidence, subject, claimed: true }).await
        }
        None => Err(Refusal::field("evidence", "plan.meeting.refused.evidence").into()),
    };
    match done {
        Ok(_) => Ok(Redirect::to(format!("/rapat/{id}/penanda")).flash("plan.meeting.flash_saved").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, id, Some(refused)).await
        }
    }
}
