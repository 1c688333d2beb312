//! The plan as slides: what a meeting looks at, in the words and numbers of the plan's pages. The page of a meeting and
//! its deck draw the same slides, so that neither can say another number than the other.

use std::collections::HashMap;

use simpul_kernel::Timestamp;
use simpul_office::chart::{Bar, Bars, Chart, Figure, Roadmap, RoadmapItem, RoadmapRow, Series, Trajectory};
use simpul_office::deck::{Deck, Footer, OnePager, Slide, Tile, Visual, Words};
use simpul_office::{Cell, Column, Picture, Tone};
use simpul_people::Snapshot;
use simpul_shell::Page;
use simpul_store::{Conn, Digest, FileStore, Result};
use uuid::Uuid;

use crate::model::evidence::Media;
use crate::model::framework::TermKind;
use crate::model::meeting::{Asked, Request};
use crate::model::status::Light;
use crate::model::{Field, Part, Programme, ProgrammeKind, ProgrammeState, Progress};
use crate::pages::view;
use crate::read::{self, Overview, Sees, Stand, Standing};
use crate::sql;

/// Rows of a table that can be read from the far end of a room; what follows stands on the next slide.
const ROWS_PER_SLIDE_COUNT: usize = 7;
/// Decisions that a leader is asked for at a time (ux.md §6.5).
const DECISIONS_MAX_COUNT: usize = 3;
/// Periods that are looked through for the last word on a programme.
const RECENT_PERIODS_COUNT: usize = 2;
/// Years that a roadmap shows.
const ROADMAP_YEARS_MAX_COUNT: i64 = 15;
/// Programmes on a roadmap that is shown in a meeting.
const ROADMAP_ITEMS_MAX_COUNT: usize = 60;
/// All that was to be reached, in per cent.
const ALL_PERCENT: f64 = 100.0;

/// A photo that proves something, as pages link it and decks hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Where a page finds it.
    pub href: String,
    /// What it shows.
    pub caption: String,
}

/// A slide, and the photo that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// The slide.
    pub slide: Slide,
    /// Its photo.
    pub photo: Option<Photo>,
}

impl From<Slide> for Leaf {
    fn from(slide: Slide) -> Leaf {
        Leaf { slide, photo: None }
    }
}

/// The plan's slides, told in the words of a page.
pub struct Telling<'a> {
    /// Whose words.
    pub page: &'a Page,
    /// The region with its agencies.
    pub place: &'a Snapshot,
    /// The plan.
    pub overview: &'a Overview,
    /// The last that was said of each programme.
    pub said: HashMap<Uuid, Progress>,
}

/// One programme with what its sheet says.
pub struct Sheet {
    /// The programme.
    pub stand: Stand,
    /// What is written of it.
    pub texts: Vec<(Field, String)>,
    /// The last that was said of it.
    pub said: Option<Progress>,
    /// How its leading indicator goes through the year.
    pub course: Vec<read::Point>,
    /// Its photo.
    pub photo: Option<Photo>,
}

/// The last word on each programme, of the newest periods that are open or over.
///
/// # Errors
/// The store's.
pub async fn last_words(
    conn: &mut Conn,
    overview: &Overview,
    (now, sees): (Timestamp, Sees),
) -> Result<HashMap<Uuid, Progress>> {
    let mut said: HashMap<Uuid, Progress> = HashMap::new();
    let open = overview.periods.iter().filter(|period| period.opens_at <= now);
    for period in open.take(RECENT_PERIODS_COUNT) {
        for progress in sql::progress::of_period(conn, period.id).await? {
            if sees.shows(progress.state) {
                said.entry(progress.programme).or_insert(progress);
            }
        }
    }
    Ok(said)
}

/// The indicator that stands worst, which is the one that a programme is judged by; the first where none has a share.
pub fn leading(indicators: &[Standing]) -> Option<&Standing> {
    indicators.iter().min_by_key(|one| (one.share.is_none(), one.share))
}

