//! TLS: what the server shows of itself, from files or made at the start.

mod authority;
mod der;
mod knock;
mod provider;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub(crate) use self::knock::knock;
use self::provider::provider;
use crate::config::{Config, TlsName};
use crate::domain::time::Time;

/// Why there is no TLS.
#[derive(Debug)]
pub enum TlsError {
    /// The flags do not go together.
    Flags(&'static str),
    /// A file cannot be read.
    File {
        /// The flag that names it.
        flag: &'static str,
        /// The file.
        path: PathBuf,
        /// What the machine said.
        cause: io::Error,
    },
    /// A file does not hold what it should.
    Content {
        /// The flag that names it.
        flag: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// A certificate cannot be made.
    Own(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flags(rule) => f.write_str(rule),
            Self::File { flag, path, cause } => write!(f, "{flag} {} cannot be read: {cause}", path.display()),
            Self::Content { flag, path, cause } => write!(f, "{flag} {}: {cause}", path.display()),
            Self::Own(cause) => write!(f, "cannot make a certificate: {cause}"),
        }
    }
}

/// What a server needs for TLS.
pub(crate) struct Tls {
    /// How it speaks.
    pub(crate) config: Arc<ServerConfig>,
    /// The authority that signed the certificate, in PEM, where the server is that itself.
    pub(crate) authority: Option<String>,
}

impl Tls {
    /// What these flags ask for, if anything.
    pub(crate) fn new(config: &Config, now: Time) -> Result<Option<Self>, TlsError> {
        match (&config.tls_cert, &config.tls_key, config.tls) {
            (Some(_), Some(_), None) if !config.tls_name.is_empty() => {
                let rule = "--tls-name is for --tls self-signed: a certificate of --tls-cert has its names already";
                Err(TlsError::Flags(rule))
            }
            (Some(cert), Some(key), None) => Self::from_files(cert, key).map(Some),
            (None, None, Some(_)) => Self::self_signed(&config.tls_name, now).map(Some),
            (None, None, None) if config.tls_listen.is_some() || !config.tls_name.is_empty() => {
                let rule = "--tls-listen and --tls-name need a certificate: give --tls self-signed, or --tls-cert and --tls-key";
                Err(TlsError::Flags(rule))
            }
            (None, None, None) => Ok(None),
            (_, _, Some(_)) => Err(TlsError::Flags(
                "--tls self-signed makes a certificate: leave out --tls-cert and --tls-key",
            )),
            (Some(_), None, None) => Err(TlsError::Flags(
                "--tls-cert needs --tls-key, the key of the certificate",
            )),
            (None, Some(_), None) => Err(TlsError::Flags(
                "--tls-key needs --tls-cert, the certificate of the key",
            )),
        }
    }

    fn from_files(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = read("--tls-cert", cert)?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&chain).collect();
        let chain = chain.map_err(|cause| content("--tls-cert", cert, cause.to_string()))?;
        if chain.is_empty() {
            let cause = "holds no certificate: expected PEM with BEGIN CERTIFICATE";
            return Err(content("--tls-cert", cert, cause.to_owned()));
        }
        let pem = read("--tls-key", key)?;
        if is_sealed(&pem) {
            let cause =
                "is encrypted: expected a key without a passphrase, as `openssl pkey -in KEY -out NEW` writes it";
            return Err(content("--tls-key", key, cause.to_owned()));
        }
        let secret = PrivateKeyDer::from_pem_slice(&pem).map_err(|cause| {
            let cause = match cause {
                pem::Error::NoItemsFound => "holds no key: expected PEM with BEGIN PRIVATE KEY".to_owned(),
                cause => cause.to_string(),
            };
            content("--tls-key", key, cause)
        })?;
        let config = server(chain, secret).map_err(|cause| {
            let cause = match cause {
                rustls::Error::InconsistentKeys(_) => format!("is not the key of the certificate {}", cert.display()),
                rustls::Error::InvalidCertificate(cause) => {
                    return content("--tls-cert", cert, format!("holds no sound certificate: {cause:?}"));
                }
                rustls::Error::General(_) => {
                    "holds no key that TLS is spoken with here: expected RSA of 2048 to 4096 bits, ECDSA (P-256, P-384) or \
                     Ed25519"
                        .to_owned()
                }
                cause => cause.to_string(),
            };
            content("--tls-key", key, cause)
        })?;
        Ok(Self {
            config,
            authority: None,
        })
    }

    fn self_signed(names: &[TlsName], now: Time) -> Result<Self, TlsError> {
        let issued =
            authority::issue(names, now).map_err(|_| TlsError::Own("the machine gives no randomness".to_owned()))?;
        let config = server(vec![issued.certificate], issued.key).map_err(|cause| TlsError::Own(cause.to_string()))?;
        Ok(Self {
            config,
            authority: Some(issued.authority),
        })
    }
}

fn read(flag: &'static str, path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|cause| TlsError::File {
        flag,
        path: path.to_owned(),
        cause,
    })
}

/// Whether a key needs a passphrase, in either of the forms that have one.
fn is_sealed(pem: &[u8]) -> bool {
    let has = |mark: &[u8]| pem.windows(mark.len()).any(|bytes| bytes == mark);
    has(b"BEGIN ENCRYPTED PRIVATE KEY") || has(b"Proc-Type: 4,ENCRYPTED")
}

fn content(flag: &'static str, path: &Path, cause: String) -> TlsError {
    let path = path.to_owned();
    TlsError::Content { flag, path, cause }
}

/// A server that shows this chain, to whoever comes, and speaks HTTP/1.1 only.
fn server(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let builder = ServerConfig::builder_with_provider(Arc::new(provider())).with_safe_default_protocol_versions()?;
    let mut config = builder.with_no_client_auth().with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
