//! A year of reports, played through the same actions that people use: what the demo shows is what the rules gave.

use std::sync::{Arc, PoisonError};

use futures_util::future::join_all;
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};
use simpul_kernel::geo::Point;
use simpul_kernel::{Actor, Ctx, Env, TestClock, Timestamp};
use simpul_report::actions::{
    AcceptReport, AddNote, AssignReport, ConfirmFixed, MergeReport, PauseReport, PlanReport, Proof, RejectReport,
    ReopenReport, Reporter, ResolveReport, SendElsewhere, StartWork, SubmitReport, VerifyReport,
};
use simpul_report::model::{Class, Forwarding, PhotoRef, Place, ReporterMode, Source};
use simpul_store::{Action, Error, Result};
use uuid::Uuid;

use super::dice::Dice;
use super::stage::Stage;
use super::texts::Kind;

/// What an officer asks before going on.
const QUESTION: &str = "Di sebelah mana tepatnya? Beri tahu kami patokan yang terlihat dari jalan.";
/// What an officer waits for.
const WAITING: &str = "Kami menunggu bahan dari gudang provinsi. Pekerjaan dilanjutkan setelah bahan tiba.";

/// What happens to a report next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Submit,
    Verify,
    Assign,
    Start,
    News,
    Resolve,
    ResolveAgain,
    Confirm,
    StillBroken,
    Reject,
    Elsewhere,
    Plan,
    Merge,
    AskReporter,
    WaitForOthers,
}

/// One report's year.
struct Story {
    kind: &'static Kind,
    steps: Vec<(Timestamp, Step)>,
    district: i64,
    village: i64,
    point: Option<Point>,
    text: String,
    landmark: String,
    with_photo: bool,
    mode: ReporterMode,
    phone: Option<String>,
    variant: u32,
    told: Option<(Uuid, String)>,
    number: String,
}

impl Stage {
    /// Plays the year. `seen` is told how many reports have been sent.
    pub async fn play(&self, mut seen: impl FnMut(u64)) -> Result<()> {
        let dice = Dice::new(self.region.id.0.unsigned_abs().into());
        let start = self.now.plus_micros(-365 * DAY_MICROS);
        let mut stories: Vec<Story> =
            (0..self.region.reports_count).filter_map(|_| self.write_story(&dice, start)).collect();
        let mut beat = start;
        let mut sent = 0;
        while beat < self.now {
            let end = beat.plus_micros(self.region.beat_hours * HOUR_MICROS).min(self.now);
            let due = stories.iter_mut().filter(|story| story.steps.first().is_some_and(|(at, _)| *at < end));
            let played = join_all(due.map(|story| self.play_until(story, end))).await;
            sent += played.into_iter().collect::<Result<Vec<u64>>>()?.into_iter().sum::<u64>();
            self.clock.set(end);
            self.db.settle(self.snapshot.region.id, &self.reactions).await?;
            seen(sent);
            beat = end;
        }
        Ok(())
    }

    fn write_story(&self, dice: &Dice, start: Timestamp) -> Option<Story> {
        let kind = pick_kind(dice, self.region.kinds);
        let village = dice.pick(&self.snapshot.villages);
        let place = dice.pick(self.region.landmarks);
        let sent = self.sending_time(dice, start);
        let district = self.snapshot.district(village.district)?;
        let text = dice.pick(kind.texts).replace("{}", &format!("{} {place}", village.name));
        let centre = self.centres.get(&village.district).copied();
        let mode = match dice.below(10) {
            _ if kind.category == "pungli_rahasia" => ReporterMode::Secret,
            0 => ReporterMode::Anonymous,
            // What another body must do is passed on by the coordinator, who sees no secrets of an agency.
            1 if !kind.answers.is_empty() => ReporterMode::Secret,
            _ => ReporterMode::Named,
        };
        Some(Story {
            kind,
            steps: self.plan(dice, (kind, mode), sent),
            district: district.code,
            village: village.code,
            point: centre.filter(|_| dice.chance(80)).and_then(|centre| near(dice, centre)),
            text,
            landmark: (*place).to_owned(),
            with_photo: dice.chance(55),
            mode,
            phone: (mode == ReporterMode::Named).then(|| invented_phone(dice)),
            variant: u32::try_from(dice.below(5)).unwrap_or(0),
            told: None,
            number: String::new(),
        })
    }

