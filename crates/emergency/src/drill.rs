//! Plays a scenario through the real actions, in its own time, faster, or as fast as it goes.

use std::collections::BTreeMap;
use std::time::Duration;

use simpul_kernel::geo::Point;
use simpul_kernel::{Actor, Ctx, RegionId};
use simpul_people::Snapshot;
use simpul_store::{Action, Db, Error, Result};
use uuid::Uuid;

use crate::actions::{
    AddNote, AttachCall, BeatDrill, CancelIncident, ClaimCall, ClassifyCall, CloseIncident, ControlIncident,
    CountLosses, DrillUnitHere, EndDrill, HearCti, MergeIncident, MoveUnit, OfferIncident, OpenDrillIncident,
    OpenIncident, ReportUnit, SendUnits, StartDrill, StepDispatch, TakeOffer, TellInbox,
};
use crate::model::drill::{CitizenTold, Deed, Fault, Known, Place, Scenario, Step, faults_in};
use crate::model::offer::OfferSource;
use crate::model::seed::UNIT_KINDS;
use crate::model::{CtiEvent, CtiKind, Position, Site, Victims};
use crate::sql;

/// The line of the telephone system on which calls of a drill come.
pub const TRUNK: &str = "gladi";
/// Who plays, as the journal names it.
pub const PLAYER: &str = "drill";
/// While it waits for the next step, the player looks so often whether it was stopped.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often the player looks for the offer that a report leads to, and how long it waits in between.
const OFFER_TRIES: u32 = 25;
const OFFER_PAUSE: Duration = Duration::from_millis(200);
/// The fastest pace at which time is still kept.
pub const SPEED_MAX: f64 = 1_000.0;

/// How a scenario is played.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How many times faster than real time; 0: as fast as it goes.
    pub speed: f64,
    /// Only what comes from outside is played: calls and reports. Those who train do the rest.
    pub calls_only: bool,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Played {
    /// Steps that were played.
    pub steps: usize,
    /// Calls among them.
    pub calls: usize,
    /// Incidents among them.
    pub incidents: usize,
    /// Steps that were refused, by their lines in the file, and why: those who train may have done something else.
    pub refused: Vec<(usize, String)>,
    /// Whether somebody stopped it.
    pub stopped: bool,
}

/// Why a scenario was not played.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    /// The region lacks what the file names.
    #[error("{} faults", .0.len())]
    Faults(Vec<Fault>),
    /// The store's own error, or another drill is running.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Where a scenario is played.
pub struct Stage<'a> {
    /// The database.
    pub db: &'a Db,
    /// The region.
    pub place: &'a Snapshot,
}

