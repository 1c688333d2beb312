//! Officers: who they are, and under which names they sign in.

use serde::{Deserialize, Serialize};
use simpul_kernel::{Actor, ActorKind, Grant, Refusal, Timestamp, limits};
use uuid::Uuid;

use super::roles;

/// A person of an agency who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// Id, for the journal and the rooms.
    pub id: Uuid,
    /// Full name; empty once erased.
    pub name: String,
    /// E-mail in lower case.
    pub email: Option<String>,
    /// Civil servant number, 18 digits.
    pub nip: Option<String>,
    /// Telephone in international form, `+62…`.
    pub phone: Option<String>,
    /// What part the officer has, where.
    pub grants: Vec<Grant>,
    /// Whether the officer may sign in.
    pub active: bool,
    /// Whether the password must be changed at the next sign-in.
    pub must_change_password: bool,
    /// Whether a password was set at all.
    pub has_password: bool,
    /// Whether a second factor is enrolled.
    pub has_second_factor: bool,
    /// When the officer was added.
    pub created_at: Timestamp,
    /// When the officer last signed in.
    pub signed_in_at: Option<Timestamp>,
    /// When the person's data were erased.
    pub erased_at: Option<Timestamp>,
}

impl Officer {
    /// The officer as an actor with the grants of this moment.
    pub fn actor(&self) -> Actor {
        let grants = if self.active { self.grants.clone() } else { Vec::new() };
        Actor { kind: ActorKind::Officer(self.id), grants }
    }
}

/// What every room may know of an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerName {
    /// Id, as in the journal.
    pub id: Uuid,
    /// Full name; empty once erased.
    pub name: String,
    /// Whether the officer may sign in.
    pub active: bool,
    /// What part the officer has, where.
    pub grants: Vec<Grant>,
}

/// What a form or a command says of an officer, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewOfficer {
    /// Full name.
    pub name: String,
    /// E-mail; at least one of e-mail, NIP and telephone is needed to sign in.
    pub email: String,
    /// Civil servant number; spaces are allowed.
    pub nip: String,
    /// Telephone in any usual form.
    pub phone: String,
}

/// What of an officer is stored, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerDetails {
    /// Full name.
    pub name: String,
    /// E-mail in lower case.
    pub email: Option<String>,
    /// 18 digits.
    pub nip: Option<String>,
    /// `+62…`.
    pub phone: Option<String>,
}

impl NewOfficer {
    /// The checked details.
    ///
    /// # Errors
    /// A refusal that names the field.
    pub fn check(&self) -> Result<OfficerDetails, Refusal> {
        let name = super::line("name", &self.name, limits::LINE_MAX_CHARS)?;
        if name.is_empty() {
            return Err(Refusal::field("name", "people.refused.name_missing"));
        }
        let email = given(&self.email).map(check_email).transpose()?;
        let nip = given(&self.nip).map(check_nip).transpose()?;
        let phone = given(&self.phone).map(check_phone).transpose()?;
        if email.is_none() && nip.is_none() && phone.is_none() {
            return Err(Refusal::field("email", "people.refused.login_missing"));
        }
        Ok(OfficerDetails { name, email, nip, phone })
    }
}

fn given(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

/// Reads an e-mail address: one `@`, a local part without spaces, a domain with a dot; lower case.
/// Whether somebody reads it, only a message shows.
///
/// # Errors
/// `people.refused.email`.
pub fn check_email(text: &str) -> Result<String, Refusal> {
    let refused = || Refusal::field("email", "people.refused.email");
    let text = text.trim().to_lowercase();
    let (local, domain) = text.split_once('@').ok_or_else(refused)?;
    let local_ok =
        !local.is_empty() && local.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>,;\"()".contains(c));
    let labels: Vec<&str> = domain.split('.').collect();
    let label_ok = |label: &&str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let ok = local_ok && labels.len() >= 2 && labels.iter().all(label_ok) && text.len() <= 254;
    if ok { Ok(text) } else { Err(refused()) }
}

/// Reads a NIP: 18 digits, that is date of birth, year and month of appointment, sex, serial number
/// (BKN regulation 22/2007). For contract staff (PPPK) the month's place holds 21 and up, so any number from 01 is
/// taken.
///
/// # Errors
/// `people.refused.nip`.
pub fn check_nip(text: &str) -> Result<String, Refusal> {
    let refused = || Refusal::field("nip", "people.refused.nip");
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 18 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refused());
    }
    let number = |from: usize, to: usize| digits[from..to].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(0, 4), number(4, 6), number(6, 8));
    let (appointed, appointed_month, sex) = (number(8, 12), number(12, 14), number(14, 15));
    let born_ok = (1930..=2099).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
    let appointed_ok = appointed >= year + 15 && appointed <= year + 70 && appointed_month >= 1;
    if born_ok && appointed_ok && (1..=2).contains(&sex) { Ok(digits) } else { Err(refused()) }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads a telephone number in any usual form into `+62…` (other countries' numbers need their `+`).
///
/// # Errors
/// `people.refused.phone`.
pub fn check_phone(text: &str) -> Result<String, Refusal> {
    normal_phone(text).ok_or_else(|| Refusal::field("phone", "people.refused.phone"))
}

fn normal_phone(text: &str) -> Option<String> {
    let text = text.trim();
    let plus = text.starts_with('+');
    if text.chars().any(|c| !(c.is_ascii_digit() || " +-.()".contains(c))) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let international = if plus {
        digits
    } else if let Some(rest) = digits.strip_prefix('0') {
        format!("62{rest}")
    } else if digits.starts_with("62") {
        digits
    } else {
        return None;
    };
    (9..=15).contains(&international.len()).then(|| format!("+{international}"))
}

/// A login as typed, and what it may be: an e-mail, a NIP or a telephone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// An address with `@`.
    Email(String),
    /// 18 digits.
    Nip(String),
    /// A number that reads as a telephone.
    Phone(String),
    /// Nothing that anybody could have.
    Unknown(String),
}