    /// More by day than by night, and somewhat more each month.
    fn sending_time(&self, dice: &Dice, start: Timestamp) -> Timestamp {
        let day = if dice.chance(25) { dice.below(365).max(dice.below(365)) } else { dice.below(365) };
        let hour = if dice.chance(85) { 6 + dice.below(15) } else { dice.below(24) };
        let zone_hours = i64::from(self.snapshot.region.zone.offset_hours());
        let into_day = i64::try_from(hour).unwrap_or(0) * HOUR_MICROS - zone_hours * HOUR_MICROS;
        let midnight = start.plus_micros(i64::try_from(day).unwrap_or(0) * DAY_MICROS);
        midnight.plus_micros(into_day + dice.micros(0, HOUR_MICROS)).min(self.now.plus_micros(-10 * 60 * 1_000_000))
    }

    /// What becomes of it: most are solved in time, some late, some never; all in working hours.
    fn plan(&self, dice: &Dice, (kind, mode): (&Kind, ReporterMode), sent: Timestamp) -> Vec<(Timestamp, Step)> {
        let calendar = &self.snapshot.calendar;
        let work = |from: Timestamp, low: i64, high: i64| {
            calendar.add_working_micros(from, dice.micros(low * HOUR_MICROS, high * HOUR_MICROS + 1))
        };
        // What lies about is recent: somebody notices in the end.
        let recent = sent >= self.now.plus_micros(-45 * DAY_MICROS);
        let lies_about = || recent && dice.chance(5);
        let mut steps = vec![(sent, Step::Submit)];
        if lies_about() {
            return steps;
        }
        let verified = work(sent, 1, 12);
        if dice.chance(4) {
            steps.push((verified, Step::Reject));
            return steps;
        }
        if kind.answers.is_empty() {
            steps.push((verified, Step::Verify));
            steps.push((work(verified, 1, 6), Step::Elsewhere));
            return steps;
        }
        // Nobody but its agency sees that a secret one is a double.
        if dice.chance(3) && mode != ReporterMode::Secret {
            steps.push((verified, Step::Merge));
            return steps;
        }
        steps.push((verified, Step::Verify));
        let assigned = work(verified, 1, 8);
        steps.push((assigned, Step::Assign));
        if lies_about() {
            return steps;
        }
        let started = work(assigned, 1, 10);
        steps.push((started, Step::Start));
        if dice.chance(90) {
            steps.push((work(started, 1, 3), Step::News));
        }
        let just_now = sent >= self.now.plus_micros(-14 * DAY_MICROS);
        match dice.below(100) {
            0..=2 => {
                steps.push((work(started, 8, 24), Step::Plan));
                return steps;
            }
            // Nobody answers: while it is recent it waits, later it lies in the archive.
            throw @ 3..=22 if just_now || throw <= 5 => {
                steps.push((work(started, 3, 12), Step::AskReporter));
                return steps;
            }
            23..=24 => steps.push((work(started, 3, 12), Step::WaitForOthers)),
            _ => {}
        }
        if lies_about() {
            return steps;
        }
        let resolved = self.solving_time(dice, kind, sent, started);
        steps.push((resolved, Step::Resolve));
        self.plan_end(dice, &mut steps, resolved, work);
        steps
    }

    /// Nine of ten within the category's time, the others well past it.
    fn solving_time(&self, dice: &Dice, kind: &Kind, sent: Timestamp, started: Timestamp) -> Timestamp {
        let calendar = &self.snapshot.calendar;
        let Some(category) = self.desk.category(kind.category) else { return started };
        let due = calendar.due(sent, category.resolve);
        let left = calendar.working_micros_between(started, due).max(2 * HOUR_MICROS);
        let share = if dice.chance(6) { dice.micros(105, 210) } else { dice.micros(12, 88) };
        calendar.add_working_micros(started, left / 100 * share)
    }

    fn plan_end(
        &self,
        dice: &Dice,
        steps: &mut Vec<(Timestamp, Step)>,
        resolved: Timestamp,
        work: impl Fn(Timestamp, i64, i64) -> Timestamp,
    ) {
        let later = |from: Timestamp| from.plus_micros(dice.micros(2 * HOUR_MICROS, 6 * DAY_MICROS));
        match dice.below(100) {
            0..=37 => steps.push((later(resolved), Step::Confirm)),
            38..=45 => {
                let told = later(resolved);
                steps.push((told, Step::StillBroken));
                steps.push((work(told, 8, 60), Step::ResolveAgain));
            }
            _ => {}
        }
    }

