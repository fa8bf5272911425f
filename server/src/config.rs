//! Configuration: built-in defaults, the file, the environment, the command line, in this order.

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};
use std::{net::IpAddr, path::PathBuf};

/// Everything that can be set; `packaging/config.example.toml` explains each key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    pub listen: String,
    /// The address people reach us at.
    pub base_url: String,
    /// The folder for database, files and keys.
    pub data: PathBuf,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Private addresses that an address given by a user may lead to.
    pub reachable: Vec<IpAddr>,
    /// Whether the server looks at pages that messages link to, and shows their titles.
    pub link_previews: bool,
    /// The database.
    pub database: Database,
    /// Uploads.
    pub files: Files,
    /// Logs.
    pub log: Log,
    /// HTTPS.
    pub tls: Tls,
}

/// The database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// Empty: `SQLite` in the data folder.
    pub url: String,
    /// Connections to `PostgreSQL`.
    pub connections: u32,
}

/// Uploads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    /// The largest upload in megabytes.
    pub limit_mb: u64,
}

/// Logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// A filter of tracing.
    pub level: String,
    /// `text` or `json`.
    pub format: String,
}

/// HTTPS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// `off`, `files`, `acme` or `local`.
    pub mode: String,
    /// PEM.
    pub certificate: String,
    /// PEM.
    pub key: String,
    /// For `acme` and `local`.
    pub names: Vec<String>,
    /// For `acme`: whom the authority may write to; may be empty.
    pub contact: String,
    /// For `acme`: where the authority tells what it offers.
    pub directory: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            base_url: String::new(),
            data: PathBuf::from("data"),
            trusted_proxies: Vec::new(),
            reachable: Vec::new(),
            link_previews: true,
            database: Database::default(),
            files: Files::default(),
            log: Log::default(),
            tls: Tls::default(),
        }
    }
}
impl Default for Database {
    fn default() -> Self {
        Self {
            url: String::new(),
            connections: 16,
        }
    }
}
impl Default for Files {
    fn default() -> Self {
        Self { limit_mb: 512 }
    }
}
impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            format: "text".to_owned(),
        }
    }
}
impl Default for Tls {
    fn default() -> Self {
        Self {
            mode: "off".to_owned(),
            certificate: String::new(),
            key: String::new(),
            names: vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
            contact: String::new(),
            directory: "https://acme-v02.api.letsencrypt.org/directory".to_owned(),
        }
    }
}

impl Config {
    /// Reads the configuration; a wrong key or value is an error that names it.
    pub fn read(file: Option<PathBuf>) -> anyhow::Result<Self> {
        let mut layers = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            anyhow::ensure!(
                file.is_file(),
                "there is no configuration file {}",
                file.display()
            );
            layers = layers.merge(Toml::file(file));
        }
        // BESEDA_TEST_* belongs to the tests, which run the real binary.
        let environment = Env::prefixed("BESEDA_")
            .filter(|k| !k.starts_with("TEST_"))
            .filter(|k| !(cfg!(feature = "sabotage") && k == "SABOTAGE"))
            .split("__");
        let mut config: Self = layers.merge(environment).extract()?;
        config.base_url = config.base_url.trim_end_matches('/').to_owned();
        Ok(config)
    }

    /// Where the data are, for `db`.
    pub fn place(&self) -> db::Place {
        if self.database.url.is_empty() {
            db::Place::Sqlite {
                path: self.data.join("beseda.sqlite"),
                durable: true,
            }
        } else {
            db::Place::Postgres {
                url: self.database.url.clone(),
                connections: self.database.connections,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_28_the_example_file_says_the_defaults() {
        let example = include_str!("../../packaging/config.example.toml");
        let read: Config = Figment::from(Toml::string(example)).extract().unwrap();
        assert_eq!(read, Config::default());
        // And it names every key there is.
        let all = serde_json::to_value(Config::default()).unwrap();
        let mut keys = Vec::new();
        for (key, value) in all.as_object().unwrap() {
            keys.push(key.clone());
            keys.extend(
                value
                    .as_object()
                    .into_iter()
                    .flat_map(|o| o.keys().cloned()),
            );
        }
        for key in keys {
            assert!(example.contains(&key), "{key} is not explained");
        }
    }

    #[test]
    fn a_wrong_key_is_named() {
        let wrong: Result<Config, _> = Figment::from(Toml::string("[files]\nlimit = 5")).extract();
        assert!(wrong.unwrap_err().to_string().contains("limit"));
    }
}
