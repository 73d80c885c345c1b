//! The `Authorization` header of a signed request, in the three forms that clients send.

use std::fmt;

/// What an `Authorization` header says of a signature, borrowed from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authorization<'h> {
    /// The access key.
    pub access: &'h str,
    /// How it was signed.
    pub(super) scheme: Scheme<'h>,
    /// The names of the signed headers, in lower case and parted by `;`, as sent.
    pub(super) signed_headers: &'h str,
    /// The signature, in hexadecimal digits.
    pub(super) signature: &'h str,
}

/// How a request was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme<'h> {
    /// `SDK-HMAC-SHA256 Access=…`, with the secret itself.
    Plain,
    /// `SDK-HMAC-SHA256 Credential=…`, with a key that a chain over this scope gives: `date/region/service/sdk_request`.
    Scoped(&'h str),
    /// `V11-HMAC-SHA256 Credential=…`, with a key that is derived for `date/region/service`.
    Derived(&'h str),
    /// By an algorithm that clients may choose and this server does not have.
    Unsupported(&'static str),
}

/// The algorithms of clients that are recognised and refused by their names.
const UNSUPPORTED: [&str; 4] = ["SDK-HMAC-SM3", "SDK-ECDSA-P256-SHA256", "SDK-SM2-SM3", "V11-HMAC-SM3"];

/// Why a header is none of those forms. What it held instead is not repeated, for it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed(&'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the Authorization header is malformed: {}, expected \
             SDK-HMAC-SHA256 Access=<AK>, SignedHeaders=<names>, Signature=<hex>",
            self.0
        )
    }
}

/// Reads the value of an `Authorization` header; whether the signature is right is another question.
pub fn parse(value: &[u8]) -> Result<Authorization<'_>, Malformed> {
    let text = str::from_utf8(value).map_err(|_| Malformed("it is not text"))?;
    let (algorithm, parameters) = text
        .split_once(' ')
        .ok_or(Malformed("no parameters follow an algorithm"))?;
    let [mut access, mut credential, mut signed_headers, mut signature] = [None; 4];
    for parameter in parameters.split(',') {
        let (name, value) = parameter
            .trim_matches(' ')
            .split_once('=')
            .ok_or(Malformed("a parameter has no value"))?;
        let place = match name {
            "Access" => &mut access,
            "Credential" => &mut credential,
            "SignedHeaders" => &mut signed_headers,
            "Signature" => &mut signature,
            _ => return Err(Malformed("it has a parameter of another name")),
        };
        if place.replace(value).is_some() {
            return Err(Malformed("it has a parameter twice"));
        }
    }
    let (access, scheme) = who(algorithm, access, credential)?;
    if access.is_empty() {
        return Err(Malformed("the access key is empty"));
    }
    Ok(Authorization {
        access,
        scheme,
        signed_headers: names(signed_headers)?,
        signature: digits(signature)?,
    })
}

/// The access key, and how it signs: the algorithm and the form of the credential say that together.
fn who<'h>(
    algorithm: &str,
    access: Option<&'h str>,
    credential: Option<&'h str>,
) -> Result<(&'h str, Scheme<'h>), Malformed> {
    if let Some(name) = UNSUPPORTED.into_iter().find(|name| *name == algorithm) {
        let key = access.or_else(|| Some(credential?.split_once('/')?.0));
        let key = key.ok_or(Malformed("neither Access nor Credential names a key"))?;
        return Ok((key, Scheme::Unsupported(name)));
    }
    match (
        algorithm,
        access,
        credential.and_then(|credential| credential.split_once('/')),
    ) {
        ("SDK-HMAC-SHA256", Some(access), None) if credential.is_none() => Ok((access, Scheme::Plain)),
        ("SDK-HMAC-SHA256", None, Some((access, scope))) if is_scope(scope, 4) && scope.ends_with("/sdk_request") => {
            Ok((access, Scheme::Scoped(scope)))
        }
        ("V11-HMAC-SHA256", None, Some((access, scope))) if is_scope(scope, 3) => Ok((access, Scheme::Derived(scope))),
        ("SDK-HMAC-SHA256", _, _) => Err(Malformed(
            "it needs Access=<AK> or Credential=<AK>/<date>/<region>/<service>/sdk_request",
        )),
        ("V11-HMAC-SHA256", _, _) => Err(Malformed("it needs Credential=<AK>/<date>/<region>/<service>")),
        _ => Err(Malformed("its algorithm is unknown")),
    }
}

/// Whether a scope has so many parts, of which only the date must say something.
fn is_scope(scope: &str, parts: usize) -> bool {
    !scope.starts_with('/') && scope.split('/').count() == parts
}

/// The names of signed headers: in lower case, and the date among them.
fn names(names: Option<&str>) -> Result<&str, Malformed> {
    let names = names.ok_or(Malformed("SignedHeaders is missing"))?;
    if names.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(Malformed("SignedHeaders has upper-case letters"));
    }
    if !names.split(';').any(|name| name == "x-sdk-date") {
        return Err(Malformed("SignedHeaders lacks x-sdk-date"));
    }
    Ok(names)
}

/// A signature: hexadecimal digits, however many the algorithm makes.
fn digits(signature: Option<&str>) -> Result<&str, Malformed> {
    signature
        .filter(|signature| !signature.is_empty() && signature.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .ok_or(Malformed("Signature is missing or not hexadecimal"))
}
