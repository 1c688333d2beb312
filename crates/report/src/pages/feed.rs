//! The public list as a feed, Atom and RSS 2.0: the same filters, the same words, the same reports as the page shows.

use std::fmt::Write as _;

use axum::response::Response;
use quick_xml::escape::escape;
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::iso;
use simpul_shell::{Limit, PageError, Query, Site, etag};
use uuid::Uuid;

use super::list::Filter;
use super::view::PublicItem;
use crate::desk;
use crate::open311::doc::printable;
use crate::sql;

/// Reports of one feed.
const FEED_ITEMS_COUNT: i64 = 50;

/// A feed, before it is written in either language.
struct Feed {
    title: String,
    lang: &'static str,
    zone: Zone,
    /// Address of the list as a page.
    list: String,
    /// Address of the feed itself.
    own: String,
    updated: Timestamp,
    items: Vec<Item>,
}

/// A report in a feed.
struct Item {
    /// Stays the same whatever happens to the report.
    id: Uuid,
    title: String,
    link: String,
    category: String,
    summary: String,
    published: Timestamp,
    updated: Timestamp,
}

/// Escaped for text and attributes, without what XML 1.0 has no place for.
fn xml(text: &str) -> String {
    escape(printable(text).as_str()).into_owned()
}

async fn feed(site: &Site, filter: &Filter, path: &str) -> Result<Feed, PageError> {
    if site.visit.uri.query().is_some_and(|query| !query.is_empty()) {
        site.limit(Limit::Search)?;
    }
    let mut conn = site.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let now = site.now();
    let lines = sql::public_page(&mut conn, &filter.parse(&site.place, &rules), now, FEED_ITEMS_COUNT).await?;
    drop(conn);
    let page = site.page("report.list.title");
    let base = site.base_url();
    let item = |line: &sql::Line| {
        let shown = PublicItem::of(&page, &site.place, &rules, line, now);
        let parts = [shown.state.as_str(), &shown.place, &shown.number];
        Item {
            id: line.id,
            title: format!("{}: {}", shown.category, shown.text),
            link: format!("{base}/laporan/{}", shown.number),
            summary: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
            category: shown.category,
            published: line.reported,
            updated: line.updated,
        }
    };
    let query = filter.query("", "");
    let mark = if query.is_empty() { "" } else { "?" };
    let demo = if site.region().demo { format!("{} · ", site.t("shell.demo")) } else { String::new() };
    Ok(Feed {
        title: format!("{demo}{} – Simpul {}", site.t("report.list.title"), site.region().name),
        lang: site.lang.code(),
        zone: site.region().zone,
        list: format!("{base}/laporan{mark}{query}"),
        own: format!("{base}{path}{mark}{query}"),
        updated: lines.iter().map(|line| line.updated).max().unwrap_or(site.region().created_at),
        items: lines.iter().map(item).collect(),
    })
}

/// Atom (RFC 4287).
pub async fn atom(site: Site, Query(filter): Query<Filter>) -> Result<Response, PageError> {
    let feed = feed(&site, &filter, "/laporan.atom").await?;
    Ok(etag::answer(site.headers(), "application/atom+xml; charset=utf-8", feed.atom()))
}

/// RSS 2.0.
pub async fn rss(site: Site, Query(filter): Query<Filter>) -> Result<Response, PageError> {
    let feed = feed(&site, &filter, "/laporan.rss").await?;
    Ok(etag::answer(site.headers(), "application/rss+xml; charset=utf-8", feed.rss()))
}

impl Feed {
    fn at(&self, at: Timestamp) -> String {
        iso(at, self.zone)
    }

