//! What a client asks for when it lists requests or updates.

use simpul_kernel::Timestamp;

use super::fault::Faults;
use super::form::Fields;
use super::when::{DEFAULT_SPAN_MICROS, OffsetSeconds, parse};

/// The standard's default limit of a search: 1,000 requests.
pub const REQUESTS_MAX_COUNT: i64 = 1_000;
/// Rows of a page where `page` is given without `page_size`.
const PAGE_SIZE_DEFAULT_COUNT: i64 = 50;
/// Most rows that are passed over to reach a page: deeper ones are reached by dates.
const SKIP_MAX_COUNT: i64 = 100_000;
/// Services that one search may name: a statement has a fixed number of places.
pub const SERVICES_MAX_COUNT: usize = 64;
/// Most ids that one search names.
const IDS_MAX_COUNT: usize = 100;

/// The two states of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// Somebody still has to act.
    Open,
    /// Nothing more will be done.
    Closed,
}

impl Openness {
    /// The standard's word.
    pub fn word(self) -> &'static str {
        match self {
            Openness::Open => "open",
            Openness::Closed => "closed",
        }
    }
}

/// A search for requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Only these; overrides everything else, as the standard has it.
    pub ids: Vec<String>,
    /// Only of these services; empty for all.
    pub services: Vec<String>,
    /// Requested at or after.
    pub from: Timestamp,
    /// Requested at or before.
    pub until: Timestamp,
    /// Changed at or after.
    pub updated_after: Option<Timestamp>,
    /// Changed at or before.
    pub updated_before: Option<Timestamp>,
    /// Only in this state.
    pub status: Option<Openness>,
    /// Rows skipped.
    pub skip: i64,
    /// Rows answered at most.
    pub limit: i64,
}

/// A search for updates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateSearch {
    /// Only of this request.
    pub id: Option<String>,
    /// Written at or after.
    pub from: Timestamp,
    /// Written at or before.
    pub until: Timestamp,
    /// Rows skipped.
    pub skip: i64,
    /// Rows answered at most.
    pub limit: i64,
}

struct Reader<'a> {
    fields: &'a Fields,
    offset: OffsetSeconds,
    wrong: Vec<(&'static str, String)>,
}

impl Reader<'_> {
    fn date(&mut self, name: &'static str) -> Option<Timestamp> {
        let text = self.fields.get(name)?;
        let at = parse(text, self.offset);
        if at.is_none() {
            let says = format!("`{}` is no W3C date and time such as 2026-11-02T09:00:00+08:00", short(text));
            self.wrong.push((name, says));
        }
        at
    }

    fn whole(&mut self, name: &'static str, max: i64) -> Option<i64> {
        let text = self.fields.get(name)?;
        match text.parse::<i64>() {
            Ok(number) if (1..=max).contains(&number) => Some(number),
            _ => {
                self.wrong.push((name, format!("`{}` is no whole number from 1 to {max}", short(text))));
                None
            }
        }
    }

    fn page(&mut self) -> (i64, i64) {
        let page = self.whole("page", SKIP_MAX_COUNT);
        let size = self.whole("page_size", REQUESTS_MAX_COUNT);
        let paged = self.fields.get("page").is_some();
        let limit = size.unwrap_or(if paged { PAGE_SIZE_DEFAULT_COUNT } else { REQUESTS_MAX_COUNT });
        let skip = (page.unwrap_or(1) - 1) * limit;
        if skip > SKIP_MAX_COUNT {
            self.wrong.push(("page", format!("lies beyond row {SKIP_MAX_COUNT}; narrow the dates instead")));
        }
        (skip, limit)
    }

    /// The span asked for. With neither end it is the last 90 days; with an end alone, the 90 days before it; with a
    /// beginning alone, all since then. The number of rows is bounded in any case, so a wider span is no harm.
    fn span(&mut self, now: Timestamp) -> (Timestamp, Timestamp) {
        let (start, end) = (self.date("start_date"), self.date("end_date"));
        let until = end.unwrap_or(now);
        let from = start.unwrap_or(until.plus_micros(-DEFAULT_SPAN_MICROS));
        if start.is_some() && end.is_some() && from > until {
            self.wrong.push(("end_date", "lies before start_date".to_owned()));
        }
        (from, until)
    }

    fn finish<T>(self, value: T) -> Result<T, Faults> {
        if self.wrong.is_empty() { Ok(value) } else { Err(Faults::fields(self.wrong)) }
    }
}

