//! Tokens: statements that the server signs and later reads again, so that it keeps none of them.
//!
//! A token is its fields, parted by dots, and their signature. The security tokens of temporary keys are made alike, and
//! the pair of keys derives from the security token.

use std::borrow::Cow;
use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::Sha256;

use crate::domain::time::Time;

/// Who holds a token, for what, and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it is.
    pub kind: Kind,
    /// Who logged in.
    pub user: Named,
    /// The user's domain.
    pub domain: Named,
    /// What it is for.
    pub scope: Scope,
    /// When it was issued, on the real clock.
    pub issued: Time,
    /// From when on it is no longer taken.
    pub expires: Time,
}

/// What a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A token that a password was given for.
    Password,
    /// A token that another token was given for.
    Token,
    /// A token that a pair of keys was given for.
    Keys,
    /// What goes with a temporary pair of keys.
    Security,
}

/// What a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// A project.
    Project(Named),
    /// A domain.
    Domain(Named),
    /// Nothing in particular.
    Unscoped,
}

/// A thing with an ID and a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The ID.
    pub id: String,
    /// The name; where none is known, the ID.
    pub name: String,
}

impl Kind {
    /// How a login of this kind is called.
    pub const fn method(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Token | Self::Security => "token",
            Self::Keys => "hw_ak_sk",
        }
    }

    const fn letter(self) -> &'static str {
        match self {
            Self::Password => "p",
            Self::Token => "t",
            Self::Keys => "k",
            Self::Security => "s",
        }
    }

    fn read(letter: &str) -> Option<Self> {
        let all = [Self::Password, Self::Token, Self::Keys, Self::Security];
        all.into_iter().find(|kind| kind.letter() == letter)
    }
}

/// A token whose signature is right, not yet taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'t> {
    kind: &'t str,
    user: [&'t str; 2],
    domain: [&'t str; 2],
    scope: [&'t str; 3],
    times: [&'t str; 2],
}

impl Signed<'_> {
    /// When it was issued.
    pub fn issued(&self) -> Time {
        time(self.times[0])
    }

    /// From when on it is no longer taken.
    pub fn expires(&self) -> Time {
        time(self.times[1])
    }

    /// Whether it goes with a temporary pair of keys.
    pub fn is_security(&self) -> bool {
        self.kind == Kind::Security.letter()
    }

    /// The ID of the project that it is for, if it is for one.
    pub fn project(&self) -> Option<&str> {
        // Project IDs have nothing that is encoded.
        (self.scope[0] == "p").then_some(self.scope[1])
    }

    /// All that it states.
    pub fn statement(&self) -> Statement {
        let scope = named([self.scope[1], self.scope[2]]);
        Statement {
            kind: Kind::read(self.kind).unwrap_or(Kind::Token),
            user: named(self.user),
            domain: named(self.domain),
            scope: match self.scope[0] {
                "p" => Scope::Project(scope),
                "d" => Scope::Domain(scope),
                _ => Scope::Unscoped,
            },
            issued: self.issued(),
            expires: self.expires(),
        }
    }
}

fn time(text: &str) -> Time {
    Time::from_micros(text.parse().unwrap_or(i64::MIN))
}

fn named([id, name]: [&str; 2]) -> Named {
    let decode = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (id, name) = (decode(id), decode(name));
    Named { id, name }
}

/// What a field keeps as it is: never the dot that parts fields.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// How many hex digits a signature has.
const SIGNATURE: usize = 64;

/// Signs statements, and knows its own signature again.
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

impl Signer {
    /// The signer with this key.
    pub fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of every length"))
    }

    /// The statement as a token.
    pub fn sign(&self, statement: &Statement) -> String {
        let Statement {
            kind,
            user,
            domain,
            scope,
            issued,
            expires,
        } = statement;
        let nothing = Named {
            id: String::new(),
            name: String::new(),
        };
        let (letter, scope) = match scope {
            Scope::Project(project) => ("p", project),
            Scope::Domain(domain) => ("d", domain),
            Scope::Unscoped => ("u", &nothing),
        };
        let encode = |text| -> Cow<'_, str> { utf8_percent_encode(text, ENCODED).into() };
        let fields = [
            Cow::Borrowed(kind.letter()),
            encode(&user.id),
            encode(&user.name),
            encode(&domain.id),
            encode(&domain.name),
            Cow::Borrowed(letter),
            encode(&scope.id),
            encode(&scope.name),
            Cow::Owned(issued.as_micros().to_string()),
            Cow::Owned(expires.as_micros().to_string()),
        ];
        let mut token = fields.join(".");
        let signature = self.hex(&[token.as_bytes()]);
        token.push('.');
        token.push_str(&signature);
        token
    }

    /// The token, if its signature is this signer's.
    pub fn read<'t>(&self, token: &'t str) -> Option<Signed<'t>> {
        let (stated, signature) = token.rsplit_once('.')?;
        let mut mac = self.0.clone();
        mac.update(stated.as_bytes());
        mac.verify_slice(&bytes(signature)?).ok()?;
        let mut fields = stated.split('.');
        let mut next = || fields.next().unwrap_or_default();
        Some(Signed {
            kind: next(),
            user: [next(), next()],
            domain: [next(), next()],
            scope: [next(), next(), next()],
            times: [next(), next()],
        })
    }

    /// The access key and the secret key that go with a security token.
    pub fn pair(&self, token: &str) -> (String, String) {
        let mut access = self.hex(&[b"access ", token.as_bytes()]).to_uppercase();
        let mut secret = self.hex(&[b"secret ", token.as_bytes()]);
        access.truncate(20);
        secret.truncate(40);
        (access, secret)
    }

    fn hex(&self, parts: &[&[u8]]) -> String {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        let mut hex = String::with_capacity(SIGNATURE);
        for byte in mac.finalize().into_bytes() {
            // Writing to a text cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }
}

/// The bytes that these hex digits spell.
fn bytes(hex: &str) -> Option<[u8; SIGNATURE / 2]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; SIGNATURE / 2];
    if hex.len() != SIGNATURE {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = digit(digits[0])? << 4 | digit(digits[1])?;
    }
    Some(bytes)
}
