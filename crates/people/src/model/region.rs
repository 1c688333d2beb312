//! Regions: which there are, and what each has settled for itself.

use serde::{Deserialize, Serialize};
use simpul_kernel::calendar::Zone;
use simpul_kernel::{Refusal, RegionId, Timestamp, limits};

/// Whether a local government is a regency or a city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionKind {
    /// Kabupaten.
    Kabupaten,
    /// Kota.
    Kota,
}

impl RegionKind {
    /// The name in tables and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            RegionKind::Kabupaten => "kabupaten",
            RegionKind::Kota => "kota",
        }
    }

    /// Reads what [`RegionKind::as_str`] writes.
    pub fn parse(text: &str) -> Option<RegionKind> {
        [RegionKind::Kabupaten, RegionKind::Kota].into_iter().find(|kind| kind.as_str() == text.trim())
    }

    /// What the code says: cities are numbered from 71 in their province (Ministry of Home Affairs).
    pub fn of(region: RegionId) -> RegionKind {
        if region.0 % 100 >= 71 { RegionKind::Kota } else { RegionKind::Kabupaten }
    }
}

/// The zone in which a region lies, by its province (Keppres 41/1987 and the provinces split off since).
pub fn zone_of(region: RegionId) -> Zone {
    match region.0 / 100 {
        51..=53 | 63..=65 | 71..=76 => Zone::Wita,
        81..=99 => Zone::Wit,
        _ => Zone::Wib,
    }
}

/// One local government.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// The Ministry's code.
    pub id: RegionId,
    /// The name without its kind: `Luwu Utara`.
    pub name: String,
    /// Regency or city.
    pub kind: RegionKind,
    /// Its time zone.
    pub zone: Zone,
    /// What its numbers begin with: `LUTRA`.
    pub prefix: String,
    /// The host name that its pages answer to, in lower case.
    pub host: Option<String>,
    /// Whether everything in it is invented.
    pub demo: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// What it has settled for itself.
    pub settings: RegionSettings,
}

impl Region {
    /// Kind and name as they stand on letters: `Kabupaten Luwu Utara`.
    pub fn full_name(&self) -> String {
        let kind = match self.kind {
            RegionKind::Kabupaten => "Kabupaten",
            RegionKind::Kota => "Kota",
        };
        format!("{kind} {}", self.name)
    }
}

/// Whether 112 works here. Until it does, the numbers of [`RegionSettings`] stand in its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Emergency112 {
    /// Belum aktif.
    #[default]
    Inactive,
    /// Uji coba.
    Trial,
    /// Aktif.
    Active,
}

impl Emergency112 {
    /// Every state, in order.
    pub const ALL: [Emergency112; 3] = [Emergency112::Inactive, Emergency112::Trial, Emergency112::Active];

    /// The name in forms and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Emergency112::Inactive => "inactive",
            Emergency112::Trial => "trial",
            Emergency112::Active => "active",
        }
    }

    /// Reads what [`Emergency112::as_str`] writes.
    pub fn parse(text: &str) -> Option<Emergency112> {
        Emergency112::ALL.into_iter().find(|state| state.as_str() == text.trim())
    }
}

/// How long what is kept (UU 27/2022, article 16: no longer than its purpose needs).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// Names and contacts of reporters after their report is closed, in days.
    pub reporter_days: i64,
    /// The log of who looked at what, in days.
    pub access_log_days: i64,
    /// Ended sessions, used links and counted failures, in days.
    pub session_days: i64,
    /// Messages that went out, in days.
    pub outbox_days: i64,
}

impl Default for Retention {
    fn default() -> Retention {
        Retention { reporter_days: 730, access_log_days: 730, session_days: 30, outbox_days: 90 }
    }
}