/// The newest photo that is claimed for a programme.
///
/// # Errors
/// The store's.
pub async fn photo_of(conn: &mut Conn, programme: Uuid) -> Result<Option<Photo>> {
    let claimed = sql::evidence::of_subject(conn, crate::model::evidence::SubjectKind::Programme, programme).await?;
    for one in claimed.into_iter().rev() {
        let file = sql::evidence::file(conn, one.id, one.current).await?;
        if let Some(file) = file.filter(|file| file.media == Media::Photo) {
            let href = format!("/bukti/{}/berkas/{}", one.id, file.number);
            return Ok(Some(Photo { digest: file.digest, href, caption: one.about.title }));
        }
    }
    Ok(None)
}

/// Reads what the sheet of a programme says beside how it stands. Its photo is for those who may see evidence:
/// [`photo_of`].
///
/// # Errors
/// The store's.
pub async fn sheet(conn: &mut Conn, stand: Stand, overview: &Overview, sees: Sees) -> Result<Sheet> {
    let id = stand.programme.id;
    let said = sql::progress::of_programme(conn, id).await?.into_iter().rev().find(|one| sees.shows(one.state));
    let course = match leading(&stand.indicators) {
        Some(one) => course(conn, one, overview, sees).await?,
        None => Vec::new(),
    };
    Ok(Sheet { texts: sql::plan::texts(conn, id).await?, said, course, photo: None, stand })
}

/// How an indicator goes through the year that its standing tells of.
///
/// # Errors
/// The store's.
pub async fn course(conn: &mut Conn, one: &Standing, overview: &Overview, sees: Sees) -> Result<Vec<read::Point>> {
    let indicator = &one.indicator;
    let values = sql::progress::values_of_programme(conn, indicator.programme).await?;
    let own = values.into_iter().filter(|told| told.indicator == indicator.id && told.district == 0);
    let values: Vec<_> = own.filter(|told| sees.shows(told.state)).collect();
    let targets = sql::indicator::targets(conn, indicator.programme).await?;
    let targets = targets.into_iter().filter(|(id, _)| *id == indicator.id).map(|(_, target)| target);
    let line = crate::model::Trajectory::new(targets);
    Ok(read::course(indicator, &line, one.year, &values, &overview.periods))
}

/// A state as slides tell it.
fn tone(light: Option<Light>) -> Tone {
    match light {
        Some(Light::Green) => Tone::Done,
        Some(Light::Yellow) => Tone::Work,
        Some(Light::Red) => Tone::Late,
        None => Tone::Off,
    }
}

/// How many of these stand how: green, yellow, red, unknown.
fn counts(stands: &[&Stand]) -> [usize; 4] {
    let of = |light: Option<Light>| stands.iter().filter(|stand| stand.light() == light).count();
    [of(Some(Light::Green)), of(Some(Light::Yellow)), of(Some(Light::Red)), of(None)]
}

