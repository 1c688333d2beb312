//! What is measured on every page: accessibility, the console, the bytes on the wire, the width.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::Browser;
use crate::browser::pause;

/// The rules that hold: WCAG 2.2 A and AA, and what axe calls best practice.
const RULES: [&str; 7] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "section508"];

/// How often the browser's log must have said nothing new, one look a pause, and how often at most it is asked.
const WIRE_QUIET_LOOKS: u32 = 10;
const WIRE_MAX_LOOKS: u32 = 200;

impl Browser {
    /// Everything that is wrong with the page as it is shown now: what axe finds, what the browser complained of, and
    /// sideways scrolling. Each names the page and the look.
    pub fn faults(&self) -> Vec<String> {
        let place = format!("{} ({})", self.path(), self.look().label());
        let found = [self.barriers(), self.complaints(), self.overflow()].concat();
        found.into_iter().map(|fault| format!("{place}: {fault}")).collect()
    }

    /// Checks the page with axe.
    ///
    /// # Panics
    /// It breaks a rule; the message names rules and elements.
    #[track_caller]
    pub fn assert_accessible(&self) {
        let found = self.barriers();
        assert!(found.is_empty(), "{} ({}) breaks {}", self.path(), self.look().label(), found.join("\n"));
    }

    /// Holds that the browser had nothing to complain about since it was last asked: no script error, nothing that the
    /// content security policy refused, nothing that was not found.
    ///
    /// # Panics
    /// It had.
    #[track_caller]
    pub fn assert_quiet(&self) {
        let found = self.complaints();
        assert!(found.is_empty(), "{} ({}): {}", self.path(), self.look().label(), found.join("\n"));
    }

    /// Holds that the page needs no sideways scrolling.
    ///
    /// # Panics
    /// It does.
    #[track_caller]
    pub fn assert_fits(&self) {
        let found = self.overflow();
        assert!(found.is_empty(), "{} ({}): {}", self.path(), self.look().label(), found.join("\n"));
    }

    fn barriers(&self) -> Vec<String> {
        self.run(include_str!("../vendor/axe.min.js"));
        let script = format!(
            "const done = arguments[arguments.length - 1];
             axe.run(document, {{runOnly: {}, resultTypes: ['violations']}})
                .then(found => done(found.violations),
                      error => done([{{id: 'axe', help: String(error), nodes: []}}]));",
            json!(RULES)
        );
        let found = self.run_async(&script);
        found.as_array().into_iter().flatten().map(violation).collect()
    }

    fn complaints(&self) -> Vec<String> {
        let log = self.session.post("/se/log", &json!({"type": "browser"}));
        let entries = log.as_array().into_iter().flatten();
        entries
            .filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")))
            .filter_map(|entry| entry["message"].as_str())
            .filter(|message| !is_of_the_machine(message))
            .map(|message| format!("the browser says {message}"))
            .collect()
    }

    fn overflow(&self) -> Vec<String> {
        let over = self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        let pixels = over.as_i64().unwrap_or_default();
        if pixels > 0 { vec![format!("too wide by {pixels} pixels")] } else { Vec::new() }
    }

    /// Goes to `path` and counts every byte that comes over the wire for it, headers included, of all its parts.
    #[track_caller]
    pub fn bytes_of(&self, path: &str) -> u64 {
        self.network_events();
        self.go(path);
        let bytes = self.wire_bytes();
        assert!(bytes > 0, "{path} came from nowhere: the browser's log has changed its shape");
        bytes
    }

    /// The bytes that came from the server since it was last asked, once it has been silent for a while: the browser
    /// writes its log behind the page, and on a slow machine far behind.
    pub fn wire_bytes(&self) -> u64 {
        let (mut events, mut quiet) = (Vec::new(), 0);
        for _ in 0..WIRE_MAX_LOOKS {
            let new = self.network_events();
            quiet = if new.is_empty() { quiet + 1 } else { 0 };
            events.extend(new);
            if quiet >= WIRE_QUIET_LOOKS && bytes_from_server(&events) > 0 {
                break;
            }
            pause();
        }
        bytes_from_server(&events)
    }

    /// What the browser's log says of the network since it was last asked.
    fn network_events(&self) -> Vec<Value> {
        let log = self.session.post("/se/log", &json!({"type": "performance"}));
        let messages = log.as_array().into_iter().flatten().filter_map(|entry| entry["message"].as_str());
        messages
            .filter_map(|text| serde_json::from_str::<Value>(text).ok())
            .map(|mut event| event["message"].take())
            .filter(|event| event["method"].as_str().is_some_and(|name| name.starts_with("Network.")))
            .collect()
    }
}

/// The bytes of what was sent whole, without citizens' photos: which reports have one is not the page's, and the
/// browser's own first tab may still be loading beside it.
fn bytes_from_server(events: &[Value]) -> u64 {
    let counts = |url: &str| url.starts_with("http") && !url.contains("/foto/");
    let of = |name: &'static str| events.iter().filter(move |event| event["method"] == name);
    let counted: HashSet<&str> = of("Network.requestWillBeSent")
        .filter(|event| event["params"]["request"]["url"].as_str().is_some_and(counts))
        .filter_map(|event| event["params"]["requestId"].as_str())
        .collect();
    of("Network.loadingFinished")
        .filter(|event| event["params"]["requestId"].as_str().is_some_and(|id| counted.contains(id)))
        .filter_map(|event| event["params"]["encodedDataLength"].as_f64())
        .map(|bytes| bytes as u64)
        .sum()
}

/// `rule: what it asks` and the elements that break it.
fn violation(found: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = found["nodes"].as_array().into_iter().flatten().take(5).map(|node| {
        format!("    {}\n      {}", text(&node["html"]), text(&node["failureSummary"]).replace('\n', "\n      "))
    });
    format!("  {}: {}\n{}", text(&found["id"]), text(&found["help"]), nodes.collect::<Vec<_>>().join("\n"))
}

/// Complaints about this machine: it has no graphics card.
fn is_of_the_machine(message: &str) -> bool {
    message.contains("GPU stall") || message.contains("software WebGL") || message.contains("GL Driver Message")
}
