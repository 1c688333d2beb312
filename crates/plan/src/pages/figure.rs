//! Figures of the house on the pages of the plan: choosing one, counting it for a report, showing how it stands now.

use simpul_kernel::format::{self, Lang};
use simpul_kernel::{FigureKey, FigureSpan, Refusal, Timestamp};
use simpul_shell::{Choice, Fields, FigureAsked, FormView, Page, PageError, Site};
use simpul_store::{Conn, Error, Result};

use super::view;
use crate::model::figure::{Taken, amount, span_now};
use crate::model::{Indicator, Period};

/// The control that names the figure; those of its parameters bear their names after a hyphen.
const FIGURE: &str = "figure";

/// One parameter to choose a value of.
pub(super) struct ParameterField {
    pub(super) name: String,
    pub(super) label: &'static str,
    pub(super) choices: Vec<Choice>,
}

/// The controls that choose a figure.
pub(super) struct FigureFields {
    pub(super) figures: Vec<Choice>,
    pub(super) parameters: Vec<ParameterField>,
}

impl FigureFields {
    /// Every figure of the house, and everything that some of them can be narrowed to.
    pub(super) async fn read(conn: &mut Conn, site: &Site, page: &Page) -> Result<FigureFields> {
        let figures = site.app.figure_kinds().map(|kind| Choice::new(kind.name, page.t(kind.title))).collect();
        let field = |(parameter, choices): (simpul_shell::FigureParameter, Vec<simpul_shell::FigureChoice>)| {
            let choices = choices.iter().map(|choice| Choice::new(&choice.value, choice.name(page.lang)));
            let name = format!("{FIGURE}-{}", parameter.name);
            ParameterField { name, label: parameter.label, choices: choices.collect() }
        };
        let parameters = site.app.figure_parameters(conn, &site.place).await?.into_iter().map(field).collect();
        Ok(FigureFields { figures, parameters })
    }
}

/// The form with a figure chosen.
pub(super) fn fill(form: FormView, key: &FigureKey) -> FormView {
    let form = form.fill(FIGURE, key.name());
    key.parameters().fold(form, |form, (name, value)| form.fill(&format!("{FIGURE}-{name}"), value))
}

/// The figure that a form chooses; `None` where it chooses none.
fn typed(fields: &Fields) -> Result<Option<FigureKey>, Refusal> {
    let name = fields.get(FIGURE);
    if name.is_empty() {
        return Ok(None);
    }
    let at_figure = |why: Refusal| Refusal { field: Some(FIGURE), ..why };
    // The whole key may be typed, as a file or a link has it.
    let mut key = FigureKey::parse(name).map_err(at_figure)?;
    for (name, value) in fields.pairs() {
        let Some(parameter) = name.strip_prefix("figure-").filter(|_| !value.trim().is_empty()) else { continue };
        key = key.with(parameter, value.trim()).map_err(|why| at_figure(why).entry(parameter))?;
    }
    Ok(Some(key))
}

/// The figure that a form chooses, if there is such a one.
///
/// # Errors
/// `shell.figure.refused.…` at the control that is meant.
pub(super) async fn chosen(site: &Site, fields: &Fields) -> Result<Option<FigureKey>> {
    let Some(key) = typed(fields)? else { return Ok(None) };
    let mut conn = site.read().await?;
    site.app.read_figure(&mut conn, &site.place, &key.to_string()).await.map(Some)
}

/// Counts the live indicators of a programme over the days of a period, until today where it still runs: the values of
/// a report that is handed in.
///
/// # Errors
/// `shell.figure.refused.unknown` for a figure that no room counts any more; the store's.
pub(super) async fn take(site: &Site, indicators: &[Indicator], period: &Period) -> Result<Vec<Taken>> {
    let mut taken = Vec::new();
    let mut conn = site.read().await?;
    for one in indicators.iter().filter(|one| !one.live.is_empty()) {
        let today = site.region().zone.date(site.now());
        let (first_day, last_day) = (period.first_day, period.counted_until(today));
        let key = FigureKey::parse(&one.live)?;
        let span = FigureSpan::new(first_day, last_day)?;
        let asked = FigureAsked { key: &key, span, place: &site.place, now: site.now() };
        let counted = site.app.count_figure(&mut conn, asked).await?;
        taken.push(Taken {
            indicator: one.id,
            figure: one.live.clone(),
            first_day,
            last_day,
            amount: amount(counted.count),
            cases: counted.count.cases,
            seq: counted.seq,
            at: counted.at,
        });
    }
    Ok(taken)
}

