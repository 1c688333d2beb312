//! "Kotak pesan contoh": in the demo no message leaves the house, and this page shows what would have. Its route is
//! there in the demo only.

use askama::Template;
use simpul_kernel::{Timestamp, mask};
use simpul_store::outbox;
use uuid::Uuid;

use crate::{Page, PageError, PageResult, Routes, Site, render};

/// Newest messages that the page shows.
const MESSAGES_MAX_COUNT: i64 = 50;

/// The demo's page of messages.
pub fn sample_routes() -> Routes {
    Routes::new().get("/contoh/pesan", show)
}

/// A piece of a message: words, or a link of ours with the path that it leads to.
struct Piece {
    text: String,
    path: Option<String>,
}

struct Shown {
    at: Timestamp,
    to: String,
    subject: String,
    email: bool,
    lines: Vec<Vec<Piece>>,
}

#[derive(Template)]
#[template(path = "shell/sample.html")]
struct SamplePage {
    page: Page,
    messages: Vec<Shown>,
}

/// Enough of a number or address to know one's own message: whoever looks at the demo sees all of them.
fn hint(recipient: &str) -> String {
    if let Some((local, domain)) = recipient.split_once('@') {
        return format!("{}•••@{domain}", local.chars().take(1).collect::<String>());
    }
    let local: Vec<char> = mask::phone_local(recipient).chars().filter(char::is_ascii_digit).collect();
    let part = |chars: &[char]| chars.iter().collect::<String>();
    let (head, tail) = (local.len().min(4), local.len().saturating_sub(4));
    format!("{} •••• {}", part(&local[..head]), part(&local[tail..]))
}

/// Links lead to the host at which the page is looked at, whatever name the message gives it.
fn pieces(line: &str) -> Vec<Piece> {
    let piece = |word: &str| {
        let path = word.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"));
        let path = path.and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
        Piece { text: word.to_owned(), path }
    };
    line.split(' ').map(piece).collect()
}

async fn show(site: Site) -> PageResult {
    if !site.region().demo || !site.app.config.sample_inbox {
        return Err(PageError::not_found());
    }
    let mut conn = site.read().await?;
    let entries = outbox::list(&mut conn, Uuid::max(), None, MESSAGES_MAX_COUNT).await?;
    drop(conn);
    let shown = entries.into_iter().filter(|entry| entry.state != "erased").map(|entry| Shown {
        at: entry.at,
        to: hint(&entry.recipient),
        subject: entry.subject,
        email: entry.channel == "email",
        lines: entry.body.lines().map(pieces).collect(),
    });
    render(&SamplePage { page: site.page("shell.sample.title").narrow(), messages: shown.collect() })
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use simpul_kernel::Ctx;
    use simpul_store::{Action, Channel, Message, Result, Tx};

    use super::*;
    use crate::SiteConfig;
    use crate::testing::TestSite;

    struct Say(&'static str);

    impl Action for Say {
        type Output = ();

        async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
            let (to, subject, body) = ("+6281234567890".to_owned(), String::new(), self.0.to_owned());
            tx.outbox(ctx, Message { channel: Channel::Text, to, subject, body, about: None });
            Ok(())
        }
    }

    #[tokio::test]
    async fn the_demo_shows_what_it_would_have_sent_without_the_whole_number() {
        let config = SiteConfig { sample_inbox: true, ..SiteConfig::default() };
        let site = TestSite::with_config(&[], sample_routes(), config, |builder| builder).await.unwrap();
        let said = Say("Kode <b>123456</b> https://lapor.example/cek/kode/7?a=1");
        site.db.db.write(&site.db.ctx(simpul_kernel::Actor::citizen()), said).await.unwrap();
        let page = site.browser().get("/contoh/pesan").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("0812 •••• 7890") && !page.text.contains("34567890"), "{}", page.text);
        assert!(page.text.contains(r#"href="/cek/kode/7?a=1""#), "{}", page.text);
        assert!(!page.text.contains("<b>123456"), "{}", page.text);
        assert!(page.text.contains("DATA CONTOH"), "{}", page.text);
    }

    #[tokio::test]
    async fn where_messages_leave_the_house_there_is_no_such_page() {
        let site = TestSite::new(&[], sample_routes(), |builder| builder).await.unwrap();
        assert_eq!(site.browser().get("/contoh/pesan").await.status, StatusCode::NOT_FOUND);
        let without = TestSite::new(&[], Routes::new(), |builder| builder).await.unwrap();
        assert_eq!(without.browser().get("/contoh/pesan").await.status, StatusCode::NOT_FOUND);
    }
}
