//! Work inside and between agencies at the end of the demo's year: steps down, help, field checks, looks on site.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, ActorKind, Role, Timestamp};
use simpul_report::actions::{
    AcceptSupport, AskSupport, CheckOnSite, DirectReport, LetterText, OrderInspection, RecordInspection,
};
use simpul_report::model::{Order, Status, Verdict};
use simpul_report::sql::{self, Line, Whose};
use simpul_store::{Error, Result};
use uuid::Uuid;

use super::stage::Stage;

/// Reports of each agency that are worked on together.
const PER_AGENCY_COUNT: usize = 4;
/// Reports altogether.
const ALL_COUNT: usize = 36;
/// Reports of each district that its office looks at.
const PER_DISTRICT_COUNT: i64 = 2;

/// A number that nobody bears.
const NO_NIP: &str = "00000000 000000 0 000";

impl Stage {
    /// Plays a few dozen reports that several people and agencies work on.
    pub async fn work_together(&self) -> Result<()> {
        let mut played = 0;
        for (agency, actor) in &self.officers {
            let mut conn = self.db.read(self.snapshot.region.id).await?;
            let whose = Whose::Agency { agency: *agency, secrets: false };
            let found = sql::inbox_due(&mut conn, whose, (self.now, Timestamp(i64::MAX)), None, 50).await?;
            drop(conn);
            let taken = found.iter().filter(|line| matches!(line.status, Status::Assigned | Status::InProgress));
            for line in taken.take(PER_AGENCY_COUNT).take(ALL_COUNT.saturating_sub(played)) {
                bend(self.one_together(line, (*agency, actor), played).await)?;
                played += 1;
            }
        }
        self.look_on_site().await
    }

    /// The head of an agency where the cast has one, and whoever else works there.
    fn people(&self, agency: Uuid, actor: &Actor) -> (Actor, Option<Uuid>) {
        let in_role = |role: Role| {
            let found = self
                .snapshot
                .officers_of(agency)
                .find(|officer| officer.grants.iter().any(|grant| grant.role == role && grant.agency == Some(agency)));
            found.map(|officer| Actor { kind: ActorKind::Officer(officer.id), grants: officer.grants.clone() })
        };
        let head = in_role(Role::AgencyHead).unwrap_or_else(|| actor.clone());
        (head, in_role(Role::FieldOfficer).unwrap_or_else(|| actor.clone()).officer_id())
    }

    async fn one_together(&self, line: &Line, (agency, actor): (Uuid, &Actor), index: usize) -> Result<()> {
        let (head, staff) = self.people(agency, actor);
        let down = DirectReport {
            report: line.id,
            officer: if head == *actor { staff } else { actor.officer_id() },
            orders: vec![Order::Act, Order::ReportBack],
            instruction: Some("Utamakan, karena dekat sekolah.".to_owned()),
            ..DirectReport::default()
        };
        self.act(&head, self.now, down.clone()).await?;
        if head != *actor && index.is_multiple_of(2) {
            let further = DirectReport { officer: staff, orders: vec![Order::Inspect], instruction: None, ..down };
            self.act(actor, self.now, further).await?;
        }
        match index % 3 {
            0 => self.with_help(line, actor, agency, index).await,
            1 => self.with_letter(line, actor, index).await,
            _ => Ok(()),
        }
    }

