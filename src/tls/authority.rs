//! An authority of the server's own: it signs one certificate, and its key is forgotten before the server serves.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::process::Command;
use std::time::Duration;

use ring::digest::{SHA256, digest};
use ring::error::Unspecified;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::der::{self, TRUE, bits, object, octets, sequence, value};
use crate::config::TlsName;
use crate::domain::span::Span;
use crate::domain::time::Time;

/// What was made.
pub(super) struct Issued {
    /// The server's certificate.
    pub(super) certificate: CertificateDer<'static>,
    /// Its key.
    pub(super) key: PrivateKeyDer<'static>,
    /// The authority's certificate, in PEM.
    pub(super) authority: String,
}

/// How long certificates are valid: some clients take none for more than 825 days.
const VALID: Span = Span(Duration::from_hours(800 * 24));
/// How much earlier they begin, for clients whose clocks are behind.
const EARLIER: i64 = 24 * 3600 * 1_000_000;

/// `ecdsa-with-SHA256` (1.2.840.10045.4.3.2).
const ECDSA_WITH_SHA256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// `id-ecPublicKey` (1.2.840.10045.2.1).
const EC_PUBLIC_KEY: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// `prime256v1` (1.2.840.10045.3.1.7).
const PRIME256V1: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// `id-kp-serverAuth` (1.3.6.1.5.5.7.3.1).
const SERVER_AUTH: [u8; 8] = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

/// Makes an authority, and a certificate for the names of this machine and these.
pub(super) fn issue(names: &[TlsName], now: Time) -> Result<Issued, Unspecified> {
    let random = SystemRandom::new();
    let ((_, authority), (secret, server)) = (key(&random)?, key(&random)?);
    // A name that no other run has: a client that has kept several tells them apart.
    let mark = key_id(&authority)
        .iter()
        .take(4)
        .fold(String::new(), |mark, byte| format!("{mark}{byte:02x}"));
    let issuer = der::name(&format!("sdrs-mock authority {mark}"));
    let sign = |subject: &[u8], key: &EcdsaKeyPair, extensions: &[Vec<u8>]| {
        certificate(&random, (&issuer, &authority), (subject, key), extensions, now)
    };
    let own = [
        extension(0x13, true, &sequence(&[&TRUE, &value(0x02, &[&[0]])])),
        // Signs certificates and lists of revoked ones.
        extension(0x0f, true, &value(0x03, &[&[1, 0x06]])),
        extension(0x0e, false, &octets(&[&key_id(&authority)])),
    ];
    let names: Vec<_> = all_names(names).iter().map(alternative).collect();
    let names: Vec<_> = names.iter().map(Vec::as_slice).collect();
    let servers = [
        extension(0x13, true, &sequence(&[])),
        // Signs handshakes.
        extension(0x0f, true, &value(0x03, &[&[7, 0x80]])),
        extension(0x25, false, &sequence(&[&object(&SERVER_AUTH)])),
        extension(0x11, false, &sequence(&names)),
        extension(0x0e, false, &octets(&[&key_id(&server)])),
        extension(0x23, false, &sequence(&[&value(0x80, &[&key_id(&authority)])])),
    ];
    let certificate = sign(&der::name("sdrs-mock"), &server, &servers)?;
    Ok(Issued {
        certificate: certificate.into(),
        key: PrivatePkcs8KeyDer::from(secret).into(),
        authority: der::pem("CERTIFICATE", &sign(&issuer, &authority, &own)?),
    })
}

/// A new key on P-256, as PKCS #8 and to be used.
fn key(random: &SystemRandom) -> Result<(Vec<u8>, EcdsaKeyPair), Unspecified> {
    let secret = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, random)?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, secret.as_ref(), random);
    Ok((secret.as_ref().to_vec(), pair.map_err(|_| Unspecified)?))
}

/// What stands for a key in certificates that are about it.
fn key_id(key: &EcdsaKeyPair) -> Vec<u8> {
    digest(&SHA256, key.public_key().as_ref()).as_ref()[..20].to_vec()
}

/// An extension of the arc 2.5.29.
fn extension(number: u8, is_critical: bool, content: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if is_critical { &TRUE } else { &[] };
    sequence(&[&object(&[0x55, 0x1d, number]), critical, &octets(&[content])])
}

/// A certificate (RFC 5280), signed by the issuer.
fn certificate(
    random: &SystemRandom,
    (issuer, signer): (&[u8], &EcdsaKeyPair),
    (subject, key): (&[u8], &EcdsaKeyPair),
    extensions: &[Vec<u8>],
    now: Time,
) -> Result<Vec<u8>, Unspecified> {
    let mut serial = [0; 16];
    random.fill(&mut serial)?;
    // Positive, and of its full length.
    serial[0] = serial[0] & 0x3f | 0x40;
    let algorithm = sequence(&[&object(&ECDSA_WITH_SHA256)]);
    let from = der::time(Time::from_micros(now.as_micros() - EARLIER));
    let until = der::time(now.after(VALID));
    let of_key = sequence(&[&object(&EC_PUBLIC_KEY), &object(&PRIME256V1)]);
    let extensions: Vec<_> = extensions.iter().map(Vec::as_slice).collect();
    let content = sequence(&[
        &value(0xa0, &[&value(0x02, &[&[2]])]),
        &value(0x02, &[&serial]),
        &algorithm,
        issuer,
        &sequence(&[&from, &until]),
        subject,
        &sequence(&[&of_key, &bits(key.public_key().as_ref())]),
        &value(0xa3, &[&sequence(&extensions)]),
    ]);
    let signature = signer.sign(random, &content)?;
    Ok(sequence(&[&content, &algorithm, &bits(signature.as_ref())]))
}

/// The names of this machine, and these.
fn all_names(more: &[TlsName]) -> Vec<TlsName> {
    let loopback = [
        TlsName::Name("localhost".to_owned()),
        TlsName::Address(Ipv4Addr::LOCALHOST.into()),
        TlsName::Address(Ipv6Addr::LOCALHOST.into()),
    ];
    let mut names = Vec::new();
    for name in loopback.into_iter().chain(host_name()).chain(more.iter().cloned()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What this machine calls itself, where that can be the name of a host.
fn host_name() -> Option<TlsName> {
    let by_command = || {
        let output = Command::new("uname").arg("-n").output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(by_command)?;
    name.trim().parse().ok()
}

/// A name among a certificate's alternative ones.
fn alternative(name: &TlsName) -> Vec<u8> {
    match name {
        TlsName::Name(name) => value(0x82, &[name.as_bytes()]),
        TlsName::Address(IpAddr::V4(address)) => value(0x87, &[&address.octets()]),
        TlsName::Address(IpAddr::V6(address)) => value(0x87, &[&address.octets()]),
    }
}
