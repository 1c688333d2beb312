//! Parts of a file on disk (RFC 9110, range requests): a map of a country is read by the browser a few kilobytes at a
//! time, and never as a whole into our memory. The path is the operator's; nothing of the request goes into it.

use std::fs::Metadata;
use std::io::SeekFrom;
use std::path::Path;
use std::time::UNIX_EPOCH;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use simpul_kernel::limits::{FILE_CHUNK_BYTES, FILE_RANGE_MAX_BYTES};
use time::OffsetDateTime;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::{PageError, etag};

/// How long a browser keeps a part without asking again: the tag tells it when the file was changed.
const KEPT: &str = "public, max-age=3600";

/// What a request wants of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// All of it.
    Whole,
    /// From the first byte to the last one, both counted from 0.
    Part(u64, u64),
    /// Nothing that the file has, or several parts at once.
    Unsatisfiable,
}

/// The file at `path`, or the part of it that `asked` names. A part longer than [`FILE_RANGE_MAX_BYTES`] is cut off
/// there, which the answer says; several parts at once are refused, as nobody who reads maps asks for them.
///
/// # Errors
/// Not found, where the file is gone.
pub async fn answer(asked: &HeaderMap, path: &Path, media_type: &'static str) -> Result<Response, PageError> {
    let file = File::open(path).await.map_err(|_| PageError::not_found())?;
    let meta = file.metadata().await.map_err(|_| PageError::not_found())?;
    if !meta.is_file() {
        return Err(PageError::not_found());
    }
    let (size, tag, changed) = (meta.len(), tag_of(&meta), date_of(&meta));
    let unchanged = asked.get(header::IF_NONE_MATCH).is_some_and(|seen| etag::matches(seen, &tag));
    let mut answer = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match wanted(asked, size, &tag, changed.as_deref()) {
            Wanted::Whole => sent(file, StatusCode::OK, 0, size).await?,
            Wanted::Part(first, last) => {
                let mut answer = sent(file, StatusCode::PARTIAL_CONTENT, first, last - first + 1).await?;
                put(&mut answer, header::CONTENT_RANGE, &format!("bytes {first}-{last}/{size}"));
                answer
            }
            Wanted::Unsatisfiable => {
                let mut answer = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
                put(&mut answer, header::CONTENT_RANGE, &format!("bytes */{size}"));
                put(&mut answer, header::CACHE_CONTROL, "no-store");
                return Ok(answer);
            }
        }
    };
    if !unchanged {
        put(&mut answer, header::CONTENT_TYPE, media_type);
    }
    put(&mut answer, header::ACCEPT_RANGES, "bytes");
    put(&mut answer, header::ETAG, &tag);
    put(&mut answer, header::CACHE_CONTROL, KEPT);
    if let Some(changed) = changed {
        put(&mut answer, header::LAST_MODIFIED, &changed);
    }
    Ok(answer)
}

fn put(answer: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        answer.headers_mut().insert(name, value);
    }
}

/// Length and time of change: a file that is replaced gets another tag, without its bytes being read.
fn tag_of(meta: &Metadata) -> String {
    let since = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("\"{:x}-{:x}\"", meta.len(), since.as_nanos())
}

/// When the file was changed, as headers write it: `Thu, 26 Nov 2026 13:00:00 GMT`.
fn date_of(meta: &Metadata) -> Option<String> {
    let since = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let at = OffsetDateTime::from_unix_timestamp(i64::try_from(since.as_secs()).ok()?).ok()?;
    let (day, month) = (at.weekday().to_string(), at.month().to_string());
    let (hour, minute, second) = at.to_hms();
    let (day, month) = (day.get(..3)?, month.get(..3)?);
    Some(format!("{day}, {:02} {month} {} {hour:02}:{minute:02}:{second:02} GMT", at.day(), at.year()))
}

fn wanted(asked: &HeaderMap, size: u64, tag: &str, changed: Option<&str>) -> Wanted {
    let Some(range) = asked.get(header::RANGE).and_then(|range| range.to_str().ok()) else { return Wanted::Whole };
    // A part of another version would not fit to what the browser has.
    let same = asked
        .get(header::IF_RANGE)
        .is_none_or(|seen| seen == tag || Some(seen.as_bytes()) == changed.map(str::as_bytes));
    if same { part(range, size) } else { Wanted::Whole }
}

/// Reads `bytes=0-99`, `bytes=100-` and `bytes=-100`. Another unit, or what is no range at all, is passed over, as the
/// standard wants it.
fn part(range: &str, size: u64) -> Wanted {
    let Some(list) = range.trim().strip_prefix("bytes=") else { return Wanted::Whole };
    if list.contains(',') {
        return Wanted::Unsatisfiable;
    }
    let Some((first, last)) = list.trim().split_once('-') else { return Wanted::Whole };
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A number beyond all files is as good as the largest.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (first, last) = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => (first, last),
        (Some(first), None) if last.is_empty() => (first, u64::MAX),
        (None, Some(count)) if first.is_empty() => (size.saturating_sub(count), if count == 0 { 0 } else { u64::MAX }),
        _ => return Wanted::Whole,
    };
    let suffix_of_nothing = list.trim_start().starts_with('-') && last == 0;
    if first >= size || suffix_of_nothing {
        return Wanted::Unsatisfiable;
    }
    let longest = first.saturating_add(FILE_RANGE_MAX_BYTES - 1);
    Wanted::Part(first, last.min(size - 1).min(longest))
}