/// How a live indicator stands now, as a page tells it.
pub(super) struct LiveNow {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) definition: String,
    pub(super) value: String,
    pub(super) cases: i64,
    pub(super) span: String,
    pub(super) at: Timestamp,
    pub(super) key: String,
    pub(super) days: FigureSpan,
}

impl LiveNow {
    /// Where this figure becomes evidence.
    pub(super) fn evidence_path(&self, code: &str) -> String {
        let key = simpul_shell::encode_query(&self.key);
        format!("/bukti/angka?figure={key}&from={}&to={}&program={code}", self.days.from(), self.days.to())
    }
}

/// Days as people write them.
pub(super) fn span_text(lang: Lang, span: FigureSpan) -> String {
    let day = |day| format::day_medium(lang, day);
    if span.from() == span.to() { day(span.from()) } else { format!("{} – {}", day(span.from()), day(span.to())) }
}

/// How a live indicator stands over these days; `None` for one whose figure no room counts any more.
async fn live(site: &Site, page: &Page, one: &Indicator, days: FigureSpan) -> Result<Option<LiveNow>> {
    let Ok(key) = FigureKey::parse(&one.live) else { return Ok(None) };
    let asked = FigureAsked { key: &key, span: days, place: &site.place, now: site.now() };
    let counted = match site.app.recent_figure(asked).await {
        Ok(counted) => counted,
        Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let words = site.app.figure_words(&mut site.read().await?, &site.place, (page, &key)).await?;
    Ok(Some(LiveNow {
        name: one.name.clone(),
        title: words.title,
        definition: words.definition,
        value: view::with_unit(page, amount(counted.count).map(|value| one.shown(value)), &one.unit),
        cases: counted.count.cases,
        span: span_text(page.lang, days),
        at: counted.at,
        key: one.live.clone(),
        days,
    }))
}

/// How live indicators stand over these days. Hold no connection meanwhile.
async fn live_over(
    site: &Site,
    page: &Page,
    indicators: impl Iterator<Item = &Indicator>,
    days: Result<FigureSpan, Refusal>,
) -> Result<Vec<LiveNow>, PageError> {
    let days = days.map_err(Error::from)?;
    let mut all = Vec::new();
    for one in indicators.filter(|one| !one.live.is_empty()) {
        all.extend(live(site, page, one, days).await?);
    }
    Ok(all)
}

/// How live indicators stand now: over the period that runs, else over the year so far. Hold no connection meanwhile.
pub(super) async fn live_now(
    site: &Site,
    page: &Page,
    indicators: impl Iterator<Item = &Indicator>,
    periods: &[Period],
) -> Result<Vec<LiveNow>, PageError> {
    let today = site.region().zone.date(site.now());
    live_over(site, page, indicators, span_now(periods, today)).await
}

/// How live indicators stand over the days of a period, until today where it still runs.
pub(super) async fn live_in(
    site: &Site,
    page: &Page,
    indicators: &[Indicator],
    period: &Period,
) -> Result<Vec<LiveNow>, PageError> {
    let today = site.region().zone.date(site.now());
    live_over(site, page, indicators.iter(), FigureSpan::new(period.first_day, period.counted_until(today))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_chooses_a_figure_with_what_it_is_narrowed_to() {
        let fields = Fields::parse(b"figure=report.received&figure-category=lampu_jalan&figure-district=").unwrap();
        let key = typed(&fields).unwrap().unwrap();
        assert_eq!(key.to_string(), "report.received{category=lampu_jalan}");
        assert_eq!(typed(&Fields::parse(b"figure=&figure-category=a").unwrap()), Ok(None));
        let whole = Fields::parse(b"figure=report.received%7Bcategory%3Dlampu_jalan%7D").unwrap();
        assert_eq!(typed(&whole).unwrap(), Some(key));
        let wrong = typed(&Fields::parse(b"figure=report.received&figure-district=%3Cb%3E").unwrap()).unwrap_err();
        assert_eq!(wrong.control().as_deref(), Some("figure-district"));
    }
}
