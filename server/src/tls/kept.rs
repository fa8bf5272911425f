//! The folder of what an ACME authority gave us: certificate with its key, account, the last failure.

use anyhow::{Context, anyhow};
use kernel::Moment;
use rustls::{
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};
use x509_parser::{extensions::GeneralName, prelude::parse_x509_certificate};

/// A try that brought no certificate.
#[derive(Serialize, Deserialize)]
pub(super) struct Failure {
    pub(super) at: Moment,
    /// How many in a row.
    pub(super) count: u32,
    /// Why, for a person.
    pub(super) words: String,
}

/// A certificate with its key, and what it says of itself.
pub(super) struct Kept {
    chain: Vec<CertificateDer<'static>>,
    key: Option<PrivateKeyDer<'static>>,
    pub(super) names: BTreeSet<String>,
    from: Moment,
    pub(super) until: Moment,
}

impl Kept {
    /// From the chain and the key in PEM.
    pub(super) fn read(pem: &str) -> anyhow::Result<Self> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|_| anyhow!("the certificate is not PEM"))?;
        let first = chain.first().context("there is no certificate")?;
        let (_, first) =
            parse_x509_certificate(first).map_err(|_| anyhow!("the certificate is malformed"))?;
        let names = first
            .subject_alternative_name()
            .ok()
            .flatten()
            .into_iter()
            .flat_map(|san| &san.value.general_names)
            .filter_map(|name| match name {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                _ => None,
            })
            .collect();
        let (from, until) = (
            Moment::from_seconds(first.validity().not_before.timestamp()),
            Moment::from_seconds(first.validity().not_after.timestamp()),
        );
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| anyhow!("the certificate has no key"))?;
        Ok(Self {
            chain,
            key: Some(key),
            names,
            from,
            until,
        })
    }

    /// As the listener wants it; an error when the key is not the certificate's.
    pub(super) fn certified(&self) -> anyhow::Result<CertifiedKey> {
        let key = self.key.as_ref().context("the certificate has no key")?;
        let provider = rustls::crypto::ring::default_provider();
        CertifiedKey::from_der(self.chain.clone(), key.clone_key(), &provider)
            .context("the key is not the certificate's")
    }

    /// Whether it is for exactly these names.
    pub(super) fn is_for(&self, names: &[String]) -> bool {
        names.iter().cloned().collect::<BTreeSet<_>>() == self.names
    }

    /// When a third of its life is left.
    pub(super) fn renewal(&self) -> Moment {
        self.until - self.until.since(self.from) / 3
    }

    #[cfg(test)]
    pub(super) fn made(names: &[&str], from: Moment, until: Moment) -> Self {
        Self {
            chain: Vec::new(),
            key: None,
            names: names.iter().map(|&n| n.to_owned()).collect(),
            from,
            until,
        }
    }
}

