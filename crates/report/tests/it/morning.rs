//! The officers' morning digest: once a working day, to those who owe something, and to nobody else.

use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::{Grant, Role};
use simpul_people::NewOfficer;
use simpul_people::actions::AddOfficer;
use simpul_report::actions::*;
use simpul_report::{Messenger, reactions};
use simpul_store::outbox;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use super::rules::{Office, office};

impl Office {
    async fn hire(&self, email: &str, role: Role, agency: Option<&str>) {
        let agency = match agency {
            Some(short) => Some(self.house.agency(short).await.unwrap()),
            None => None,
        };
        let officer = NewOfficer { name: "Petugas".to_owned(), email: email.to_owned(), ..NewOfficer::default() };
        let grants = vec![Grant { role, agency }];
        let add = AddOfficer { officer, grants, password_hash: None, must_change_password: false };
        self.house.directory.write(&self.house.system(), add).await.unwrap();
    }

    /// A report that no agency of the region answers for.
    async fn send_of_nobody(&self, key: u128) {
        let nobodys = self.desk.rules.active().find(|category| category.agency.is_none() && !category.secret).unwrap();
        let report = SubmitReport { category: nobodys.code.clone(), ..self.submit(key) };
        self.by(&self.house.citizen(), report).await.unwrap();
    }

    async fn settle_mail(&self) {
        let directory = self.house.directory.clone();
        let base_url = Some("https://lapor.contoh.id".to_owned());
        let messenger = Messenger { directory, text: false, email: true, base_url };
        self.house.test.settle(&reactions(messenger)).await.unwrap();
    }

    /// What was written to that address so far.
    async fn letters(&self, to: &str) -> Vec<String> {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let messages = outbox::list(&mut conn, Uuid::max(), None, 500).await.unwrap();
        let mut own: Vec<_> = messages.into_iter().filter(|message| message.recipient == to).collect();
        own.sort_by_key(|message| message.id);
        own.into_iter().map(|message| message.body).collect()
    }
}

#[tokio::test]
async fn every_working_morning_each_hears_what_the_day_asks_and_nobody_else_hears_anything() {
    let office = office().await;
    office.hire("petugas@contoh.id", Role::AgencyOfficer, Some("Dishub")).await;
    office.hire("kepala@contoh.id", Role::AgencyHead, Some("Dishub")).await;
    office.hire("lain@contoh.id", Role::AgencyOfficer, Some("DLH")).await;
    office.hire("bupati@contoh.id", Role::Leader, None).await;
    office.by(&office.house.system(), SetApproval { agency: office.dishub, on: true }).await.unwrap();
    let sent = office.begun(1).await;
    office.send(2).await;
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    office.by(&office.coordinator, RemindAgency { report: sent.id }).await.unwrap();
    office.settle_mail().await;
    assert!(office.letters("petugas@contoh.id").await.is_empty(), "not before the morning");
    // Tuesday 3 November.
    office.later(1);
    office.settle_mail().await;
    office.settle_mail().await;
    let head = office.letters("kepala@contoh.id").await;
    assert_eq!(head.len(), 1, "{head:?}");
    assert!(head[0].contains("1 jawaban menunggu persetujuan Anda") && head[0].contains("1 diingatkan"), "{head:?}");
    assert!(head[0].ends_with("https://lapor.contoh.id/kotak"), "{head:?}");
    let officer = office.letters("petugas@contoh.id").await;
    assert!(officer.len() == 1 && !officer[0].contains("persetujuan"), "{officer:?}");
    for silent in ["lain@contoh.id", "bupati@contoh.id"] {
        assert!(office.letters(silent).await.is_empty(), "{silent}");
    }
    // Later the same day nothing more; on Thursday the checking of the second report is due.
    office.house.test.clock.advance(3 * HOUR_MICROS);
    office.settle_mail().await;
    assert_eq!(office.letters("kepala@contoh.id").await.len(), 1);
    for _ in 0..2 {
        office.later(1);
        office.settle_mail().await;
    }
    let officer = office.letters("petugas@contoh.id").await;
    assert!(officer.last().unwrap().contains("1 jatuh tempo hari ini"), "{officer:?}");
    let week = officer.len();
    // Saturday and Sunday are no working mornings.
    for _ in 0..3 {
        office.later(1);
        office.settle_mail().await;
    }
    let officer = office.letters("petugas@contoh.id").await;
    assert_eq!(officer.len(), week + 1, "Friday only: {officer:?}");
    assert!(officer.last().unwrap().contains("terlambat"), "{officer:?}");
}

/// A region that kept its reports elsewhere before, or has none, owes its officers a morning all the same.
#[tokio::test]
async fn the_mornings_begin_without_a_new_report_and_only_once() {
    let office = office().await;
    office.hire("koordinator@contoh.id", Role::ReportCoordinator, None).await;
    let system = office.house.system();
    assert!(office.by(&system, StartMornings).await.unwrap());
    for _ in 0..2 {
        assert!(!office.by(&system, StartMornings).await.unwrap(), "one is asked for already");
    }
    // The report comes afterwards, and asks for no second one.
    office.send_of_nobody(1).await;
    office.later(1);
    assert!(!office.by(&system, StartMornings).await.unwrap(), "the one that is due comes by itself");
    office.settle_mail().await;
    let letters = office.letters("koordinator@contoh.id").await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    office.later(1);
    office.settle_mail().await;
    assert_eq!(office.letters("koordinator@contoh.id").await.len(), 2, "each morning asks for the next");
    // Two days without the line that calls for it: it was lost.
    office.later(3);
    assert!(office.by(&system, StartMornings).await.unwrap());
    office.settle_mail().await;
    assert_eq!(office.letters("koordinator@contoh.id").await.len(), 2, "the one in between is not told twice");
}
