//! A region with areas, rules and a few reports in different states.

use std::sync::Arc;

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Ctx};
use simpul_people::RegionSettings;
use simpul_report::Messenger;
use simpul_report::actions::{AcceptReport, HideReport, Reporter, ResolveReport, SeedRules, SubmitReport, Submitted};
use simpul_report::desk::Desk;
use simpul_report::model::{Place, ReporterMode, Source};
use simpul_shell::testing::TestSite;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

/// Kappuna in the district Masamba.
pub const KAPPUNA: i64 = 7_322_031_001;
/// The district Masamba.
pub const MASAMBA: i64 = 732_203;
/// What only the reporter of the secret report wrote.
pub const SECRET_WORDS: &str = "kata sandi rahasia kancil";
/// What stood in the report that was hidden.
pub const HIDDEN_WORDS: &str = "kalimat buruk tersembunyi";
/// A citizen's words that no screen but the report's own page shows.
pub const PUBLIC_WORDS: &str = "telepon saya di 0812-3456-7890 dekat rumah Pak Kancil";

/// A site with its agency.
pub struct Scene {
    pub site: TestSite,
    pub agency: Uuid,
}

/// The numbers of the reports that [`Scene::filled`] sends.
pub struct Numbers {
    pub assigned: String,
    pub fixed: String,
    pub secret: String,
    pub hidden: String,
}

impl Scene {
    /// A region without reports.
    pub async fn new() -> Scene {
        let build = |builder: simpul_shell::AppBuilder| {
            let builder = builder.messages(simpul_report::MESSAGES).messages(simpul_emergency::MESSAGES);
            let builder = simpul_plan::furnish(builder.messages(simpul_plan::MESSAGES));
            let builder = simpul_emergency::furnish(simpul_report::furnish(builder.messages(simpul_wall::MESSAGES)));
            simpul_wall::furnish(builder, None)
        };
        let routes = simpul_report::routes().merge(simpul_emergency::routes()).merge(simpul_wall::routes());
        let migrations = [simpul_report::MIGRATIONS, simpul_emergency::MIGRATIONS, simpul_plan::MIGRATIONS];
        let site = TestSite::new(&migrations, routes, build).await.unwrap();
        let scene = Scene { agency: site.agency("Dishub").await.unwrap(), site };
        let directory = &scene.site.app.directory;
        directory.import_areas(&scene.system(), &[simpul_people::data::AREAS_LUWU_UTARA], false).await.unwrap();
        let seed = SeedRules { agencies: vec![("Dishub".to_owned(), scene.agency)] };
        directory.write(&scene.system(), seed).await.unwrap();
        scene
    }

    /// The same with one report in each state that matters here.
    pub async fn filled() -> (Scene, Numbers) {
        let scene = Scene::new().await;
        let fixed = scene.submit("lampu_jalan", "Lampu padam di lapangan", None).await;
        let assigned = scene.submit("lampu_jalan", PUBLIC_WORDS, None).await;
        scene.submit("pohon", "Dahan patah", None).await;
        let secret = scene.submit("lampu_jalan", SECRET_WORDS, Some(ReporterMode::Secret)).await;
        let hidden = scene.submit("lampu_jalan", HIDDEN_WORDS, None).await;
        let (system, version) = (scene.system(), None);
        let directory = &scene.site.app.directory;
        for report in [fixed.id, assigned.id] {
            directory.write(&system, AcceptReport { report, version, class: None }).await.unwrap();
        }
        scene.pass(DAY_MICROS).await;
        let resolve = ResolveReport {
            report: fixed.id,
            version: None,
            text: "Lampu sudah diganti".into(),
            photos: Vec::new(),
            no_photo_reason: Some("malam hari".into()),
        };
        let start = simpul_report::actions::StartWork { report: fixed.id, version, note: None };
        directory.write(&scene.system(), start).await.unwrap();
        directory.write(&scene.system(), resolve).await.unwrap();
        let hide = HideReport { report: hidden.id, reason: "menghina orang".into() };
        directory.write(&scene.system(), hide).await.unwrap();
        let [assigned, fixed, secret, hidden] = [assigned, fixed, secret, hidden].map(|s| s.number);
        (scene, Numbers { assigned, fixed, secret, hidden })
    }

    /// Simpul itself.
    pub fn system(&self) -> Ctx {
        self.site.db.ctx(Actor::system("test"))
    }

    /// A citizen of Kappuna reports.
    pub async fn submit(&self, category: &str, text: &str, mode: Option<ReporterMode>) -> Submitted {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let place = self.site.app.directory.of(TEST_REGION).await.unwrap();
        let desk = Arc::new(Desk::open(&mut conn, place).await.unwrap());
        let submit = SubmitReport {
            key: self.site.app.db.env().new_id(),
            desk,
            category: category.to_owned(),
            place: Place { village: Some(KAPPUNA), district: Some(MASAMBA), ..Place::default() },
            text: text.to_owned(),
            photos: Vec::new(),
            reporter: Reporter { mode, ..Reporter::default() },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes: None,
            previous: None,
        };
        self.site.db.db.write(&self.site.db.ctx(Actor::citizen()), submit).await.unwrap()
    }

    /// Time passes, with everything that happens meanwhile.
    pub async fn pass(&self, micros: i64) {
        self.site.db.clock.advance(micros);
        let directory = self.site.app.directory.clone();
        let messenger = Messenger { directory, text: false, email: false, base_url: None };
        self.site.db.settle(&simpul_report::reactions(messenger)).await.unwrap();
    }

    /// The region settles something else for itself.
    pub async fn settings(&self, change: impl FnOnce(&mut RegionSettings)) {
        let directory = &self.site.app.directory;
        let mut settings = directory.of(TEST_REGION).await.unwrap().region.settings.clone();
        change(&mut settings);
        directory.set_settings(&self.system(), settings).await.unwrap();
    }
}
