//! What the demo's agencies and partners do together for the plan: bodies, a meeting and what it decided, commitments,
//! evidence, and a half-filled round of an evaluation with invented questions. All of it is marked as an example.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::format::Lang;
use simpul_kernel::{Actor, ActorKind, Ctx, Grant, Role, Timestamp};
use simpul_office::letter::{Block, Letter, Paper};
use simpul_plan::actions::body::{AddBody, AddMember, Charter, Seat};
use simpul_plan::actions::commitment::{
    AddCommitment, CloseCommitment, Draft, EnterSignature, ReportCommitment, Scan, SignCommitment,
};
use simpul_plan::actions::evaluation::sample::seed_sample;
use simpul_plan::actions::evidence::{AddEvidence, CheckEvidence, ClaimEvidence, KeptFile, keep_file};
use simpul_plan::actions::guest::{AddGuest, Attendee};
use simpul_plan::actions::item::{FinishItem, NewTask};
use simpul_plan::actions::meeting::{
    AddPoint, Decide, FinishMinutes, HoldMeeting, Invitation, NameSigner, PlanMeeting, WriteMinutes,
};
use simpul_plan::model::Programme;
use simpul_plan::model::body::BodyKind;
use simpul_plan::model::commitment::DocumentKind;
use simpul_plan::model::evidence::{EvidenceText, SubjectKind};
use simpul_plan::model::meeting::SignerPart;
use simpul_plan::sql;
use simpul_store::Action;
use time::Date;
use uuid::Uuid;

use super::photos;
use super::stage::Stage;
use super::texts::Scene;
use crate::failure::Failure;

/// How every page of an invented paper is marked.
const MARK: &str = "DATA CONTOH – BUKAN DATA RESMI";
/// Who signs the demo's papers.
const NOBODY: &str = "Nama Pejabat Contoh";
/// Days between the meeting that was held and the present.
const HELD_DAYS: i64 = 41;
/// Nine in the morning, in minutes past midnight.
const MORNING_MINUTE: u16 = 9 * 60;
/// When the offices close.
const EVENING_MINUTE: u16 = 16 * 60;

/// Bodies with the months of their duty.
const BODIES: [(BodyKind, &str, &str, i64); 3] = [
    (BodyKind::Council, "Dewan Smart City (contoh)", "000.1/CONTOH/Dewan", 6),
    (BodyKind::Team, "Tim Pelaksana Smart City (contoh)", "000.2/CONTOH/Tim", 3),
    (BodyKind::Forum, "Forum Smart City (contoh)", "000.3/CONTOH/Forum", 6),
];

/// Seats that no agency fills: of which body, post, as what, from where, whether that is outside.
const SEATS: [(BodyKind, &str, &str, &str, bool); 8] = [
    (BodyKind::Council, "Kepala daerah", "Ketua", "Pemerintah kabupaten", false),
    (BodyKind::Council, "Sekretaris daerah", "Sekretaris", "Pemerintah kabupaten", false),
    (BodyKind::Council, "Rektor", "Anggota", "Universitas (contoh)", true),
    (BodyKind::Council, "Pimpinan cabang", "Anggota", "Bank daerah (contoh)", true),
    (BodyKind::Forum, "Ketua", "Anggota", "Komunitas pegiat kota (contoh)", true),
    (BodyKind::Forum, "Pemimpin redaksi", "Anggota", "Media setempat (contoh)", true),
    (BodyKind::Forum, "Ketua", "Anggota", "Paguyuban pedagang pasar (contoh)", true),
    (BodyKind::Forum, "Dosen", "Anggota", "Universitas (contoh)", true),
];

/// Agencies of the team, the first one in the chair.
const TEAM: [&str; 7] = ["Setda", "Bapperida", "Dinas Kominfo SP", "DPUTRPKP2", "Dishub", "DLH", "DP2KUKM"];

