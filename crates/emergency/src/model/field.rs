//! What is done around an incident beside sending units: its log, who confirmed it, to whom it was handed over, the
//! quick report, and the steps of a disaster.

use simpul_kernel::calendar::{Zone, parse_date};
use simpul_kernel::format::{self, Lang};
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::incident::Incident;
use super::{Victims, named, number};

/// A photo in three sizes, as the file store has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoFiles {
    /// Digests of its files, the largest first.
    pub digests: [[u8; 32]; 3],
}

named! {
    /// By which way a line of the log came.
    pub enum NoteWay {
        /// Written in the room.
        Note = "note",
        /// A unit said it by radio.
        RadioIn = "radio_in",
        /// The room said it by radio.
        RadioOut = "radio_out",
        /// By telephone.
        Phone = "phone",
        /// The crew wrote it in the field.
        Field = "field",
    }
}

impl NoteWay {
    /// The ways that a person in the room chooses from.
    pub const CHOICES: [NoteWay; 4] = [NoteWay::RadioIn, NoteWay::RadioOut, NoteWay::Phone, NoteWay::Note];
}

named! {
    /// Who was asked whether it is so.
    pub enum VerifyWay {
        /// The caller was called back.
        CallBack = "call_back",
        /// Another caller says the same.
        SecondCaller = "second_caller",
        /// Kepala desa.
        VillageHead = "village_head",
        /// The army's officer of the village.
        Babinsa = "babinsa",
        /// The police's officer of the village.
        Bhabinkamtibmas = "bhabinkamtibmas",
    }
}

named! {
    /// What was said.
    pub enum Finding {
        /// It is so.
        Confirmed = "confirmed",
        /// It is not so.
        Denied = "denied",
        /// Nobody was reached.
        Unreached = "unreached",
    }
}

named! {
    /// What kind of body an incident is handed over to.
    pub enum ContactKind {
        /// A service that an incident is forwarded to.
        Service = "service",
        /// A partner outside the government of the regency.
        Partner = "partner",
        /// A neighbouring regency.
        Neighbour = "neighbour",
    }
}

/// Bodies that a new region begins with; their numbers are the region's to fill in.
pub const CONTACTS: [(ContactKind, &str); 12] = [
    (ContactKind::Service, "PSC 119"),
    (ContactKind::Service, "Satpol PP Damkar"),
    (ContactKind::Service, "BPBD (TRC)"),
    (ContactKind::Service, "Polres"),
    (ContactKind::Service, "Kodim / Koramil"),
    (ContactKind::Service, "Pos SAR"),
    (ContactKind::Service, "PLN"),
    (ContactKind::Service, "Dishub"),
    (ContactKind::Service, "Dinsos (Tagana)"),
    (ContactKind::Partner, "PMI"),
    (ContactKind::Partner, "Basarnas"),
    (ContactKind::Partner, "Polda"),
];

/// The agency that a body's name means, of agencies by their short names: "BPBD (TRC)" is BPBD, and "Pos SAR" is
/// "Pos SAR Masamba". What is in brackets or after a stroke is left out.
pub fn agency_of_name<'a>(name: &str, agencies: impl Iterator<Item = (Uuid, &'a str)>) -> Option<Uuid> {
    let name = name.split(['(', '/']).next().unwrap_or_default().trim().to_lowercase();
    if name.is_empty() {
        return None;
    }
    let mut longer = None;
    for (id, short) in agencies {
        let short = short.trim().to_lowercase();
        if short == name {
            return Some(id);
        }
        if longer.is_none() && short.strip_prefix(&name).is_some_and(|rest| rest.starts_with(' ')) {
            longer = Some(id);
        }
    }
    longer
}

/// Longest words for what is asked of a body, in characters.
pub const ASKED_MAX_CHARS: usize = 300;
/// Longest telephone number of a contact, in characters.
pub const PHONE_MAX_CHARS: usize = 40;
/// Longest quick report, in characters: four text messages.
pub const QUICK_REPORT_MAX_CHARS: usize = 1_000;
/// Longest number of a decree, in characters.
pub const DECREE_MAX_CHARS: usize = 100;
/// Most rupiah of the unforeseen-expenditure fund that are believed, a thousand billion.
pub const FUND_MAX_RUPIAH: i64 = 1_000_000_000_000;

/// The steps of a disaster, each with its time: *kaji cepat*, *posko*, the Bupati's decree (*SK tanggap darurat*), and
/// the fund (*belanja tidak terduga*).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disaster {
    /// When it was assessed.
    pub assessed: Option<Timestamp>,
    /// When the command post opened.
    pub post: Option<Timestamp>,
    /// Where it stands.
    pub post_place: String,
    /// The decree's number.
    pub decree_number: String,
    /// From which day it holds.
    pub decree_from: Option<Timestamp>,
    /// Until which day.
    pub decree_until: Option<Timestamp>,
    /// When the fund was opened.
    pub fund: Option<Timestamp>,
    /// How much, in rupiah.
    pub fund_rupiah: Option<i64>,
}

