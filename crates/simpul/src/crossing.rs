//! Where rooms meet: in the journal. What one room says there and another acts on is carried across here, since no room
//! knows another. Nothing is decided here; each side's own action refuses what it does not take.

use std::sync::Arc;

use serde::Deserialize;
use simpul_emergency::actions::{AnswerFollowUp, OfferIncident};
use simpul_emergency::model::offer::{FollowUp, OfferSource};
use simpul_emergency::model::{Incident, Site, number};
use simpul_kernel::Ctx;
use simpul_kernel::journal::JournalLine;
use simpul_people::Directory;
use simpul_report::actions::{AddNote, Reporter, SubmitReport};
use simpul_report::desk::Desk;
use simpul_report::model::{Category, Place, ReporterMode, Source};
use simpul_store::{Action, Error, Reaction, ReactionSet, Result, Tx};
use uuid::Uuid;

/// What is carried between rooms.
pub fn reactions(directory: &Directory) -> ReactionSet {
    let set = ReactionSet::new().add(OfferReport).add(TellReport);
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
        };
        offer.apply(tx, ctx).await.map(|_| ())
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
    let name = category.name(simpul_kernel::format::Lang::Id).to_lowercase();
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

fn submit(desk: &Arc<Desk>, category: String, left: &FollowUp, incident: &Incident) -> SubmitReport {
    let site = &incident.site;
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
        text: left.body.clone(),
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
            // What the report's own rules refuse, such as a category with questions, is told on the incident's page.
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
