//! HTTPS: certificate files, an ACME authority, or a local authority made in the data folder for an office network.

mod acme;
mod kept;

use crate::config::Config;
use anyhow::{Context, ensure};
use axum_server::tls_rustls::RustlsConfig;
use http_client::Http;
use kernel::{Clock, Moment};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use web::BoxFuture;

pub use kept::Standing;

/// The TLS set-up of the configuration.
pub(crate) struct Set {
    /// What the listener speaks.
    pub(crate) config: RustlsConfig,
    /// Keeps the certificate good while the server runs, where that is our work.
    pub(crate) keeper: Option<BoxFuture<()>>,
}

/// The TLS set-up of the configuration; none when it is off.
pub(crate) async fn tls(
    config: &Config,
    http: &Http,
    clock: &Clock,
) -> anyhow::Result<Option<Set>> {
    let (certificate, key) = match config.tls.mode.as_str() {
        "off" => return Ok(None),
        "acme" => {
            let acme = acme::Acme::new(&config.tls, &config.data, http.clone(), clock.clone())?;
            return Ok(Some(Set {
                config: RustlsConfig::from_config(Arc::new(acme.server_config())),
                keeper: Some(Box::pin(acme.keep())),
            }));
        }
        "files" => {
            ensure!(
                !config.tls.certificate.is_empty() && !config.tls.key.is_empty(),
                "tls.mode is \"files\": set tls.certificate and tls.key"
            );
            (
                PathBuf::from(&config.tls.certificate),
                PathBuf::from(&config.tls.key),
            )
        }
        "local" => local(&config.data.join("tls"), &config.tls.names)?,
        other => anyhow::bail!("tls.mode \"{other}\" is not known: off, files, acme or local"),
    };
    let config = RustlsConfig::from_pem_file(&certificate, &key)
        .await
        .with_context(|| format!("the certificate {} cannot be used", certificate.display()))?;
    Ok(Some(Set {
        config,
        keeper: None,
    }))
}

/// How the certificate of an ACME authority stands; none in the other modes. Reads small files.
pub fn standing(config: &Config, now: Moment) -> Option<Standing> {
    (config.tls.mode == "acme").then(|| kept::standing(&config.data, &config.tls.names, now))
}

/// Makes the authority once and a server certificate for the names whenever they change.
fn local(folder: &Path, names: &[String]) -> anyhow::Result<(PathBuf, PathBuf)> {
    std::fs::create_dir_all(folder)?;
    let path = |name: &str| folder.join(name);
    let wanted = names.join("\n");
    let made_for = std::fs::read_to_string(path("names.txt")).unwrap_or_default();
    if made_for == wanted && path("server.pem").is_file() && path("server.key").is_file() {
        return Ok((path("server.pem"), path("server.key")));
    }
    let authority_key = match std::fs::read_to_string(path("authority.key")) {
        Ok(pem) => KeyPair::from_pem(&pem)?,
        Err(_) => KeyPair::generate()?,
    };
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority
        .distinguished_name
        .push(DnType::CommonName, "Beseda local authority");
    if !path("authority.pem").is_file() {
        std::fs::write(
            path("authority.pem"),
            authority.self_signed(&authority_key)?.pem(),
        )?;
        private(&path("authority.key"), &authority_key.serialize_pem())?;
    }
    let issuer = Issuer::new(authority, authority_key);
    let server_key = KeyPair::generate()?;
    let mut server =
        CertificateParams::new(names.to_vec()).context("tls.names holds a wrong name")?;
    server.distinguished_name.push(
        DnType::CommonName,
        names.first().map_or("beseda", String::as_str),
    );
    let certificate = server.signed_by(&server_key, &issuer)?;
    std::fs::write(path("server.pem"), certificate.pem())?;
    private(&path("server.key"), &server_key.serialize_pem())?;
    std::fs::write(path("names.txt"), wanted)?;
    Ok((path("server.pem"), path("server.key")))
}

fn private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_28_the_authority_stays_and_the_certificate_follows_its_names() {
        let folder = std::env::temp_dir().join(format!("beseda-tls-{}", std::process::id()));
        let (certificate, _) = local(&folder, &["localhost".into()]).unwrap();
        let (first, authority) = (
            std::fs::read(&certificate).unwrap(),
            std::fs::read(folder.join("authority.pem")).unwrap(),
        );
        local(&folder, &["localhost".into()]).unwrap();
        assert_eq!(std::fs::read(&certificate).unwrap(), first);
        local(&folder, &["localhost".into(), "10.0.0.5".into()]).unwrap();
        assert_ne!(std::fs::read(&certificate).unwrap(), first);
        assert_eq!(
            std::fs::read(folder.join("authority.pem")).unwrap(),
            authority
        );
        std::fs::remove_dir_all(folder).unwrap();
    }
}