impl Disaster {
    /// Refuses steps that stand before those they follow from.
    ///
    /// # Errors
    /// `emergency.refused.post_first` of `post`, `emergency.refused.decree` of `decree_number`,
    /// `emergency.refused.decree_days` of `decree_until`, `emergency.refused.fund_first` of `fund_rupiah`,
    /// `emergency.refused.fund` of `fund_rupiah`.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.post.is_some() && self.assessed.is_none() {
            return Err(Refusal::field("post", "emergency.refused.post_first"));
        }
        let has_decree = !self.decree_number.is_empty();
        if has_decree != (self.decree_from.is_some() && self.decree_until.is_some()) {
            return Err(Refusal::field("decree_number", "emergency.refused.decree"));
        }
        if self.decree_from.zip(self.decree_until).is_some_and(|(from, until)| until < from) {
            return Err(Refusal::field("decree_until", "emergency.refused.decree_days"));
        }
        if self.fund_rupiah.is_some() && !has_decree {
            return Err(Refusal::field("fund_rupiah", "emergency.refused.fund_first"));
        }
        if self.fund_rupiah.is_some_and(|rupiah| !(1..=FUND_MAX_RUPIAH).contains(&rupiah)) {
            return Err(Refusal::field("fund_rupiah", "emergency.refused.fund"));
        }
        Ok(())
    }
}

/// What a quick report is made of.
#[derive(Debug, Clone, Copy)]
pub struct QuickFacts<'f> {
    /// The region's name.
    pub region: &'f str,
    /// The incident.
    pub incident: &'f Incident,
    /// Name of its type.
    pub kind: &'f str,
    /// Where.
    pub place: &'f str,
    /// Units that were sent, with what they do, as it is said.
    pub units: &'f [String],
    /// The region's zone.
    pub zone: Zone,
    /// When the report is written.
    pub now: Timestamp,
}

/// The quick report as it is offered: what, where, when, who, why, how. Official papers are in Indonesian.
pub fn quick_report(facts: QuickFacts<'_>) -> String {
    let QuickFacts { region, incident, kind, place, units, zone, now } = facts;
    let drill = if incident.drill { "GLADI – BUKAN KEJADIAN NYATA\n" } else { "" };
    let number = number::shown(incident.serial);
    let when = format::stamp(Lang::Id, zone, incident.received);
    let written = format::stamp(Lang::Id, zone, now);
    let how = if units.is_empty() { "belum ada unit dikirim".to_owned() } else { units.join(", ") };
    format!(
        "{drill}LAPORAN CEPAT {number} – {region}\nAPA: {kind} (P{})\nDI MANA: {place}\nKAPAN: {when}\nSIAPA: {}\n\
         MENGAPA: penyebab belum diketahui\nBAGAIMANA: {how}\nDitulis {written}",
        incident.priority.level(),
        victims(incident),
    )
}

/// Victims and houses as a line.
fn victims(incident: &Incident) -> String {
    let losses = &incident.losses;
    let counted = [
        (losses.dead, "meninggal"),
        (losses.badly_hurt, "luka berat"),
        (losses.slightly_hurt, "luka ringan"),
        (losses.missing, "hilang"),
        (losses.displaced, "mengungsi"),
        (losses.houses, "rumah rusak"),
    ];
    let known: Vec<String> =
        counted.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    match incident.victims {
        _ if !known.is_empty() => known.join(", "),
        Victims::Unknown => "korban belum diketahui".to_owned(),
        Victims::Some(Some(count)) => format!("{count} orang korban menurut penelepon, keadaannya belum diketahui"),
        Victims::Some(None) => "ada korban menurut penelepon, jumlahnya belum diketahui".to_owned(),
        Victims::None => "tidak ada korban menurut penelepon".to_owned(),
    }
}

/// Reads `2026-11-26T08:30` and `2026-11-26 08:30` as clocks of the zone show it.
pub fn read_moment(typed: &str, zone: Zone) -> Option<Timestamp> {
    let (day, time) = typed.trim().split_once(['T', ' '])?;
    let (hour, minute) = time.trim().split_once([':', '.'])?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
    (hour < 24 && minute < 60).then_some(())?;
    Some(zone.instant(parse_date(day.trim())?, hour * 60 + minute))
}

/// The moment as a field of a form takes it.
pub fn moment_field(at: Timestamp, zone: Zone) -> String {
    format::iso(at, zone).chars().take("2026-11-26T08:30".len()).collect()
}

