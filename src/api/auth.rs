//! Who may ask what: the three modes, and what a token or a missing one is answered with.

use std::hash::{BuildHasher, RandomState};

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::error::Failure;
use super::gateway;
use super::signature::{self, Skew};
use super::token::{Signed, Signer, Statement};
use crate::config::{Origin, Span};
use crate::domain::code::Code;
use crate::store::{Shard, Store};

/// How closely credentials are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Auth {
    /// Not at all.
    #[default]
    Off,
    /// There must be some.
    Present,
    /// They must be right.
    Strict,
}

impl Auth {
    /// The word that names this mode on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Present => "present",
            Self::Strict => "strict",
        }
    }
}

/// How a server knows its callers, and what it tells them of itself.
#[derive(Clone)]
pub struct Access {
    /// How closely credentials are looked at.
    pub auth: Auth,
    /// Who signs tokens.
    pub signer: Signer,
    /// Whether the signer's key was given, so that other servers can know its tokens.
    pub has_key: bool,
    /// How long tokens are taken.
    pub lifetime: Span,
    /// The origin in links and in the catalog, instead of the one that the client wrote.
    pub public_url: Option<Origin>,
    /// How far the date of a signature may be from the real clock.
    pub skew: Skew,
    /// Regions beside those of the fixtures.
    pub regions: Vec<String>,
}

/// A signer with this key, or with one drawn now.
pub fn signer(key: Option<&str>) -> Signer {
    let drawn = || {
        (0..4_u8)
            .flat_map(|n| RandomState::new().hash_one(n).to_le_bytes())
            .collect()
    };
    let key: Vec<u8> = key.map_or_else(drawn, |key| key.as_bytes().to_vec());
    Signer::new(&key)
}

/// What a request brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought<'r> {
    /// A token.
    Token(&'r str),
    /// An `Authorization`.
    Signature(&'r [u8]),
    /// Neither.
    Nothing,
}

impl<'r> Brought<'r> {
    /// What these header fields bring; a token goes before a signature.
    pub fn read(headers: &'r HeaderMap) -> Self {
        match headers.get(TOKEN).filter(|token| !token.is_empty()) {
            // What is not text was issued by nobody, and still is not absent.
            Some(token) => Self::Token(token.to_str().unwrap_or_default()),
            None => headers
                .get(AUTHORIZATION)
                .map_or(Self::Nothing, |value| Self::Signature(value.as_bytes())),
        }
    }
}

/// The key that a well-formed `Authorization` names, whoever signed.
pub fn present(value: &[u8]) -> Result<&str, Failure> {
    let parsed = signature::parse(value).map_err(signature::Refused::from)?;
    Ok(parsed.access)
}

/// Whose key a request is signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// The user of this name.
    User(String),
    /// Whoever was given the temporary key.
    Temporary(Statement),
}

/// A key's secret, and whose it is.
struct Key {
    secret: String,
    holder: Holder,
}

impl AsRef<[u8]> for Key {
    fn as_ref(&self) -> &[u8] {
        self.secret.as_bytes()
    }
}

/// The header field that tokens come in.
pub const TOKEN: &str = "x-auth-token";

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untaken {
    /// It was never issued here.
    Garbage,
    /// Its time is over.
    Expired,
}

impl From<Untaken> for Failure {
    fn from(untaken: Untaken) -> Self {
        match untaken {
            Untaken::Garbage => gateway::UNAUTHORIZED.because("decrypt token fail").into(),
            Untaken::Expired => gateway::TOKEN_EXPIRED.rejection().into(),
        }
    }
}

impl Access {
    /// The token, if it is one of this server and its time is not over.
    pub fn take<'t>(&self, token: &'t str, store: &Store) -> Result<Signed<'t>, Untaken> {
        let signed = self.signer.read(token).ok_or(Untaken::Garbage)?;
        if signed.is_security() {
            return Err(Untaken::Garbage);
        }
        if self.is_over(&signed, store) {
            return Err(Untaken::Expired);
        }
        Ok(signed)
    }

    /// Verifies the signature of a request that brings no token, where that is looked at; whose key it is.
    pub fn verify(&self, head: &Parts, body: &[u8], store: &Store) -> Result<Option<Holder>, Failure> {
        if self.auth != Auth::Strict || !matches!(Brought::read(&head.headers), Brought::Signature(_)) {
            return Ok(None);
        }
        let key_of = |access: &str, token: Option<&str>| self.key(access, token, store);
        let key = signature::verify(head, body, key_of, (store.real_now(), self.skew))?;
        Ok(Some(key.holder))
    }

    /// The key of this name: one of the table, or the one that goes with this security token.
    fn key(&self, access: &str, token: Option<&str>, store: &Store) -> Result<Key, Failure> {
        let unknown = || signature::Refused::UnknownKey(access.to_owned());
        // A key of the table is what it is with a security token too, which clients may send along with it.
        if let Some(key) = store.identity().key(access) {
            let (secret, holder) = (key.secret.reveal().to_owned(), Holder::User(key.user.clone()));
            return Ok(Key { secret, holder });
        }
        let token = token.ok_or_else(unknown)?;
        let signed = self.signer.read(token).filter(Signed::is_security);
        let signed = signed.ok_or(Untaken::Garbage)?;
        if self.is_over(&signed, store) {
            return Err(Untaken::Expired.into());
        }
        let (own, secret) = self.signer.pair(token);
        if own != access {
            return Err(unknown().into());
        }
        let holder = Holder::Temporary(signed.statement());
        Ok(Key { secret, holder })
    }

    /// Whether the time of a token is over.
    pub fn is_over(&self, signed: &Signed<'_>, store: &Store) -> bool {
        let project = signed.project().and_then(|id| store.existing(id));
        signed.expires() <= store.real_now() || store.is_expired(signed.issued(), project.as_deref())
    }

    /// Refuses a call of a project with the wrong credentials, as far as they can be told without the body: whether there
    /// are any, and whether a token is one of this project.
    pub fn admit(&self, headers: &HeaderMap, store: &Store, project: (Option<&Shard>, &str)) -> Result<(), Failure> {
        match (self.auth, Brought::read(headers)) {
            // A signature covers the body, which is not there yet.
            (Auth::Off, _) | (Auth::Present, Brought::Token(_)) | (Auth::Strict, Brought::Signature(_)) => Ok(()),
            (_, Brought::Nothing) => Err(gateway::UNAUTHORIZED.because("Unauthorized").into()),
            (Auth::Strict, Brought::Token(token)) => self.admit_token(token, store, project),
            (Auth::Present, Brought::Signature(value)) => present(value).map(drop),
        }
    }

    /// As [`Access::take`], for a call of a project that is at hand.
    fn admit_token(&self, token: &str, store: &Store, (shard, id): (Option<&Shard>, &str)) -> Result<(), Failure> {
        let signed = self.signer.read(token).filter(|signed| !signed.is_security());
        let signed = signed.ok_or(Untaken::Garbage)?;
        let is_own = signed.project() == Some(id);
        let is_over = if is_own {
            signed.expires() <= store.real_now() || store.is_expired(signed.issued(), shard)
        } else {
            self.is_over(&signed, store)
        };
        if is_over {
            return Err(Untaken::Expired.into());
        }
        if !is_own {
            let detail = match signed.project() {
                Some(other) => format!("the token is for project {other}, the URL names project {id}"),
                None => format!("the token is for no project, the URL names project {id}"),
            };
            return Err(Code::InvalidTenantToken.because(detail).into());
        }
        Ok(())
    }
}
