//! How those who owe something are told: by mail, or by text message where there is no mail.

use simpul_kernel::Ctx;
use simpul_people::{Directory, Officer, Permission, Snapshot, at_host, may};
use simpul_store::{Channel, Message, Result, Tx};
use uuid::Uuid;

/// Most officers of one agency who are told of one thing.
const TOLD_MAX_COUNT: usize = 20;

/// Which ways out there are. Without one, nothing is written that nobody could send.
#[derive(Debug, Clone)]
pub struct Messenger {
    /// Names of regions and agencies.
    pub directory: Directory,
    /// Whether text messages can be sent.
    pub text: bool,
    /// Whether mail can be sent.
    pub email: bool,
    /// Where officers reach Simpul; without it messages hold no link.
    pub base_url: Option<String>,
}

/// What somebody is told.
pub(crate) struct News<'a> {
    /// What it is about, for the outbox.
    pub about: (&'static str, Uuid),
    /// The subject of a mail.
    pub subject: String,
    /// What is said, without region and link.
    pub text: String,
    /// Where it leads, from the root.
    pub path: &'a str,
}

impl Messenger {
    /// Whether anything can be sent at all.
    pub(crate) fn is_mute(&self) -> bool {
        !self.text && !self.email
    }

    fn send(&self, tx: &mut Tx, ctx: &Ctx, place: &Snapshot, officer: &Officer, news: &News<'_>) {
        let link = self.base_url.as_deref().map(|base| {
            let base = at_host(base.trim_end_matches('/'), place.region.host.as_deref());
            format!(" {base}{}", news.path)
        });
        let body = format!("{}: {}{}", place.region.name, news.text, link.unwrap_or_default());
        let about = Some(news.about);
        if let (true, Some(to)) = (self.email, officer.email.clone()) {
            let subject = news.subject.clone();
            tx.outbox(ctx, Message { channel: Channel::Email, to, subject, body, about });
        } else if let (true, Some(to)) = (self.text, officer.phone.clone()) {
            tx.outbox(ctx, Message { channel: Channel::Text, to, subject: String::new(), body, about });
        }
    }

    /// Tells the officer who is named, or else all of the agency who may do the thing.
    pub(crate) async fn tell_agency(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (agency, named): (Uuid, Option<Uuid>),
        permission: Permission,
        news: &News<'_>,
    ) -> Result<()> {
        if self.is_mute() {
            return Ok(());
        }
        let place = self.directory.of(ctx.region).await?;
        let all = simpul_people::sql::officers::all(tx).await?;
        let works = |one: &&Officer| {
            let holds = one.grants.iter().any(|grant| grant.agency == Some(agency) && may(grant.role, permission));
            one.active && holds && named.is_none_or(|named| named == one.id)
        };
        for officer in all.iter().filter(works).take(TOLD_MAX_COUNT) {
            self.send(tx, ctx, &place, officer, news);
        }
        Ok(())
    }
}