/// What a client typed, short enough to stand in an answer.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Reads a search for requests. `now` is the end of the default span, `offset` the region's.
pub fn search(fields: &Fields, now: Timestamp, offset: OffsetSeconds) -> Result<Search, Faults> {
    let mut reader = Reader { fields, offset, wrong: Vec::new() };
    let ids: Vec<String> = fields.list("service_request_id").into_iter().map(str::to_owned).collect();
    if ids.len() > IDS_MAX_COUNT {
        reader.wrong.push(("service_request_id", format!("names more than {IDS_MAX_COUNT} requests")));
    }
    let mut services: Vec<String> = fields.list("service_code").into_iter().map(str::to_owned).collect();
    services.sort_unstable();
    services.dedup();
    if services.len() > SERVICES_MAX_COUNT {
        reader.wrong.push(("service_code", format!("names more than {SERVICES_MAX_COUNT} services")));
    }
    let (from, until) = reader.span(now);
    let status = status(&mut reader);
    let (skip, limit) = reader.page();
    let (updated_after, updated_before) = (reader.date("updated_after"), reader.date("updated_before"));
    // Who asks what has changed since then means old requests too.
    let since_ever = updated_after.is_some() && fields.get("start_date").is_none();
    let from = if since_ever { Timestamp(0) } else { from };
    reader.finish(Search { ids, services, from, until, updated_after, updated_before, status, skip, limit })
}

fn status(reader: &mut Reader<'_>) -> Option<Openness> {
    let (mut open, mut closed) = (false, false);
    for word in reader.fields.list("status") {
        match word.to_ascii_lowercase().as_str() {
            "open" => open = true,
            "closed" => closed = true,
            _ => reader.wrong.push(("status", format!("`{}` is neither open nor closed", short(word)))),
        }
    }
    match (open, closed) {
        (true, false) => Some(Openness::Open),
        (false, true) => Some(Openness::Closed),
        _ => None,
    }
}

/// Reads a search for updates.
pub fn update_search(fields: &Fields, now: Timestamp, offset: OffsetSeconds) -> Result<UpdateSearch, Faults> {
    let mut reader = Reader { fields, offset, wrong: Vec::new() };
    let (from, until) = reader.span(now);
    let (skip, limit) = reader.page();
    let id = fields.get("service_request_id").map(str::to_owned);
    reader.finish(UpdateSearch { id, from, until, skip, limit })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::clock::DAY_MICROS;

    use super::*;

    const NOW: Timestamp = Timestamp(1_793_581_200_000_000);
    const WITA: OffsetSeconds = 8 * 3600;

    fn read(query: &str) -> Result<Search, Faults> {
        search(&Fields::urlencoded(query.as_bytes()).expect("readable"), NOW, WITA)
    }

    #[test]
    fn without_dates_the_last_90_days_and_1000_rows_are_meant() {
        let search = read("").expect("good");
        assert_eq!((search.from, search.until), (NOW.plus_micros(-90 * DAY_MICROS), NOW));
        assert_eq!((search.skip, search.limit), (0, 1000));
    }

    #[test]
    fn pages_are_counted_from_one() {
        let search = read("page=3&page_size=20").expect("good");
        assert_eq!((search.skip, search.limit), (40, 20));
        assert_eq!(read("page=2").map(|s| (s.skip, s.limit)), Ok((50, 50)));
    }

    #[test]
    fn every_wrong_filter_is_named() {
        let faults = read("start_date=kemarin&status=maybe&page=0&page_size=9999").expect_err("wrong");
        let named: Vec<&str> = faults.faults.iter().filter_map(|f| f.description.split(':').next()).collect();
        assert_eq!(named, ["start_date", "status", "page", "page_size"]);
        assert_eq!(faults.status, 400);
    }

    #[test]
    fn a_service_that_is_named_twice_is_one_and_64_may_be_named() {
        let many = |count: usize| (0..count).map(|at| format!("service_code=s{at}&")).collect::<String>();
        assert_eq!(read("service_code=b,a&service_code=b").map(|s| s.services), Ok(vec!["a".into(), "b".into()]));
        assert_eq!(read(&many(SERVICES_MAX_COUNT)).map(|s| s.services.len()), Ok(SERVICES_MAX_COUNT));
        assert!(read(&format!("{0}{0}", many(40))).is_ok());
        assert!(read(&many(SERVICES_MAX_COUNT + 1)).is_err());
    }

    #[test]
    fn open_and_closed_together_are_all() {
        assert_eq!(read("status=open,closed").map(|s| s.status), Ok(None));
        assert_eq!(read("status=Closed").map(|s| s.status), Ok(Some(Openness::Closed)));
    }

    #[test]
    fn an_end_before_its_beginning_is_refused() {
        assert!(read("start_date=2026-11-02&end_date=2026-11-01").is_err());
    }

    proptest! {
        #[test]
        fn a_search_never_asks_for_more_than_the_limit(page in 1i64..3000, size in 1i64..2000) {
            if let Ok(search) = read(&format!("page={page}&page_size={size}")) {
                prop_assert!(search.limit <= REQUESTS_MAX_COUNT && search.skip >= 0);
                prop_assert_eq!(search.skip, (page - 1) * size);
            }
        }
    }
}
