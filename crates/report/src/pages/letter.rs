//! Official papers: letterhead, number, who signs. What is not whole is not printed; the page says what is missing.

use askama::Template;
use simpul_kernel::format::{Lang, day_medium};
use simpul_kernel::{Role, Timestamp};
use simpul_people::sql::officers;
use simpul_people::{Officer as Person, Snapshot};
use simpul_shell::{Handle, Officer, Page, PageResult, render};
use simpul_store::Conn;
use uuid::Uuid;

use crate::model::Missing;

/// Who writes: the local government and the agency.
pub struct Letterhead {
    /// "PEMERINTAH KABUPATEN LUWU UTARA".
    pub region: String,
    /// "DINAS PERHUBUNGAN".
    pub agency: String,
    /// How the agency is reached; may be empty.
    pub contact: String,
}

impl Letterhead {
    /// The letterhead of an agency.
    pub fn of(place: &Snapshot, agency: Uuid) -> Letterhead {
        let found = place.agency(agency);
        Letterhead {
            region: format!("Pemerintah {}", place.region.full_name()).to_uppercase(),
            agency: found.map(|agency| agency.name.to_uppercase()).unwrap_or_default(),
            contact: found.map(|agency| agency.contact.clone()).unwrap_or_default(),
        }
    }
}

/// "Kepala Dinas Perhubungan"; a district has a camat.
pub fn head_title(place: &Snapshot, agency: Uuid) -> String {
    let Some(agency) = place.agency(agency) else { return String::new() };
    match agency.name.strip_prefix("Kecamatan ") {
        Some(district) if agency.district.is_some() => format!("Camat {district}"),
        _ => format!("Kepala {}", agency.name),
    }
}

/// The head of an agency, where one has an account.
pub fn head_of(place: &Snapshot, agency: Uuid) -> Option<Uuid> {
    let heads = |grant: &simpul_kernel::Grant| grant.role == Role::AgencyHead && grant.agency == Some(agency);
    place.officers_of(agency).find(|officer| officer.grants.iter().any(heads)).map(|officer| officer.id)
}

/// What is known of an officer.
pub async fn person(conn: &mut Conn, id: Uuid) -> Result<Option<Person>, simpul_store::Error> {
    officers::by_id(conn, id).await
}

/// The name and the NIP of an officer; either may be empty.
pub fn name_and_nip(person: &Person) -> (String, String) {
    (person.name.clone(), person.nip.clone().unwrap_or_default())
}

/// A day as papers have it: `25 November 2026`.
pub fn date(page: &Page, at: Timestamp) -> String {
    day_medium(Lang::Id, page.zone().date(at))
}

/// The page of a paper. Papers of the government are in Indonesian, whatever the officer reads.
pub fn paper<H: Handle>(officer: &Officer<H>, title: &str) -> Page {
    let mut page = officer.page(title).print().usual_width().style("surat.css").script("umum.js");
    page.lang = Lang::Id;
    let title = page.t(title);
    page.title_text(title)
}

#[derive(Template)]
#[template(path = "report/lacks.html")]
struct LacksPage {
    page: Page,
    title: String,
    number: String,
    missing: Vec<String>,
    fix: String,
}

/// Instead of a paper that is not whole: what is missing, and where to add it.
pub fn lacks<H: Handle>(
    officer: &Officer<H>,
    title: &str,
    number: &str,
    missing: &[Missing],
    fix: String,
) -> PageResult {
    let page = officer.page(title).at("/kotak").usual_width();
    let missing = missing.iter().map(|what| page.t(what.key())).collect();
    render(&LacksPage { title: page.t(title), number: number.to_owned(), missing, fix, page })
}
