//! What this room does that no floor below does already.

use simpul_kernel::Ctx;
use simpul_people::{Permission, require};
use simpul_store::{Action, Channel, Message, Result, Tx};
use uuid::Uuid;

/// A password link goes to the officer by e-mail.
#[derive(Debug, Clone)]
pub(crate) struct MailLink {
    /// Whose.
    pub(crate) officer: Uuid,
    /// The officer's address.
    pub(crate) to: String,
    /// In the language of whoever made the link.
    pub(crate) subject: String,
    /// The sentence with the link in it.
    pub(crate) body: String,
}

impl Action for MailLink {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageOfficers)?;
        let message = Message {
            channel: Channel::Email,
            to: self.to.clone(),
            subject: self.subject.clone(),
            body: self.body.clone(),
            about: Some(("officer", self.officer)),
        };
        tx.outbox(ctx, message);
        Ok(())
    }
}
