//! Figures that rooms count and that others show: a room says what it can count, the shell carries it, and whoever
//! shows a figure asks for it by its key. So a number of a plan is the very number of the room's own page.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use simpul_kernel::format::Lang;
use simpul_kernel::{FigureCount, FigureKey, FigureSpan, Refusal, Timestamp};
use simpul_people::Snapshot;
use simpul_store::{Conn, Error, Result, journal};

use crate::shared::Shared;
use crate::{App, Page};

/// What a figure of a page may be old: pages of everybody would else walk through a quarter's cases each time.
const FRESH: Duration = Duration::from_secs(60);
/// So often it is counted anew because a line was written meanwhile; then the line before it stands beside it.
const TRIES_COUNT: usize = 3;

/// What a figure can be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FigureParameter {
    /// Its name in a key, such as `category`.
    pub name: &'static str,
    /// The catalogue's name.
    pub label: &'static str,
}

/// A value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureChoice {
    /// As a key has it.
    pub value: String,
    /// As people call it, in Indonesian.
    pub name_id: String,
    /// The same in English.
    pub name_en: String,
}

impl FigureChoice {
    /// One that is called alike in every language: names of places and agencies.
    pub fn named(value: impl ToString, name: impl Into<String>) -> FigureChoice {
        let name = name.into();
        FigureChoice { value: value.to_string(), name_id: name.clone(), name_en: name }
    }

    /// As the reader calls it.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Id => &self.name_id,
            Lang::En => &self.name_en,
        }
    }
}

/// A figure that a room offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FigureKind {
    /// Its fixed name, such as `report.on_time_rate`.
    pub name: &'static str,
    /// The catalogue's name.
    pub title: &'static str,
    /// The catalogue's sentence that says what is counted.
    pub definition: &'static str,
    /// The catalogue's name of its unit.
    pub unit: &'static str,
    /// What it can be narrowed to.
    pub parameters: &'static [FigureParameter],
}

/// Which figure is asked for, where and when.
#[derive(Debug, Clone, Copy)]
pub struct FigureAsked<'a> {
    /// Which, and what it is narrowed to.
    pub key: &'a FigureKey,
    /// Over which days.
    pub span: FigureSpan,
    /// The region.
    pub place: &'a Arc<Snapshot>,
    /// The present instant.
    pub now: Timestamp,
}

/// A room's figures. What it counts is what anybody may know: a plan's page is everybody's.
pub trait RoomFigures: Send + Sync + 'static {
    /// What it counts.
    fn kinds(&self) -> &'static [FigureKind];

    /// The values of one of its parameters.
    fn choices(
        &self,
        conn: &mut Conn,
        place: &Arc<Snapshot>,
        parameter: &str,
    ) -> impl Future<Output = Result<Vec<FigureChoice>>> + Send;

    /// Counts one of its figures.
    fn count(&self, conn: &mut Conn, asked: FigureAsked<'_>) -> impl Future<Output = Result<FigureCount>> + Send;
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A room's figures without their type.
pub(crate) trait DynFigures: Send + Sync {
    fn kinds(&self) -> &'static [FigureKind];
    fn choices<'a>(
        &'a self,
        conn: &'a mut Conn,
        place: &'a Arc<Snapshot>,
        parameter: &'a str,
    ) -> Boxed<'a, Vec<FigureChoice>>;
    fn count<'a>(&'a self, conn: &'a mut Conn, asked: FigureAsked<'a>) -> Boxed<'a, FigureCount>;
}

impl<F: RoomFigures> DynFigures for F {
    fn kinds(&self) -> &'static [FigureKind] {
        RoomFigures::kinds(self)
    }

    fn choices<'a>(
        &'a self,
        conn: &'a mut Conn,
        place: &'a Arc<Snapshot>,
        parameter: &'a str,
    ) -> Boxed<'a, Vec<FigureChoice>> {
        Box::pin(RoomFigures::choices(self, conn, place, parameter))
    }

    fn count<'a>(&'a self, conn: &'a mut Conn, asked: FigureAsked<'a>) -> Boxed<'a, FigureCount> {
        Box::pin(RoomFigures::count(self, conn, asked))
    }
}

/// A figure that was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedFigure {
    /// What came out.
    pub count: FigureCount,
    /// The line of the journal up to which everything is in it.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
}

/// A figure as people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureWords {
    /// What it is, and what it is narrowed to.
    pub title: String,
    /// What is counted.
    pub definition: String,
    /// In what.
    pub unit: String,
}

/// Every room's figures, and those that were counted a moment ago.
pub(crate) struct FigureDesk {
    rooms: Vec<Box<dyn DynFigures>>,
    recent: Shared<CountedFigure>,
}

impl Default for FigureDesk {
    fn default() -> FigureDesk {
        FigureDesk { rooms: Vec::new(), recent: Shared::new(FRESH) }
    }
}

impl FigureDesk {
    pub(crate) fn add(&mut self, room: impl RoomFigures) {
        self.rooms.push(Box::new(room));
    }

    /// Counts for every request: tests set no clock of the machine.
    pub(crate) fn forget_at_once(&mut self) {
        self.recent = Shared::new(Duration::ZERO);
    }

