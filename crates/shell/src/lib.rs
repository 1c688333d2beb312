//! The web shell: what every page and every answer of the API has in common, so that a room writes only its own.
//!
//! - [`Routes`]: the table of routes. The first argument of a handler is its guard, and the guard is the permission.
//! - [`Site`], [`Officer`], [`ApiClient`], [`DisplayScreen`], [`Watcher`]: the guards.
//! - [`Page`], [`FormView`] and the components: the frame around a page, and its pieces.
//! - [`Catalogue`]: what screens say, in two languages.
//! - [`LiveView`], [`PartialView`]: the live streams.
//! - [`PageError`], [`ApiError`]: what is told when something does not work.
//! - [`routes`]: the shell's own pages: sign-in, account, assets, health, OpenAPI.

mod account;
mod app;
pub mod assets;
mod body;
mod catalogue;
mod cookie;
mod csrf;
pub mod cursor;
mod digest;
pub mod etag;
mod figures;
mod front;
mod guard;
mod health;
mod inbox;
mod limiter;
mod live;
mod metrics;
mod net;
mod news;
mod once;
mod openapi;
mod page;
pub mod part_of_file;
mod parts;
mod problem;
mod query;
mod respond;
mod routes;
mod sample;
mod serve;
mod shared;
pub mod table;
pub mod testing;
mod trouble;
mod visit;

pub use account::routes;
pub use app::{App, AppBuilder, DemoAccount, NavItem, OFFICE_MESSAGES, PEOPLE_MESSAGES, SiteConfig};
pub use body::{ApiBody, ApiJson, Fields, Form, Typed, Upload, UploadedFile};
pub use catalogue::{Catalogue, CatalogueError, MessageSet};
pub use figures::{CountedFigure, FigureAsked, FigureChoice, FigureKind, FigureParameter, FigureWords, RoomFigures};
pub use front::{Drawer, TILES_TYPE};
pub use guard::{
    Anyone, ApiClient, ApiScope, DisplayScreen, Handle, IdempotencyKey, KeyLater, MoveScope, Officer, Open311Scope,
    ReadScope, Reader, SignedIn, Site, TrunkScope, Watcher, WriteScope,
};
pub use inbox::{DrawnPiece, InboxPiece};
pub use limiter::Limit;
pub use live::{LiveView, PartialView, Screen, Viewer};
pub use net::Net;
pub use news::{News, NewsLine, NewsSource, Waiting};
pub use once::once;
pub use page::{Count, Frame, Page};
pub use parts::{
    Button, Choice, Control, DateText, Due, ErrorSummary, FormView, Icon, Qr, Rich, StatusTag, Tag, TimeText,
    encode_query,
};
pub use problem::{FieldProblem, Problem};
pub use query::{Path, Query};
pub use respond::{Redirect, created, html, json, json_status, partial, render, render_refused, render_status};
pub use routes::{ApiGuard, Guard, Need, RouteInfo, RouteKind, Routes};
pub use sample::sample_routes;
pub use serve::serve;
pub use shared::{PerPlace, Shared};
pub use simpul_kernel::format::Lang;
pub use simpul_people::Permission;
pub use trouble::{ApiError, ApiResult, PageError, PageResult, Trouble};
pub use visit::{Visit, Visitor};

/// The shell's own sentences, and those that the floors below refuse with.
pub const MESSAGES: MessageSet =
    MessageSet { room: "shell", id: include_str!("../messages/id.toml"), en: include_str!("../messages/en.toml") };

/// The catalogue's name of a role.
pub fn role_key(role: simpul_kernel::Role) -> &'static str {
    use simpul_kernel::Role;
    match role {
        Role::Citizen => "shell.role.citizen",
        Role::CallTaker => "shell.role.call_taker",
        Role::Dispatcher => "shell.role.dispatcher",
        Role::FieldOfficer => "shell.role.field_officer",
        Role::AgencyOfficer => "shell.role.agency_officer",
        Role::AgencyHead => "shell.role.agency_head",
        Role::Planner => "shell.role.planner",
        Role::Leader => "shell.role.leader",
        Role::RegionSecretary => "shell.role.region_secretary",
        Role::Auditor => "shell.role.auditor",
        Role::ReportCoordinator => "shell.role.report_coordinator",
        Role::Supervisor => "shell.role.supervisor",
        Role::DutyOfficer => "shell.role.duty_officer",
        Role::Secretariat => "shell.role.secretariat",
        Role::RegionAdmin => "shell.role.region_admin",
        Role::Assessor => "shell.role.assessor",
        Role::Evaluator => "shell.role.evaluator",
        Role::Partner => "shell.role.partner",
    }
}
