//! A whole site for tests: a database of its own, a region, the routes of the room, and browsers that ask for pages.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use futures_util::StreamExt;
use simpul_kernel::{Actor, Grant, Role};
use simpul_people::actions::{AddAgency, AddOfficer};
use simpul_people::{
    AgencyKind, Directory, Doorman, KeyScope, NewAgency, NewApiKey, NewOfficer, NewRegion, RegionSettings, SignIn,
    SignInAnswer,
};
use simpul_store::testing::{TEST_REGION, TestDb};
use simpul_store::{Error, Migrations, Result};
use tower::ServiceExt;
use uuid::Uuid;

use crate::visit::{Peer, Visit};
use crate::{App, AppBuilder, RouteInfo, Routes, SiteConfig};

/// The password of every officer of a test site.
pub const PASSWORD: &str = "tambatan perahu nelayan";

/// A site with region 7322, a demo region, so that officers need no second factor.
pub struct TestSite {
    /// Its database.
    pub db: TestDb,
    /// Its state.
    pub app: App,
    /// Its routes.
    pub table: Vec<RouteInfo>,
    router: Router,
}

impl TestSite {
    /// A site with the shell's own routes and these, on the tables of people and of these rooms.
    ///
    /// # Errors
    /// When the database can't be made or the sentences do not match.
    pub async fn new(
        rooms: &[Migrations],
        routes: Routes,
        build: impl FnOnce(AppBuilder) -> AppBuilder,
    ) -> Result<TestSite> {
        TestSite::with_config(rooms, routes, SiteConfig::default(), build).await
    }

    /// The same with settings of an operator.
    ///
    /// # Errors
    /// As [`TestSite::new`].
    pub async fn with_config(
        rooms: &[Migrations],
        routes: Routes,
        config: SiteConfig,
        build: impl FnOnce(AppBuilder) -> AppBuilder,
    ) -> Result<TestSite> {
        let migrations: Vec<Migrations> =
            std::iter::once(simpul_people::MIGRATIONS).chain(rooms.iter().copied()).collect();
        TestSite::on(TestDb::new(&migrations).await?, routes, config, build).await
    }

    /// The same on a database that is there, with the tables of people and of the rooms.
    ///
    /// # Errors
    /// As [`TestSite::new`].
    pub async fn on(
        db: TestDb,
        routes: Routes,
        config: SiteConfig,
        build: impl FnOnce(AppBuilder) -> AppBuilder,
    ) -> Result<TestSite> {
        let directory = Directory::new(db.db.clone());
        let mut region = NewRegion::new(TEST_REGION, "Luwu Utara", "LUTRA");
        region.demo = true;
        directory.add_region(&db.ctx(Actor::system("test")), region, RegionSettings::default()).await?;
        let app = build(App::builder(db.db.clone(), directory, config).forgetful()).build();
        let app = app.map_err(|error| Error::Broken(error.to_string()))?;
        let routes = crate::routes().merge(routes);
        let table = routes.table().to_vec();
        let router = routes.into_router(app.clone());
        Ok(TestSite { db, app, table, router })
    }

    fn system(&self) -> simpul_kernel::Ctx {
        self.db.ctx(Actor::system("test"))
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            app: self.app.clone(),
            host: "lutra.test".to_owned(),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// Adds an agency; answers its id.
    ///
    /// # Errors
    /// What people refuses.
    pub async fn agency(&self, short: &str) -> Result<Uuid> {
        let agency = NewAgency::new(short, &format!("Dinas {short}"), AgencyKind::Dinas);
        self.app.directory.write(&self.system(), AddAgency { agency }).await
    }

    /// Adds an officer with that role and signs in.
    ///
    /// # Errors
    /// What people refuses.
    pub async fn sign_in_as(&self, role: Role, agency: Option<Uuid>) -> Result<Browser> {
        let email = format!("{}@contoh.test", self.app.db.env().new_id().simple());
        self.officer(&email, role, agency).await?;
        let mut browser = self.browser();
        let sign_in = SignIn {
            login: email,
            password: PASSWORD.to_owned(),
            address: "127.0.0.1".to_owned(),
            agent: "test".to_owned(),
        };
        match self.app.doorman.sign_in(TEST_REGION, sign_in).await? {
            SignInAnswer::Welcome(session) | SignInAnswer::NeedCode(session) => {
                browser.cookies.insert("simpul".to_owned(), session.token);
            }
        }
        Ok(browser)
    }

    /// Adds an officer with [`PASSWORD`]; answers the id.
    ///
    /// # Errors
    /// What people refuses.
    pub async fn officer(&self, email: &str, role: Role, agency: Option<Uuid>) -> Result<Uuid> {
        // All share one hash, as making one takes a while.
        static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
        let doorman: &Doorman = &self.app.doorman;
        let hash = HASH.get_or_try_init(|| doorman.hash_password(PASSWORD, &[])).await?;
        let officer = NewOfficer {
            name: format!("Petugas {}", role.name()),
            email: email.to_owned(),
            nip: String::new(),
            phone: String::new(),
        };
        let add = AddOfficer {
            officer,
            grants: vec![Grant { role, agency }],
            password_hash: Some(hash.clone()),
            must_change_password: false,
        };
        self.app.directory.write(&self.system(), add).await
    }

    /// A new API key.
    ///
    /// # Errors
    /// What people refuses.
    pub async fn api_key(&self, scopes: &[KeyScope], per_minute: Option<i64>) -> Result<String> {
        let new =
            NewApiKey { name: "test".to_owned(), scopes: scopes.to_vec(), agency: None, expires_at: None, per_minute };
        Ok(self.app.doorman.new_api_key(&self.system(), new).await?.1)
    }

    /// A browser on a wall, with a display token.
    ///
    /// # Errors
    /// What people refuses.
    pub async fn display(&self) -> Result<Browser> {
        let (_, token) = self.app.doorman.new_display(&self.system(), "dinding").await?;
        let mut browser = self.browser();
        browser.cookies.insert("simpul-d".to_owned(), token);
        Ok(browser)
    }
}

/// A browser: it keeps cookies and sends forms as our pages make them.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    app: App,
    /// The host that it asks.
    pub host: String,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    /// Headers that it sends with every request.
    pub headers: Vec<(String, String)>,
}

