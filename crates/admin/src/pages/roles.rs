//! What each role may do, read from the rules themselves.

use askama::Template;
use simpul_kernel::Role;
use simpul_people::{Permission, Reach, may, reach};
use simpul_shell::{Officer, Page, PageResult, render};

use super::role_name;
use crate::CanSeeJournal;

struct RoleColumn {
    id: &'static str,
    name: String,
    reach: String,
    rights: Vec<String>,
}

struct Row {
    name: String,
    cells: Vec<bool>,
}

#[derive(Template)]
#[template(path = "admin/roles.html")]
struct RolesPage {
    page: Page,
    roles: Vec<RoleColumn>,
    rows: Vec<Row>,
}

pub(super) async fn matrix(me: Officer<CanSeeJournal>) -> PageResult {
    let right = |permission: &Permission| me.t(&format!("admin.permission.{}", permission.name()));
    let roles: Vec<Role> = Role::ALL.into_iter().filter(|role| *role != Role::Citizen).collect();
    let columns = roles.iter().map(|role| RoleColumn {
        id: role.name(),
        name: role_name(&me, *role),
        reach: me.t(match reach(*role) {
            Reach::Agency => "admin.roles.agency",
            Reach::Region => "admin.roles.region",
        }),
        rights: Permission::ALL.iter().filter(|permission| may(*role, **permission)).map(right).collect(),
    });
    let rows = Permission::ALL.iter().map(|permission| Row {
        name: right(permission),
        cells: roles.iter().map(|role| may(*role, *permission)).collect(),
    });
    render(&RolesPage { page: super::page(&me, "admin.roles.title"), roles: columns.collect(), rows: rows.collect() })
}