/// `tls/acme` in the data folder; nobody else may read it.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes it.
    pub(super) fn new(data: &Path) -> anyhow::Result<Self> {
        let path = data.join("tls").join("acme");
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self(path))
    }

    /// To look only.
    pub(super) fn at(data: &Path) -> Self {
        Self(data.join("tls").join("acme"))
    }

    /// The kept certificate, if there is one.
    pub(super) fn read(&self) -> anyhow::Result<Option<Kept>> {
        match fs::read_to_string(self.0.join("certificate.pem")) {
            Ok(pem) => Kept::read(&pem).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps a certificate: chain and key in one file, so that they always belong together.
    pub(super) fn keep(&self, pem: &str) -> anyhow::Result<()> {
        self.write("certificate.pem", pem)
    }

    /// The account at this authority, if there is one.
    pub(super) fn account(&self, directory: &str) -> Option<Value> {
        let text = fs::read_to_string(self.0.join("account.json")).ok()?;
        let mut kept: Value = serde_json::from_str(&text).ok()?;
        (kept["directory"] == directory).then(|| kept["account"].take())
    }

    /// Keeps the account; one authority at a time.
    pub(super) fn keep_account(&self, directory: &str, account: &Value) -> anyhow::Result<()> {
        let kept = json!({"directory": directory, "account": account});
        self.write("account.json", &kept.to_string())
    }

    /// The last failure, unless a certificate came after it.
    pub(super) fn failure(&self) -> Option<Failure> {
        let text = fs::read_to_string(self.0.join("failure.json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Notes a failure; not being able to is only a line in the log.
    pub(super) fn fail(&self, failure: &Failure) {
        let noted = serde_json::to_string(failure)
            .map_err(Into::into)
            .and_then(|text| self.write("failure.json", &text));
        if let Err(error) = noted {
            tracing::error!(%error, "the failure could not be noted");
        }
    }

    /// Forgets the last failure.
    pub(super) fn forgive(&self) {
        let _ = fs::remove_file(self.0.join("failure.json"));
    }

    /// Whole or not at all, for our eyes only.
    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let (path, draft) = (self.0.join(name), self.0.join(format!("{name}.new")));
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &path)?;
        fs::File::open(&self.0)?.sync_all()?;
        Ok(())
    }
}

/// How the certificate of an authority stands, for a person.
pub struct Standing {
    /// It is good and nothing went wrong.
    pub good: bool,
    /// The names and the day it ends, or why there is none; the authority's words for the last failure.
    pub words: String,
}

/// Looks at the folder.
pub(super) fn standing(data: &Path, names: &[String], now: Moment) -> Standing {
    let folder = Folder::at(data);
    let failure = folder.failure();
    let day = |at: Moment| at.timestamp().strftime("%Y-%m-%d %H:%M UTC").to_string();
    let (valid, mut words) = match folder.read() {
        Ok(Some(kept)) => {
            let valid = kept.until > now && kept.is_for(names);
            let all: Vec<_> = kept.names.iter().cloned().collect();
            (valid, format!("{}: {}", all.join(", "), day(kept.until)))
        }
        Ok(None) => (false, "–".to_owned()),
        Err(error) => (false, format!("{error:#}")),
    };
    if let Some(failure) = &failure {
        words = format!("{words}; {}: {}", day(failure.at), failure.words);
    }
    Standing {
        good: valid && failure.is_none(),
        words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair};

    fn pem(names: &[&str]) -> String {
        let key = KeyPair::generate().unwrap();
        let names: Vec<_> = names.iter().map(|&n| n.to_owned()).collect();
        let made = CertificateParams::new(names)
            .unwrap()
            .self_signed(&key)
            .unwrap();
        format!("{}{}", made.pem(), key.serialize_pem())
    }

    #[test]
    fn u_28_a_kept_certificate_says_what_it_is_and_a_strange_key_is_refused() {
        let one = pem(&["chat.example.com", "b.example.com"]);
        let kept = Kept::read(&one).unwrap();
        assert!(kept.is_for(&["b.example.com".into(), "chat.example.com".into()]));
        assert!(kept.certified().is_ok() && kept.renewal() < kept.until);
        let two = pem(&["chat.example.com"]);
        let mixed = format!(
            "{}{}",
            one.split("-----BEGIN PRIVATE").next().unwrap(),
            &two[two.find("-----BEGIN PRIVATE").unwrap()..]
        );
        assert!(Kept::read(&mixed).unwrap().certified().is_err());
        for bad in ["", "words", one.split("-----BEGIN PRIVATE").next().unwrap()] {
            assert!(Kept::read(bad).is_err());
        }
    }

    #[test]
    fn u_28_the_standing_tells_the_end_and_the_last_failure() {
        let data = std::env::temp_dir().join(format!("beseda-acme-{}", std::process::id()));
        let names = ["chat.example.com".to_owned()];
        let now = Moment::from_seconds(1_800_000_000);
        assert!(!standing(&data, &names, now).good);
        let folder = Folder::new(&data).unwrap();
        folder.keep(&pem(&["chat.example.com"])).unwrap();
        assert!(standing(&data, &names, now).good);
        assert!(!standing(&data, &["other.example.com".to_owned()], now).good);
        folder.fail(&Failure {
            at: now,
            count: 1,
            words: "port 443 is closed".to_owned(),
        });
        let bad = standing(&data, &names, now);
        assert!(
            !bad.good
                && bad.words.contains("port 443 is closed")
                && bad.words.contains("2027-01-15")
        );
        folder.forgive();
        assert!(standing(&data, &names, now).good);
        folder
            .keep_account("https://one.example", &json!({"id": 1}))
            .unwrap();
        assert!(folder.account("https://one.example").is_some());
        assert!(folder.account("https://two.example").is_none());
        ensure_private(&data.join("tls/acme/certificate.pem"));
        fs::remove_dir_all(data).unwrap();
    }

    fn ensure_private(path: &Path) {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