    async fn with_help(&self, line: &Line, actor: &Actor, lead: Uuid, index: usize) -> Result<()> {
        let others = self.snapshot.active_agencies().filter(|other| !other.outside && other.id != lead);
        let others: Vec<Uuid> = others.map(|other| other.id).filter(|id| self.officers.contains_key(id)).collect();
        let Some(helper) = others.get((index * 5) % others.len().max(1)) else { return Ok(()) };
        let instruction = "Pinjamkan alat berat dan dua orang selama pekerjaan.".to_owned();
        let ask = AskSupport { report: line.id, version: None, agency: *helper, instruction, day: String::new() };
        self.act(actor, self.now, ask).await?;
        let mut conn = self.db.read(self.snapshot.region.id).await?;
        let asked = sql::support::of_report(&mut conn, line.id).await?.pop();
        drop(conn);
        match (asked, self.officers.get(helper)) {
            (Some(asked), Some(who)) if index.is_multiple_of(2) => {
                self.act(who, self.now, AcceptSupport { support: asked.id }).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    fn day(&self, days: i64) -> String {
        let date = self.snapshot.region.zone.date(self.now.plus_micros(days * DAY_MICROS));
        format!("{}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }

    /// A letter; every second one was gone out on, and the others still lack their number.
    async fn with_letter(&self, line: &Line, actor: &Actor, index: usize) -> Result<()> {
        let gone = index.is_multiple_of(2);
        let letter = LetterText {
            number: if gone { format!("800/{:03}/ST/CONTOH", index + 1) } else { String::new() },
            dated: self.day(-3),
            from: self.day(-3),
            until: self.day(0),
            purpose: "Memeriksa keadaan di lokasi dan mengukur kerusakan.".to_owned(),
            officers: actor.officer_id().into_iter().collect(),
            others: String::new(),
            signer_name: "Nama Pejabat Contoh".to_owned(),
            signer_nip: NO_NIP.to_owned(),
            signer_title: "Kepala Perangkat Daerah".to_owned(),
        };
        let order = OrderInspection { key: self.db.env().new_id(), report: line.id, letter, extend: false };
        self.act(actor, self.now, order).await?;
        let mut conn = self.db.read(self.snapshot.region.id).await?;
        let ordered = sql::inspection::of_report(&mut conn, line.id).await?.pop();
        drop(conn);
        let Some(ordered) = ordered.filter(|_| gone) else { return Ok(()) };
        let record = RecordInspection {
            key: self.db.env().new_id(),
            inspection: ordered.id,
            number: format!("800/{:03}/BA/CONTOH", index + 1),
            day: self.day(-1),
            time: "10:00".to_owned(),
            findings: "Kerusakan seperti yang dilaporkan. Panjangnya sekitar 12 meter.".to_owned(),
            attendees: "Kepala dusun (contoh)".to_owned(),
            place: "Di lokasi laporan".to_owned(),
            point: None,
            photos: self.photos.iter().skip(index % self.photos.len().max(1)).take(2).map(|found| found.2).collect(),
        };
        self.act(actor, self.now, record).await.map(drop)
    }

    async fn look_on_site(&self) -> Result<()> {
        let offices = self.snapshot.active_agencies().filter_map(|agency| Some((agency.id, agency.district?)));
        for (index, (office, district)) in offices.enumerate() {
            let Some(actor) = self.officers.get(&office) else { continue };
            let mut conn = self.db.read(self.snapshot.region.id).await?;
            let waiting = sql::onsite::waiting(&mut conn, (office, district), None, PER_DISTRICT_COUNT).await?;
            drop(conn);
            for line in waiting {
                let fixed = matches!(line.status, Status::Resolved);
                let verdict = match (fixed, index % 4) {
                    (true, _) => Verdict::Fixed,
                    (false, 3) => Verdict::NotFound,
                    (false, _) => Verdict::True,
                };
                let text = match verdict {
                    Verdict::Fixed => "Kami lihat sendiri: sudah dikerjakan.",
                    Verdict::NotFound => "Kami sudah mencari bersama kepala dusun dan tidak menemukannya.",
                    Verdict::True => "Keadaannya seperti yang dilaporkan.",
                };
                let key = self.db.env().new_id();
                let check = CheckOnSite { key, report: line.id, verdict, text: text.to_owned(), photos: Vec::new() };
                bend(self.act(actor, self.now, check).await.map(drop))?;
            }
        }
        Ok(())
    }
}

/// The rules may have moved on by themselves: the story bends.
fn bend(outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(error @ (Error::Refused(_) | Error::NotFound(_))) => {
            tracing::debug!(%error, "the demo's story was refused");
            Ok(())
        }
        other => other,
    }
}