/// Who came to the meeting beside the team: name, post, from where, whether that is outside.
const GUESTS: [(&str, &str, &str, bool); 2] =
    [("Mitra Contoh", "Pengurus", "PMI (contoh)", true), ("Dosen Contoh", "Dosen", "Universitas (contoh)", true)];

/// What the meeting decided: the decision, the task, whose it is, and until when, in days from now.
const DECISIONS: [(&str, &str, &str, i64); 3] = [
    (
        "Kabel tanah untuk ruas tugu dibeli dengan sisa pagu pemeliharaan (contoh).",
        "Ajukan pergeseran anggaran kabel tanah ke BPKD.",
        "DPUTRPKP2",
        -22,
    ),
    (
        "Setiap perangkat daerah membuka data layanannya untuk super apps (contoh).",
        "Serahkan daftar data layanan perizinan dan kependudukan.",
        "Dinas Kominfo SP",
        -9,
    ),
    (
        "Pendampingan QRIS diteruskan ke pasar kecamatan (contoh).",
        "Susun jadwal pendampingan di lima pasar kecamatan.",
        "DP2KUKM",
        18,
    ),
];

const MINUTES: &str = "Rapat dibuka pukul 09.00. Tiap perangkat daerah menyampaikan kemajuan quick win-nya. \
    Penerangan jalan terhambat kabel tanah yang belum datang. Super apps menunggu data dua perangkat daerah. \
    Rapat ditutup pukul 11.30. (Notula ini dikarang untuk contoh.)";

struct Play<'s> {
    stage: &'s Stage,
    programmes: Vec<Programme>,
}

/// What came of the meeting that other parts of the play point at.
struct Held {
    meeting: Uuid,
    team: Uuid,
    council: Uuid,
}

/// Furnishes a region that has a plan; the play's clock stands again where it stood.
pub async fn furnish(stage: &Stage) -> Result<(), Failure> {
    let began = stage.db.env().now();
    let mut conn = stage.db.read(stage.region.id).await?;
    let Some(plan) = sql::plan::in_force(&mut conn).await? else { return Ok(()) };
    let programmes = sql::plan::programmes(&mut conn, plan.id).await?;
    drop(conn);
    let play = Play { stage, programmes };
    let held = play.set_up().await?;
    let held = play.meet(held).await?;
    play.promise().await?;
    play.prove(&held).await?;
    play.call(&held).await?;
    play.evaluate().await?;
    stage.clock.set(began);
    Ok(())
}

