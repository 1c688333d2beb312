//! Settings: `simpul.toml`, then `SIMPUL_*`, then flags; the later wins, and each value knows where it came from.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use simpul_store::DbConfig;
use simpul_store::outbox::{Gateways, Smtp, TextGateway};

use crate::failure::Failure;
use crate::terminal::note;

/// One setting that an operator can make.
pub struct Key {
    /// Its name in `simpul.toml`; the environment's is `SIMPUL_` and this in capitals.
    pub name: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// How much of it may be printed.
    pub shown: Shown,
    /// What it does.
    pub doc: &'static str,
}

/// How much of a setting `--check-config` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// All of it.
    Whole,
    /// An address without the account before its host and without the values behind its `?`.
    Address,
    /// That it is set.
    Never,
}

/// Variables of the environment that begin with `SIMPUL_` and are no setting: where the settings stand, and what the
/// project's own tests are told.
const OTHER_VARIABLES: [&str; 1] = ["SIMPUL_CONFIG"];
/// Settings that may be lists in the file.
const LISTS: [&str; 1] = ["trusted_proxies"];
const TEST_VARIABLES: [&str; 3] = ["SIMPUL_TEST_", "SIMPUL_WRITE_", "SIMPUL_UPDATE_"];

/// Every setting, in the order of the reference.
pub const KEYS: &[Key] = &[
    key(
        "data",
        "data",
        "Directory of the photos, of the signing key and, where `db` does not say otherwise, of the databases.",
    ),
    key("listen", "127.0.0.1:8112", "Address and port of the web server."),
    key("db", "", "`sqlite:DIR` or `postgres://user:password@host/database`; empty is SQLite in `data`.").address(),
    key(
        "public_url",
        "",
        "The address that citizens see, such as `https://lapor.example.go.id`; makes cookies secure.",
    ),
    key("trusted_proxies", "", "Networks whose X-Forwarded-For is believed, separated by commas: `127.0.0.1/32`."),
    key("default_region", "", "The region that answers for a host name that no region has claimed."),
    key("smtp_url", "", "Mail server: `smtps://user:password@host:465` or `smtp://host:587?tls=required`.").address(),
    key("smtp_from", "", "Sender's address of e-mails."),
    key("text_gateway_url", "", "Gateway for short messages: takes POST with JSON `to`, `text`, `id`.").address(),
    key("text_gateway_token", "", "Bearer token for the gateway.").secret(),
    key("metrics_token", "", "Bearer token for `/metrics`; without it only this machine may read them.").secret(),
    key("log", "info", "How much is logged: `error`, `warn`, `info`, `debug`, or a filter for each part."),
];

const fn key(name: &'static str, default: &'static str, doc: &'static str) -> Key {
    Key { name, default, shown: Shown::Whole, doc }
}

impl Key {
    const fn secret(mut self) -> Key {
        self.shown = Shown::Never;
        self
    }

    const fn address(mut self) -> Key {
        self.shown = Shown::Address;
        self
    }

    fn env(&self) -> String {
        format!("SIMPUL_{}", self.name.to_uppercase())
    }
}