    async fn play_until(&self, story: &mut Story, end: Timestamp) -> Result<u64> {
        let mut sent = 0;
        while let Some((at, step)) = story.steps.first().copied().filter(|(at, _)| *at < end) {
            story.steps.remove(0);
            let outcome = self.do_step(story, at, step).await;
            match outcome {
                Ok(()) => sent += u64::from(step == Step::Submit),
                // The rules may have moved on by themselves, for instance closed the report: the story bends.
                Err(error @ (Error::Refused(_) | Error::NotFound(_))) => {
                    tracing::debug!(?step, %error, "the demo's story was refused");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(sent)
    }

    fn at(&self, actor: &Actor, at: Timestamp) -> Ctx {
        let env = Env { clock: Arc::new(TestClock::new(at)), entropy: self.db.env().entropy.clone() };
        env.ctx(self.snapshot.region.id, actor.clone())
    }

    /// Does `action` as `actor` at that moment.
    pub(super) async fn act<A: Action>(&self, actor: &Actor, at: Timestamp, action: A) -> Result<A::Output> {
        self.db.write(&self.at(actor, at), action).await
    }

    fn photo(&self, story: &Story, after: bool) -> Vec<PhotoRef> {
        let fitting =
            self.photos.iter().filter(|(scene, taken_after, _)| *scene == story.kind.scene && *taken_after == after);
        let fitting: Vec<&PhotoRef> = fitting.map(|(_, _, photo)| photo).collect();
        let index = usize::try_from(story.variant).unwrap_or(0) % fitting.len().max(1);
        fitting.get(index).map(|photo| vec![**photo]).unwrap_or_default()
    }

    async fn do_step(&self, story: &mut Story, at: Timestamp, step: Step) -> Result<()> {
        if step == Step::Submit {
            return self.submit(story, at).await;
        }
        let Some((report, token)) = story.told.clone() else { return Ok(()) };
        let agency = self.desk.category(story.kind.category).and_then(|category| category.agency);
        let officer = agency.and_then(|agency| self.officers.get(&agency)).unwrap_or(&self.coordinator);
        match step {
            Step::Confirm => {
                let action = ConfirmFixed { report, proof: Proof::Token(token.clone()) };
                self.act(&Actor::citizen(), at, action).await?;
                super::citizen::rate(self, story.variant, report, token, at).await
            }
            Step::StillBroken => {
                let text = "Belum, masih rusak. Sudah diperbaiki tapi kembali lagi setelah hujan.".to_owned();
                let action = ReopenReport { report, proof: Proof::Token(token), text, photos: Vec::new() };
                self.act(&Actor::citizen(), at, action).await.map(drop)
            }
            // What is secret only its agency sees: it accepts the report by itself.
            Step::Verify if story.mode == ReporterMode::Secret => {
                self.act(officer, at, AcceptReport { report, version: None, class: None }).await.map(drop)
            }
            Step::Assign if story.mode == ReporterMode::Secret => Ok(()),
            Step::Reject if story.mode == ReporterMode::Secret => self.reject(officer, report, at).await,
            Step::Verify | Step::Assign | Step::Reject | Step::Merge => {
                self.coordinate(story, report, agency, at, step).await
            }
            _ => self.work(story, report, officer, at, step).await,
        }
    }

    async fn submit(&self, story: &mut Story, at: Timestamp) -> Result<()> {
        let photos = if story.with_photo { self.photo(story, false) } else { Vec::new() };
        let place = Place {
            village: Some(story.village),
            district: Some(story.district),
            point: story.point,
            accuracy_m: story.point.map(|_| 18),
            landmark: story.landmark.clone(),
        };
        let action = SubmitReport {
            key: self.db.env().new_id(),
            desk: self.desk.clone(),
            category: story.kind.category.to_owned(),
            place,
            text: story.text.clone(),
            photos,
            reporter: Reporter { mode: Some(story.mode), name: None, phone: story.phone.clone(), email: None },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes: super::answers::invented(&self.desk, story.kind.category, at),
            previous: None,
        };
        let told = self.act(&Actor::citizen(), at, action).await?;
        story.told = Some((told.id, told.token));
        story.number = told.number;
        if !told.secret {
            let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
            newest.insert(story.kind.category, story.number.clone());
        }
        Ok(())
    }

    fn newest_of(&self, category: &str) -> Option<String> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).get(category).cloned()
    }

    async fn coordinate(
        &self,
        story: &Story,
        report: Uuid,
        agency: Option<Uuid>,
        at: Timestamp,
        step: Step,
    ) -> Result<()> {
        let who = &self.coordinator;
        match (step, agency) {
            (Step::Verify, _) => {
                let class = if story.kind.category == "kependudukan" { Class::Information } else { Class::Complaint };
                let action = VerifyReport { report, version: None, class, needs_inspection: false, category: None };
                self.act(who, at, action).await.map(drop)
            }
            (Step::Assign, Some(agency)) => {
                let instruction = Some("Segera ditindaklanjuti dan dilaporkan dengan foto.".to_owned());
                let action = AssignReport { report, version: None, agency, officer: None, instruction };
                self.act(who, at, action).await.map(drop)
            }
            (Step::Merge, _) => {
                let other = self.newest_of(story.kind.category).filter(|other| *other != story.number);
                if let Some(into) = other {
                    match self.act(who, at, MergeReport { report, version: None, into }).await {
                        Err(Error::Refused(_)) => {}
                        done => return done.map(drop),
                    }
                }
                // There is nothing that it could be a double of: no report may lie unanswered for a year.
                self.reject(who, report, at).await
            }
            (Step::Reject, _) => self.reject(who, report, at).await,
            _ => Ok(()),
        }
    }

    async fn reject(&self, who: &Actor, report: Uuid, at: Timestamp) -> Result<()> {
        let text = "Tempatnya tidak dapat kami temukan. Kirim laporan baru dengan patokan.".to_owned();
        let action = RejectReport { report, version: None, code: "unclear".to_owned(), text };
        self.act(who, at, action).await.map(drop)
    }

    async fn work(&self, story: &Story, report: Uuid, who: &Actor, at: Timestamp, step: Step) -> Result<()> {
        match step {
            Step::Start => self.act(who, at, StartWork { report, version: None, note: None }).await.map(drop),
            Step::News => {
                let text = "Petugas sudah ke lokasi. Bahan dipesan, pekerjaan dilanjutkan minggu ini.".to_owned();
                let key = self.db.env().new_id();
                let note = AddNote { key, report, text, public: true, photos: Vec::new() };
                self.act(who, at, note).await.map(drop)
            }
            Step::Resolve | Step::ResolveAgain => {
                let index = usize::try_from(story.variant).unwrap_or(0) % story.kind.answers.len().max(1);
                let text = story.kind.answers.get(index).copied().unwrap_or("Sudah ditangani.").to_owned();
                let photos = self.photo(story, true);
                let action = ResolveReport { report, version: None, text, photos, no_photo_reason: None };
                self.act(who, at, action).await.map(drop)
            }
            Step::Plan => {
                let year = i64::from(self.snapshot.region.zone.local(at).year()) + 1;
                let reason = "Butuh anggaran: kami usulkan ke rencana kerja daerah.".to_owned();
                self.act(who, at, PlanReport { report, version: None, year, reason }).await.map(drop)
            }
            Step::AskReporter | Step::WaitForOthers => {
                let asks = step == Step::AskReporter;
                let text = if asks { QUESTION } else { WAITING }.to_owned();
                self.act(who, at, PauseReport { report, version: None, days: 5, asks, text }).await.map(drop)
            }
            Step::Elsewhere => {
                let Some((_, body, text)) =
                    self.region.elsewhere.iter().find(|(code, _, _)| *code == story.kind.category)
                else {
                    return Ok(());
                };
                let agency = self.snapshot.agencies.iter().find(|agency| agency.short == *body);
                let action = SendElsewhere {
                    report,
                    version: None,
                    body: agency.map_or_else(|| (*body).to_owned(), |agency| agency.name.clone()),
                    agency: agency.map(|agency| agency.id),
                    text: (*text).to_owned(),
                    forwarding: Forwarding {
                        letter_number: format!("555/{}/Kominfo", story.number.rsplit('-').next().unwrap_or_default()),
                        letter_date: self.snapshot.calendar.zone.date(at).to_string(),
                        foreign_number: String::new(),
                    },
                };
                self.act(if story.mode == ReporterMode::Secret { who } else { &self.coordinator }, at, action)
                    .await
                    .map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// No operator has numbers that begin so: an invented one is nobody's.
fn invented_phone(dice: &Dice) -> String {
    format!("0810{:08}", dice.below(100_000_000))
}

fn pick_kind(dice: &Dice, kinds: &'static [Kind]) -> &'static Kind {
    let total: u32 = kinds.iter().map(|kind| kind.weight).sum();
    let mut throw = u32::try_from(dice.below(u64::from(total))).unwrap_or(0);
    for kind in kinds {
        if throw < kind.weight {
            return kind;
        }
        throw -= kind.weight;
    }
    &kinds[0]
}

/// A point within some three kilometres: the demo knows no village's true place.
fn near(dice: &Dice, centre: Point) -> Option<Point> {
    let shift = || i64::try_from(dice.below(540_000)).unwrap_or(0) - 270_000;
    Point::from_e7(i64::from(centre.lat_e7) + shift(), i64::from(centre.lon_e7) + shift()).ok()
}
