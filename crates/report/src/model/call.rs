//! Whom to call where a form would be too slow. 112 is named only where the region says that it works.

use simpul_kernel::Refusal;
use simpul_kernel::format::Lang;
use simpul_people::{Emergency112, RegionSettings};

use super::Category;

/// A body that answers an emergency number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Ambulances: Public Safety Center 119.
    Psc,
    /// Fire and rescue: Damkar.
    Fire,
    /// Police: Polres, 110.
    Police,
}

impl Service {
    /// Catalogue key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Service::Psc => "report.emergency.psc",
            Service::Fire => "report.emergency.fire",
            Service::Police => "report.emergency.police",
        }
    }

    /// The name by which people know it, the same in every language.
    fn name(self) -> &'static str {
        match self {
            Service::Psc => "PSC",
            Service::Fire => "Damkar",
            Service::Police => "Polres",
        }
    }
}

/// The region's own numbers, without those that nobody has written down.
pub fn numbers(settings: &RegionSettings) -> Vec<(Service, &str)> {
    let known = [
        (Service::Psc, settings.phone_psc.trim()),
        (Service::Fire, settings.phone_fire.trim()),
        (Service::Police, settings.phone_police.trim()),
    ];
    known.into_iter().filter(|(_, number)| !number.is_empty()).collect()
}

/// Why nobody may report in this category, and whom to call instead; `None` where reports are taken.
pub fn stopped(category: &Category, settings: &RegionSettings, lang: Lang) -> Option<Refusal> {
    let text = category.stop(lang)?;
    let numbers = if settings.emergency_112 == Emergency112::Active {
        "112".to_owned()
    } else {
        let named = numbers(settings).into_iter().map(|(service, number)| format!("{number} ({})", service.name()));
        named.collect::<Vec<_>>().join(", ")
    };
    let key = if numbers.is_empty() { "report.refused.stopped_near" } else { "report.refused.stopped" };
    let refusal = Refusal::field("category", key).with("text", text);
    Some(if numbers.is_empty() { refusal } else { refusal.with("numbers", numbers) })
}

#[cfg(test)]
mod tests {
    use super::super::life::category;
    use super::*;

    #[test]
    fn nobody_is_sent_to_112_where_it_does_not_work() {
        let stop = Category { stop_id: "Telepon.".into(), stop_en: "Call.".into(), ..category("api", 3) };
        let mut settings = RegionSettings {
            phone_psc: "119".into(),
            phone_fire: " ".into(),
            phone_police: "110".into(),
            ..RegionSettings::default()
        };
        for (state, told) in [
            (Emergency112::Active, "112"),
            (Emergency112::Trial, "119 (PSC), 110 (Polres)"),
            (Emergency112::Inactive, "119 (PSC), 110 (Polres)"),
        ] {
            settings.emergency_112 = state;
            let refusal = stopped(&stop, &settings, Lang::En).unwrap();
            assert_eq!(refusal.args, [("text", "Call.".to_owned()), ("numbers", told.to_owned())]);
        }
        (settings.phone_psc, settings.phone_police) = (String::new(), String::new());
        assert_eq!(stopped(&stop, &settings, Lang::Id).unwrap().key, "report.refused.stopped_near");
        assert_eq!(stopped(&category("lampu", 3), &settings, Lang::Id), None);
    }
}
