//! The books and the answer book as files, and a region's own text of a book.

use std::io::{Cursor, Read};

use axum::body::Body;
use axum::http::{Method, StatusCode};
use http_body_util::BodyExt;
use simpul_kernel::{Actor, Role};
use simpul_plan::actions::{PlanHead, PutInForce, StartPlan};
use simpul_plan::sql;
use simpul_shell::testing::Browser;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::meetings::{Hall, done, hall, reads};

/// The words of a DOCX file.
pub(crate) async fn paper(browser: &mut Browser, path: &str) -> String {
    let (status, _, body) = browser.open(Method::GET, path, None, Body::empty()).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    let bytes = body.collect().await.unwrap().to_bytes();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut words = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut words).unwrap();
    words
}

impl Hall {
    pub(crate) async fn with_plan(&self) {
        let secretariat = self.site.db.ctx(Actor::system("test"));
        let head = PlanHead {
            name: "Lutra Pintar".into(),
            edition: "Edisi uji".into(),
            vision: "Daerah yang tanggap".into(),
            legal_basis: "Perbup 5/2024".into(),
            years: (2026, 2028),
        };
        let start = StartPlan { key: Uuid::from_u128(7), framework: "enam-dimensi".into(), head };
        let plan = self.site.app.directory.write(&secretariat, start).await.unwrap();
        self.site.app.directory.write(&secretariat, PutInForce { plan }).await.unwrap();
    }
}

#[tokio::test]
async fn a_plan_becomes_three_books_from_texts_that_a_region_may_change() {
    let mut hall = hall().await;
    assert!(reads(&mut hall.clerk, "/rencana/buku").await.contains("Belum ada masterplan yang berlaku"));
    hall.with_plan().await;
    let list = hall.clerk.get("/rencana/buku").await.text;
    for book in ["analisis-strategis", "masterplan", "ringkasan-eksekutif"] {
        assert!(list.contains(&format!("/rencana/buku/{book}.docx")));
        let words = paper(&mut hall.clerk, &format!("/rencana/buku/{book}.docx")).await;
        assert!(words.contains("Daerah yang tanggap"), "{book}");
    }
    assert_eq!(hall.clerk.get("/rencana/buku/lain.docx").await.status, StatusCode::NOT_FOUND);
    let text = "/rencana/buku/masterplan/naskah";
    assert!(reads(&mut hall.clerk, text).await.contains("{{#dimensi}}"), "the places are told");
    let wrong = hall.clerk.post(text, &[("version", "0"), ("body", "# Bab\n{{visii}}")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("visii") && !wrong.text.contains("office.template"), "{}", wrong.text);
    done(&mut hall.clerk, text, &[("version", "0"), ("body", "# Bab satu\r\n{{rencana}}: {{visi}}")]).await;
    let words = paper(&mut hall.clerk, "/rencana/buku/masterplan.docx").await;
    assert!(words.contains("Bab satu") && words.contains("Lutra Pintar: Daerah yang tanggap"));
    let late = hall.clerk.post(text, &[("version", "0"), ("body", "# Lain")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else was faster");
    done(&mut hall.clerk, "/rencana/buku/masterplan/bawaan", &[]).await;
    let mut conn = hall.site.db.db.read(TEST_REGION).await.unwrap();
    assert_eq!(sql::template::of(&mut conn, "masterplan").await.unwrap(), None);
    let mut head = hall.site.sign_in_as(Role::AgencyHead, Some(hall.dishub)).await.unwrap();
    assert_eq!(head.get("/rencana/buku").await.status, StatusCode::FORBIDDEN);
}