impl Login {
    /// Reads what was typed; never fails, since a refusal would tell more than "wrong".
    pub fn read(text: &str) -> Login {
        let text = text.trim();
        if text.contains('@') {
            return Login::Email(text.to_lowercase());
        }
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if compact.len() == 18 && compact.bytes().all(|b| b.is_ascii_digit()) {
            return Login::Nip(compact);
        }
        match normal_phone(text) {
            Some(phone) => Login::Phone(phone),
            None => Login::Unknown(text.to_lowercase()),
        }
    }

    /// The normal form, by which failures are counted.
    pub fn text(&self) -> &str {
        match self {
            Login::Email(text) | Login::Nip(text) | Login::Phone(text) | Login::Unknown(text) => text,
        }
    }
}

/// Checks the grants that an officer shall have: agency roles need an agency, and no grant comes twice.
///
/// # Errors
/// `people.refused.role_needs_agency` with the role; `people.refused.role_not_for_officers` for `citizen`.
pub fn check_grants(grants: &[Grant]) -> Result<Vec<Grant>, Refusal> {
    let mut checked: Vec<Grant> = Vec::with_capacity(grants.len());
    for grant in grants {
        if grant.role == simpul_kernel::Role::Citizen {
            return Err(Refusal::field("role", "people.refused.role_not_for_officers"));
        }
        if roles::role_needs_agency(grant.role) && grant.agency.is_none() {
            return Err(Refusal::field("agency", "people.refused.role_needs_agency").with("role", grant.role.name()));
        }
        if !checked.contains(grant) {
            checked.push(grant.clone());
        }
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::Role;

    use super::*;

    #[test]
    fn a_nip_holds_birth_appointment_and_sex() {
        assert_eq!(check_nip("19850317 201001 1 002").as_deref(), Ok("198503172010011002"));
        assert!(check_nip("199012312023211001").is_ok(), "contract staff");
        for wrong in [
            "",
            "1985031720100110",
            "198513172010011002",
            "198502302010011002",
            "198503172010013002",
            "198503171990011002",
        ] {
            assert!(check_nip(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_telephone_number_has_one_form() {
        for text in ["0812-3456-7890", "+62 812 3456 7890", "6281234567890", "(0812) 3456.7890"] {
            assert_eq!(check_phone(text).as_deref(), Ok("+6281234567890"), "{text}");
        }
        for wrong in ["112", "812345", "0812abc45678", "081234567890123456"] {
            assert!(check_phone(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_email_needs_its_parts() {
        assert_eq!(check_email(" Andi@Luwuutarakab.go.id ").as_deref(), Ok("andi@luwuutarakab.go.id"));
        for wrong in ["andi", "andi@", "@x.id", "a b@x.id", "a@x", "a@-x.id", "a@x..id", "a@b@c.id"] {
            assert!(check_email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_login_reads_as_what_it_is() {
        assert_eq!(Login::read("Andi@X.id"), Login::Email("andi@x.id".into()));
        assert_eq!(Login::read("19850317 201001 1 002"), Login::Nip("198503172010011002".into()));
        assert_eq!(Login::read("0812 3456 7890"), Login::Phone("+6281234567890".into()));
        assert_eq!(Login::read("Andi"), Login::Unknown("andi".into()));
    }

    #[test]
    fn an_officer_needs_a_name_and_a_login() {
        let mut new = NewOfficer { name: "Andi".into(), ..NewOfficer::default() };
        assert_eq!(new.check().unwrap_err().key, "people.refused.login_missing");
        new.phone = "0812 3456 7890".into();
        assert!(new.check().is_ok());
        new.name = "  ".into();
        assert_eq!(new.check().unwrap_err().field, Some("name"));
    }

    #[test]
    fn an_agency_role_needs_its_agency() {
        assert!(check_grants(&[Grant { role: Role::AgencyOfficer, agency: None }]).is_err());
        assert!(check_grants(&[Grant { role: Role::Citizen, agency: None }]).is_err());
        let twice = vec![Grant { role: Role::Leader, agency: None }; 2];
        assert_eq!(check_grants(&twice).map(|g| g.len()), Ok(1));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_at_sign_in_reads_as_something(text in "\\PC{0,60}") {
            let _ = Login::read(&text);
            let _ = (check_email(&text), check_nip(&text), check_phone(&text));
        }

        #[test]
        fn a_checked_number_reads_as_itself(digits in "[1-9][0-9]{7,11}") {
            let once = check_phone(&format!("0{digits}"));
            prop_assume!(once.is_ok());
            let once = once.unwrap();
            prop_assert_eq!(check_phone(&once).unwrap(), once);
        }
    }
}