/// What a region has settled for itself. A field that an older version did not know has its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RegionSettings {
    /// Whether the public page counts by agency; otherwise it shows totals only.
    pub public_agency_names: bool,
    /// Whether the ministry's evaluators see how its evaluation rounds stand beside those of other regions.
    pub share_evaluation: bool,
    /// Whether 112 works.
    pub emergency_112: Emergency112,
    /// Ambulance (PSC 119).
    pub phone_psc: String,
    /// Fire and rescue.
    pub phone_fire: String,
    /// Police.
    pub phone_police: String,
    /// The region's WhatsApp number for reports; empty if there is none.
    pub whatsapp: String,
    /// The office that runs Simpul, as it stands on letters.
    pub office_name: String,
    /// Its address.
    pub office_address: String,
    /// Its telephone.
    pub office_phone: String,
    /// Its e-mail: also for requests about personal data.
    pub office_email: String,
    /// Whom to turn to about personal data.
    pub privacy_contact: String,
    /// The agency that receives what no category names, by short name.
    pub default_agency: String,
    /// Where maps open: latitude and longitude in degrees.
    pub center: Option<(f64, f64)>,
    /// How far maps are zoomed in when they open.
    pub zoom: f64,
    /// Who made those tiles.
    pub map_attribution: String,
    /// How long what is kept.
    pub retention: Retention,
}

impl Default for RegionSettings {
    fn default() -> RegionSettings {
        RegionSettings {
            public_agency_names: false,
            share_evaluation: false,
            emergency_112: Emergency112::Inactive,
            phone_psc: "119".into(),
            phone_fire: "113".into(),
            phone_police: "110".into(),
            whatsapp: String::new(),
            office_name: String::new(),
            office_address: String::new(),
            office_phone: String::new(),
            office_email: String::new(),
            privacy_contact: String::new(),
            default_agency: String::new(),
            center: None,
            zoom: 9.0,
            map_attribution: String::new(),
            retention: Retention::default(),
        }
    }
}

impl RegionSettings {
    /// The settings with every line trimmed.
    ///
    /// # Errors
    /// A refusal that names the first field that cannot stand.
    pub fn check(mut self) -> Result<RegionSettings, Refusal> {
        for (field, text) in [
            ("phone_psc", &mut self.phone_psc),
            ("phone_fire", &mut self.phone_fire),
            ("phone_police", &mut self.phone_police),
            ("whatsapp", &mut self.whatsapp),
            ("office_name", &mut self.office_name),
            ("office_address", &mut self.office_address),
            ("office_phone", &mut self.office_phone),
            ("office_email", &mut self.office_email),
            ("privacy_contact", &mut self.privacy_contact),
            ("default_agency", &mut self.default_agency),
            ("map_attribution", &mut self.map_attribution),
        ] {
            *text = super::line(field, text, 2 * limits::LINE_MAX_CHARS)?;
        }
        if !self.office_email.is_empty() {
            self.office_email = super::check_email(&self.office_email)
                .map_err(|_| Refusal::field("office_email", "people.refused.email"))?;
        }
        if !self.whatsapp.is_empty() {
            self.whatsapp =
                super::check_phone(&self.whatsapp).map_err(|_| Refusal::field("whatsapp", "people.refused.phone"))?;
        }
        if self.center.is_some_and(|(lat, lon)| !(-90.0..=90.0).contains(&lat) || !(-180.0..=180.0).contains(&lon)) {
            return Err(Refusal::field("center", "people.refused.center"));
        }
        if !(0.0..=22.0).contains(&self.zoom) {
            return Err(Refusal::field("zoom", "people.refused.zoom"));
        }
        let kept = &self.retention;
        for (field, days) in [
            ("reporter_days", kept.reporter_days),
            ("access_log_days", kept.access_log_days),
            ("session_days", kept.session_days),
            ("outbox_days", kept.outbox_days),
        ] {
            if !(1..=36_500).contains(&days) {
                return Err(Refusal::field(field, "people.refused.retention"));
            }
        }
        Ok(self)
    }
}

/// A region that is to be added, or how it shall stand from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRegion {
    /// The Ministry's code.
    pub id: RegionId,
    /// The name without its kind.
    pub name: String,
    /// Regency or city.
    pub kind: RegionKind,
    /// Its time zone.
    pub zone: Zone,
    /// What its numbers begin with.
    pub prefix: String,
    /// The host name that its pages answer to.
    pub host: Option<String>,
    /// Whether everything in it is invented.
    pub demo: bool,
}

