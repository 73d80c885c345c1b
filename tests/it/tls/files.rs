//! A certificate and a key from files, and what is refused of them.

use std::path::Path;

use sdrs_mock::Config;

use super::{Trust, VERSIONS, drills, made};
use crate::support::World;
use crate::support::files::{Folder, text};
use crate::support::process::{Ended, Process};

fn started(arguments: &[&str]) -> Ended {
    Process::run(&[&["--listen", "127.0.0.1:0"], arguments].concat(), &[])
}

#[test]
fn a_client_that_trusts_the_certificate_is_served() {
    for kind in ["ec", "rsa"] {
        let world = World::with(Config {
            tls_cert: Some(made(&format!("{kind}.pem"))),
            tls_key: Some(made(&format!("{kind}.key.pem"))),
            ..Config::test()
        });
        let authority = std::fs::read_to_string(made(&format!("{kind}.pem"))).expect("it is there");
        let mut trust = Trust::in_this(&authority);
        for versions in VERSIONS {
            trust.versions = versions;
            let mut client = trust.connect(world.server.address(), "127.0.0.1").expect("they agree");
            assert_eq!(drills(&mut client).status, 200);
        }
        assert_eq!(world.server.control().certificate_authority(), None);
    }
}

/// Asserts that these two files end the start with 1, and the reason.
#[track_caller]
fn is_refused(cert: &Path, key: &Path, flag: &str, said: &str) {
    let named = if flag == "--tls-cert" { cert } else { key };
    let ended = started(&["--tls-cert", text(cert), "--tls-key", text(key)]);
    let begin = format!("sdrs-mock: {flag} {}{said}", named.display());
    assert_eq!((ended.code, &*ended.stdout), (Some(1), ""), "{}", ended.stderr);
    assert!(ended.stderr.starts_with(&begin), "{begin} in {}", ended.stderr);
}

#[test]
fn what_is_wrong_with_the_certificate_ends_the_start_with_1_and_names_the_file() {
    let folder = Folder::new("wrong_with_the_certificate");
    let shell = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (content, said) in [
        ("nothing\n", ": holds no certificate: expected PEM"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n", ": "),
        (shell, ": holds no sound certificate"),
    ] {
        let cert = folder.write("cert.pem", content);
        is_refused(&cert, &made("ec.key.pem"), "--tls-cert", said);
    }
    let nowhere = folder.path().join("nowhere.pem");
    is_refused(
        &nowhere,
        &made("ec.key.pem"),
        "--tls-cert",
        " cannot be read: No such file",
    );
}

#[test]
fn what_is_wrong_with_the_key_ends_the_start_with_1_and_names_the_file() {
    let folder = Folder::new("wrong_with_the_key");
    let sealed = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    for (content, said) in [
        ("nothing\n", ": holds no key: expected PEM"),
        (sealed, ": is encrypted: expected a key without a passphrase"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
            ": is encrypted: expected a key without a passphrase",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            ": holds no key that TLS is spoken with here: expected RSA of 2048 to 4096 bits",
        ),
    ] {
        let key = folder.write("key.pem", content);
        is_refused(&made("ec.pem"), &key, "--tls-key", said);
    }
    let nowhere = folder.path().join("nowhere.pem");
    is_refused(&made("ec.pem"), &nowhere, "--tls-key", " cannot be read: No such file");
    let said = format!(": is not the key of the certificate {}", made("ec.pem").display());
    is_refused(&made("ec.pem"), &made("rsa.key.pem"), "--tls-key", &said);
}

#[test]
fn flags_that_do_not_go_together_end_the_start_with_2() {
    let (cert, key) = (made("ec.pem"), made("ec.key.pem"));
    for (arguments, said) in [
        (&["--tls-cert", text(&cert)][..], "--tls-cert needs --tls-key"),
        (&["--tls-key", text(&key)], "--tls-key needs --tls-cert"),
        (
            &["--tls-listen", "127.0.0.1:0"],
            "give --tls self-signed, or --tls-cert and --tls-key",
        ),
        (
            &["--tls-name", "x"],
            "give --tls self-signed, or --tls-cert and --tls-key",
        ),
        (
            &["--tls", "self-signed", "--tls-cert", text(&cert)],
            "leave out --tls-cert and --tls-key",
        ),
        (
            &["--tls-cert", text(&cert), "--tls-key", text(&key), "--tls-name", "x"],
            "--tls-name is for --tls self-signed",
        ),
        (&["--tls", "yes"], "self-signed"),
        (
            &["--tls", "self-signed", "--tls-name", "a b"],
            "the name of a host or an IP address",
        ),
        (
            &["--tls", "self-signed", "--tls-listen", "7705"],
            "localhost:PORT, IP:PORT or [IPv6]:PORT",
        ),
    ] {
        let ended = started(arguments);
        assert_eq!((ended.code, &*ended.stdout), (Some(2), ""), "{}", ended.stderr);
        assert!(ended.stderr.contains(said), "{said} in {}", ended.stderr);
    }
}
