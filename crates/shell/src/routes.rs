//! The table of routes, and what each of them needs. The need is read from the handler's first argument, so that the
//! table can't say one thing and the handler another.

use axum::Router;
use axum::extract::FromRequestParts;
use axum::handler::Handler;
use axum::http::{Method, StatusCode, header};
use axum::routing::{MethodFilter, MethodRouter, on};
use simpul_people::{KeyScope, Permission};
use utoipa::openapi::OpenApi;

use crate::body::CheckedBody;
use crate::{Anyone, App, PageError, Redirect};

/// What whoever asks must be, or be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Public,
    /// Any officer who is signed in.
    SignedIn,
    /// An officer with that permission.
    Officer(Permission),
    /// A program whose key has that scope.
    ApiScope(KeyScope),
    /// A screen with a display token, or an officer who may see the wall.
    Display,
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Need::Public => f.write_str("public"),
            Need::SignedIn => f.write_str("signed_in"),
            Need::Officer(permission) => write!(f, "officer:{}", permission.name()),
            Need::ApiScope(scope) => write!(f, "key:{}", scope.as_str()),
            Need::Display => f.write_str("display"),
        }
    }
}

/// Whom an error is told: a person or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteKind {
    /// A page or a piece of one.
    Page,
    /// The API.
    Api,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// The method; HEAD goes with GET.
    pub method: Method,
    /// The path with its places, such as `/laporan/{number}`.
    pub path: &'static str,
    /// What it needs.
    pub need: Need,
    /// Whom it serves.
    pub kind: RouteKind,
}

/// An extractor that decides who may come in. It is every handler's first argument.
pub trait Guard: FromRequestParts<App> {
    /// What it asks for.
    const NEED: Need;
}

/// A handler that draws refusals itself (Open311) takes the guard's result; the need is the same.
impl<G: Guard> Guard for Result<G, G::Rejection>
where
    G::Rejection: Send,
{
    const NEED: Need = G::NEED;
}

/// A guard that no cookie opens: a form of another site can't ride on it, so no token is needed.
pub trait ApiGuard: Guard {}

impl<G: ApiGuard> ApiGuard for Result<G, G::Rejection> where G::Rejection: Send {}

/// The arguments of a handler whose first one is a guard.
pub trait HandlerArgs {
    /// The first argument.
    type Guard: Guard;
}

/// The arguments of a handler that checks the form's token with its last one.
pub trait PostArgs: HandlerArgs {}

macro_rules! handler_args {
    ($($ty:ident)*) => {
        impl<M, G: Guard, $($ty,)*> HandlerArgs for (M, G, $($ty,)*) {
            type Guard = G;
        }
        impl<M, G: Guard, $($ty,)* L: CheckedBody> PostArgs for (M, G, $($ty,)* L) {}
    };
}
handler_args!();
handler_args!(A);
handler_args!(A B);
handler_args!(A B C);
handler_args!(A B C D);
handler_args!(A B C D E);
handler_args!(A B C D E F);
impl<M, G: Guard, A, B, C, D, E, F, H> HandlerArgs for (M, G, A, B, C, D, E, F, H) {
    type Guard = G;
}

/// The routes of a room, or of the whole house.
#[derive(Default)]
pub struct Routes {
    table: Vec<RouteInfo>,
    handlers: Vec<MethodRouter<App>>,
    docs: Vec<OpenApi>,
    drawers: Vec<(&'static str, crate::front::Drawer)>,
}

impl Routes {
    /// No routes.
    pub fn new() -> Routes {
        Routes::default()
    }

    /// A page that is only looked at.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: HandlerArgs + 'static,
    {
        self.add::<H, T>(Method::GET, MethodFilter::GET, path, RouteKind::Page, handler)
    }

    /// A page that changes something: the handler's last argument checks the form's token.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: PostArgs + 'static,
    {
        self.add::<H, T>(Method::POST, MethodFilter::POST, path, RouteKind::Page, handler)
    }