impl NewRegion {
    /// A region with what its code tells.
    pub fn new(id: RegionId, name: &str, prefix: &str) -> NewRegion {
        NewRegion {
            id,
            name: name.to_owned(),
            kind: RegionKind::of(id),
            zone: zone_of(id),
            prefix: prefix.to_owned(),
            host: None,
            demo: false,
        }
    }

    /// The same with name, prefix and host in their stored form.
    ///
    /// # Errors
    /// A refusal that names the field.
    pub fn check(&self) -> Result<NewRegion, Refusal> {
        let name = super::line("name", &self.name, limits::LINE_MAX_CHARS)?;
        if name.is_empty() {
            return Err(Refusal::field("name", "people.refused.name_missing"));
        }
        let prefix = self.prefix.trim().to_uppercase();
        let prefix_ok =
            (2..=8).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !prefix_ok {
            return Err(Refusal::field("prefix", "people.refused.prefix"));
        }
        let host = self.host.as_deref().map(normal_host).filter(|host| !host.is_empty());
        if let Some(host) = &host
            && !host.chars().all(|c| c.is_ascii_alphanumeric() || ".-[]:".contains(c))
        {
            return Err(Refusal::field("host", "people.refused.host"));
        }
        if RegionId::parse(&self.id.to_string()).is_none() {
            return Err(Refusal::field("id", "people.refused.region_code"));
        }
        Ok(NewRegion { name, prefix, host, ..self.clone() })
    }
}

/// A host name as it is compared: lower case, without a port and without the dot at its end.
pub fn normal_host(host: &str) -> String {
    let host = host.trim().to_lowercase();
    let bare = match host.rsplit_once(':') {
        Some((before, port))
            if port.bytes().all(|b| b.is_ascii_digit()) && (!before.contains(':') || before.ends_with(']')) =>
        {
            before.to_owned()
        }
        _ => host,
    };
    bare.trim_end_matches('.').to_owned()
}

/// The region that answers to a host name. One region alone answers to any; of several, an unclaimed host gets the
/// default one, or the one that has no host of its own: no region's pages stand under a name that may be meant for
/// another's.
pub fn choose_region(
    regions: &[(RegionId, Option<String>)],
    host: &str,
    default: Option<RegionId>,
) -> Option<RegionId> {
    if let [(only, _)] = regions {
        return Some(*only);
    }
    let host = normal_host(host);
    let named = regions.iter().find(|(_, name)| name.as_deref() == Some(host.as_str())).map(|(id, _)| *id);
    let mut hostless = regions.iter().filter(|(_, name)| name.is_none()).map(|(id, _)| *id);
    let alone = hostless.next().filter(|_| hostless.next().is_none());
    named.or(default).or(alone)
}

