//! What the pages decide, as pure functions: filters, what is typed, what is masked.

use simpul_kernel::calendar::Zone;
use simpul_kernel::mask::phone_shown;
use simpul_kernel::{Refusal, Role, Timestamp};
use simpul_people::Officer;
use time::Date;
use uuid::Uuid;

/// Which officers a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficerFilter {
    /// Part of a name or login, in any case.
    pub text: String,
    /// With a grant in this agency.
    pub agency: Option<Uuid>,
    /// With this role.
    pub role: Option<Role>,
    /// In this state; all but erased ones without.
    pub state: Option<OfficerState>,
}

/// Whether an officer may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficerState {
    /// May sign in.
    Active,
    /// May not.
    Disabled,
    /// Is known by the id alone.
    Erased,
}

impl OfficerState {
    /// Every state, in the order of the filter.
    pub const ALL: [OfficerState; 3] = [OfficerState::Active, OfficerState::Disabled, OfficerState::Erased];

    /// The state of an officer.
    pub fn of(officer: &Officer) -> OfficerState {
        match (officer.erased_at, officer.active) {
            (Some(_), _) => OfficerState::Erased,
            (None, true) => OfficerState::Active,
            (None, false) => OfficerState::Disabled,
        }
    }

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            OfficerState::Active => "active",
            OfficerState::Disabled => "disabled",
            OfficerState::Erased => "erased",
        }
    }

    /// The catalogue's word.
    pub fn key(self) -> &'static str {
        match self {
            OfficerState::Active => "admin.officer.state_active",
            OfficerState::Disabled => "admin.officer.state_disabled",
            OfficerState::Erased => "admin.officer.state_erased",
        }
    }

    /// Reads what [`OfficerState::name`] writes.
    pub fn parse(text: &str) -> Option<OfficerState> {
        OfficerState::ALL.into_iter().find(|state| state.name() == text)
    }
}

impl OfficerFilter {
    /// Whether the list shows this officer.
    pub fn shows(&self, officer: &Officer) -> bool {
        let state = OfficerState::of(officer);
        let state_fits = self.state.map_or(state != OfficerState::Erased, |wanted| wanted == state);
        let grant_fits = (self.agency.is_none() && self.role.is_none())
            || officer.grants.iter().any(|grant| {
                (self.agency.is_none() || grant.agency == self.agency)
                    && self.role.is_none_or(|role| grant.role == role)
            });
        state_fits && grant_fits && self.text_fits(officer)
    }

    fn text_fits(&self, officer: &Officer) -> bool {
        let wanted = self.text.trim().to_lowercase();
        if wanted.is_empty() {
            return true;
        }
        // A number is found however it is written: 0812…, +62812…, with spaces or without.
        let digits: String = wanted.chars().filter(char::is_ascii_digit).collect();
        let number = digits.strip_prefix("62").or(digits.strip_prefix('0')).unwrap_or(&digits);
        let is_number = number.len() >= 3 && !wanted.chars().any(char::is_alphabetic);
        let holds = |text: Option<&str>| text.is_some_and(|text| text.to_lowercase().contains(&wanted));
        let has_number = |text: Option<&str>| is_number && text.is_some_and(|text| text.contains(number));
        holds(Some(&officer.name))
            || holds(officer.email.as_deref())
            || has_number(officer.nip.as_deref())
            || has_number(officer.phone.as_deref())
    }
}

/// A date that a form may leave empty.
///
/// # Errors
/// `admin.common.date_wrong`, naming the field.
pub fn day(field: &'static str, text: &str) -> Result<Option<Date>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let date = simpul_kernel::calendar::parse_date(text);
    date.map(Some).ok_or_else(|| Refusal::field(field, "admin.common.date_wrong"))
}

/// From the first instant of `from` to before the first of the day after `until`, in the region's zone.
pub fn span(zone: Zone, from: Option<Date>, until: Option<Date>) -> (Timestamp, Timestamp) {
    let start = from.map_or(Timestamp(i64::MIN), |date| zone.instant(date, 0));
    let end = until.and_then(Date::next_day).map_or(Timestamp(i64::MAX), |date| zone.instant(date, 0));
    (start, end)
}

/// Minutes past midnight from `08.00`, `8:00` or `8`.
///
/// # Errors
/// `admin.calendar.time_wrong`, naming the field.
pub fn minute(field: &'static str, text: &str) -> Result<u16, Refusal> {
    let wrong = || Refusal::field(field, "admin.calendar.time_wrong");
    let number = |text: &str, most: u16| {
        let short = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let value = if short { text.parse::<u16>().ok() } else { None };
        value.filter(|value| *value <= most).ok_or_else(wrong)
    };
    let text = text.trim();
    let (hours, minutes) = text.split_once(['.', ':']).unwrap_or((text, "00"));
    if minutes.len() != 2 {
        return Err(wrong());
    }
    let total = number(hours, 24)? * 60 + number(minutes, 59)?;
    if total > 24 * 60 { Err(wrong()) } else { Ok(total) }
}