impl Play<'_> {
    fn ctx(&self, actor: Actor) -> Ctx {
        self.stage.db.env().ctx(self.stage.region.id, actor)
    }

    /// The secretariat, as the cast has it.
    fn clerk(&self) -> Actor {
        let nobody = Actor::system("demo");
        let grants = vec![Grant { role: Role::Secretariat, agency: None }];
        self.member(Role::Secretariat, None).unwrap_or(Actor { grants, ..nobody })
    }

    /// Whoever of the officers has that role, for that agency where one is named.
    fn member(&self, role: Role, agency: Option<Uuid>) -> Option<Actor> {
        let holds = |grant: &Grant| grant.role == role && (agency.is_none() || grant.agency == agency);
        let found = self.stage.snapshot.officers().iter().find(|officer| officer.grants.iter().any(holds))?;
        Some(Actor { kind: ActorKind::Officer(found.id), grants: found.grants.clone() })
    }

    async fn does<A: Action>(&self, action: A) -> Result<A::Output, Failure> {
        Ok(self.stage.db.write(&self.ctx(self.clerk()), action).await?)
    }

    async fn lets<A: Action>(&self, actor: Option<Actor>, action: A) -> Result<(), Failure> {
        if let Some(actor) = actor {
            self.stage.db.write(&self.ctx(actor), action).await?;
        }
        Ok(())
    }

    fn key(&self) -> Uuid {
        self.stage.db.env().new_id()
    }

    fn day(&self, days: i64) -> Date {
        self.stage.snapshot.region.zone.date(self.stage.now.plus_micros(days * DAY_MICROS))
    }

    fn at(&self, days: i64, minute: u16) -> Timestamp {
        self.stage.snapshot.region.zone.instant(self.day(days), minute)
    }

    /// From here on it is that day.
    fn on(&self, days: i64) {
        self.stage.clock.set(self.at(days, MORNING_MINUTE));
    }

    fn agency(&self, short: &str) -> Option<Uuid> {
        self.stage.snapshot.agency_by_short(short).map(|agency| agency.id)
    }

    fn programme(&self, begins: &str) -> Option<Uuid> {
        self.programmes.iter().find(|one| one.name.starts_with(begins)).map(|one| one.id)
    }

    /// The bodies with their members. Answers the team and the council.
    async fn set_up(&self) -> Result<(Uuid, Uuid), Failure> {
        self.on(-300);
        let (mut team, mut council) = (Uuid::nil(), Uuid::nil());
        for (kind, name, decree, duty_months) in BODIES {
            let charter = Charter {
                kind,
                name: name.to_owned(),
                decree_number: decree.to_owned(),
                decree_day: Some(self.day(-310)),
                duty_months,
                active: true,
            };
            let body = self.does(AddBody { key: self.key(), charter }).await?;
            for (_, name, post, organisation, outside) in SEATS.into_iter().filter(|seat| seat.0 == kind) {
                let (name, post, organisation) = (name.to_owned(), post.to_owned(), organisation.to_owned());
                let seat = Seat { name, post, organisation, agency: None, outside };
                self.does(AddMember { key: self.key(), body, seat }).await?;
            }
            match kind {
                BodyKind::Team => team = body,
                BodyKind::Council => council = body,
                BodyKind::Forum | BodyKind::Other => {}
            }
        }
        for (place, short) in TEAM.into_iter().enumerate() {
            let post = if place == 0 { "Ketua" } else { "Anggota" };
            let (name, post) = (format!("Kepala {short}"), post.to_owned());
            let Some(agency) = self.agency(short) else { continue };
            let seat = Seat { name, post, agency: Some(agency), ..Seat::default() };
            self.does(AddMember { key: self.key(), body: team, seat }).await?;
        }
        Ok((team, council))
    }

    /// The team meets and decides; one task is done, one becomes late, one is open.
    async fn meet(&self, (team, council): (Uuid, Uuid)) -> Result<Held, Failure> {
        self.on(-HELD_DAYS - 7);
        let invitation = Invitation {
            number: "005/CONTOH/Setda".to_owned(),
            title: "Rakor triwulan Smart City (contoh)".to_owned(),
            body: Some(team),
            venue: "Aula La Galigo".to_owned(),
            starts: Some(self.at(-HELD_DAYS, MORNING_MINUTE)),
        };
        let meeting = self.does(PlanMeeting { key: self.key(), invitation }).await?;
        self.point(meeting, "Kemajuan quick win tiap perangkat daerah").await?;
        self.on(-HELD_DAYS);
        self.does(HoldMeeting { meeting }).await?;
        let heads = TEAM.map(|short| (NOBODY, "Kepala", short, false));
        for (name, post, organisation, outside) in heads.into_iter().chain(GUESTS) {
            let (name, post, organisation) = (name.to_owned(), post.to_owned(), organisation.to_owned());
            let attendee = Attendee { name, post, organisation, outside };
            self.does(AddGuest { key: self.key(), meeting, attendee }).await?;
        }
        let mut asked = sql::agenda::asked(&mut self.stage.db.read(self.stage.region.id).await?).await?.into_iter();
        let mut cable = asked.find(|one| one.newest.name.starts_with("Penambahan penerangan"));
        for (text, task, short, days) in DECISIONS {
            let answers = cable.take().map(|one| one.newest.progress);
            let (agency, due) = (self.agency(short), Some(self.at(days, EVENING_MINUTE)));
            let task = NewTask { text: task.to_owned(), agency, officer: None, due };
            self.does(Decide { key: self.key(), meeting, text: text.to_owned(), task: Some(task), answers }).await?;
        }
        self.does(WriteMinutes { meeting, version: None, text: MINUTES.to_owned() }).await?;
        for (part, post) in [
            (SignerPart::Inviter, "Sekretaris Daerah"),
            (SignerPart::Chair, "Ketua Tim Pelaksana"),
            (SignerPart::NoteTaker, "Sekretaris Tim Pelaksana"),
        ] {
            let (name, post, nip) = (NOBODY.to_owned(), post.to_owned(), String::new());
            self.does(NameSigner { meeting, part: Some(part), name, post, nip }).await?;
        }
        self.does(FinishMinutes { meeting, version: None }).await?;
        self.finish_first(meeting).await?;
        Ok(Held { meeting, team, council })
    }

    async fn point(&self, meeting: Uuid, text: &str) -> Result<(), Failure> {
        self.does(AddPoint { key: self.key(), meeting, text: text.to_owned() }).await
    }

    async fn finish_first(&self, meeting: Uuid) -> Result<(), Failure> {
        let mut conn = self.stage.db.read(self.stage.region.id).await?;
        let items = sql::item::of_meeting(&mut conn, meeting).await?;
        drop(conn);
        let Some(item) = items.first() else { return Ok(()) };
        self.on(-26);
        let text = "Pergeseran anggaran disetujui; kabel dipesan (contoh).".to_owned();
        let finish = FinishItem { key: self.key(), item: item.id, text, link: String::new() };
        self.lets(self.stage.officers.get(&item.agency).cloned(), finish).await
    }

    /// One commitment is signed and goes on, one document ends soon, one is late, one is kept, one nobody has signed.
    async fn promise(&self) -> Result<(), Failure> {
        self.on(-200);
        let pmi = self.agency("PMI");
        let lessons = Draft {
            title: "Pelatihan pertolongan pertama untuk petugas 112 (contoh)".to_owned(),
            agency: pmi,
            promise: "Melatih 40 petugas dalam empat angkatan (contoh).".to_owned(),
            value: Some(60_000_000),
            document: DocumentKind::Contract,
            document_number: "PKS/001/CONTOH".to_owned(),
            until: Some(self.day(400)),
            ..self.draft(70)
        };
        let one = self.add(lessons, "Call Center 112").await?;
        self.sign(self.member(Role::Partner, pmi), one, "Pengurus").await?;
        self.sign(self.member(Role::Leader, None), one, "Kepala daerah").await?;
        let lamps = Draft {
            title: "Dua ratus titik lampu hias menyala (contoh)".to_owned(),
            agency: self.agency("DPUTRPKP2"),
            promise: "Memasang dua ratus titik lampu hias di ruas tugu sampai taman (contoh).".to_owned(),
            document: DocumentKind::Letter,
            ..self.draft(-16)
        };
        let late = self.add(lamps, "Penambahan penerangan").await?;
        self.sign(self.member(Role::AgencyHead, self.agency("DPUTRPKP2")), late, "Kepala dinas").await?;
        let market = Draft {
            title: "QRIS untuk pedagang pasar (contoh)".to_owned(),
            party: "Bank daerah (contoh)".to_owned(),
            promise: "Menyediakan 400 kode QRIS dan pendampingan tiap pekan (contoh).".to_owned(),
            value: Some(150_000_000),
            document: DocumentKind::Memorandum,
            document_number: "NK/002/CONTOH".to_owned(),
            until: Some(self.day(33)),
            ..self.draft(30)
        };
        let ends = self.add(market, "Penggunaan QRIS").await?;
        self.enter(ends).await?;
        self.on(-60);
        let text = "Dua angkatan sudah dilatih, 20 petugas (contoh).".to_owned();
        let word = ReportCommitment { key: self.key(), commitment: one, text, value: Some(30_000_000) };
        self.lets(self.member(Role::Partner, pmi), word).await?;
        self.keep_and_leave_open().await
    }

    async fn keep_and_leave_open(&self) -> Result<(), Failure> {
        let posters = Draft {
            title: "Poster nomor 112 di semua kantor desa (contoh)".to_owned(),
            agency: self.agency("Dishub"),
            promise: "Menempel poster nomor 112 di terminal dan kantor desa (contoh).".to_owned(),
            document: DocumentKind::Letter,
            ..self.draft(-30)
        };
        let kept = self.add(posters, "Call Center 112").await?;
        self.sign(self.member(Role::AgencyHead, self.agency("Dishub")), kept, "Kepala dinas").await?;
        self.on(-35);
        let text = "Poster tertempel; fotonya diperiksa sekretariat (contoh).".to_owned();
        self.does(CloseCommitment { commitment: kept, met: true, text }).await?;
        let study = Draft {
            title: "Kuliah kerja nyata tematik (contoh)".to_owned(),
            party: "Universitas (contoh)".to_owned(),
            promise: "Menempatkan 30 mahasiswa di desa untuk literasi digital (contoh).".to_owned(),
            ..self.draft(120)
        };
        self.add(study, "Super apps").await.map(drop)
    }

    fn draft(&self, due_days: i64) -> Draft {
        Draft {
            title: String::new(),
            agency: None,
            party: String::new(),
            promise: String::new(),
            value: None,
            due: Some(self.at(due_days, EVENING_MINUTE)),
            document: DocumentKind::Nothing,
            document_number: String::new(),
            from: None,
            until: None,
        }
    }

    async fn add(&self, draft: Draft, programme: &str) -> Result<Uuid, Failure> {
        let programme = self.programme(programme);
        self.does(AddCommitment { key: self.key(), draft, programme }).await
    }

    async fn sign(&self, who: Option<Actor>, commitment: Uuid, post: &str) -> Result<(), Failure> {
        let region = format!("Kabupaten {} (contoh)", self.stage.region.name);
        let (edition, post) = (Some(1), post.to_owned());
        self.lets(who, SignCommitment { key: self.key(), commitment, edition, post, region }).await
    }

    /// The party does not sign in: its signature on paper is entered.
    async fn enter(&self, commitment: Uuid) -> Result<(), Failure> {
        self.does(EnterSignature {
            key: self.key(),
            commitment,
            edition: Some(1),
            name: NOBODY.to_owned(),
            post: "Pimpinan cabang".to_owned(),
            organisation: "Bank daerah (contoh)".to_owned(),
            of_party: true,
            scan: Scan::Link("https://contoh.invalid/naskah-contoh".to_owned()),
        })
        .await
    }

    /// Documents and photos of the year, most of them checked.
    async fn prove(&self, held: &Held) -> Result<(), Failure> {
        self.on(-HELD_DAYS + 2);
        let year = i64::from(self.day(-HELD_DAYS).year());
        let kominfo = self.agency("Dinas Kominfo SP");
        let decree = self.paper("Keputusan Tim Pelaksana Smart City (contoh)").await?;
        let about = Self::about("SK Tim Pelaksana Smart City (contoh)", "decree", year, kominfo);
        let decree = self.keep(about, decree, (SubjectKind::Meeting, held.meeting), true).await?;
        if let Some(programme) = self.programme("Super apps") {
            let claim = ClaimEvidence { evidence: decree, subject: (SubjectKind::Programme, programme), claimed: true };
            self.does(claim).await?;
        }
        let minutes = self.paper("Notula rakor triwulan (contoh)").await?;
        let about = Self::about("Notula rakor triwulan (contoh)", "minutes", year, kominfo);
        self.keep(about, minutes, (SubjectKind::Meeting, held.meeting), true).await?;
        let works = self.agency("DPUTRPKP2");
        for (programme, scene, title, checked) in [
            ("Penambahan penerangan", Scene::Lamp, "Foto lampu hias ruas tugu (contoh)", false),
            ("Penataan Sungai", Scene::Water, "Foto bantaran sisi timur (contoh)", true),
        ] {
            let Some(programme) = self.programme(programme) else { continue };
            let photo = photos::draw(scene, true, 1);
            let photo = keep_file(&self.stage.db, &self.ctx(self.clerk()), "foto.png", photo, false).await?;
            let about = Self::about(title, "photo", year, works);
            self.keep(about, photo, (SubjectKind::Programme, programme), checked).await?;
        }
        let Some(market) = self.programme("Penggunaan QRIS") else { return Ok(()) };
        let table = "pasar;pedagang ber-QRIS\nPasar contoh A;180\nPasar contoh B;150\n".as_bytes().to_vec();
        let table = keep_file(&self.stage.db, &self.ctx(self.clerk()), "qris.csv", table, false).await?;
        // Numbers of years ago: what is old shows.
        let about = Self::about("Daftar pedagang ber-QRIS (contoh)", "data", year - 3, self.agency("DP2KUKM"));
        self.keep(about, table, (SubjectKind::Programme, market), false).await.map(drop)
    }

    fn about(title: &str, kind: &str, year: i64, agency: Option<Uuid>) -> EvidenceText {
        let (title, kind, year) = (title.to_owned(), kind.to_owned(), year.to_string());
        EvidenceText { title, kind, year, agency, ..EvidenceText::default() }
    }

    async fn paper(&self, title: &str) -> Result<KeptFile, Failure> {
        let letter = Letter {
            title: title.to_owned(),
            lang: Lang::Id,
            made_at: self.stage.db.env().now(),
            paper: Paper::Upright,
            mark: Some(MARK.to_owned()),
            footer: String::new(),
            blocks: vec![Block::heading(1, title), Block::words("Naskah ini dikarang untuk contoh.")],
        };
        let bytes = letter.to_bytes().map_err(|error| Failure::Store(error.to_string()))?;
        Ok(keep_file(&self.stage.db, &self.ctx(self.clerk()), "contoh.docx", bytes, false).await?)
    }

    async fn keep(
        &self,
        about: EvidenceText,
        file: KeptFile,
        claim: (SubjectKind, Uuid),
        checked: bool,
    ) -> Result<Uuid, Failure> {
        let key = Some(self.key());
        let evidence = self.does(AddEvidence { key, about, file, claim: Some(claim) }).await?;
        if checked {
            let note = String::new();
            self.does(CheckEvidence { evidence, number: 1, accept: true, note }).await?;
        }
        Ok(evidence)
    }

    /// The next meetings are called: the council, and the team once more.
    async fn call(&self, held: &Held) -> Result<(), Failure> {
        self.on(-3);
        for (body, days, title, points) in [
            (
                held.team,
                5,
                "Rakor Tim Pelaksana bulan ini (contoh)",
                ["Tindak lanjut rakor lalu", "Persiapan evaluasi kementerian"],
            ),
            (
                held.council,
                12,
                "Rapat Dewan Smart City (contoh)",
                ["Usul quick win tahun depan", "Perpanjangan nota kesepakatan QRIS"],
            ),
        ] {
            let invitation = Invitation {
                number: String::new(),
                title: title.to_owned(),
                body: Some(body),
                venue: "Ruang Command Center".to_owned(),
                starts: Some(self.at(days, MORNING_MINUTE)),
            };
            let meeting = self.does(PlanMeeting { key: self.key(), invitation }).await?;
            for point in points {
                self.point(meeting, point).await?;
            }
        }
        Ok(())
    }

    /// A round with invented questions: nothing in it is the ministry's, and no score is the real region's.
    async fn evaluate(&self) -> Result<(), Failure> {
        self.on(-14);
        let mut agencies: Vec<Uuid> = self.programmes.iter().filter_map(|one| one.agency).collect();
        agencies.sort_unstable();
        agencies.dedup();
        // An instrument comes in on the server only, whoever the clerk may be.
        let ctx = self.ctx(Actor::system("demo"));
        let year = i64::from(self.day(-14).year());
        seed_sample(&self.stage.db, &ctx, &agencies, year).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use simpul_plan::model::commitment::CommitmentState;
    use simpul_plan::model::evaluation::AnswerState;
    use simpul_plan::model::item::ItemState;
    use simpul_plan::model::meeting::MeetingState;
    use simpul_store::clock::system_env;
    use simpul_store::{Db, DbConfig};

    use super::super::place::{DemoRegion, LUWU_UTARA};
    use super::*;
    use crate::house;

    /// Hours of so few steps that a year is played in seconds.
    const BEAT_HOURS: i64 = 24 * 20;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_demo_shows_what_is_done_what_is_late_and_what_is_open() {
        let region = DemoRegion { reports_count: 10, beat_hours: BEAT_HOURS, ..LUWU_UTARA };
        let region: &'static DemoRegion = Box::leak(Box::new(region));
        let data = tempfile::tempdir().unwrap();
        let config = DbConfig::sqlite(data.path());
        let now = system_env().now();
        super::super::make_region(&config, region, now, |_| {}).await.unwrap();
        let db = Db::open(&config, system_env(), house::MIGRATIONS).await.unwrap();
        let mut conn = db.read(region.id).await.unwrap();
        let past = sql::meeting::past(&mut conn, (now, Uuid::max()), 10).await.unwrap();
        let held = past.iter().find(|one| one.state == MeetingState::MinutesFinal).unwrap();
        let items = sql::item::of_meeting(&mut conn, held.id).await.unwrap();
        let told = |late: bool, state: ItemState| {
            items.iter().filter(|one| one.late.is_some() == late && one.state == state).count()
        };
        assert_eq!(
            [told(false, ItemState::Done), told(true, ItemState::Open), told(false, ItemState::Open)],
            [1, 1, 1]
        );
        assert!(sql::meeting::guests(&mut conn, held.id).await.unwrap().iter().any(|guest| guest.outside));
        let ahead = sql::meeting::ahead(&mut conn).await.unwrap();
        assert_eq!(ahead.len(), 2);
        assert!(!sql::meeting::agenda(&mut conn, ahead[0].id).await.unwrap().is_empty());
        let asked = sql::agenda::asked(&mut conn).await.unwrap();
        let names: Vec<&str> = asked.iter().map(|one| one.newest.name.as_str()).collect();
        assert_eq!(names.len(), 1, "one was decided, one still asks, each once: {names:?}");
        let plan = sql::plan::in_force(&mut conn).await.unwrap().unwrap().id;
        let periods = sql::progress::periods(&mut conn, plan).await.unwrap();
        let takes = |one: &&simpul_plan::model::Period| one.stand(now, None) == simpul_plan::model::period::Stand::Open;
        assert!(periods.iter().any(|one| takes(&one)), "whoever sees the demo can report today");
        let commitments = sql::commitment::all(&mut conn).await.unwrap();
        let stand = |state: CommitmentState| commitments.iter().filter(|one| one.state == state).count();
        assert_eq!(
            [stand(CommitmentState::Open), stand(CommitmentState::Met), stand(CommitmentState::Draft)],
            [3, 1, 1]
        );
        let today = region_day(now);
        assert_eq!(commitments.iter().filter(|one| one.late.is_some()).count(), 1, "one is late");
        assert_eq!(commitments.iter().filter(|one| one.ends_within_days(today).is_some()).count(), 1, "one ends soon");
        let rounds = sql::round::list(&mut conn).await.unwrap();
        let answers = sql::round::answers(&mut conn, rounds[0].id).await.unwrap();
        let checked = answers.iter().filter(|one| one.state == AnswerState::Checked).count();
        let open = answers.iter().filter(|one| one.state == AnswerState::Draft).count();
        assert!(checked > 10 && open > 10, "half of it is filled");
        drop(conn);
        db.close().await;
    }

    fn region_day(now: Timestamp) -> Date {
        simpul_kernel::calendar::Zone::Wita.date(now)
    }
}
