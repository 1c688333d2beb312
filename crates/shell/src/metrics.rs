//! What an operator's monitoring reads: counts and times by route, in Prometheus' text.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::http::{Method, StatusCode};

use crate::routes::RouteInfo;

/// Upper ends of the histogram, in microseconds.
const BUCKETS_MICROS: [u64; 10] = [1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];

#[derive(Debug, Default)]
struct Series {
    /// Answers 1xx … 5xx.
    classes: [AtomicU64; 5],
    buckets: [AtomicU64; BUCKETS_MICROS.len()],
    count: AtomicU64,
    sum_micros: AtomicU64,
}

type Extra = Box<dyn Fn(&mut String) + Send + Sync>;

/// All that is counted in one server.
#[derive(Default)]
pub(crate) struct Metrics {
    /// By path, then by method: a look-up borrows the path that was matched.
    routes: OnceLock<HashMap<&'static str, Vec<(Method, Series)>>>,
    elsewhere: Series,
    panics: AtomicU64,
    pub(crate) streams: AtomicI64,
    extra: Vec<Extra>,
}

impl Metrics {
    pub(crate) fn add(&mut self, write: impl Fn(&mut String) + Send + Sync + 'static) {
        self.extra.push(Box::new(write));
    }

    pub(crate) fn know(&self, table: &[RouteInfo]) {
        let mut routes: HashMap<&'static str, Vec<(Method, Series)>> = HashMap::new();
        for route in table {
            routes.entry(route.path).or_default().push((route.method.clone(), Series::default()));
        }
        let _ = self.routes.set(routes);
    }

    pub(crate) fn panicked(&self) {
        self.panics.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one answer. `route` is the path with its places: what stands in them is nobody's business here.
    pub(crate) fn answered(&self, method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        let of_path = route.zip(self.routes.get()).and_then(|(path, routes)| routes.get(path));
        let known = of_path.and_then(|all| all.iter().find(|(known, _)| known == method)).map(|(_, series)| series);
        let series = known.unwrap_or(&self.elsewhere);
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        series.classes[class].fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(bucket) = BUCKETS_MICROS.iter().position(|end| micros <= *end) {
            series.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        }
        series.count.fetch_add(1, Ordering::Relaxed);
        series.sum_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Everything, as Prometheus reads it.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        text.push_str("# TYPE simpul_http_requests_total counter\n# TYPE simpul_http_seconds histogram\n");
        for (path, all) in self.routes.get().into_iter().flatten() {
            all.iter().for_each(|(method, series)| write_series(&mut text, method.as_str(), path, series));
        }
        write_series(&mut text, "other", "other", &self.elsewhere);
        let _ = writeln!(text, "# TYPE simpul_panics_total counter");
        let _ = writeln!(text, "simpul_panics_total {}", self.panics.load(Ordering::Relaxed));
        let _ = writeln!(text, "# TYPE simpul_live_streams gauge");
        let _ = writeln!(text, "simpul_live_streams {}", self.streams.load(Ordering::Relaxed));
        self.extra.iter().for_each(|write| write(&mut text));
        text
    }
}

fn write_series(text: &mut String, method: &str, path: &str, series: &Series) {
    let count = series.count.load(Ordering::Relaxed);
    if count == 0 {
        return;
    }
    let labels = format!("method=\"{method}\",route=\"{path}\"");
    for (class, answers) in series.classes.iter().enumerate() {
        let answers = answers.load(Ordering::Relaxed);
        if answers > 0 {
            let _ = writeln!(text, "simpul_http_requests_total{{{labels},status=\"{}xx\"}} {answers}", class + 1);
        }
    }
    let mut below = 0;
    for (end, bucket) in BUCKETS_MICROS.iter().zip(&series.buckets) {
        below += bucket.load(Ordering::Relaxed);
        let _ = writeln!(text, "simpul_http_seconds_bucket{{{labels},le=\"{}\"}} {below}", *end as f64 / 1e6);
    }
    let _ = writeln!(text, "simpul_http_seconds_bucket{{{labels},le=\"+Inf\"}} {count}");
    let sum = series.sum_micros.load(Ordering::Relaxed) as f64 / 1e6;
    let _ = writeln!(text, "simpul_http_seconds_sum{{{labels}}} {sum}");
    let _ = writeln!(text, "simpul_http_seconds_count{{{labels}}} {count}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Need, RouteKind};

    #[test]
    fn answers_are_counted_by_route_and_never_by_address() {
        let metrics = Metrics::default();
        let route =
            RouteInfo { method: Method::GET, path: "/laporan/{number}", need: Need::Public, kind: RouteKind::Page };
        metrics.know(&[route]);
        let took = Duration::from_millis(3);
        metrics.answered(&Method::GET, Some("/laporan/{number}"), StatusCode::OK, took);
        metrics.answered(&Method::HEAD, Some("/laporan/{number}"), StatusCode::OK, took);
        metrics.answered(&Method::GET, None, StatusCode::NOT_FOUND, took);
        let text = metrics.text();
        assert!(text.contains(r#"simpul_http_requests_total{method="GET",route="/laporan/{number}",status="2xx"} 2"#));
        assert!(text.contains(r#"simpul_http_requests_total{method="other",route="other",status="4xx"} 1"#));
        assert!(text.contains(r#"le="0.005"} 2"#), "{text}");
    }
}