impl Telling<'_> {
    fn t(&self, key: &str) -> String {
        self.page.t(key)
    }

    fn number(&self, count: usize) -> String {
        self.page.number(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn light_word(&self, light: Option<Light>) -> String {
        self.t(&format!("plan.light.{}", light.map_or("none", Light::name)))
    }

    fn light(&self, stand: &Stand) -> Cell {
        let light = stand.light();
        Cell::state(tone(light), self.light_word(light))
    }

    fn column(&self, key: &str, share: u16, right: bool) -> Column {
        Column { name: self.t(key), share, right }
    }

    /// Codes and names of the dimensions, in the framework's order.
    pub fn dimensions(&self) -> Vec<(String, String)> {
        let terms = self.overview.framework.of(TermKind::Dimension);
        terms.map(|term| (term.code.clone(), view::term(self.page, term).to_owned())).collect()
    }

    /// The programmes of a dimension: quick wins first, what is kept off the public pages left out.
    pub fn of_dimension(&self, code: &str) -> Vec<&Stand> {
        let own = self.overview.stands.iter().filter(|one| one.programme.dimension == code && one.programme.public);
        let mut own: Vec<&Stand> = own.collect();
        own.sort_by_key(|one| (one.programme.kind != ProgrammeKind::QuickWin, one.programme.code.clone()));
        own
    }

    /// The first slide.
    pub fn title(&self, heading: String, lines: Vec<String>) -> Slide {
        let plan = &self.overview.plan;
        let subtitle = format!("{} {}", plan.name, view::years(plan.years));
        Slide::Title { title: heading, subtitle, lines }
    }

    /// What is asked to be decided and was not, as the next agenda has it; at most three, and how many more.
    pub fn asks(&self, asks: &[Request]) -> Vec<String> {
        let point = |ask: &Request| {
            let Asked { name, decision, agency, .. } = &ask.newest;
            format!("{name}: {decision} ({})", view::agency(self.place, *agency))
        };
        let mut points: Vec<String> = asks.iter().take(DECISIONS_MAX_COUNT).map(point).collect();
        if let Some(more) = asks.len().checked_sub(DECISIONS_MAX_COUNT).filter(|more| *more > 0) {
            points.push(self.page.tn("plan.slides.more_decisions", more as i64));
        }
        points
    }

    /// The same as a slide, where anything is asked.
    pub fn decisions(&self, asks: &[Request]) -> Option<Slide> {
        let points = self.asks(asks);
        (!points.is_empty()).then(|| Slide::Bullets { title: self.t("plan.slides.decisions"), points })
    }

    /// How many programmes of each dimension stand how.
    pub fn summary(&self) -> Slide {
        let columns = vec![
            self.column("plan.column.dimension", 4, false),
            self.column("plan.slides.programmes", 2, true),
            self.column("plan.light.green", 2, true),
            self.column("plan.light.yellow", 2, true),
            self.column("plan.light.red", 2, true),
            self.column("plan.light.none", 2, true),
        ];
        let row = |(code, name): (String, String)| {
            let own = self.of_dimension(&code);
            let counts = counts(&own);
            let numbers = [own.len()].into_iter().chain(counts).map(|count| Cell::text(self.number(count)));
            std::iter::once(Cell::text(name)).chain(numbers).collect()
        };
        let rows = self.dimensions().into_iter().map(row).collect();
        Slide::Table { title: self.t("plan.slides.summary"), columns, rows }
    }

    /// What a programme is to reach this year and what it has reached, by the indicator that leads.
    pub fn target_and_actual(&self, stand: &Stand) -> (String, String) {
        let Some(one) = leading(&stand.indicators) else { return ("–".to_owned(), "–".to_owned()) };
        let said = |value| view::with_unit(self.page, value, &one.indicator.unit);
        (said(one.target), said(one.shown()))
    }

    fn row(&self, stand: &Stand) -> Vec<Cell> {
        let (target, actual) = self.target_and_actual(stand);
        vec![
            Cell::text(stand.programme.name.clone()),
            Cell::text(target),
            Cell::text(actual),
            self.light(stand),
            Cell::text(view::owner(self.page, self.place, &stand.programme)),
            Cell::text(stand.programme.years.1.to_string()),
        ]
    }

    /// How one dimension stands: a table of its programmes, how far each is, and what stands in the way.
    pub fn dimension(&self, code: &str, name: &str) -> Vec<Slide> {
        let own = self.of_dimension(code);
        if own.is_empty() {
            return vec![Slide::Bullets { title: name.to_owned(), points: vec![self.t("plan.slides.nothing")] }];
        }
        let columns = [
            ("plan.slides.programme", 6, false),
            ("plan.indicator.target", 3, true),
            ("plan.indicator.actual", 3, true),
            ("plan.column.light", 3, false),
            ("plan.slides.owner", 3, false),
            ("plan.slides.until", 2, true),
        ];
        let columns: Vec<Column> = columns.iter().map(|(key, share, right)| self.column(key, *share, *right)).collect();
        let pages: Vec<&[&Stand]> = own.chunks(ROWS_PER_SLIDE_COUNT).collect();
        let title = |at: usize| match pages.len() {
            1 => name.to_owned(),
            all => format!("{name} ({}/{all})", at + 1),
        };
        let tables = pages.iter().enumerate().map(|(at, part)| Slide::Table {
            title: title(at),
            columns: columns.clone(),
            rows: part.iter().map(|stand| self.row(stand)).collect(),
        });
        tables.chain(self.reached(name, &own)).chain(self.obstacles(name, &own)).collect()
    }

    /// How far each programme is on its way, against all that was to be reached by now.
    fn reached(&self, name: &str, own: &[&Stand]) -> Option<Slide> {
        let known: Vec<&&Stand> = own.iter().filter(|stand| stand.facts.reached.is_some()).collect();
        if known.is_empty() {
            return None;
        }
        let bar = |stand: &&&Stand| Bar {
            label: stand.programme.name.clone(),
            value: match stand.facts.reached {
                Some(points) => Figure::new(points as f64 / ALL_PERCENT, view::points(self.page, Some(points))),
                None => Figure::none(self.t("plan.light.none")),
            },
            target: Some(Figure::new(ALL_PERCENT, "100 %")),
            tone: tone(stand.light()),
        };
        let [green, ..] = counts(own);
        let (green, all) = (self.number(green), self.number(own.len()));
        let summary = self.page.tx("plan.slides.of_all", [("green", green.as_str()), ("all", &all)]);
        let chart = Chart::Bars(Bars {
            title: self.page.t1("plan.slides.reached", "name", name),
            summary: summary.clone(),
            label_name: self.t("plan.slides.programme"),
            value_name: self.t("plan.column.reached"),
            target_name: self.t("plan.slides.planned"),
            one_unit: true,
            bars: known.iter().map(bar).collect(),
        });
        let title = self.page.t1("plan.slides.reached", "name", name);
        Some(Slide::Chart { title, chart, note: summary, with_table: false })
    }

    /// Why programmes do not stand as planned, and what was said to stand in the way.
    fn obstacles(&self, name: &str, own: &[&Stand]) -> Option<Slide> {
        let told = |stand: &&Stand| -> Option<String> {
            let why = stand.status.reasons.first().map(|(_, why)| view::reason(self.page, why));
            let said = self.said.get(&stand.programme.id).map(|said| said.obstacle.clone());
            let said = said.filter(|obstacle| !obstacle.is_empty());
            let words: Vec<String> = said.into_iter().chain(why).collect();
            (!words.is_empty()).then(|| format!("{}: {}", stand.programme.name, words.join(" · ")))
        };
        let points: Vec<String> = own.iter().filter_map(told).collect();
        let title = self.page.t1("plan.slides.obstacles", "name", name);
        (!points.is_empty()).then_some(Slide::Bullets { title, points })
    }

    /// The roadmap of a meeting: of a plan with more programmes than a room can follow, the quick wins only.
    pub fn short_roadmap(&self) -> Roadmap {
        let public = self.overview.stands.iter().filter(|stand| stand.programme.public).count();
        let is_long = public > ROADMAP_ITEMS_MAX_COUNT;
        self.roadmap_of(|stand| !is_long || stand.programme.kind == ProgrammeKind::QuickWin)
    }

    /// Years across, dimensions down.
    pub fn roadmap(&self) -> Roadmap {
        self.roadmap_of(|_| true)
    }

    fn roadmap_of(&self, shows: impl Fn(&Stand) -> bool) -> Roadmap {
        let (from, to) = self.overview.plan.years;
        let to = to.clamp(from, from + ROADMAP_YEARS_MAX_COUNT - 1);
        let at = |year: i64| usize::try_from(year.clamp(from, to) - from).unwrap_or_default();
        let item = |stand: &&Stand| RoadmapItem {
            name: stand.programme.name.clone(),
            from: at(stand.programme.years.0),
            to: at(stand.programme.years.1),
            tone: state_tone(stand.programme.state),
            state: self.t(&format!("plan.state.{}", stand.programme.state.name())),
        };
        let row = |(code, label): (String, String)| RoadmapRow {
            label,
            items: self.of_dimension(&code).iter().filter(|stand| shows(stand)).map(item).collect(),
        };
        let rows: Vec<RoadmapRow> = self.dimensions().into_iter().map(row).collect();
        let all = self.number(rows.iter().map(|row| row.items.len()).sum());
        let span = view::years((from, to));
        Roadmap {
            title: self.t("plan.roadmap.title"),
            summary: self.page.tx("plan.roadmap.summary", [("all", all.as_str()), ("span", &span)]),
            row_name: self.t("plan.column.dimension"),
            item_name: self.t("plan.slides.programme"),
            years_name: self.t("plan.column.years"),
            state_name: self.t("plan.column.state"),
            nothing: self.t("plan.slides.nothing"),
            years: (from..=to).map(|year| year.to_string()).collect(),
            rows,
        }
    }

    fn partners(&self, stand: &Stand) -> String {
        let partners = stand.parties.iter().filter(|party| party.part == Part::Partner || party.agency.is_some());
        let name = |party: &crate::model::Party| match party.agency {
            Some(id) => view::agency(self.place, id),
            None => party.name.clone(),
        };
        partners.map(name).collect::<Vec<_>>().join(", ")
    }

    fn facts(&self, sheet: &Sheet) -> Vec<(String, String)> {
        let text = |field: Field| sheet.texts.iter().find(|(one, _)| *one == field).map(|(_, body)| body.clone());
        let said = |what: fn(&Progress) -> &String| sheet.said.as_ref().map(|said| what(said).clone());
        let programme: &Programme = &sheet.stand.programme;
        let facts = [
            ("plan.raci.accountable", Some(view::owner(self.page, self.place, programme))),
            ("plan.slides.partners", Some(self.partners(&sheet.stand))),
            ("plan.field.problem", text(Field::Problem)),
            ("plan.field.benefit", text(Field::Benefit)),
            ("plan.slides.said", said(|said| &said.sentence)),
            ("plan.progress.obstacle", said(|said| &said.obstacle)),
            ("plan.progress.next_step", said(|said| &said.next_step)),
        ];
        let told = facts.into_iter().filter_map(|(key, body)| Some((key, body.filter(|body| !body.is_empty())?)));
        told.map(|(key, body)| (self.t(key), body)).collect()
    }

    fn tile(&self, one: &Standing) -> Tile {
        let target = view::with_unit(self.page, one.target, &one.indicator.unit);
        Tile {
            label: one.indicator.name.clone(),
            value: view::with_unit(self.page, one.shown(), &one.indicator.unit),
            age: self.page.t1("plan.slides.of_target", "target", target),
            tone: Tone::Plain,
        }
    }

    /// The chart of an indicator's year.
    pub fn trajectory(&self, one: &Standing, course: &[read::Point]) -> Option<Chart> {
        let indicator = &one.indicator;
        if course.is_empty() {
            return None;
        }
        let figure = |value: Option<crate::model::Quantity>| match value {
            Some(value) => {
                Figure::new(value.as_f64(), view::with_unit(self.page, Some(indicator.shown(value)), &indicator.unit))
            }
            None => Figure::none(self.t("plan.light.none")),
        };
        let series = |key: &str, value: fn(&read::Point) -> Option<crate::model::Quantity>| Series {
            name: self.t(key),
            figures: course.iter().map(|point| figure(value(point))).collect(),
        };
        let last = course.iter().rev().find_map(|point| point.actual);
        let until = view::with_unit(self.page, last.map(|value| indicator.shown(value)), &indicator.unit);
        let year = one.year.to_string();
        Some(Chart::Trajectory(Trajectory {
            title: indicator.name.clone(),
            summary: self.page.tx("plan.slides.course", [("year", year.as_str()), ("value", &until)]),
            period_name: self.t("plan.slides.period"),
            periods: course.iter().map(|point| point.period.clone()).collect(),
            plan: series("plan.indicator.expected", |point| point.expected.map(crate::model::Quantity::told)),
            actual: series("plan.indicator.actual", |point| point.actual),
        }))
    }

    /// One programme on one slide.
    pub fn one_pager(&self, sheet: &Sheet) -> Leaf {
        let stand = &sheet.stand;
        let light = stand.light();
        let why = stand.status.reasons.first().map(|(_, why)| view::reason(self.page, why));
        let word = self.light_word(light);
        let status = why.map_or_else(|| word.clone(), |why| format!("{word}: {why}"));
        let chart = leading(&stand.indicators).and_then(|one| self.trajectory(one, &sheet.course));
        let slide = Slide::OnePager(Box::new(OnePager {
            title: stand.programme.name.clone(),
            status: Cell::state(tone(light), status),
            facts: self.facts(sheet),
            tiles: stand.indicators.iter().map(|one| self.tile(one)).collect(),
            visual: chart.map(Visual::Chart),
        }));
        Leaf { slide, photo: sheet.photo.clone() }
    }
}

fn state_tone(state: ProgrammeState) -> Tone {
    match state {
        ProgrammeState::Planned => Tone::New,
        ProgrammeState::Running => Tone::Work,
        ProgrammeState::Done => Tone::Done,
        ProgrammeState::Stopped => Tone::Off,
    }
}

/// What stands at the foot of every slide: whose data, of when, and up to which line of the journal.
pub fn footer(page: &Page, place: &Snapshot, position: i64, now: Timestamp) -> Footer {
    let zone = place.region.zone;
    Footer {
        source: format!("Simpul {}", place.region.full_name()),
        // A slide is looked at years later.
        date: {
            let day = simpul_kernel::format::day_medium(page.lang, zone.date(now));
            format!("{day}, {}", simpul_kernel::format::time(page.lang, zone, now))
        },
        position: page.t1("plan.slides.position", "n", page.number(position)),
        mark: page.is_demo().then(|| page.t("shell.demo")),
    }
}

/// The deck of these slides; photos are put behind the slides that they belong to. A photo that can't be read is left
/// out.
///
/// # Errors
/// The store's.
pub async fn deck(
    page: &Page,
    (files, place): (&FileStore, &Snapshot),
    (footer, now): (Footer, Timestamp),
    leaves: Vec<Leaf>,
) -> Result<Deck> {
    let mut slides = Vec::new();
    let heading = |slide: &Slide| match slide {
        Slide::OnePager(one) => one.title.clone(),
        _ => String::new(),
    };
    for Leaf { slide, photo } in leaves {
        let title = heading(&slide);
        slides.push(slide);
        let Some(photo) = photo else { continue };
        let bytes = files.get(place.region.id, &photo.digest).await?;
        let picture = Picture::read(bytes.to_vec()).ok();
        slides.extend(picture.map(|picture| Slide::Photo { title, picture, caption: photo.caption }));
    }
    let words = Words {
        continued: page.t("plan.slides.continued"),
        in_full: page.t("plan.slides.in_full"),
        nothing: page.t("plan.slides.nothing"),
    };
    let title = slides.iter().find_map(|slide| match slide {
        Slide::Title { title, .. } => Some(title.clone()),
        Slide::OnePager(one) => Some(one.title.clone()),
        _ => None,
    });
    Ok(Deck { title: title.unwrap_or_default(), lang: page.lang, made_at: now, footer, words, slides })
}

/// What is wrong with a deck that could not be made: too much that was chosen, or a fault of ours.
pub fn refused(error: simpul_office::deck::DeckError) -> simpul_store::Error {
    match error.refusal() {
        Some(refusal) => refusal.into(),
        None => simpul_store::Error::Broken(error.to_string()),
    }
}