/// The address of an installation (`https://lapor.example.go.id:8443`) at a region's own host, if it has one: a link
/// that leads to another host would lead to another region.
pub fn at_host(base: &str, host: Option<&str>) -> String {
    let (Some(host), Some((scheme, rest))) = (host, base.split_once("://")) else { return base.to_owned() };
    let authority = rest.split('/').next().unwrap_or_default();
    let port = authority.rsplit_once(':').map(|(_, port)| port).filter(|port| port.parse::<u16>().is_ok());
    match port {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_unclaimed_host_gets_no_region_by_chance() {
        let (luwu, magetan) = ((RegionId(7322), None), (RegionId(3520), Some("magetan.example".to_owned())));
        let both = [magetan.clone(), luwu];
        assert_eq!(choose_region(&[], "any.example", None), None);
        assert_eq!(
            choose_region(std::slice::from_ref(&magetan), "any.example", None),
            Some(RegionId(3520)),
            "one answers to any"
        );
        assert_eq!(choose_region(&both, "Magetan.Example:443", None), Some(RegionId(3520)));
        assert_eq!(choose_region(&both, "any.example", None), Some(RegionId(7322)), "the one without a host");
        assert_eq!(choose_region(&both, "any.example", Some(RegionId(3520))), Some(RegionId(3520)));
        let claimed = [magetan, (RegionId(7322), Some("lutra.example".to_owned()))];
        assert_eq!(choose_region(&claimed, "any.example", None), None);
        let hostless = [(RegionId(7322), None), (RegionId(3520), None)];
        assert_eq!(choose_region(&hostless, "any.example", None), None);
    }

    #[test]
    fn a_link_of_a_region_leads_to_its_own_host() {
        let base = "https://lapor.example.go.id";
        assert_eq!(at_host(base, None), base);
        assert_eq!(at_host(base, Some("magetan.example.go.id")), "https://magetan.example.go.id");
        assert_eq!(at_host("http://127.0.0.1:8112", Some("magetan.localhost")), "http://magetan.localhost:8112");
        assert_eq!(at_host("http://[::1]:8112", Some("magetan.localhost")), "http://magetan.localhost:8112");
        assert_eq!(at_host("http://[::1]", Some("magetan.localhost")), "http://magetan.localhost");
    }

    #[test]
    fn a_code_tells_kind_and_zone() {
        assert_eq!(RegionKind::of(RegionId(7322)), RegionKind::Kabupaten);
        assert_eq!(RegionKind::of(RegionId(7373)), RegionKind::Kota);
        assert_eq!(zone_of(RegionId(7322)), Zone::Wita);
        assert_eq!(zone_of(RegionId(3520)), Zone::Wib);
        assert_eq!(zone_of(RegionId(9471)), Zone::Wit);
        assert_eq!(zone_of(RegionId(6171)), Zone::Wib, "Pontianak");
        assert_eq!(zone_of(RegionId(6371)), Zone::Wita, "Banjarmasin");
    }

    #[test]
    fn settings_of_an_older_version_get_defaults() {
        let read: RegionSettings = serde_json::from_str(r#"{"whatsapp":"+6281234567890","unknown":1}"#).unwrap();
        assert_eq!(read.phone_psc, "119");
        assert_eq!(read.emergency_112, Emergency112::Inactive);
        let again: RegionSettings = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
    }

    #[test]
    fn settings_refuse_what_cannot_work() {
        let refused = |change: fn(&mut RegionSettings)| {
            let mut settings = RegionSettings::default();
            change(&mut settings);
            settings.check().unwrap_err().field
        };
        assert_eq!(refused(|s| s.center = Some((120.0, -2.0))), Some("center"));
        assert_eq!(refused(|s| s.office_email = "kominfo".into()), Some("office_email"));
        assert_eq!(refused(|s| s.retention.access_log_days = 0), Some("access_log_days"));
        assert!(RegionSettings::default().check().is_ok());
    }

    #[test]
    fn a_region_needs_a_name_and_a_prefix_for_its_numbers() {
        let new = NewRegion::new(RegionId(7322), " Luwu Utara ", "lutra");
        let checked = new.check().unwrap();
        assert_eq!((checked.name.as_str(), checked.prefix.as_str()), ("Luwu Utara", "LUTRA"));
        assert_eq!(NewRegion { prefix: "L-U".into(), ..new.clone() }.check().unwrap_err().field, Some("prefix"));
        assert_eq!(NewRegion { host: Some("a b".into()), ..new }.check().unwrap_err().field, Some("host"));
    }

    #[test]
    fn a_host_is_compared_without_port_and_case() {
        assert_eq!(normal_host("Lapor.LuwuUtaraKab.go.id:443"), "lapor.luwuutarakab.go.id");
        assert_eq!(normal_host("[::1]:8112"), "[::1]");
        assert_eq!(normal_host("::1"), "::1");
        assert_eq!(normal_host("a.id."), "a.id");
    }

    proptest! {
        #[test]
        fn a_normal_host_is_normal(text in "[a-zA-Z0-9.:\\[\\]-]{0,30}") {
            let _ = normal_host(&text);
        }
    }
}