impl Stage<'_> {
    fn region(&self) -> RegionId {
        self.place.region.id
    }

    fn ctx(&self) -> Ctx {
        self.db.env().ctx(self.region(), Actor::system(PLAYER))
    }

    async fn act<A: Action>(&self, action: A) -> Result<A::Output> {
        self.db.write(&self.ctx(), action).await
    }

    /// The middle of the region's map, else of its districts' names.
    fn seat(&self) -> Option<Point> {
        if let Some((lat, lon)) = self.place.region.settings.center {
            return Point::from_degrees(lat, lon).ok();
        }
        self.place.districts.iter().find_map(|district| district.label)
    }

    /// Everything in the scenario that the region does not have.
    async fn check(&self, scenario: &Scenario) -> std::result::Result<Point, DrillError> {
        let types = sql::incident::types(&mut self.db.read(self.region()).await?).await?;
        let villages: Vec<i64> = self.place.villages.iter().map(|village| village.code).collect();
        let kinds = UNIT_KINDS.map(|(kind, _)| kind);
        let region = i64::from(self.region().0);
        let mut faults = faults_in(scenario, &Known { types: &types, kinds: &kinds, villages: &villages, region });
        if self.place.active_agencies().next().is_none() {
            faults.push(Fault::new(1, "unit", "the region has no agency whose units these could be"));
        }
        let seat = self.seat();
        if seat.is_none() {
            faults.push(Fault::new(
                1,
                "north_km",
                "the region has no middle yet: settings or district names give it one",
            ));
        }
        match seat.filter(|_| faults.is_empty()) {
            Some(seat) => Ok(seat),
            None => Err(DrillError::Faults(faults)),
        }
    }

    fn units(&self, scenario: &Scenario, seat: Point) -> Vec<DrillUnitHere> {
        let first = self.place.active_agencies().next().map(|agency| agency.id).unwrap_or_default();
        let here = |unit: &crate::model::drill::DrillUnit| DrillUnitHere {
            call_sign: unit.call_sign.clone(),
            kind: unit.kind.clone(),
            agency: self.place.agency_by_short(&unit.agency).map_or(first, |agency| agency.id),
            base: unit.base.point(seat),
        };
        scenario.units.iter().map(here).collect()
    }

    /// Plays a scenario to its end, or until somebody stops it. `tell` hears of every step and of why it was refused.
    ///
    /// # Errors
    /// [`DrillError::Faults`] before anything is played; [`DrillError::Store`] where another drill is running, or the
    /// database is gone.
    pub async fn play(
        &self,
        scenario: &Scenario,
        pace: Pace,
        mut tell: impl FnMut(&Step, Option<&str>),
    ) -> std::result::Result<Played, DrillError> {
        let seat = self.check(scenario).await?;
        let start = StartDrill {
            name: scenario.name.clone(),
            steps: i64::try_from(scenario.steps.len()).unwrap_or(i64::MAX),
            units: self.units(scenario, seat),
        };
        let started = self.act(start).await?;
        let mut play = Play {
            stage: self,
            seat,
            pace,
            drill: started.id,
            units: started.units.into_iter().collect(),
            calls: BTreeMap::new(),
            incidents: BTreeMap::new(),
            played: Played::default(),
        };
        let outcome = play.run(scenario, pace, &mut tell).await;
        // Whatever happened, nothing of a drill stays behind.
        self.act(EndDrill { drill: started.id }).await?;
        outcome?;
        Ok(play.played)
    }
}

/// A scenario that is being played.
struct Play<'a> {
    stage: &'a Stage<'a>,
    seat: Point,
    pace: Pace,
    drill: Uuid,
    units: BTreeMap<String, Uuid>,
    calls: BTreeMap<String, Uuid>,
    incidents: BTreeMap<String, Uuid>,
    played: Played,
}

