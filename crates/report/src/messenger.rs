//! The ways by which people are told: text message and mail, where the installation has them.

use simpul_kernel::Ctx;
use simpul_people::{Directory, Snapshot, at_host};
use simpul_store::{Channel, Message, Tx};

use crate::actions::SUBJECT;
use crate::model::{Reach, Report};

/// Which ways out there are. Without one, nothing is written that nobody could send.
#[derive(Debug, Clone)]
pub struct Messenger {
    /// Names of regions and agencies.
    pub directory: Directory,
    /// Whether text messages can be sent.
    pub text: bool,
    /// Whether mail can be sent.
    pub email: bool,
    /// Where citizens reach Simpul, such as `https://lapor.luwuutarakab.go.id`; without it messages hold no link.
    pub base_url: Option<String>,
}

impl Messenger {
    /// Whether anything can be sent at all.
    pub(crate) fn is_mute(&self) -> bool {
        !self.text && !self.email
    }

    /// Where citizens of the region reach Simpul, if that is settled.
    pub(crate) fn base(&self, place: &Snapshot) -> Option<String> {
        self.base_url.as_deref().map(|base| at_host(base.trim_end_matches('/'), place.region.host.as_deref()))
    }

    /// The message, if there is a way to that person.
    pub(crate) fn message(&self, reach: &Reach, subject: String, body: String) -> Option<Message> {
        let (channel, can, subject) = match reach {
            Reach::Phone(_) => (Channel::Text, self.text, String::new()),
            Reach::Email(_) => (Channel::Email, self.email, subject),
        };
        can.then(|| Message { channel, to: reach.as_str().to_owned(), subject, body, about: None })
    }

    /// Tells somebody of a report.
    pub(crate) fn send(&self, tx: &mut Tx, ctx: &Ctx, report: &Report, reach: &Reach, body: String) {
        if let Some(message) = self.message(reach, format!("Laporan {}", report.number), body) {
            tx.outbox(ctx, Message { about: Some((SUBJECT, report.id)), ..message });
        }
    }
}
