//! Districts and villages with their codes, and which of them have a boundary.

use askama::Template;
use simpul_kernel::area::VillageKind;
use simpul_people::model::area::dotted;
use simpul_people::{Permission, Village};
use simpul_shell::{Officer, Page, PageResult, render};

use crate::CanManageRegion;

struct VillageRow {
    dotted: String,
    name: String,
    is_kelurahan: bool,
    bps: String,
    has_boundary: bool,
}

struct DistrictRow {
    code: i64,
    dotted: String,
    name: String,
    count: String,
    marks: String,
    has_boundary: bool,
    villages: Vec<VillageRow>,
}

#[derive(Template)]
#[template(path = "admin/areas.html")]
struct AreasPage {
    page: Page,
    summary: String,
    may_import: bool,
    districts: Vec<DistrictRow>,
}

pub(super) async fn list(me: Officer<CanManageRegion>) -> PageResult {
    let page = super::page(&me, "admin.areas.title");
    let place = &me.place;
    let mut districts = Vec::with_capacity(place.districts.len());
    for district in &place.districts {
        let villages: Vec<VillageRow> = place.villages_of(district.code).map(row).collect();
        districts.push(DistrictRow {
            code: district.code,
            dotted: dotted(district.code),
            name: district.name.clone(),
            count: page.tn("admin.areas.summary", count(villages.len())),
            marks: marks(&page, villages.iter().filter(|village| village.has_boundary).count(), villages.len()),
            has_boundary: district.has_boundary,
            villages,
        });
    }
    let have = place.villages.iter().filter(|village| village.has_boundary).count();
    let all = place.villages.len();
    let summary = format!("{}, {}.", page.tn("admin.areas.summary", count(all)), marks(&page, have, all));
    let may_import = me.may(Permission::ManageAreas);
    render(&AreasPage { page, summary, may_import, districts })
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn marks(page: &Page, have: usize, all: usize) -> String {
    let (have, all) = (page.number(count(have)), page.number(count(all)));
    page.tx("admin.areas.with_boundary", [("have", have.as_str()), ("all", all.as_str())])
}

fn row(village: &Village) -> VillageRow {
    VillageRow {
        dotted: dotted(village.code),
        name: village.name.clone(),
        is_kelurahan: village.kind() == VillageKind::Kelurahan,
        bps: village.bps.clone().unwrap_or_default(),
        has_boundary: village.has_boundary,
    }
}