impl Play<'_> {
    async fn run(&mut self, scenario: &Scenario, pace: Pace, tell: &mut impl FnMut(&Step, Option<&str>)) -> Result<()> {
        let mut clock = 0;
        for step in &scenario.steps {
            if !self.wait(step.at - clock, pace).await? {
                return Ok(());
            }
            clock = step.at;
            if pace.calls_only && !step.deed.is_from_outside() {
                continue;
            }
            let done = self.deed(&step.deed).await;
            let refused = match done {
                Ok(()) => None,
                Err(Error::Refused(refusal)) => Some(refusal.key.to_owned()),
                Err(Error::NotFound(what)) => Some(format!("no such {what}")),
                Err(other) => return Err(other),
            };
            tell(step, refused.as_deref());
            self.played.steps += 1;
            self.played.refused.extend(refused.map(|why| (step.line, why)));
        }
        self.wait(scenario.ends - clock, pace).await?;
        Ok(())
    }

    /// Waits until the next step, and looks meanwhile whether the drill was stopped. Answers whether it goes on.
    async fn wait(&mut self, seconds: i64, pace: Pace) -> Result<bool> {
        #[expect(clippy::cast_precision_loss, reason = "seconds of a day")]
        let span = if pace.speed > 0.0 { seconds.max(0) as f64 / pace.speed.min(SPEED_MAX) } else { 0.0 };
        let mut left = Duration::try_from_secs_f64(span).unwrap_or_default();
        loop {
            let played = i64::try_from(self.played.steps).unwrap_or(i64::MAX);
            if !self.stage.act(BeatDrill { drill: self.drill, played }).await? {
                self.played.stopped = true;
                return Ok(false);
            }
            if left.is_zero() {
                return Ok(true);
            }
            let nap = left.min(LOOK_EVERY);
            tokio::time::sleep(nap).await;
            left -= nap;
        }
    }

    fn call(&self, name: &str) -> Result<Uuid> {
        self.calls.get(name).copied().ok_or(Error::NotFound("call"))
    }

    fn incident(&self, name: &str) -> Result<Uuid> {
        self.incidents.get(name).copied().ok_or(Error::NotFound("incident"))
    }

    fn unit(&self, call_sign: &str) -> Result<Uuid> {
        self.units.get(call_sign).copied().ok_or(Error::NotFound("unit"))
    }

    async fn deed(&mut self, deed: &Deed) -> Result<()> {
        let stage = self.stage;
        match deed {
            Deed::Call { call, number, queue } => {
                self.played.calls += 1;
                let event =
                    CtiEvent { caller_number: number.clone(), queue: queue.clone(), ..self.word(CtiKind::Ringing) };
                let id = self.hears(call, event).await?;
                self.calls.insert(call.clone(), id);
            }
            Deed::Answer { call } => {
                stage.act(ClaimCall { call: self.call(call)?, reason: None }).await?;
                self.hears(call, self.word(CtiKind::Answered)).await?;
            }
            Deed::HangUp { call } => {
                self.call(call)?;
                self.hears(call, self.word(CtiKind::Ended)).await?;
            }
            Deed::Classify { call, class, outcome } => {
                stage.act(ClassifyCall { call: self.call(call)?, class: *class, outcome: *outcome }).await?;
            }
            Deed::Open { report: true, .. } => self.report_in(deed).await?,
            Deed::Open { .. } => self.open(deed).await?,
            Deed::Attach { call, incident } => {
                stage.act(AttachCall { call: self.call(call)?, incident: self.incident(incident)? }).await?;
            }
            Deed::Send { .. } | Deed::Unit { .. } | Deed::Move { .. } => self.move_units(deed).await?,
            _ => self.work(deed).await?,
        }
        Ok(())
    }

    fn word(&self, kind: CtiKind) -> CtiEvent {
        CtiEvent::new(kind, self.stage.db.env().now())
    }

    async fn hears(&self, call: &str, event: CtiEvent) -> Result<Uuid> {
        let call_id = format!("{}-{call}", self.drill);
        let hear = HearCti { trunk: TRUNK.to_owned(), call_id, event, drill: true };
        Ok(self.stage.act(hear).await?.id)
    }

    fn site(&self, place: &Place) -> Site {
        let point = place.spot.map(|spot| spot.point(self.seat));
        let village = place.village.and_then(|code| self.stage.place.village(code));
        let of_point = || point.and_then(|point| self.stage.place.district_at(point)).map(|district| district.code);
        Site {
            village: place.village,
            district: village.map(|village| village.district).or_else(of_point),
            landmark: place.landmark.clone(),
            point,
            radius_m: None,
        }
    }

    /// A citizen reports: it goes the way of every report that tells of an emergency. Where nobody who trains decides,
    /// the player takes what is offered.
    async fn report_in(&mut self, deed: &Deed) -> Result<()> {
        let Deed::Open { incident, kind, priority, place, text, .. } = deed else { return Ok(()) };
        let stage = self.stage;
        let told =
            CitizenTold { id: stage.db.env().new_id(), drill: self.drill, site: self.site(place), text: text.clone() };
        stage.act(TellInbox { told: told.clone() }).await?;
        if self.pace.calls_only {
            return Ok(());
        }
        let (key, offer) = (stage.db.env().new_id(), self.offered(&told).await?);
        let take = TakeOffer { key, offer, kind: kind.clone(), priority: *priority, into: None };
        let done = stage.act(take).await?;
        self.incidents.insert(incident.clone(), done.id);
        self.played.incidents += 1;
        Ok(())
    }

    /// The offer that a report has led to. Where no server carries it across in time, the player offers it itself: the
    /// same thing is offered once.
    async fn offered(&self, told: &CitizenTold) -> Result<Uuid> {
        let tries = if self.pace.speed > 0.0 { OFFER_TRIES } else { 0 };
        for _ in 0..tries {
            let mut conn = self.stage.db.read(self.stage.region()).await?;
            let found = sql::offer::of_subject(&mut conn, OfferSource::Report, told.id).await?;
            drop(conn);
            match found {
                Some(offer) => return Ok(offer.id),
                None => tokio::time::sleep(OFFER_PAUSE).await,
            }
        }
        let CitizenTold { id, site, text, .. } = told.clone();
        let (source, label) = (OfferSource::Report, "GLADI".to_owned());
        self.stage.act(OfferIncident { source, subject: id, label, body: text, site, drill: true }).await
    }

    async fn open(&mut self, deed: &Deed) -> Result<()> {
        let Deed::Open { incident, call, kind, priority, place, text, .. } = deed else { return Ok(()) };
        let open = OpenIncident {
            key: self.stage.db.env().new_id(),
            call: call.as_deref().map(|call| self.call(call)).transpose()?,
            kind: kind.clone(),
            priority: *priority,
            site: self.site(place),
            victims: Victims::Unknown,
            note: text.clone(),
        };
        let done = self.stage.act(OpenDrillIncident { open }).await?;
        self.incidents.insert(incident.clone(), done.id);
        self.played.incidents += 1;
        Ok(())
    }

    async fn move_units(&self, deed: &Deed) -> Result<()> {
        let stage = self.stage;
        match deed {
            Deed::Send { incident, units } => {
                let units = units.iter().map(|unit| self.unit(unit)).collect::<Result<_>>()?;
                let key = stage.db.env().new_id();
                stage.act(SendUnits { key, incident: self.incident(incident)?, units }).await?;
            }
            Deed::Unit { unit, status } => {
                let unit = self.unit(unit)?;
                let out = sql::incident::out_for(&mut stage.db.read(stage.region()).await?, unit).await?;
                let dispatch = out.ok_or(Error::NotFound("dispatch"))?.id;
                stage.act(StepDispatch { dispatch, to: *status }).await?;
            }
            Deed::Move { unit, spot } => {
                let at = stage.db.env().now();
                let position = Position { point: spot.point(self.seat), accuracy_m: None, at };
                stage.act(MoveUnit { unit: self.unit(unit)?, position }).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Every unit that was there reports before the incident is closed.
    async fn report(&self, incident: Uuid, text: &str) -> Result<()> {
        let mut conn = self.stage.db.read(self.stage.region()).await?;
        let dispatches = sql::incident::dispatches(&mut conn, incident).await?;
        drop(conn);
        for dispatch in dispatches.into_iter().filter(|dispatch| dispatch.on_scene.is_some()) {
            self.stage.act(ReportUnit { dispatch: dispatch.id, text: text.to_owned() }).await?;
        }
        Ok(())
    }

    async fn work(&self, deed: &Deed) -> Result<()> {
        let stage = self.stage;
        match deed {
            Deed::Note { incident, text } => {
                let key = stage.db.env().new_id();
                stage.act(AddNote { key, incident: self.incident(incident)?, text: text.clone() }).await?;
            }
            Deed::Count { incident, losses } => {
                stage.act(CountLosses { incident: self.incident(incident)?, losses: *losses, victims: None }).await?;
            }
            Deed::Control { incident } => {
                stage.act(ControlIncident { incident: self.incident(incident)? }).await?;
            }
            Deed::Close { incident, result } => {
                let incident = self.incident(incident)?;
                self.report(incident, result).await?;
                stage.act(CloseIncident { incident, result: result.clone() }).await?;
            }
            Deed::Cancel { incident, reason } => {
                stage.act(CancelIncident { incident: self.incident(incident)?, reason: reason.clone() }).await?;
            }
            Deed::Merge { incident, into } => {
                stage.act(MergeIncident { incident: self.incident(incident)?, into: self.incident(into)? }).await?;
            }
            _ => {}
        }
        Ok(())
    }
}
