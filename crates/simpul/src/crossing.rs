//! Where rooms meet: in the journal. What one room says there and another acts on is carried across here, since no room
//! knows another. Nothing is decided here; each side's own action refuses what it does not take.

use std::sync::Arc;

use serde::Deserialize;
use simpul_emergency::actions::{AnswerFollowUp, OfferIncident};
use simpul_emergency::model::offer::{FollowUp, OfferSource};
use simpul_emergency::model::{Incident, Site, number};
use simpul_kernel::Ctx;
use simpul_kernel::format::Lang;
use simpul_kernel::journal::JournalLine;
use simpul_kernel::limits::REPORT_TEXT_MAX_CHARS;
use simpul_people::Directory;
use simpul_report::actions::{AddNote, EndDrillReports, Reporter, SubmitDrillReport, SubmitReport};
use simpul_report::desk::Desk;
use simpul_report::model::{Answers, Category, Place, ReporterMode, Source};
use simpul_store::{Action, Error, Reaction, ReactionSet, Result, Tx};
use uuid::Uuid;

/// What is carried between rooms.
pub fn reactions(directory: &Directory) -> ReactionSet {
    let set = ReactionSet::new().add(OfferReport).add(TellReport);
    let set = set.add(FileDrillReport).add(OfferDrillReport).add(EndReportsOfDrill);
    set.add(FileLeft(directory.clone()))
}

/// A report that tells of an emergency is offered to the call takers. A secret one is not: they may not see it, and its
/// form names the numbers to call.
struct OfferReport;

#[derive(Deserialize)]
struct Submitted {
    #[serde(default)]
    emergency: bool,
    secret: bool,
}

impl Reaction for OfferReport {
    fn name(&self) -> &'static str {
        "crossing.offer_report"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["report.submitted"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        let said: Submitted = serde_json::from_str(&line.body)?;
        if !said.emergency || said.secret {
            return Ok(());
        }
        let Some(report) = simpul_report::sql::by_id(tx, line.subject_id).await? else { return Ok(()) };
        // Who files what was said to 112 has had it before them; it does not come back as news.
        if report.secret || report.source == Source::Call112 {
            return Ok(());
        }
        let place = report.place;
        let site = Site {
            village: place.village,
            district: place.district,
            landmark: place.landmark,
            point: place.point,
            radius_m: place.accuracy_m,
        };
        let offer = OfferIncident {
            source: OfferSource::Report,
            subject: report.id,
            label: report.number,
            body: report.body,
            site,
            drill: false,
        };
        offer.apply(tx, ctx).await.map(|_| ())
    }
}

/// What a citizen would report in a drill goes into the citizens' inbox, apart from their own.
struct FileDrillReport;

#[derive(Deserialize)]
struct Reported {
    report: Uuid,
}

impl Reaction for FileDrillReport {
    fn name(&self) -> &'static str {
        "crossing.file_drill_report"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["drill.reported"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        let said: Reported = serde_json::from_str(&line.body)?;
        let Some(told) = simpul_emergency::sql::drill::told(tx, said.report).await? else { return Ok(()) };
        let running = simpul_emergency::sql::drill::running(tx).await?;
        if running.is_none_or(|drill| drill.id != told.drill) {
            return Ok(());
        }
        let site = told.site;
        let place = Place {
            point: site.point,
            accuracy_m: site.radius_m,
            village: site.village,
            district: site.district,
            landmark: site.landmark,
        };
        SubmitDrillReport { id: told.id, place, text: told.text }.apply(tx, ctx).await
    }
}

/// A report of a drill is offered to the call takers, marked as such.
struct OfferDrillReport;

impl Reaction for OfferDrillReport {
    fn name(&self) -> &'static str {
        "crossing.offer_drill_report"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["drill_report.submitted"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        let Some(report) = simpul_report::sql::drill::by_id(tx, line.subject_id).await? else { return Ok(()) };
        if simpul_emergency::sql::drill::running(tx).await?.is_none() {
            return Ok(());
        }
        let place = report.place;
        let site = Site {
            village: place.village,
            district: place.district,
            landmark: place.landmark,
            point: place.point,
            radius_m: place.accuracy_m,
        };
        let (source, label) = (OfferSource::Report, report.number);
        let offer = OfferIncident { source, subject: report.id, label, body: report.body, site, drill: true };
        offer.apply(tx, ctx).await.map(|_| ())
    }
}

/// A drill is over: nothing of it stays in the citizens' inbox.
struct EndReportsOfDrill;

impl Reaction for EndReportsOfDrill {
    fn name(&self) -> &'static str {
        "crossing.end_reports_of_drill"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["drill.ended"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, _: &JournalLine) -> Result<()> {
        EndDrillReports.apply(tx, ctx).await.map(|_| ())
    }
}

/// A report became an incident: whoever works on it reads so.
struct TellReport;

#[derive(Deserialize)]
struct Taken {
    source: String,
    of: Uuid,
    incident: Uuid,
}

