//! An officer who is signed in, and one who may do a certain thing.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use simpul_kernel::Ctx;
use simpul_people::{Must, Permission, Scope};
use simpul_store::Action;
use uuid::Uuid;

use super::Site;
use crate::page::Frame;
use crate::routes::{Guard, Need};
use crate::{App, FormView, Page, PageError, Trouble, Viewer};

/// A permission as a type: whoever holds an `Officer<H>` has been asked for it.
pub trait Handle: Send + Sync + 'static {
    /// The permission.
    const PERMISSION: Permission;
}

/// Declares a room's handles: `handles! { /// why  pub CanSeeInbox => SeeInbox; }`.
#[macro_export]
macro_rules! handles {
    ($($(#[$meta:meta])* $vis:vis $name:ident => $permission:ident;)*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy)]
            $vis struct $name;
            impl $crate::Handle for $name {
                const PERMISSION: $crate::Permission = $crate::Permission::$permission;
            }
        )*
    };
}

/// Any officer who is signed in and has settled what the first sign-in asks for.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The site, as the officer sees it.
    pub site: Site,
    /// The officer as an actor.
    pub ctx: Ctx,
    /// The officer.
    pub me: Arc<simpul_people::SignedIn>,
}

impl Deref for SignedIn {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.site
    }
}

impl SignedIn {
    async fn load(parts: &mut Parts, app: &App) -> Result<SignedIn, PageError> {
        let site = Site::from_request_parts(parts, app).await?;
        let me = site.signed_in.clone().ok_or_else(|| sign_in_first(&site))?;
        let ctx = app.db.env().ctx(site.region().id, me.actor.clone());
        Ok(SignedIn { site, ctx, me })
    }

    async fn settled(parts: &mut Parts, app: &App) -> Result<SignedIn, PageError> {
        let signed = SignedIn::load(parts, app).await?;
        match &signed.me.must {
            None => Ok(signed),
            Some(must) => Err(go_to(&signed.site, must_path(must))),
        }
    }

    /// Whether the officer has that permission anywhere in the region.
    pub fn may(&self, permission: Permission) -> bool {
        simpul_people::permits(&self.ctx.actor, permission)
    }

    /// Whose work the officer sees with that permission.
    pub fn scope(&self, permission: Permission) -> Scope {
        simpul_people::scope(&self.ctx.actor, permission)
    }

    /// The officer's id.
    pub fn id(&self) -> Uuid {
        self.me.officer.id
    }

    /// The officer as one who looks at live lines.
    pub fn viewer(&self) -> Viewer {
        Viewer::actor(self.ctx.actor.clone())
    }

    /// The same officer with another handle, if the permission is there.
    pub fn also<H: Handle>(&self) -> Option<Officer<H>> {
        self.may(H::PERMISSION).then(|| Officer { signed: self.clone(), handle: PhantomData })
    }

    /// Does `action` as the officer.
    ///
    /// # Errors
    /// What the action refuses, or the store's own.
    pub async fn write<A: Action>(&self, action: A) -> simpul_store::Result<A::Output> {
        self.app.directory.write(&self.ctx, action).await
    }

    /// Does `action` as the officer under region 0, where what belongs to the whole installation stands.
    ///
    /// # Errors
    /// As [`SignedIn::write`].
    pub async fn write_shared<A: Action>(&self, action: A) -> simpul_store::Result<A::Output> {
        let ctx = Ctx { region: simpul_kernel::RegionId::SHARED, ..self.ctx.clone() };
        self.app.directory.write(&ctx, action).await
    }

    /// A page for officers, titled by the catalogue's sentence `title`.
    pub fn page(&self, title: &str) -> Page {
        Page::new(&self.site, Frame::Staff, title)
    }

    /// An empty form.
    pub fn form(&self) -> FormView {
        self.site.form()
    }
}

/// Where what is still owed is settled.
fn must_path(must: &Must) -> &'static str {
    match must {
        Must::ChangePassword => "/akun/sandi",
        Must::EnrolSecondFactor => "/akun/kode",
    }
}

/// The sign-in page, which leads back; where a page can't be shown, 401.
fn sign_in_first(site: &Site) -> PageError {
    let mut error = PageError::status(StatusCode::UNAUTHORIZED, "shell.trouble.sign_in");
    let back = match site.visit.method {
        Method::GET => site.visit.uri.path_and_query().map_or("/", |path| path.as_str()),
        _ => "/",
    };
    error.0.sign_in = Some(format!("/masuk?ke={}", crate::parts::encode_query(back)));
    error
}

/// A detour: drawn as a redirect.
fn go_to(site: &Site, path: &str) -> PageError {
    let _ = site;
    PageError(Box::new(Trouble {
        sign_in: Some(path.to_owned()),
        ..Trouble::new(StatusCode::UNAUTHORIZED, "shell.trouble.unsettled")
    }))
}

impl Guard for SignedIn {
    const NEED: Need = Need::SignedIn;
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<SignedIn, PageError> {
        SignedIn::settled(parts, app).await
    }
}

/// An officer who is signed in but may still owe a new password or a second factor: the pages that settle it.
#[derive(Debug, Clone)]
pub struct Settling(pub SignedIn);

impl Deref for Settling {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

impl Guard for Settling {
    const NEED: Need = Need::SignedIn;
}

impl FromRequestParts<App> for Settling {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Settling, PageError> {
        SignedIn::load(parts, app).await.map(Settling)
    }
}

/// An officer with the permission that `H` stands for. There is no other way to one but a request that has it.
#[derive(Debug)]
pub struct Officer<H> {
    signed: SignedIn,
    handle: PhantomData<fn() -> H>,
}

impl<H> Clone for Officer<H> {
    fn clone(&self) -> Officer<H> {
        Officer { signed: self.signed.clone(), handle: PhantomData }
    }
}

impl<H> Deref for Officer<H> {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.signed
    }
}

impl<H: Handle> Guard for Officer<H> {
    const NEED: Need = Need::Officer(H::PERMISSION);
}

impl<H: Handle> FromRequestParts<App> for Officer<H> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Officer<H>, PageError> {
        let signed = SignedIn::settled(parts, app).await?;
        signed.also::<H>().ok_or_else(PageError::forbidden)
    }
}
