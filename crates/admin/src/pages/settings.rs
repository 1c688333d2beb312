//! What the region has settled for itself.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_people::{Emergency112, NewRegion, Permission, Region, RegionSettings, Retention};
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageResult, Redirect, Typed, render, render_refused,
};
use simpul_store::{Error, Result};

use crate::CanManageRegion;

#[derive(Template)]
#[template(path = "admin/settings.html")]
struct SettingsPage {
    page: Page,
    form: FormView,
    code: String,
    zone: String,
    prefix: String,
    host: String,
    emergency: Vec<Choice>,
    agencies: Vec<Choice>,
    may_import: bool,
}

fn drawn(me: &Officer<CanManageRegion>, form: FormView) -> SettingsPage {
    let region = me.region();
    let emergency = Emergency112::ALL.map(|state| {
        let name = state.as_str();
        Choice::new(name, me.t(&format!("admin.emergency.{name}")))
    });
    let named = me.place.agencies.iter().filter(|agency| agency.active && !agency.outside);
    let named = named.map(|agency| Choice::new(&agency.short, format!("{} – {}", agency.short, agency.name)));
    let none = Choice::new("", me.t("admin.settings.default_agency_none"));
    SettingsPage {
        page: super::page(me, "admin.settings.title").usual_width(),
        form,
        code: region.id.to_string(),
        zone: format!("{} ({})", region.zone.name(), region.zone.iana()),
        prefix: region.prefix.clone(),
        host: region.host.clone().unwrap_or_else(|| me.t("admin.settings.host_any")),
        emergency: emergency.to_vec(),
        agencies: std::iter::once(none).chain(named).collect(),
        may_import: me.may(Permission::ManageAreas),
    }
}

pub(super) async fn show(me: Officer<CanManageRegion>) -> PageResult {
    render(&drawn(&me, me.form_of(&filled(me.region()))))
}

/// The form as it stands in the database.
fn filled(region: &Region) -> Fields {
    let settings = &region.settings;
    let kept = &settings.retention;
    let mut fields = Fields::new();
    for (name, value) in [
        ("name", &region.name),
        ("phone_psc", &settings.phone_psc),
        ("phone_fire", &settings.phone_fire),
        ("phone_police", &settings.phone_police),
        ("office_name", &settings.office_name),
        ("office_address", &settings.office_address),
        ("office_phone", &settings.office_phone),
        ("office_email", &settings.office_email),
        ("whatsapp", &settings.whatsapp),
        ("privacy_contact", &settings.privacy_contact),
        ("default_agency", &settings.default_agency),
    ] {
        fields.add(name, value);
    }
    fields.add("emergency_112", settings.emergency_112.as_str());
    if settings.public_agency_names {
        fields.add("public_agency_names", "1");
    }
    if settings.share_evaluation {
        fields.add("share_evaluation", "1");
    }
    for (name, days) in [
        ("reporter_days", kept.reporter_days),
        ("access_log_days", kept.access_log_days),
        ("session_days", kept.session_days),
        ("outbox_days", kept.outbox_days),
    ] {
        fields.add(name, days.to_string());
    }
    fields
}

/// What was typed, on top of what the form does not show.
fn read(before: &RegionSettings, fields: &Fields) -> std::result::Result<RegionSettings, Refusal> {
    let text = |name: &str| fields.get(name).to_owned();
    let days = |name: &'static str| fields.int(name).ok_or_else(|| Refusal::field(name, "admin.settings.number_wrong"));
    Ok(RegionSettings {
        public_agency_names: fields.get("public_agency_names") == "1",
        share_evaluation: fields.get("share_evaluation") == "1",
        emergency_112: Emergency112::parse(fields.get("emergency_112")).unwrap_or(before.emergency_112),
        phone_psc: text("phone_psc"),
        phone_fire: text("phone_fire"),
        phone_police: text("phone_police"),
        whatsapp: text("whatsapp"),
        office_name: text("office_name"),
        office_address: text("office_address"),
        office_phone: text("office_phone"),
        office_email: text("office_email"),
        privacy_contact: text("privacy_contact"),
        default_agency: text("default_agency"),
        retention: Retention {
            reporter_days: days("reporter_days")?,
            access_log_days: days("access_log_days")?,
            session_days: days("session_days")?,
            outbox_days: days("outbox_days")?,
        },
        ..before.clone()
    })
}

pub(super) async fn save(me: Officer<CanManageRegion>, form: Form) -> PageResult {
    match keep(&me, form.typed()).await {
        Ok(()) => Ok(Redirect::to("/admin/wilayah").flash("admin.settings.saved").into_response()),
        Err(error) => {
            let mut drawn = drawn(&me, me.refused(error, &form)?);
            drawn.page = drawn.page.failed();
            render_refused(&drawn)
        }
    }
}

async fn keep(me: &Officer<CanManageRegion>, fields: &Fields) -> Result<()> {
    let region = me.region();
    let settings = read(&region.settings, fields)?.check()?;
    if !settings.default_agency.is_empty() && me.place.agency_by_short(&settings.default_agency).is_none() {
        return Err(Error::from(Refusal::field("default_agency", "people.refused.no_such_agency")));
    }
    let name = fields.get("name").to_owned();
    let changed = NewRegion {
        id: region.id,
        name,
        kind: region.kind,
        zone: region.zone,
        prefix: region.prefix.clone(),
        host: region.host.clone(),
        demo: region.demo,
    };
    // Both are checked before either is written.
    let changed = changed.check()?;
    if changed.name != region.name {
        me.app.directory.set_region(&me.ctx, changed).await?;
    }
    me.app.directory.set_settings(&me.ctx, settings).await?;
    Ok(())
}