/// The settings in force, each with where it came from.
#[derive(Debug, Clone)]
pub struct Settings(BTreeMap<&'static str, (String, String)>);

impl Settings {
    /// Reads the file (`SIMPUL_CONFIG` or `simpul.toml` where there is one), the environment and the flags.
    ///
    /// # Errors
    /// [`Failure::Usage`], naming the file, the line and the setting.
    pub fn read(flags: &[(&'static str, Option<String>)]) -> Result<Settings, Failure> {
        let named = std::env::var("SIMPUL_CONFIG").ok();
        let path = PathBuf::from(named.as_deref().unwrap_or("simpul.toml"));
        let file = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => String::new(),
            Err(error) => return Err(Failure::Usage(format!("{}: {error}", path.display()))),
        };
        for name in strangers(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())) {
            note(format_args!("warning: the environment holds {name}: there is no such setting"));
        }
        let environment = |name: &str| std::env::var(name).ok();
        Settings::layered(&file, &path.display().to_string(), environment, flags)
    }

    fn layered(
        file: &str,
        path: &str,
        environment: impl Fn(&str) -> Option<String>,
        flags: &[(&'static str, Option<String>)],
    ) -> Result<Settings, Failure> {
        let table: toml::Table = file.parse().map_err(|error| Failure::Usage(format!("{path}: {error}")))?;
        if let Some(unknown) = table.keys().find(|name| KEYS.iter().all(|key| key.name != name.as_str())) {
            return Err(Failure::Usage(format!("{path}: there is no setting `{unknown}`")));
        }
        let mut settings = BTreeMap::new();
        for key in KEYS {
            let mut value = (key.default.to_owned(), "default".to_owned());
            if let Some(found) = table.get(key.name) {
                value = (plain(key.name, found, path)?, path.to_owned());
            }
            if let Some(found) = environment(&key.env()) {
                value = (found, key.env());
            }
            if let Some((_, Some(found))) = flags.iter().find(|(name, _)| *name == key.name) {
                value = (found.clone(), format!("--{}", key.name));
            }
            if value.0.trim().is_empty() && !key.default.is_empty() {
                return Err(Failure::Usage(format!("{} is empty ({}): leave it out, or name one", key.name, value.1)));
            }
            settings.insert(key.name, value);
        }
        let settings = Settings(settings);
        settings.check()?;
        Ok(settings)
    }

    /// The value of a setting; empty where it is not made.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |(value, _)| value.as_str())
    }

    /// The value, if it is made.
    pub fn opt(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// Whether a setting was made on the command line.
    pub fn is_flag(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|(_, source)| source.starts_with("--"))
    }

    /// Reads every setting once, so that one that can't work is named before anything begins.
    fn check(&self) -> Result<(), Failure> {
        self.listen()?;
        self.db()?;
        self.gateways()?.check().map_err(|error| Failure::Usage(error.to_string()))?;
        let url = self.get("public_url");
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let is_origin = host.is_some_and(|host| {
            let host = host.trim_end_matches('/');
            !host.is_empty() && !host.contains(['/', '?', '#', '@', ' '])
        });
        if !url.is_empty() && !is_origin {
            let example = "https://lapor.example.go.id";
            return Err(Failure::Usage(format!("public_url: `{url}` is no address such as {example}")));
        }
        Ok(())
    }

    /// The data directory.
    pub fn data(&self) -> &Path {
        Path::new(self.get("data"))
    }

    /// Where the database is.
    pub fn db(&self) -> Result<DbConfig, Failure> {
        DbConfig::parse(self.opt("db").as_deref(), self.data()).map_err(|error| Failure::Usage(error.to_string()))
    }

    /// Where the server listens.
    pub fn listen(&self) -> Result<SocketAddr, Failure> {
        let text = self.get("listen");
        text.parse().map_err(|_| Failure::Usage(format!("listen: `{text}` is no ADDRESS:PORT such as 127.0.0.1:8112")))
    }

    /// How messages leave the house.
    pub fn gateways(&self) -> Result<Gateways, Failure> {
        let smtp = match (self.opt("smtp_url"), self.opt("smtp_from")) {
            (Some(url), Some(from)) => Some(Smtp { url, from }),
            (None, _) => None,
            (Some(_), None) => return Err(Failure::Usage("smtp_url needs smtp_from, the sender's address".into())),
        };
        let text = self.opt("text_gateway_url").map(|url| TextGateway { url, token: self.opt("text_gateway_token") });
        Ok(Gateways { smtp, text, kept: false })
    }

    /// What is in force, line by line, with secrets left out.
    pub fn printed(&self) -> String {
        let mut text = String::new();
        for key in KEYS {
            let (value, source) = self.0.get(key.name).map_or(("", ""), |(value, source)| (value, source));
            let shown = match key.shown {
                Shown::Whole => value.to_owned(),
                Shown::Address => without_secrets(value),
                Shown::Never if value.is_empty() => String::new(),
                Shown::Never => "(set, not shown)".to_owned(),
            };
            let _ = writeln!(text, "# {}\n{} = {shown:?} # {source}", key.doc, key.name);
        }
        text
    }
}

/// Variables that look like a setting and are none: a misspelt one would do nothing in silence. They may be somebody
/// else's, so they are told and not refused.
fn strangers(names: impl Iterator<Item = String>) -> Vec<String> {
    let is_known = |name: &str| {
        OTHER_VARIABLES.contains(&name)
            || TEST_VARIABLES.iter().any(|start| name.starts_with(start))
            || KEYS.iter().any(|key| key.env() == name)
    };
    names.filter(|name| name.starts_with("SIMPUL_") && !is_known(name)).collect()
}

/// An address as it may be printed: `postgres://…@host/db?sslmode=…`.
fn without_secrets(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    if scheme.is_empty() {
        return address.to_owned();
    }
    let (rest, query) = rest.split_once('?').map_or((rest, ""), |(rest, query)| (rest, query));
    let host = rest.rsplit_once('@').map_or(rest.to_owned(), |(_, host)| format!("…@{host}"));
    let names: Vec<String> =
        query.split('&').filter_map(|pair| pair.split('=').next()).map(|name| format!("{name}=…")).collect();
    if query.is_empty() { format!("{scheme}://{host}") } else { format!("{scheme}://{host}?{}", names.join("&")) }
}

/// Settings are text; a list in the file is the same as its parts with commas.
fn plain(name: &str, value: &toml::Value, path: &str) -> Result<String, Failure> {
    let part = |value: &toml::Value| value.as_str().map(str::to_owned);
    let text = match value {
        toml::Value::Array(parts) if LISTS.contains(&name) => {
            parts.iter().map(part).collect::<Option<Vec<_>>>().map(|parts| parts.join(","))
        }
        // A region's code is a number, and people write it as one.
        toml::Value::Integer(number) if name == "default_region" => Some(number.to_string()),
        other => part(other),
    };
    text.ok_or_else(|| Failure::Usage(format!("{path}: `{name}` is text in quotes")))
}

#[cfg(test)]
/// The reference of all settings as a Markdown table: it is committed as `docs/configuration.md`.
fn reference() -> String {
    let mut text = String::from(
        "# Settings\n\nEach setting stands in `simpul.toml` (or the file that `SIMPUL_CONFIG` names), in the \
         environment, or as a flag\nwhere the command has one; the later wins. `simpul serve --check-config` prints \
         what is in force, without secrets.\n\n\
         | `simpul.toml` | environment | default | what it does |\n|---|---|---|---|\n",
    );
    for key in KEYS {
        let default = if key.default.is_empty() { "–".to_owned() } else { format!("`{}`", key.default) };
        let _ = writeln!(text, "| `{}` | `{}` | {default} | {} |", key.name, key.env(), key.doc);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layered(
        file: &str,
        env: &[(&str, &str)],
        flags: &[(&'static str, Option<String>)],
    ) -> Result<Settings, Failure> {
        let find = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Settings::layered(file, "simpul.toml", find, flags)
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_the_file() {
        let file = "listen = \"1.1.1.1:1\"\nlog = \"warn\"\ndata = \"/srv/simpul\"";
        let env = [("SIMPUL_LISTEN", "2.2.2.2:2"), ("SIMPUL_LOG", "debug")];
        let settings = layered(file, &env, &[("listen", Some("3.3.3.3:3".into()))]).unwrap();
        assert_eq!(settings.get("listen"), "3.3.3.3:3");
        assert_eq!(settings.get("log"), "debug");
        assert_eq!(settings.get("data"), "/srv/simpul");
        assert_eq!(settings.get("public_url"), "");
    }

    #[test]
    fn a_misspelt_setting_is_named_instead_of_ignored() {
        let error = layered("lisen = \"x\"", &[], &[]).unwrap_err().to_string();
        assert!(error.contains("`lisen`"), "{error}");
    }

    #[test]
    fn secrets_are_not_printed() {
        let env = [
            ("SIMPUL_SMTP_URL", "smtps://u:geheim@mail.example"),
            ("SIMPUL_SMTP_FROM", "a@b.id"),
            ("SIMPUL_DB", "postgres://u:geh@eim@db.example/simpul?sslmode=verify-full&password=geheim"),
            ("SIMPUL_TEXT_GATEWAY_URL", "https://u:geheim@gateway.example/send?api_key=geheim"),
            ("SIMPUL_TEXT_GATEWAY_TOKEN", "geheim"),
        ];
        let settings = layered("", &env, &[]).unwrap();
        let printed = settings.printed();
        assert!(!printed.contains("geheim") && !printed.contains("eim@"), "{printed}");
        assert!(printed.contains("postgres://…@db.example/simpul?sslmode=…&password=…"), "{printed}");
        assert!(printed.contains("https://…@gateway.example/send?api_key=…"), "{printed}");
        assert!(settings.gateways().unwrap().smtp.is_some());
        let local = layered("db = \"sqlite:/srv/db\"", &[], &[]).unwrap().printed();
        assert!(local.contains("sqlite:/srv/db"), "{local}");
    }

    #[test]
    fn a_setting_that_cannot_work_is_named() {
        for (file, says) in [
            ("db = \"postgres://u:p@h:notaport/db\"", "database address"),
            ("db = \"sqlite:\"", "sqlite:DIR"),
            ("smtp_url = \"garbage\"\nsmtp_from = \"a@b.id\"", "smtp_url"),
            ("smtp_url = \"smtp://h\"\nsmtp_from = \"not an address\"", "smtp_from"),
            ("text_gateway_url = \"garbage\"", "text_gateway_url"),
            ("public_url = \"lapor.example.go.id\"", "public_url"),
            ("public_url = \"https://example.go.id/lapor\"", "public_url"),
            ("listen = \"8112\"", "listen"),
            ("data = 5", "`data` is text"),
            ("data = [\"a\", \"b\"]", "`data` is text"),
            ("data = \"\"", "data is empty"),
        ] {
            let error = layered(file, &[], &[]).unwrap_err().to_string();
            assert!(error.contains(says), "{file}: {error}");
        }
        assert!(layered("default_region = 7322\ntrusted_proxies = [\"127.0.0.1/32\"]", &[], &[]).is_ok());
    }

    #[test]
    fn a_misspelt_variable_is_named_instead_of_ignored() {
        let names = ["PATH", "SIMPUL_CONFIG", "SIMPUL_LISTEN", "SIMPUL_TEST_DB", "SIMPUL_LISTN"];
        assert_eq!(strangers(names.map(str::to_owned).into_iter()), ["SIMPUL_LISTN"]);
    }

    #[test]
    fn the_reference_in_docs_is_this_programs() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
        if std::env::var_os("SIMPUL_WRITE_GENERATED").is_some() {
            std::fs::write(&path, reference()).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            reference(),
            "run with SIMPUL_WRITE_GENERATED=1 to renew it"
        );
    }
}