/// Reads a day, from its first minute.
pub fn read_day(typed: &str, zone: Zone) -> Option<Timestamp> {
    Some(zone.instant(parse_date(typed.trim())?, 0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::call::tests::at;
    use crate::model::incident::Losses;
    use crate::model::incident::tests::incident;

    fn facts<'f>(incident: &'f Incident, units: &'f [String]) -> QuickFacts<'f> {
        QuickFacts {
            region: "Luwu Utara",
            incident,
            kind: "Kebakaran rumah",
            place: "depan SD 101, Kappuna, Masamba",
            units,
            zone: Zone::Wita,
            now: at(600),
        }
    }

    #[test]
    fn a_body_belongs_to_the_agency_that_its_name_means_and_to_no_other() {
        let names =
            ["PSC 119", "Satpol PP Damkar", "BPBD", "Polres", "Kodim 1403", "Pos SAR Masamba", "PLN ULP Masamba"];
        let known: Vec<(Uuid, &str)> = (1..).map(Uuid::from_u128).zip(names).collect();
        let of = |name: &str| agency_of_name(name, known.iter().copied()).map(|id| id.as_u128());
        let wanted = [
            ("PSC 119", Some(1)),
            ("satpol pp damkar", Some(2)),
            ("BPBD (TRC)", Some(3)),
            ("Kodim / Koramil", Some(5)),
            ("Pos SAR", Some(6)),
            ("PLN", Some(7)),
            ("Polda", None),
            ("Pol", None),
            ("(TRC)", None),
            ("", None),
        ];
        for (name, agency) in wanted {
            assert_eq!(of(name), agency, "{name}");
        }
    }

    #[test]
    fn the_quick_report_answers_six_questions_and_says_what_is_not_known() {
        let text = quick_report(facts(&incident(), &[]));
        for part in [
            "APA: Kebakaran rumah (P1)",
            "DI MANA: depan SD 101",
            "KAPAN: ",
            "SIAPA: korban belum diketahui",
            "MENGAPA: penyebab belum",
            "BAGAIMANA: belum ada unit",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let losses = Losses { dead: 1, houses: 3, ..Losses::default() };
        let known = Incident { losses, drill: true, ..incident() };
        let text = quick_report(facts(&known, &["DK-1 tiba".to_owned()]));
        assert!(text.contains("1 meninggal, 3 rumah rusak") && text.contains("DK-1 tiba"), "{text}");
        assert!(text.starts_with("GLADI"), "{text}");
    }

    #[test]
    fn each_step_of_a_disaster_stands_on_the_one_before() {
        let assessed = Disaster { assessed: Some(at(0)), ..Disaster::default() };
        assert!(assessed.check().is_ok());
        let post = Disaster { post: Some(at(5)), ..assessed.clone() };
        assert!(post.check().is_ok());
        assert_eq!(Disaster { assessed: None, ..post.clone() }.check().unwrap_err().field, Some("post"));
        let named = Disaster { decree_number: "188.45/112".to_owned(), ..post };
        assert_eq!(named.check().unwrap_err().field, Some("decree_number"), "a decree has its days");
        let decree = Disaster { decree_from: Some(at(0)), decree_until: Some(at(86_400)), ..named };
        assert!(decree.check().is_ok());
        let turned = Disaster { decree_until: Some(at(-1)), ..decree.clone() };
        assert_eq!(turned.check().unwrap_err().field, Some("decree_until"));
        assert!(Disaster { fund_rupiah: Some(1), ..decree.clone() }.check().is_ok());
        assert_eq!(Disaster { fund_rupiah: Some(0), ..decree }.check().unwrap_err().field, Some("fund_rupiah"));
        assert_eq!(Disaster { fund_rupiah: Some(1), ..assessed }.check().unwrap_err().field, Some("fund_rupiah"));
    }

    #[test]
    fn a_moment_is_read_as_clocks_show_it_and_written_back() {
        let at = read_moment("2026-11-26T08:30", Zone::Wita).unwrap();
        assert_eq!(format::iso(at, Zone::Wib).get(..16), Some("2026-11-26T07:30"));
        assert_eq!(moment_field(at, Zone::Wita), "2026-11-26T08:30");
        assert_eq!(read_moment("2026-11-26 08.30", Zone::Wita), Some(at));
        for wrong in ["", "2026-11-26", "2026-13-01T08:00", "2026-11-26T24:00", "2026-11-26T08:6", "besok pagi"] {
            assert_eq!(read_moment(wrong, Zone::Wita), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_it(typed in "\\PC{0,30}") {
            let _ = (read_moment(&typed, Zone::Wib), read_day(&typed, Zone::Wit));
        }
    }
}
