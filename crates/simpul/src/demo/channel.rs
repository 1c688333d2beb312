//! Other ways in: what officers entered for citizens in the last days, and what they did so that it may stand in
//! public.

use simpul_kernel::Actor;
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};
use simpul_people::AgencyKind;
use simpul_report::actions::{
    BarSender, CoverPhoto, EditText, FileReport, MakeBanKey, Reporter, SetSp4nId, SubmitReport, Submitted, cover_photo,
    keep_photo,
};
use simpul_report::gate::sender_typed;
use simpul_report::model::cover::Cover;
use simpul_report::model::filed::Filed;
use simpul_report::model::{PhotoRef, Place, ReporterMode, Source};
use simpul_report::sql;
use simpul_store::{Error, Result};

use super::photos;
use super::stage::Stage;
use super::texts::Scene;

/// What was said: by which way, how many days ago, about what, in which words, and what it is known by elsewhere.
const SAID: [(Source, i64, &str, &str, Option<&str>); 11] = [
    (Source::Counter, 0, "lampu_jalan", "Lampu jalan depan pasar mati, disampaikan Ibu di loket kecamatan.", None),
    (Source::Counter, 1, "jalan_rusak", "Jalan menuju sekolah berlubang dan tergenang saat hujan.", None),
    (
        Source::Letter,
        9,
        "jalan_rusak",
        "Warga dusun meminta perbaikan jalan tani yang putus.",
        Some("005/17/DS/XI/2026"),
    ),
    (Source::Letter, 6, "sampah", "Sampah menumpuk di belakang pasar sejak tiga pekan.", Some("470/112/DS/2026")),
    (Source::Phone, 1, "lampu_jalan", "Tiga lampu berurutan padam di jalan poros.", None),
    (Source::Phone, 0, "sampah", "Truk sampah tidak lewat sejak hari Senin.", None),
    (
        Source::Whatsapp,
        0,
        "jalan_rusak",
        "Assalamualaikum, jalan depan SD rusak parah.\nAnak sekolah sering jatuh.",
        None,
    ),
    (Source::Whatsapp, 2, "lampu_jalan", "Lampu di simpang tiga mati, gelap sekali kalau malam.", None),
    (Source::Sms, 3, "sampah", "Bak sampah depan puskesmas rusak", None),
    (
        Source::SocialMedia,
        2,
        "jalan_rusak",
        "Lubang besar di tikungan, sudah viral.",
        Some("https://contoh.example/unggahan/1"),
    ),
    (Source::Musrenbang, 60, "jalan_rusak", "Usulan musrenbang: pelebaran jalan dusun.", Some("Berita acara 3/2026")),
];

impl Stage {
    /// Enters them, covers a face, edits a text, notes a number of LAPOR!, and bars one sender.
    pub async fn enter_for_citizens(&self) -> Result<()> {
        let mut officers = self.district_officers();
        let Some(first) = officers.next() else { return Ok(()) };
        let officers: Vec<Actor> = std::iter::once(first).chain(officers).collect();
        let face = photos::draw(Scene::Road, false, 9);
        let face = keep_photo(&self.db, self.snapshot.region.id, face).await;
        let face = face.map_err(|error| Error::Store(error.to_string()))?;
        let mut entered = Vec::new();
        for (index, said) in SAID.iter().enumerate().filter(|(_, said)| self.desk.category(said.2).is_some()) {
            let photos = if index == 1 { vec![face] } else { Vec::new() };
            entered.push(self.enter(&officers[index % officers.len()], index, said, photos).await?);
        }
        self.moderate(&entered, &face).await
    }

    /// The officers of the offices of districts.
    fn district_officers(&self) -> impl Iterator<Item = Actor> {
        let offices = self.snapshot.agencies.iter().filter(|agency| agency.kind == AgencyKind::Kecamatan);
        offices.filter_map(|agency| self.officers.get(&agency.id).cloned())
    }

    async fn enter(
        &self,
        officer: &Actor,
        index: usize,
        (source, days, category, text, reference): &(Source, i64, &str, &str, Option<&str>),
        photos: Vec<PhotoRef>,
    ) -> Result<Submitted> {
        let hours = i64::try_from(index).unwrap_or(0) + 1;
        let at = self.now.plus_micros(-hours * HOUR_MICROS);
        let village = &self.snapshot.villages[index * 7 % self.snapshot.villages.len()];
        let report = SubmitReport {
            key: self.db.env().new_id(),
            desk: self.desk.clone(),
            category: (*category).to_owned(),
            place: Place {
                village: Some(village.code),
                district: Some(village.district),
                landmark: "dekat kantor desa".to_owned(),
                ..Place::default()
            },
            text: (*text).to_owned(),
            photos,
            reporter: Reporter {
                mode: Some(if index % 3 == 2 { ReporterMode::Anonymous } else { ReporterMode::Named }),
                name: Some("Warga Contoh".to_owned()),
                phone: Some(format!("0810000{index:05}")),
                email: None,
            },
            source: *source,
            foreign_id: None,
            media_url: None,
            attributes: None,
            previous: None,
        };
        let filed = Filed { said: at.plus_micros(-days * DAY_MICROS), reference: reference.map(str::to_owned) };
        self.act(officer, at, FileReport { report, filed }).await
    }

    async fn moderate(&self, entered: &[Submitted], face: &PhotoRef) -> Result<()> {
        let region = self.snapshot.region.id;
        let coordinator = &self.coordinator;
        if let Some(shown) = entered.get(1) {
            let boxes = [Cover { left: 380, top: 420, width: 120, height: 160 }];
            let covered = cover_photo(&self.db, region, face, &boxes).await;
            let covered = covered.map_err(|error| Error::Store(error.to_string()))?;
            let cover = CoverPhoto { report: shown.id, digest: face.digest, covered, boxes: boxes.len() };
            self.act(coordinator, self.now, cover).await?;
        }
        if let Some(told) = entered.first() {
            let text = "Lampu jalan depan pasar mati.".to_owned();
            let reason = "Menyebut pelapor".to_owned();
            self.act(coordinator, self.now, EditText { report: told.id, version: None, text, reason }).await?;
        }
        if let Some(known) = entered.get(4) {
            let sp4n_id = "9900001".to_owned();
            self.act(coordinator, self.now, SetSp4nId { report: known.id, sp4n_id }).await?;
        }
        self.act(coordinator, self.now, MakeBanKey).await?;
        let secret = sql::ban::secret(&mut self.db.read(region).await?).await?;
        if let Some(sender) = secret.and_then(|secret| sender_typed(&secret, "kasar@contoh.example")) {
            let reason = "Kata kasar berulang (contoh)".to_owned();
            self.act(coordinator, self.now, BarSender { sender, days: 14, reason, report: None }).await?;
        }
        Ok(())
    }
}