    fn atom(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        let _ = write!(
            out,
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\"><id>{}</id><title>{}</title>\
             <updated>{}</updated><link rel=\"self\" href=\"{}\"/><link rel=\"alternate\" href=\"{}\"/>\
             <author><name>{}</name></author>",
            self.lang,
            xml(&self.own),
            xml(&self.title),
            self.at(self.updated),
            xml(&self.own),
            xml(&self.list),
            xml(&self.title),
        );
        for item in &self.items {
            let _ = write!(
                out,
                "\n<entry><id>urn:uuid:{}</id><title>{}</title><link href=\"{}\"/><published>{}</published>\
                 <updated>{}</updated><category term=\"{}\"/><summary>{}</summary></entry>",
                item.id,
                xml(&item.title),
                xml(&item.link),
                self.at(item.published),
                self.at(item.updated),
                xml(&item.category),
                xml(&item.summary),
            );
        }
        out.push_str("\n</feed>\n");
        out
    }

    fn rss(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        let _ = write!(
            out,
            "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>{}</title>\
             <link>{}</link><description>{}</description><language>{}</language><lastBuildDate>{}</lastBuildDate>\
             <atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{}\"/>",
            xml(&self.title),
            xml(&self.list),
            xml(&self.title),
            self.lang,
            mail_date(self.zone, self.updated),
            xml(&self.own),
        );
        for item in &self.items {
            let _ = write!(
                out,
                "\n<item><title>{}</title><link>{}</link><guid isPermaLink=\"false\">urn:uuid:{}</guid>\
                 <pubDate>{}</pubDate><category>{}</category><description>{}</description></item>",
                xml(&item.title),
                xml(&item.link),
                item.id,
                mail_date(self.zone, item.updated),
                xml(&item.category),
                xml(&item.summary),
            );
        }
        out.push_str("\n</channel></rss>\n");
        out
    }
}

/// An instant as RSS writes it (RFC 822, with four digits of the year).
fn mail_date(zone: Zone, at: Timestamp) -> String {
    let local = zone.local(at);
    let short = |word: String| word.chars().take(3).collect::<String>();
    let (hour, minute, second) = local.to_hms();
    format!(
        "{}, {:02} {} {:04} {hour:02}:{minute:02}:{second:02} {:+03}00",
        short(local.weekday().to_string()),
        local.day(),
        short(local.month().to_string()),
        local.year(),
        zone.offset_hours()
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn feed_of(text: &str) -> Feed {
        let item = Item {
            id: Uuid::from_u128(7),
            title: text.to_owned(),
            link: format!("https://lapor.example/laporan?{text}"),
            category: text.to_owned(),
            summary: text.to_owned(),
            published: Timestamp(0),
            updated: Timestamp(1_793_581_200_000_000),
        };
        Feed {
            title: text.to_owned(),
            lang: "id",
            zone: Zone::Wita,
            list: text.to_owned(),
            own: text.to_owned(),
            updated: Timestamp(0),
            items: vec![item],
        }
    }

    /// Reads a whole document, attributes too; answers how many elements it has.
    fn elements(document: &str) -> usize {
        let mut reader = quick_xml::Reader::from_str(document);
        let mut count = 0;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(element) | quick_xml::events::Event::Empty(element) => {
                    count += 1;
                    for attribute in element.attributes() {
                        attribute.unwrap();
                    }
                }
                quick_xml::events::Event::Eof => return count,
                _ => {}
            }
        }
    }

    #[test]
    fn a_date_is_written_as_readers_of_feeds_know_it() {
        assert_eq!(mail_date(Zone::Wita, Timestamp(1_793_581_200_000_000)), "Mon, 02 Nov 2026 09:00:00 +0800");
    }

    proptest! {
        #[test]
        fn whatever_a_citizen_wrote_both_feeds_keep_their_elements(text in "\\PC{0,60}|[\\x00-\\x1f<>&\"']{0,30}") {
            let feed = feed_of(&text);
            prop_assert_eq!(elements(&feed.atom()), elements(&feed_of("x").atom()));
            prop_assert_eq!(elements(&feed.rss()), elements(&feed_of("x").rss()));
            let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
            prop_assert!(!feed.atom().chars().any(odd) && !feed.rss().chars().any(odd));
        }
    }
}
