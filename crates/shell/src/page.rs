//! The frame around every page: head, header, demo banner, navigation, footer.

use std::borrow::Borrow;
use std::sync::Arc;

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::{self, Lang};
use simpul_people::{Emergency112, Permission, Region, Snapshot, scope};

use crate::cookie::CookieName;
use crate::parts::{Banner, Confirm, DateText, Due, Empty, Icon, Pager, StatusTag, Tag, TimeText, encode_query};
use crate::respond::Flash;
use crate::visit::Visit;
use crate::{App, NavItem, News, NewsLine, Site, assets};

/// Which frame a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// For citizens: large type, one column.
    Citizen,
    /// For officers: dense, with navigation.
    Staff,
    /// For a wall: the page draws everything within the body itself.
    Wall,
    /// For paper and slides.
    Print,
}

/// What every page's template needs: words, formats, and the frame. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Page {
    pub(crate) app: App,
    pub(crate) visit: Arc<Visit>,
    place: Option<Arc<Snapshot>>,
    signed_in: Option<Arc<simpul_people::SignedIn>>,
    frame: Frame,
    title: String,
    failed: bool,
    width: &'static str,
    at: String,
    scripts: Vec<(&'static str, bool)>,
    styles: Vec<&'static str>,
    alternates: Vec<(String, &'static str)>,
    body_data: Vec<(&'static str, String)>,
    flash: Option<Flash>,
    news: Arc<News>,
    is_quiet: bool,
    /// The language.
    pub lang: Lang,
    /// The instant at which the page is made: one for the whole page.
    pub now: Timestamp,
}

/// A whole number of whatever type: templates hand over references as well as values.
pub trait Count {
    /// The number.
    fn count(&self) -> i64;
}

macro_rules! counts {
    ($($ty:ty)*) => {
        $(impl Count for $ty {
            fn count(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        })*
    };
}
counts!(i64 i32 u64 u32 u16 u8 usize);

impl<C: Count> Count for &C {
    fn count(&self) -> i64 {
        (**self).count()
    }
}

/// An entry of the navigation, as it is drawn.
struct NavEntry {
    href: &'static str,
    label: String,
    current: bool,
    /// How much waits there for the officer.
    waiting: i64,
}

/// One of the region's emergency numbers.
struct Emergency {
    label: String,
    number: String,
}

impl Page {
    pub(crate) fn new(site: &Site, frame: Frame, title: &str) -> Page {
        let mut page = Page::bare(&site.app, site.visit.clone(), frame);
        page.place = Some(site.place.clone());
        page.signed_in = site.signed_in.clone();
        if frame == Frame::Staff {
            site.visit.keep_confidential();
        }
        page.flash = page.take_flash();
        page.news = site.news.clone();
        page.title = page.t(title);
        page
    }

    /// A page without a region: for errors that come before one is known.
    pub(crate) fn bare(app: &App, visit: Arc<Visit>, frame: Frame) -> Page {
        let (lang, now, at) = (visit.lang(), app.db.env().now(), visit.path().to_owned());
        Page {
            app: app.clone(),
            visit,
            place: None,
            signed_in: None,
            frame,
            title: String::new(),
            failed: false,
            width: match frame {
                Frame::Citizen => "wrap",
                _ => "wrap wide",
            },
            at,
            scripts: Vec::new(),
            styles: Vec::new(),
            alternates: Vec::new(),
            body_data: Vec::new(),
            flash: None,
            news: Arc::default(),
            is_quiet: false,
            lang,
            now,
        }
    }

    /// What an earlier page left to be said. It is said once.
    fn take_flash(&self) -> Option<Flash> {
        let flash = Flash::from_cookie(self.visit.cookie(CookieName::Flash)?);
        self.visit.drop_cookie(CookieName::Flash);
        flash.filter(|flash| self.app.catalogue.has(&flash.key))
    }

    // ------------------------------------------------------------------ what a handler settles

    /// A title that is no sentence of the catalogue, such as a report's number.
    #[must_use]
    pub fn title_text(mut self, title: impl Into<String>) -> Page {
        self.title = title.into();
        self
    }

    /// The title's sentence again, with a value for one of its places.
    #[must_use]
    pub fn title_with(mut self, title: &str, name: &str, value: &str) -> Page {
        self.title = self.t1(title, name, value);
        self
    }

    /// The form was refused: the title says so first, for those who hear it before they see anything.
    #[must_use]
    pub fn failed(mut self) -> Page {
        self.failed = true;
        self
    }

    /// Adds a script of ours.
    #[must_use]
    pub fn script(mut self, name: &'static str) -> Page {
        self.scripts.push((name, false));
        self
    }

    /// Adds a script that is a module.
    #[must_use]
    pub fn module(mut self, name: &'static str) -> Page {
        self.scripts.push((name, true));
        self
    }

    /// Adds htmx and its live stream.
    #[must_use]
    pub fn htmx(self) -> Page {
        self.script("htmx.js").script("hx-sse.js").script("umum.js")
    }

    /// Adds a stylesheet beside the frame's own.
    #[must_use]
    pub fn style(mut self, name: &'static str) -> Page {
        self.styles.push(name);
        self
    }

    /// Text in a narrow column: forms of citizens, long texts.
    #[must_use]
    pub fn narrow(mut self) -> Page {
        self.width = "wrap narrow";
        self
    }

    /// The whole width of the window.
    #[must_use]
    pub fn wide(mut self) -> Page {
        self.width = "wrap wide";
        self
    }

    /// The usual width of 960 pixels.
    #[must_use]
    pub fn usual_width(mut self) -> Page {
        self.width = "wrap";
        self
    }

    /// The frame for paper: no navigation, no help.
    #[must_use]
    pub fn print(mut self) -> Page {
        self.frame = Frame::Print;
        self
    }

    /// Leaves out the lines that stand on every page for citizens: this one says the same at greater length.
    #[must_use]
    pub fn without_news(mut self) -> Page {
        self.is_quiet = true;
        self
    }

    /// A `data-` attribute of the body, for scripts.
    #[must_use]
    pub fn body_data(mut self, name: &'static str, value: impl Into<String>) -> Page {
        self.body_data.push((name, value.into()));
        self
    }

    /// Which entry of the navigation this page belongs to, if its path does not begin with it.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Page {
        self.at = path.into();
        self
    }

    // ------------------------------------------------------------------ words

    /// The catalogue's sentence.
    pub fn t(&self, key: &str) -> String {
        self.app.catalogue.text(self.lang, key, &[])
    }

    /// Whether the catalogue has that sentence: for names that come from the journal.
    pub fn knows(&self, key: &str) -> bool {
        self.app.catalogue.has(key)
    }

    /// The sentence with one value.
    pub fn t1(&self, key: &str, name: &str, value: impl std::fmt::Display) -> String {
        self.app.catalogue.text(self.lang, key, &[(name, &value.to_string())])
    }

    /// The sentence with several values.
    pub fn tx<'a>(&self, key: &str, args: impl AsRef<[(&'a str, &'a str)]>) -> String {
        self.app.catalogue.text(self.lang, key, args.as_ref())
    }

    /// The sentence for `count` things, with the number in its place `{n}`.
    pub fn tn(&self, key: &str, count: impl Count) -> String {
        self.app.catalogue.counted(self.lang, key, count.count())
    }

    /// A sentence with parts between `**`, which are drawn strong.
    pub fn rich(&self, key: &str) -> crate::parts::Rich {
        crate::parts::Rich::new(&self.t(key))
    }

    /// As [`Page::rich`], with values, which stay plain text.
    pub fn richx<'a>(&self, key: &str, args: impl AsRef<[(&'a str, &'a str)]>) -> crate::parts::Rich {
        crate::parts::Rich::new(&self.tx(key, args))
    }

    // ------------------------------------------------------------------ formats

    /// The region's zone; the capital's where there is no region.
    pub fn zone(&self) -> Zone {
        self.place.as_ref().map_or(Zone::Wib, |place| place.region.zone)
    }

    /// When something was: how long ago, and at what time, with the zone.
    pub fn time(&self, at: impl Borrow<Timestamp>) -> TimeText {
        TimeText::new(self.lang, self.zone(), self.now, *at.borrow())
    }

    /// Date and time alone: `Min 22 Nov, 08.10 WITA`.
    pub fn stamp(&self, at: impl Borrow<Timestamp>) -> DateText {
        let at = *at.borrow();
        DateText::new(at, self.zone(), format::stamp_near(self.lang, self.zone(), self.now, at))
    }

    /// The date alone: `Rabu, 25 November 2026`.
    pub fn date(&self, at: impl Borrow<Timestamp>) -> DateText {
        let at = *at.borrow();
        DateText::new(at, self.zone(), format::date_long(self.lang, self.zone(), at))
    }

    /// The short date: `Rab 25 Nov`.
    pub fn date_short(&self, at: impl Borrow<Timestamp>) -> DateText {
        let at = *at.borrow();
        DateText::new(at, self.zone(), format::date_near(self.lang, self.zone(), self.now, at))
    }

    /// A deadline: its date, and what remains or by how much it was missed.
    pub fn due(&self, due: impl Borrow<Timestamp>) -> Due {
        Due::new(self, *due.borrow())
    }

    /// What remains until a deadline: `sisa 2 hari 3 jam`.
    pub fn remaining(&self, due: impl Borrow<Timestamp>) -> String {
        format::remaining(self.lang, self.now, *due.borrow())
    }

    /// Whether that instant has passed.
    pub fn is_past(&self, at: impl Borrow<Timestamp>) -> bool {
        *at.borrow() < self.now
    }

    /// A whole number: `1.234`.
    pub fn number(&self, value: impl Count) -> String {
        format::number(self.lang, value.count())
    }

    /// A share in hundredths: `page.percent(87.3)` is `87,3%`.
    pub fn percent(&self, hundredths: impl Borrow<f64>) -> String {
        format::percent(self.lang, *hundredths.borrow())
    }

    /// A number with so many places: `1,8`.
    pub fn decimal(&self, value: impl Borrow<f64>, places: usize) -> String {
        format::decimal(self.lang, *value.borrow(), places)
    }

    /// Money: `Rp 1.250.000`.
    pub fn rupiah(&self, amount: impl Count) -> String {
        format::rupiah(self.lang, amount.count())
    }

    // ------------------------------------------------------------------ components

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// An icon from `icons.svg`; it says nothing by itself, so a word stands beside it.
    pub fn icon(&self, id: &str) -> Icon {
        Icon::new(id)
    }

    /// A status: shape, word and colour.
    pub fn tag(&self, tag: impl Borrow<Tag>, label: &str) -> StatusTag {
        StatusTag::new(*tag.borrow(), self.t(label))
    }

    /// A status whose word is not the catalogue's.
    pub fn tag_text(&self, tag: impl Borrow<Tag>, label: impl std::fmt::Display) -> StatusTag {
        StatusTag::new(*tag.borrow(), label.to_string())
    }

    /// What stands where a list has nothing: what is true, and when it was looked at.
    pub fn empty(&self, key: &str) -> Empty {
        Empty::new(self, key)
    }

    /// Links to the pages before and after.
    pub fn pager(&self, previous: &Option<String>, next: &Option<String>) -> Pager {
        Pager::new(self, previous.as_deref(), next.as_deref())
    }

    /// The panel of a confirmation: what was done, and the number to keep.
    pub fn confirm(&self, title: &str, number_label: &str, number: &str) -> Confirm {
        Confirm::new(self.t(title), self.t(number_label), number)
    }

    /// The banner of a demo; nothing elsewhere. The frame draws it, except on a wall, whose page draws it itself.
    pub fn demo(&self) -> Banner {
        Banner::new(self.is_demo().then(|| self.t("shell.demo")))
    }

    // ------------------------------------------------------------------ who and where

    /// The region, where one is known.
    pub fn region(&self) -> Option<&Region> {
        self.place.as_ref().map(|place| &place.region)
    }

    /// The region's name without its kind; nothing where none is known.
    pub fn region_name(&self) -> &str {
        self.region().map_or("", |region| region.name.as_str())
    }

    /// Whether boundaries were imported, which maps then draw.
    pub fn has_boundaries(&self) -> bool {
        self.place.as_ref().is_some_and(|place| place.has_boundaries())
    }

    /// What stands below every map: where it comes from, and that imported boundaries decide nothing.
    pub fn map_credit(&self) -> String {
        let named = self.region().map_or("", |region| region.settings.map_attribution.trim());
        let note = if self.has_boundaries() { self.t("shell.map.indicative") } else { String::new() };
        [named, note.as_str()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Whether everything on the page is invented.
    pub fn is_demo(&self) -> bool {
        self.region().is_some_and(|region| region.demo)
    }

    /// The same content elsewhere, for readers of feeds: an address and its media type.
    #[must_use]
    pub fn alternate(mut self, href: String, media_type: &'static str) -> Page {
        self.alternates.push((href, media_type));
        self
    }

    /// Whether messages can be read on a page of the demo instead of leaving the house.
    pub fn has_sample_inbox(&self) -> bool {
        self.is_demo() && self.app.config.sample_inbox
    }

    /// Whether the officer who is signed in has that permission: for links only, never for a decision.
    pub fn may(&self, permission: impl Borrow<Permission>) -> bool {
        self.signed_in.as_ref().is_some_and(|me| simpul_people::permits(&me.actor, *permission.borrow()))
    }

    /// Whether an officer is signed in.
    pub fn is_signed_in(&self) -> bool {
        self.signed_in.is_some()
    }

    /// The token of a form that the template writes itself.
    pub fn csrf(&self) -> String {
        crate::csrf::token(&self.visit)
    }

    /// The path asked for.
    pub fn path(&self) -> &str {
        self.visit.path()
    }

    // ------------------------------------------------------------------ the frame

    /// Everything before the page's own part.
    pub fn begin(&self) -> Begin<'_> {
        Begin { page: self }
    }

    /// Everything after it.
    pub fn end(&self) -> End<'_> {
        End { page: self }
    }

    fn full_title(&self) -> String {
        let mut title = String::new();
        if self.failed {
            title.push_str(&self.t("shell.title_failed"));
        }
        title.push_str(&self.title);
        title.push_str(" – Simpul ");
        title.push_str(self.region_name());
        title.trim_end().to_owned()
    }

    fn body_class(&self) -> &'static str {
        match self.frame {
            Frame::Citizen => "",
            Frame::Staff => "staff",
            Frame::Wall => "wall",
            Frame::Print => "print",
        }
    }

    fn stylesheet(&self) -> String {
        assets::url(if self.is_wall() { "wall.css" } else { "simpul.css" })
    }

    fn is_staff(&self) -> bool {
        self.frame == Frame::Staff
    }

    fn is_wall(&self) -> bool {
        self.frame == Frame::Wall
    }

    fn is_print(&self) -> bool {
        self.frame == Frame::Print
    }

    /// Where the rest of the site leads, by what the officer may see.
    fn nav(&self) -> Vec<NavEntry> {
        let seen = self.app.nav.iter().filter(|item| self.may(item.need));
        let within =
            |href: &str| self.at == href || self.at.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
        let seen: Vec<_> = seen.collect();
        // A page that is an entry of its own lies below another's address: only the nearest is current.
        let current = seen.iter().map(|item| item.href).filter(|href| within(href)).max_by_key(|href| href.len());
        let entry = |item: &&NavItem| NavEntry {
            href: item.href,
            label: self.t(item.label),
            current: current == Some(item.href),
            waiting: self.waiting(item),
        };
        seen.iter().map(entry).collect()
    }

    /// How much waits behind an entry, of the agencies whose work it shows to this officer.
    fn waiting(&self, item: &NavItem) -> i64 {
        let Some(me) = &self.signed_in else { return 0 };
        let scope = scope(&me.actor, item.need);
        let own = self.news.waiting.iter().filter(|one| one.href == item.href && scope.covers(one.agency));
        own.map(|one| one.count).sum()
    }

    /// What rooms tell on every page for citizens.
    fn news_lines(&self) -> &[NewsLine] {
        match self.frame {
            Frame::Citizen if !self.is_quiet => &self.news.lines,
            _ => &[],
        }
    }

    fn news_text(&self, line: &NewsLine) -> String {
        let args: Vec<(&str, &str)> = line.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.tx(line.key, args)
    }

    fn officer_name(&self) -> String {
        let Some(me) = &self.signed_in else { return String::new() };
        let agency = me.officer.grants.iter().find_map(|grant| grant.agency);
        let short = agency.and_then(|id| self.place.as_ref()?.agency(id).map(|agency| agency.short.clone()));
        match short {
            Some(short) => format!("{} · {short}", me.officer.name),
            None => me.officer.name.clone(),
        }
    }

    /// 112 where it works; until then the numbers that do (domain.md: never shown as working where it is not).
    fn emergencies(&self) -> Vec<Emergency> {
        let Some(region) = self.region() else { return Vec::new() };
        let settings = &region.settings;
        let mut all = Vec::new();
        if settings.emergency_112 == Emergency112::Active {
            all.push(Emergency { label: self.t("shell.emergency.112"), number: "112".to_owned() });
        }
        for (key, number) in [
            ("shell.emergency.psc", &settings.phone_psc),
            ("shell.emergency.fire", &settings.phone_fire),
            ("shell.emergency.police", &settings.phone_police),
        ] {
            if !number.is_empty() {
                all.push(Emergency { label: self.t1(key, "number", number), number: number.clone() });
            }
        }
        all
    }

    fn other_lang(&self) -> (&'static str, String) {
        let other = match self.lang {
            Lang::Id => Lang::En,
            Lang::En => Lang::Id,
        };
        (other.code(), format!("/bahasa?lang={}&ke={}", other.code(), encode_query(self.visit.path())))
    }

    fn flash_text(&self) -> Option<(bool, String)> {
        let flash = self.flash.as_ref()?;
        let args: Vec<(&str, &str)> = flash.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Some((flash.warns, self.tx(&flash.key, args)))
    }

    fn whatsapp(&self) -> Option<String> {
        let number = &self.region()?.settings.whatsapp;
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        (!digits.is_empty()).then(|| format!("https://wa.me/{digits}"))
    }

    fn office(&self) -> String {
        let Some(region) = self.region() else { return String::new() };
        let settings = &region.settings;
        let lines = [&settings.office_name, &settings.office_address, &settings.office_phone, &settings.office_email];
        lines.into_iter().filter(|line| !line.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
    }
}

/// The frame before the page's own part.
#[derive(Template)]
#[template(path = "shell/begin.html")]
pub struct Begin<'a> {
    page: &'a Page,
}

/// The frame after the page's own part.
#[derive(Template)]
#[template(path = "shell/end.html")]
pub struct End<'a> {
    page: &'a Page,
}

impl HtmlSafe for Begin<'_> {}
impl HtmlSafe for End<'_> {}