/// Minutes past midnight as `08.00`.
pub fn clock(minute: u16) -> String {
    format!("{:02}.{:02}", minute / 60, minute % 60)
}

/// An address or a number of which enough is seen to tell two apart, and not enough to write to.
pub fn masked(recipient: &str) -> String {
    match recipient.split_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        None if recipient.is_empty() => String::new(),
        None => phone_shown(recipient),
    }
}

/// The kinds of a journal filter: letters, `_` and one dot at most, as kinds are written.
pub fn kind_prefix(text: &str) -> String {
    text.trim()
        .to_lowercase()
        .chars()
        .filter(|sign| sign.is_ascii_alphanumeric() || "._".contains(*sign))
        .take(60)
        .collect()
}

/// Which page of a list of so many rows: its rows, and whether there is one before and one after.
pub fn page_of<T>(rows: Vec<T>, page: usize, size: usize) -> (Vec<T>, bool, bool) {
    let start = page.saturating_mul(size);
    let more = rows.len() > start.saturating_add(size);
    (rows.into_iter().skip(start).take(size).collect(), page > 0, more)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::Grant;

    use super::*;

    fn officer() -> Officer {
        Officer {
            id: Uuid::from_u128(1),
            name: "Rina Contoh".into(),
            email: Some("rina@contoh.id".into()),
            nip: Some("198501012010012001".into()),
            phone: Some("+6281234567890".into()),
            grants: vec![Grant { role: Role::AgencyOfficer, agency: Some(Uuid::from_u128(5)) }],
            active: true,
            must_change_password: false,
            has_password: true,
            has_second_factor: false,
            created_at: Timestamp(0),
            signed_in_at: None,
            erased_at: None,
        }
    }

    fn found(text: &str) -> bool {
        OfficerFilter { text: text.into(), ..OfficerFilter::default() }.shows(&officer())
    }

    #[test]
    fn an_officer_is_found_by_name_mail_and_any_way_to_write_a_number() {
        for text in ["rina", "CONTOH.id", "1985 0101", "0812-3456", "+62 812", "62812"] {
            assert!(found(text), "{text}");
        }
        assert!(!found("budi") && !found("0813"));
    }

    #[test]
    fn role_and_agency_must_meet_in_one_grant() {
        let mut filter = OfficerFilter { role: Some(Role::AgencyOfficer), ..OfficerFilter::default() };
        assert!(filter.shows(&officer()));
        filter.agency = Some(Uuid::from_u128(6));
        assert!(!filter.shows(&officer()));
    }

    #[test]
    fn an_erased_officer_shows_only_when_asked_for() {
        let erased = Officer { erased_at: Some(Timestamp(1)), active: false, ..officer() };
        assert!(!OfficerFilter::default().shows(&erased));
        let filter = OfficerFilter { state: Some(OfficerState::Erased), ..OfficerFilter::default() };
        assert!(filter.shows(&erased));
    }

    #[test]
    fn a_recipient_is_masked_but_told_apart() {
        assert_eq!(masked("rina@contoh.id"), "r…@contoh.id");
        assert!(!masked("+6281234567890").contains("567890"));
        assert_eq!(masked(""), "");
    }

    #[test]
    fn the_last_day_of_a_span_is_within() {
        let day = day("x", "2026-11-22").unwrap();
        let (from, until) = span(Zone::Wita, day, day);
        assert_eq!(until.micros_since(from), simpul_kernel::clock::DAY_MICROS);
        assert_eq!(span(Zone::Wita, None, None), (Timestamp(i64::MIN), Timestamp(i64::MAX)));
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(minute("x", "08.00"), Ok(480));
        assert_eq!(minute("x", "8:30"), Ok(510));
        assert_eq!(minute("x", "24.00"), Ok(1440));
        for wrong in ["24.01", "8.5", "", "-1", "8.60", "x", "008.00"] {
            assert!(minute("x", wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_minute_comes_back(at in 0u16..=1440) {
            prop_assert_eq!(minute("x", &clock(at)), Ok(at));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = (minute("x", &text), day("x", &text), kind_prefix(&text), masked(&text), found(&text));
        }

        #[test]
        fn pages_hold_every_row_once(count in 0usize..50, size in 1usize..10) {
            let mut seen = Vec::new();
            for page in 0.. {
                let (rows, _, more) = page_of((0..count).collect(), page, size);
                seen.extend(rows);
                if !more {
                    break;
                }
            }
            prop_assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }
    }
}