/// Longest wait for something to come on a live stream.
const WATCH_MAX_WAIT: std::time::Duration = std::time::Duration::from_secs(10);

/// What came back.
#[derive(Debug)]
pub struct TestAnswer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as text.
    pub text: String,
    /// The body as it came.
    pub body: bytes::Bytes,
}

impl TestAnswer {
    /// Where a redirect leads; empty without one.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl Browser {
    /// The same browser at another host, where it has no cookies of the first.
    #[must_use]
    pub fn at(&self, host: &str) -> Browser {
        Browser { host: host.to_owned(), cookies: BTreeMap::new(), ..self.clone() }
    }

    /// The same browser with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Browser {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> TestAnswer {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    /// Sends a form with its token, as our own page would.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> TestAnswer {
        let token = self.token();
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post_bare(path, &all).await
    }

    /// Sends a form as it stands.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> TestAnswer {
        let body = serde_urlencoded::to_string(fields).unwrap_or_default();
        self.send(Method::POST, path, Some("application/x-www-form-urlencoded"), Body::from(body)).await
    }

    /// Sends JSON.
    pub async fn send_json(&mut self, method: Method, path: &str, value: &serde_json::Value) -> TestAnswer {
        self.send(method, path, Some("application/json"), Body::from(value.to_string())).await
    }

    /// A form's token for this browser's cookies.
    pub fn token(&mut self) -> String {
        if !self.cookies.contains_key("simpul") && !self.cookies.contains_key("simpul-v") {
            let secret = data_encoding::BASE64URL_NOPAD.encode(&self.app.db.env().secret());
            self.cookies.insert("simpul-v".to_owned(), secret);
        }
        let cookie = self.cookie_header();
        let visit = visit_in(&self.app, Method::GET, "/", &[("cookie", &cookie)]);
        crate::csrf::token(&visit)
    }

    fn cookie_header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Reads a live stream until `wanted` has come, or for ten seconds; answers what came.
    pub async fn watch(&mut self, path: &str, wanted: &str) -> String {
        let (_, _, body) = self.open(Method::GET, path, None, Body::empty()).await;
        let (mut stream, mut text) = (body.into_data_stream(), String::new());
        let read = async {
            while let Some(Ok(bytes)) = stream.next().await {
                text.push_str(&String::from_utf8_lossy(&bytes));
                if text.contains(wanted) {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(WATCH_MAX_WAIT, read).await;
        text
    }

    /// Sends any request; its body is read to the end, so not for live streams.
    pub async fn send(&mut self, method: Method, path: &str, media_type: Option<&str>, body: Body) -> TestAnswer {
        let (status, headers, body) = self.open(method, path, media_type, body).await;
        let bytes = axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap_or_default();
        TestAnswer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned(), body: bytes }
    }

    /// Sends any request and leaves the body to be read.
    pub async fn open(
        &mut self,
        method: Method,
        path: &str,
        media_type: Option<&str>,
        body: Body,
    ) -> (StatusCode, HeaderMap, Body) {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        let cookie = self.cookie_header();
        if !cookie.is_empty() {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(media_type) = media_type {
            request = request.header(header::CONTENT_TYPE, media_type);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let Ok(request) = request.body(body) else {
            return (StatusCode::BAD_REQUEST, HeaderMap::new(), Body::from("the test's request can't be built"));
        };
        let Ok(answer) = self.router.clone().oneshot(request).await;
        let (parts, body) = answer.into_parts();
        self.keep_cookies(&parts.headers);
        (parts.status, parts.headers, body)
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
            let Some((name, value)) = line.split(';').next().unwrap_or_default().split_once('=') else { continue };
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn visit_in(app: &App, method: Method, path: &str, headers: &[(&str, &str)]) -> Visit {
    bare_visit(app.db.env().clone(), method, path, headers)
}

fn bare_visit(env: simpul_kernel::Env, method: Method, path: &str, headers: &[(&str, &str)]) -> Visit {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap_or_default();
    let address = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    Visit::new(env, &request, Peer { address, secure: false, forwarded_by_stranger: false })
}

/// A request as the front sees it, for tests of what reads one.
#[cfg(test)]
pub(crate) fn visit(method: Method, path: &str, headers: &[(&str, &str)]) -> Visit {
    bare_visit(simpul_store::clock::system_env(), method, path, headers)
}

/// Gives every file of the corpus of `parser` to `read`: what once was found by a fuzzer is tried for ever.
#[cfg(test)]
pub(crate) fn replay(parser: &str, read: impl Fn(&[u8])) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(parser);
    let files = std::fs::read_dir(folder).unwrap();
    assert!(files.map(|file| read(&std::fs::read(file.unwrap().path()).unwrap())).count() > 0);
}
