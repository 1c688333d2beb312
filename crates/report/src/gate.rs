//! The gate before a report comes in: whoever is barred is told until when, and where else to go. Officers who enter
//! what a citizen says at the counter or by 112 don't pass here.

use simpul_kernel::{Refusal, Timestamp, format, mask};
use simpul_shell::{PageError, Site};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::actions::MakeBanKey;
use crate::model::ban::{Sender, SenderKind};
use crate::sql;

/// What is known of a sender, as typed.
#[derive(Debug, Clone, Default)]
pub struct Known<'a> {
    /// Telephone number.
    pub phone: &'a str,
    /// E-mail address.
    pub email: &'a str,
    /// The program's key.
    pub api_key: Option<Uuid>,
    /// The browser's id.
    pub browser: Option<Uuid>,
}

impl Known<'_> {
    /// All that is known, as it is hashed.
    fn senders(&self, secret: &[u8; 32]) -> Vec<Sender> {
        let of = |kind, value: Option<String>| value.map(|value| Sender::of(secret, kind, &value));
        let email = Some(self.email.trim().to_lowercase()).filter(|email| !email.is_empty());
        let all = [
            of(SenderKind::Phone, mask::normalise_phone(self.phone)),
            of(SenderKind::Email, email),
            of(SenderKind::ApiKey, self.api_key.map(|id| id.to_string())),
            of(SenderKind::Browser, self.browser.map(|id| id.to_string())),
        ];
        all.into_iter().flatten().collect()
    }
}

/// A number or address that an officer types, as a sender; `None` if it is neither.
pub fn sender_typed(secret: &[u8; 32], typed: &str) -> Option<Sender> {
    match typed.contains('@') {
        true => Some(Sender::of(secret, SenderKind::Email, &typed.trim().to_lowercase())),
        false => Some(Sender::of(secret, SenderKind::Phone, &mask::normalise_phone(typed)?)),
    }
}

/// The region's key for senders, made now if there is none.
///
/// # Errors
/// When the database is away.
pub async fn secret(site: &Site) -> Result<[u8; 32]> {
    if let Some(secret) = sql::ban::secret(&mut site.read().await?).await? {
        return Ok(secret);
    }
    site.write(MakeBanKey).await?;
    let made = sql::ban::secret(&mut site.read().await?).await?;
    made.ok_or_else(|| simpul_store::Error::Broken("the key for senders was not kept".into()))
}

/// Until when the sender is barred.
async fn held(conn: &mut Conn, senders: &[Sender], now: Timestamp) -> Result<Option<Timestamp>> {
    sql::ban::held(conn, senders, now).await
}

/// What is kept with the report of where it came from: browser or program. Numbers and addresses stand with
/// the contact.
///
/// # Errors
/// `report.ban.barred` with the date for whoever is barred.
pub async fn pass(site: &Site, known: Known<'_>) -> Result<Vec<Sender>> {
    let secret = secret(site).await?;
    let mut senders = known.senders(&secret);
    let until = held(&mut site.read().await?, &senders, site.now()).await?;
    if let Some(until) = until {
        let date = format::date_long(site.lang, site.place.calendar.zone, until);
        return Err(Refusal::new("report.ban.barred").with("date", date).into());
    }
    senders.retain(|sender| matches!(sender.kind, SenderKind::ApiKey | SenderKind::Browser));
    Ok(senders)
}

/// The same for whoever fills in a form: a page that says until when, with the emergency numbers that every page has.
///
/// # Errors
/// As [`pass`], drawn as a page with status 403.
pub async fn visitor(site: &Site, phone: &str, email: &str) -> std::result::Result<Vec<Sender>, PageError> {
    let known = Known { phone, email, browser: Some(site.visitor().id()), ..Known::default() };
    pass(site, known).await.map_err(|error| match error {
        simpul_store::Error::Refused(refusal) => barred(&refusal),
        other => other.into(),
    })
}

fn barred(refusal: &Refusal) -> PageError {
    let page = PageError::status(axum::http::StatusCode::FORBIDDEN, refusal.key);
    refusal.args.iter().fold(page, |page, (name, value)| page.with(name, value.clone()))
}