    /// An answer for programs.
    #[must_use]
    pub fn api_get<H, T>(self, path: &'static str, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: HandlerArgs + 'static,
    {
        self.add::<H, T>(Method::GET, MethodFilter::GET, path, RouteKind::Api, handler)
    }

    /// A program sends something new.
    #[must_use]
    pub fn api_post<H, T>(self, path: &'static str, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: HandlerArgs<Guard: ApiGuard> + 'static,
    {
        self.add::<H, T>(Method::POST, MethodFilter::POST, path, RouteKind::Api, handler)
    }

    /// A program puts a whole thing in place.
    #[must_use]
    pub fn api_put<H, T>(self, path: &'static str, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: HandlerArgs<Guard: ApiGuard> + 'static,
    {
        self.add::<H, T>(Method::PUT, MethodFilter::PUT, path, RouteKind::Api, handler)
    }

    /// A program changes a part of a thing.
    #[must_use]
    pub fn api_patch<H, T>(self, path: &'static str, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: HandlerArgs<Guard: ApiGuard> + 'static,
    {
        self.add::<H, T>(Method::PATCH, MethodFilter::PATCH, path, RouteKind::Api, handler)
    }

    /// A program takes a thing away.
    #[must_use]
    pub fn api_delete<H, T>(self, path: &'static str, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: HandlerArgs<Guard: ApiGuard> + 'static,
    {
        self.add::<H, T>(Method::DELETE, MethodFilter::DELETE, path, RouteKind::Api, handler)
    }

    fn add<H, T>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        kind: RouteKind,
        handler: H,
    ) -> Routes
    where
        H: Handler<T, App>,
        T: HandlerArgs + 'static,
    {
        self.table.push(RouteInfo { method, path, need: T::Guard::NEED, kind });
        self.handlers.push(on(filter, handler));
        self
    }

    /// The description of a room's API, for `/api/openapi.json`.
    #[must_use]
    pub fn docs(mut self, docs: OpenApi) -> Routes {
        self.docs.push(docs);
        self
    }

    /// Errors below `prefix` are drawn by `drawer`: a standard of its own has errors of its own.
    #[must_use]
    pub fn errors_as(mut self, prefix: &'static str, drawer: crate::front::Drawer) -> Routes {
        self.drawers.push((prefix, drawer));
        self
    }

    /// These routes and those of `other`.
    #[must_use]
    pub fn merge(mut self, other: Routes) -> Routes {
        self.table.extend(other.table);
        self.handlers.extend(other.handlers);
        self.docs.extend(other.docs);
        self.drawers.extend(other.drawers);
        self
    }

    /// Every route with its need, in the order in which they were given.
    pub fn table(&self) -> &[RouteInfo] {
        &self.table
    }

    /// The OpenAPI description of all rooms together.
    pub fn openapi(&self) -> OpenApi {
        crate::openapi::merged(&self.docs)
    }

    /// The server's router, with everything that happens before and after each handler.
    pub fn into_router(self, app: App) -> Router {
        let mut openapi = self.openapi();
        crate::openapi::finish(&mut openapi);
        app.start_serving(openapi.to_json().unwrap_or_default(), self.drawers, &self.table);
        let mut router = Router::new();
        for (info, handler) in self.table.iter().zip(self.handlers) {
            router = router.route(info.path, handler);
        }
        let router = router.fallback(nothing_here).method_not_allowed_fallback(other_method);
        crate::front::around(router, app.clone()).with_state(app)
    }
}

async fn nothing_here() -> PageError {
    PageError::not_found()
}

/// The address of a deed is no page. Whoever lands on it, by the language link or the address bar of a form that was
/// refused, is led to the page that it belongs to: the address without its last word.
async fn other_method(asker: Anyone) -> Result<Redirect, PageError> {
    let looks = matches!(asker.visit.method, Method::GET | Method::HEAD);
    let wants_page =
        asker.headers().get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    match asker.visit.path().rsplit_once('/') {
        Some((page, _)) if looks && wants_page => Ok(Redirect::to(if page.is_empty() { "/" } else { page })),
        _ => Err(PageError::status(StatusCode::METHOD_NOT_ALLOWED, "shell.trouble.method")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fields, Form, Officer, PageResult, SignedIn, Site};

    crate::handles! {
        /// For this test.
        CanSeeInbox => SeeInbox;
    }

    async fn home(_: Site) -> PageResult {
        Err(PageError::not_found())
    }
    async fn inbox(_: Officer<CanSeeInbox>) -> PageResult {
        Err(PageError::not_found())
    }
    async fn send(_: SignedIn, _: Form<Fields>) -> PageResult {
        Err(PageError::not_found())
    }

    #[test]
    fn the_need_of_a_route_is_what_its_handler_asks_for() {
        let routes = Routes::new().get("/", home).get("/kotak", inbox).post("/akun", send);
        let needs: Vec<Need> = routes.table().iter().map(|route| route.need).collect();
        assert_eq!(needs, [Need::Public, Need::Officer(Permission::SeeInbox), Need::SignedIn]);
    }
}
