//! Settings: `simpul.toml`, then `SIMPUL_*`, then flags; the later wins, and each value knows where it came from.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use simpul_store::DbConfig;
use simpul_store::outbox::{Gateways, Smtp, TextGateway};

use crate::failure::Failure;

/// One setting that an operator can make.
pub struct Key {
    /// Its name in `simpul.toml`; the environment's is `SIMPUL_` and this in capitals.
    pub name: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// Whether it must never be printed.
    pub secret: bool,
    /// What it does.
    pub doc: &'static str,
}

/// Every setting, in the order of the reference.
pub const KEYS: &[Key] = &[
    key("data", "data", "Directory of the databases (SQLite), of the photos and of the signing key."),
    key("listen", "127.0.0.1:8112", "Address and port of the web server."),
    key("db", "", "`sqlite:DIR` or `postgres://user:password@host/database`; empty is SQLite in `data`.").secret(),
    key(
        "public_url",
        "",
        "The address that citizens see, such as `https://lapor.example.go.id`; makes cookies secure.",
    ),
    key("trusted_proxies", "", "Networks whose X-Forwarded-For is believed, separated by commas: `127.0.0.1/32`."),
    key("default_region", "", "The region that answers for a host name that no region has claimed."),
    key("smtp_url", "", "Mail server: `smtps://user:password@host:465` or `smtp://host:587?tls=required`.").secret(),
    key("smtp_from", "", "Sender's address of e-mails."),
    key("text_gateway_url", "", "Gateway for short messages: takes POST with JSON `to`, `text`, `id`."),
    key("text_gateway_token", "", "Bearer token for the gateway.").secret(),
    key("metrics_token", "", "Bearer token for `/metrics`; without it only this machine may read them.").secret(),
    key("log", "info", "How much is logged: `error`, `warn`, `info`, `debug`, or a filter for each part."),
];

const fn key(name: &'static str, default: &'static str, doc: &'static str) -> Key {
    Key { name, default, secret: false, doc }
}

impl Key {
    const fn secret(mut self) -> Key {
        self.secret = true;
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
            settings.insert(key.name, value);
        }
        Ok(Settings(settings))
    }

    /// The value of a setting; empty where it is not made.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |(value, _)| value.as_str())
    }

    /// The value, if it is made.
    pub fn opt(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|value| !value.is_empty()).map(str::to_owned)
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
        Ok(Gateways { smtp, text })
    }

    /// What is in force, line by line, with secrets left out.
    pub fn printed(&self) -> String {
        let mut text = String::new();
        for key in KEYS {
            let (value, source) = self.0.get(key.name).map_or(("", ""), |(value, source)| (value, source));
            let shown = if key.secret && !value.is_empty() { "(set, not shown)" } else { value };
            let _ = writeln!(text, "# {}\n{} = {shown:?} # {source}", key.doc, key.name);
        }
        text
    }
}

/// A list in the file is the same as its parts with commas.
fn plain(name: &str, value: &toml::Value, path: &str) -> Result<String, Failure> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(flag) => Ok(flag.to_string()),
        toml::Value::Array(parts) => {
            let parts: Result<Vec<_>, _> = parts.iter().map(|part| plain(name, part, path)).collect();
            Ok(parts?.join(","))
        }
        _ => Err(Failure::Usage(format!("{path}: `{name}` is text, a number or a list"))),
    }
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
        let env = [("SIMPUL_SMTP_URL", "smtps://u:geheim@h"), ("SIMPUL_SMTP_FROM", "a@b.id")];
        let settings = layered("", &env, &[]).unwrap();
        assert!(!settings.printed().contains("geheim") && settings.printed().contains("(set, not shown)"));
        assert!(settings.gateways().unwrap().smtp.is_some());
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
