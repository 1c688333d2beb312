//! What the pages of all officers and of one have in common.

use simpul_kernel::{Grant, Refusal, Role};
use simpul_people::{NewOfficer, role_needs_agency};
use simpul_shell::{Fields, Path, Site};
use uuid::Uuid;

use super::{agency_short, role_name};

/// Where all officers are listed.
pub(super) const LIST: &str = "/admin/petugas";

/// The id in the path, for the pages of one officer.
pub(super) type Id = Path<Uuid>;

/// A name; what an erased officer is called instead.
pub(super) fn shown_name(site: &Site, name: &str) -> String {
    if name.is_empty() { site.t("admin.officer.erased_name") } else { name.to_owned() }
}

/// A role, and where it counts if that is not everywhere.
pub(super) fn grant_text(site: &Site, grant: &Grant) -> String {
    let role = role_name(site, grant.role);
    match grant.agency {
        None => role,
        agency => site.tx("admin.common.role_in", &[("role", &role), ("agency", &agency_short(site, agency))]),
    }
}

/// What was typed of a person.
pub(super) fn read(fields: &Fields) -> NewOfficer {
    NewOfficer {
        name: fields.get("name").to_owned(),
        email: fields.get("email").to_owned(),
        nip: fields.get("nip").to_owned(),
        phone: fields.get("phone").to_owned(),
    }
}

/// The role and agency that were chosen.
pub(super) fn read_grant(fields: &Fields) -> std::result::Result<Grant, Refusal> {
    let role = Role::parse(fields.get("role")).ok_or_else(|| Refusal::field("role", "admin.officer.role_missing"))?;
    let agency = fields.uuid("agency");
    if role_needs_agency(role) && agency.is_none() {
        return Err(Refusal::field("agency", "admin.officer.agency_missing"));
    }
    Ok(Grant { role, agency })
}
