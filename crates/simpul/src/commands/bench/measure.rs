//! How a measurement is taken: the load, its latencies, and the time of the processor.

use std::future::Future;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use crate::failure::Failure;

/// One measurement.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Actions in a second.
    pub per_second: f64,
    /// Half of them took no longer.
    pub p50: Duration,
    /// 99 of 100 took no longer.
    pub p99: Duration,
    /// Time of this process, client and server, for one of them.
    pub cpu_micros: f64,
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the machine's clock")]
pub fn now() -> Instant {
    Instant::now()
}

/// Lets every worker call again and again until the time is over.
pub async fn load<W, F>(workers: Vec<W>, span: Duration, call: impl Fn(W) -> F) -> Result<Measured, Failure>
where
    F: Future<Output = Result<W, Failure>>,
{
    let (start, cpu) = (now(), cpu_micros());
    let call = &call;
    let busy = workers.into_iter().map(|mut worker| async move {
        let mut latencies = Vec::new();
        while start.elapsed() < span {
            let begun = now();
            worker = call(worker).await?;
            latencies.push(begun.elapsed());
        }
        Ok::<_, Failure>(latencies)
    });
    let mut latencies: Vec<Duration> = try_join_all(busy).await?.into_iter().flatten().collect();
    let (took, cpu) = (start.elapsed(), cpu_micros() - cpu);
    latencies.sort_unstable();
    let at = |share: usize| latencies.get(latencies.len() * share / 100).copied().unwrap_or_default();
    let count = latencies.len().max(1) as f64;
    Ok(Measured { per_second: count / took.as_secs_f64(), p50: at(50), p99: at(99), cpu_micros: cpu / count })
}

/// CPU time of this process in microseconds, as Linux counts it in hundredths of a second.
pub fn cpu_micros() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<f64>().ok()).sum();
    ticks * 10_000.0
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The given percentile of sorted milliseconds; 100 is the last.
pub fn at(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

/// The most memory that this process has held, in MiB, as Linux counts it.
pub fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok());
    kib.unwrap_or_default() / 1_024
}