impl Reaction for TellReport {
    fn name(&self) -> &'static str {
        "crossing.tell_report"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["offer.taken"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        let taken: Taken = serde_json::from_str(&line.body)?;
        if taken.source != OfferSource::Report.name() {
            return Ok(());
        }
        let Some(incident) = simpul_emergency::sql::incident::by_id(tx, taken.incident).await? else { return Ok(()) };
        let text = format!("Ditangani 112 sebagai kejadian {}.", number::shown(incident.serial));
        let note = AddNote { key: ctx.new_id(), report: taken.of, text, public: false, photos: Vec::new() };
        match note.apply(tx, ctx).await {
            // A report that is gone or over has nobody to be told.
            Err(Error::Refused(_) | Error::NotFound(_)) => Ok(()),
            other => other.map(|_| ()),
        }
    }
}

/// What an incident leaves to an agency becomes a report of 112, in the category of that agency whose words fit best.
/// Whoever verifies it corrects the category as with any report.
struct FileLeft(Directory);

#[derive(Deserialize)]
struct Left {
    follow_up: Uuid,
}

/// How many words of a category's name and other words stand in the text.
fn fit(category: &Category, text: &str) -> usize {
    let text = text.to_lowercase();
    let name = category.name(Lang::Id).to_lowercase();
    name.split(|sign: char| !sign.is_alphanumeric()).filter(|word| word.len() > 3 && text.contains(word)).count()
}

/// Codes of the agency's categories, the one whose words fit best first; of several that fit equally, in the order of
/// lists.
fn categories_of(desk: &Desk, agency: Uuid, text: &str) -> Vec<String> {
    let open = desk.rules.active().filter(|category| !category.secret && !category.emergency);
    let mut own: Vec<&Category> = open.filter(|category| category.agency == Some(agency)).collect();
    own.sort_by_key(|category| std::cmp::Reverse(fit(category, text)));
    own.into_iter().map(|category| category.code.clone()).collect()
}

/// What is left, and which of the category's questions nobody at 112 has asked: the agency asks them on the spot.
fn text(desk: &Desk, category: &str, left: &FollowUp) -> String {
    let asked = desk.category(category).map(|category| category.questions.clone()).unwrap_or_default();
    let open: Vec<String> =
        asked.unanswered(&Answers::default()).map(|question| question.text(Lang::Id).to_owned()).collect();
    if open.is_empty() {
        return left.body.clone();
    }
    let whole = format!("{}\n\nBelum diketahui ruang 112: {}", left.body, open.join(" "));
    if whole.chars().count() > REPORT_TEXT_MAX_CHARS { left.body.clone() } else { whole }
}

fn submit(desk: &Arc<Desk>, category: String, left: &FollowUp, incident: &Incident) -> SubmitReport {
    let (site, said) = (&incident.site, text(desk, &category, left));
    SubmitReport {
        key: left.id,
        category,
        place: Place {
            point: site.point,
            accuracy_m: site.radius_m,
            village: site.village,
            district: site.district,
            landmark: site.landmark.clone(),
        },
        text: said,
        photos: Vec::new(),
        reporter: Reporter { mode: Some(ReporterMode::Anonymous), ..Reporter::default() },
        source: Source::Call112,
        foreign_id: Some(number::shown(incident.serial)),
        media_url: None,
        attributes: None,
        previous: None,
        desk: desk.clone(),
    }
}

impl FileLeft {
    async fn file(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        left: &FollowUp,
        incident: &Incident,
    ) -> Result<std::result::Result<(Uuid, String), String>> {
        let place = self.0.of(ctx.region).await?;
        let desk = Arc::new(Desk::open(tx, place).await?);
        let mut refused = "emergency.refused.left_category".to_owned();
        for category in categories_of(&desk, left.agency, &left.body) {
            let submit = submit(&desk, category, left, incident);
            // What the report's own rules refuse, such as a vague place, is told on the incident's page.
            match submit.check() {
                Ok(()) => {
                    let done = submit.apply(tx, ctx).await?;
                    return Ok(Ok((done.id, done.number)));
                }
                Err(refusal) => refusal.key.clone_into(&mut refused),
            }
        }
        Ok(Err(refused))
    }
}

impl Reaction for FileLeft {
    fn name(&self) -> &'static str {
        "crossing.file_left"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["incident.left"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        let said: Left = serde_json::from_str(&line.body)?;
        let Some(left) = simpul_emergency::sql::offer::follow_up(tx, said.follow_up).await? else { return Ok(()) };
        if left.report.is_some() || left.refused.is_some() {
            return Ok(());
        }
        let Some(incident) = simpul_emergency::sql::incident::by_id(tx, left.incident).await? else { return Ok(()) };
        let answer = self.file(tx, ctx, &left, &incident).await?;
        AnswerFollowUp { follow_up: left.id, answer }.apply(tx, ctx).await
    }
}