/// So many bytes of the file, a chunk at a time as the browser takes them.
async fn sent(mut file: File, status: StatusCode, first: u64, count: u64) -> Result<Response, PageError> {
    file.seek(SeekFrom::Start(first)).await.map_err(|_| PageError::not_found())?;
    let chunks = stream::try_unfold((file, count), |(mut file, left)| async move {
        let next = usize::try_from(left).unwrap_or(usize::MAX).min(FILE_CHUNK_BYTES);
        if next == 0 {
            return Ok::<_, std::io::Error>(None);
        }
        let mut chunk = vec![0; next];
        // A file that became shorter meanwhile ends the answer early, which the browser takes for a broken one.
        let read = file.read(&mut chunk).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        chunk.truncate(read);
        Ok(Some((Bytes::from(chunk), (file, left - read as u64))))
    });
    let mut answer = Response::new(Body::from_stream(chunks));
    *answer.status_mut() = status;
    put(&mut answer, header::CONTENT_LENGTH, &count.to_string());
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    async fn ask(size: usize, headers: &[(&'static str, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
        std::fs::write(&path, bytes).unwrap();
        let mut asked = HeaderMap::new();
        for (name, value) in headers {
            asked.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        let answer = answer(&asked, &path, "application/vnd.pmtiles").await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, body.to_vec())
    }

    #[tokio::test]
    async fn a_part_is_sent_with_its_place() {
        for (range, place, first, count) in [
            ("bytes=0-6", "bytes 0-6/1000", 0, 7),
            ("bytes=990-", "bytes 990-999/1000", 990, 10),
            ("bytes=-5", "bytes 995-999/1000", 995, 5),
            ("bytes=-99999999999999999999999", "bytes 0-999/1000", 0, 1_000),
            ("bytes=998-99999999999999999999999", "bytes 998-999/1000", 998, 2),
        ] {
            let (status, headers, body) = ask(1_000, &[("range", range)]).await;
            assert_eq!(status, StatusCode::PARTIAL_CONTENT, "{range}");
            assert_eq!((headers["content-range"].to_str().unwrap(), body.len()), (place, count), "{range}");
            assert_eq!(headers["content-length"], count.to_string().as_str());
            assert_eq!(body[0] as usize, first % 251);
        }
    }

    #[tokio::test]
    async fn what_the_file_has_not_is_refused_and_never_kept() {
        for range in ["bytes=1000-", "bytes=5000-6000", "bytes=-0", "bytes=0-1,5-6"] {
            let (status, headers, body) = ask(1_000, &[("range", range)]).await;
            assert_eq!((status, body.len()), (StatusCode::RANGE_NOT_SATISFIABLE, 0), "{range}");
            assert_eq!(headers["content-range"], "bytes */1000");
            assert_eq!(headers["cache-control"], "no-store");
        }
        assert_eq!(ask(0, &[("range", "bytes=0-0")]).await.0, StatusCode::RANGE_NOT_SATISFIABLE);
    }

    #[tokio::test]
    async fn no_range_another_unit_and_another_version_get_the_whole() {
        for headers in [
            &[][..],
            &[("range", "pages=1-2")],
            &[("range", "bytes=9-1")],
            &[("range", "bytes=x-y")],
            &[("range", "bytes=0-1"), ("if-range", "\"another\"")],
            &[("range", "bytes=0-1"), ("if-range", "Thu, 01 Jan 1970 00:00:00 GMT")],
        ] {
            let (status, answer, body) = ask(1_000, headers).await;
            assert_eq!((status, body.len()), (StatusCode::OK, 1_000), "{headers:?}");
            assert_eq!(answer["accept-ranges"], "bytes");
        }
    }

    #[tokio::test]
    async fn who_has_it_is_told_so_and_who_has_a_part_gets_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, [7; 100]).unwrap();
        let first = answer(&HeaderMap::new(), &path, "x/y").await.unwrap();
        let (tag, date) = (first.headers()["etag"].clone(), first.headers()["last-modified"].clone());
        assert!(date.to_str().unwrap().ends_with(" GMT") && date.len() == 29, "{date:?}");
        let with = |pairs: &[(&'static str, HeaderValue)]| {
            pairs.iter().map(|(n, v)| (header::HeaderName::from_static(n), v.clone())).collect::<HeaderMap>()
        };
        let again = answer(&with(&[("if-none-match", tag.clone())]), &path, "x/y").await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        for seen in [tag, date] {
            let asked = with(&[("range", HeaderValue::from_static("bytes=0-1")), ("if-range", seen)]);
            assert_eq!(answer(&asked, &path, "x/y").await.unwrap().status(), StatusCode::PARTIAL_CONTENT);
        }
        assert!(answer(&HeaderMap::new(), dir.path(), "x/y").await.is_err(), "a directory is no file");
    }

    proptest! {
        #[test]
        fn a_part_always_lies_in_the_file_and_in_the_limit(range in "(bytes=)?[0-9,x -]{0,24}", size in 0u64..1 << 40) {
            if let Wanted::Part(first, last) = part(&range, size) {
                prop_assert!(first <= last && last < size && last - first < FILE_RANGE_MAX_BYTES);
            }
        }
    }
}