    fn of(&self, name: &str) -> Option<(&dyn DynFigures, &'static FigureKind)> {
        let found = |room: &'_ dyn DynFigures| room.kinds().iter().find(|kind| kind.name == name);
        self.rooms.iter().find_map(|room| Some((room.as_ref(), found(room.as_ref())?)))
    }
}

fn unknown(name: &str) -> Refusal {
    Refusal::field("figure", "shell.figure.refused.unknown").with("name", name)
}

/// The refusal of a parameter, at the control that chooses its value.
fn at_parameter(key: &'static str, parameter: &str, value: &str) -> Refusal {
    Refusal::field("figure", key).entry(parameter).with("parameter", parameter).with("value", value)
}

impl App {
    /// Every figure that a room offers, in the order in which the rooms were built.
    pub fn figure_kinds(&self) -> impl Iterator<Item = &'static FigureKind> + '_ {
        self.figures.rooms.iter().flat_map(|room| room.kinds())
    }

    /// The figure of that name.
    pub fn figure_kind(&self, name: &str) -> Option<&'static FigureKind> {
        self.figures.of(name).map(|(_, kind)| kind)
    }

    /// Every parameter that some figure takes, each once, with its values.
    ///
    /// # Errors
    /// The store's.
    pub async fn figure_parameters(
        &self,
        conn: &mut Conn,
        place: &Arc<Snapshot>,
    ) -> Result<Vec<(FigureParameter, Vec<FigureChoice>)>> {
        let mut all: Vec<(FigureParameter, Vec<FigureChoice>)> = Vec::new();
        for room in &self.figures.rooms {
            for parameter in room.kinds().iter().flat_map(|kind| kind.parameters) {
                if all.iter().any(|(known, _)| known.name == parameter.name) {
                    continue;
                }
                let choices = room.choices(conn, place, parameter.name).await?;
                all.push((*parameter, choices));
            }
        }
        Ok(all)
    }

    /// Reads the key of a figure that there is, narrowed to what there is.
    ///
    /// # Errors
    /// `shell.figure.refused.…`: no key, an unknown figure, a parameter that it does not take, a value that is unknown.
    pub async fn read_figure(&self, conn: &mut Conn, place: &Arc<Snapshot>, text: &str) -> Result<FigureKey> {
        let key = FigureKey::parse(text).map_err(|why| Refusal { field: Some("figure"), ..why })?;
        let (room, kind) = self.figures.of(key.name()).ok_or_else(|| unknown(key.name()))?;
        for (name, value) in key.parameters() {
            if !kind.parameters.iter().any(|parameter| parameter.name == name) {
                return Err(at_parameter("shell.figure.refused.parameter", name, value).into());
            }
            if !room.choices(conn, place, name).await?.iter().any(|choice| choice.value == value) {
                return Err(at_parameter("shell.figure.refused.value", name, value).into());
            }
        }
        Ok(key)
    }

    /// Counts a figure now, with the line of the journal up to which everything is in it.
    ///
    /// # Errors
    /// `shell.figure.refused.unknown` where no room offers it any more; the store's.
    pub async fn count_figure(&self, conn: &mut Conn, asked: FigureAsked<'_>) -> Result<CountedFigure> {
        let (room, _) = self.figures.of(asked.key.name()).ok_or_else(|| unknown(asked.key.name()))?;
        let mut seq = journal::head(conn).await?.0;
        let mut count = room.count(conn, asked).await?;
        for _ in 1..TRIES_COUNT {
            let now = journal::head(conn).await?.0;
            if now == seq {
                break;
            }
            seq = now;
            count = room.count(conn, asked).await?;
        }
        Ok(CountedFigure { count, seq, at: asked.now })
    }

    /// The same for a page: it may have been counted a minute ago. Hold no connection while you ask.
    ///
    /// # Errors
    /// As [`App::count_figure`].
    pub async fn recent_figure(&self, asked: FigureAsked<'_>) -> Result<CountedFigure> {
        let question = format!("{} {} {}", asked.key, asked.span.from(), asked.span.to());
        let count = async || {
            let mut conn = self.db.read(asked.place.region.id).await?;
            self.count_figure(&mut conn, asked).await
        };
        self.figures.recent.get::<Error>(asked.place, question, count).await
    }

    /// A figure as the reader calls it; its key where no room offers it any more.
    ///
    /// # Errors
    /// The store's.
    pub async fn figure_words(
        &self,
        conn: &mut Conn,
        place: &Arc<Snapshot>,
        (page, key): (&Page, &FigureKey),
    ) -> Result<FigureWords> {
        let Some((room, kind)) = self.figures.of(key.name()) else {
            return Ok(FigureWords { title: key.to_string(), definition: String::new(), unit: String::new() });
        };
        let mut narrowed = Vec::new();
        for (name, value) in key.parameters() {
            let label = kind.parameters.iter().find(|parameter| parameter.name == name);
            let label = label.map_or_else(|| name.to_owned(), |parameter| page.t(parameter.label));
            let choices = room.choices(conn, place, name).await?;
            let choice = choices.iter().find(|choice| choice.value == value);
            narrowed.push(format!("{label}: {}", choice.map_or(value, |choice| choice.name(page.lang))));
        }
        let title = page.t(kind.title);
        let title = if narrowed.is_empty() { title } else { format!("{title} ({})", narrowed.join("; ")) };
        Ok(FigureWords { title, definition: page.t(kind.definition), unit: page.t(kind.unit) })
    }
}
