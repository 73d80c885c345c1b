//! A certificate that the server makes itself.

use std::process::Command;

use sdrs_mock::Config;
use sdrs_mock::config::OwnTls;

use super::{Trust, VERSIONS, authority, client, drills, exchange, last, own};
use crate::support::files::{Folder, text};
use crate::support::process::Process;
use crate::support::wire::{naming, put};
use crate::support::{Answer, World, sample};

#[test]
fn a_client_that_trusts_the_authority_is_served() {
    let world = own();
    assert!(
        world.server.url().starts_with("https://127.0.0.1:"),
        "{}",
        world.server.url()
    );
    let mut client = client(&world);
    let renamed = put(&sample(), &naming("secured")).replace("Host: localhost", "Host: localhost\r\nConnection: close");
    let renamed = Answer::read(&exchange(&mut client, &renamed));
    assert_eq!(renamed.status, 200);
    assert!(renamed.body.contains(r#""name":"secured""#), "{}", renamed.body);
}

#[test]
fn the_certificate_is_for_the_loopback_the_machine_and_the_names_that_are_asked_for() {
    let names = ["mock.example.org", "*.wild.test", "10.1.2.3", "2001:db8::1"];
    let world = World::with(Config {
        tls: Some(OwnTls::SelfSigned),
        tls_name: names.map(|name| name.parse().expect("a name")).to_vec(),
        ..Config::test()
    });
    let trust = Trust::in_this(&authority(&world.server));
    let machine = Command::new("uname")
        .arg("-n")
        .output()
        .expect("there is such a command")
        .stdout;
    let machine = String::from_utf8(machine).expect("a name");
    let known = [
        "localhost",
        "127.0.0.1",
        "::1",
        machine.trim(),
        "mock.example.org",
        "a.wild.test",
        "10.1.2.3",
        "2001:db8::1",
    ];
    for name in known {
        drills(
            &mut trust
                .connect(world.server.address(), name)
                .unwrap_or_else(|error| panic!("{name}: {error}")),
        );
    }
    for name in ["example.org", "wild.test", "127.0.0.2", "10.1.2.4"] {
        let refused = trust
            .connect(world.server.address(), name)
            .expect_err("it is another name");
        assert!(refused.contains("certificate"), "{name}: {refused}");
    }
}

#[test]
fn a_client_that_trusts_another_authority_is_not_served_and_hurts_nobody() {
    let (one, other) = (own(), own());
    let (of_one, of_other) = (authority(&one.server), authority(&other.server));
    assert_ne!(of_one, of_other);
    let refused = Trust::in_this(&of_other).connect(one.server.address(), "localhost");
    assert!(refused.is_err());
    assert_eq!(drills(&mut client(&one)).status, 200);
}

#[test]
fn both_versions_of_tls_are_spoken_and_http_1_alone() {
    let world = own();
    for versions in VERSIONS {
        let mut trust = Trust::in_this(&authority(&world.server));
        trust.versions = versions;
        trust.protocols = &[b"h2", b"http/1.1"];
        let mut client = trust.connect(world.server.address(), "localhost").expect("they agree");
        assert_eq!(client.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
        assert_eq!(drills(&mut client).status, 200);
        trust.protocols = &[b"h2"];
        let refused = trust
            .connect(world.server.address(), "localhost")
            .expect_err("nothing is in common");
        assert!(refused.contains("NoApplicationProtocol"), "{refused}");
    }
}

#[test]
fn the_authority_is_served_without_a_token_and_without_a_control_plane() {
    for config in [
        Config {
            control_token: Some("secret".to_owned()),
            ..Config::test()
        },
        Config {
            no_control: true,
            ..Config::test()
        },
    ] {
        let world = World::with(Config {
            tls: Some(OwnTls::SelfSigned),
            ..config
        });
        let answer = Answer::read(&exchange(&mut client(&world), &last("/_mock/ca.pem", "")));
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("Content-Type"), "application/x-pem-file");
        assert_eq!(answer.body, authority(&world.server));
    }
}

#[tokio::test]
async fn a_server_that_has_made_none_says_so() {
    let world = World::new();
    let answer = crate::support::send(world.request_at(reqwest::Method::GET, "/_mock/ca.pem")).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["error"]["code"], "no_authority");
    assert_eq!(world.server.control().certificate_authority(), None);
}

#[test]
fn curl_fetches_the_authority_and_is_content_with_it() {
    let folder = Folder::new("curl_fetches_the_authority");
    let server = Process::start(&["--listen", "127.0.0.1:0", "--tls", "self-signed"], &[]);
    let (example, ready) = (server.line(), server.line());
    let url = ready
        .split(' ')
        .find(|word| word.starts_with("https://"))
        .expect("the ready line says https");
    let file = folder.path().join("ca.pem");
    let curl = |arguments: &[&str]| {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--noproxy", "*", "--fail"])
            .args(arguments);
        let output = curl.output().expect("there is curl");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    curl(&["--insecure", "--output", text(&file), &format!("{url}/_mock/ca.pem")]);
    let listed = curl(&["--cacert", text(&file), &format!("{url}/v1/p/disaster-recovery-drills")]);
    assert!(listed.contains(r#""count""#), "{listed}");
    let command = example.strip_prefix("try: ").expect("an example");
    let pasted = Command::new("sh")
        .args(["-c", command])
        .env("NO_PROXY", "*")
        .output()
        .expect("there is a shell");
    let said = String::from_utf8_lossy(&pasted.stdout);
    assert!(said.contains(r#""name":"new_dr_drill_name""#), "{said}");
}
