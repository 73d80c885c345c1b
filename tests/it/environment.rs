//! `sdrs-mock env`: what points a client at a server, right for its address, its mode and its keys.

use std::process::Command;

use sdrs_mock::environment::Client;
use serde_json::json;

use crate::support::files::{Folder, text};
use crate::support::process::Process;

/// What is printed for this client, with these flags.
fn printed(client: &str, arguments: &[&str]) -> String {
    let ended = Process::run(&[&["env", client], arguments].concat(), &[]);
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""), "{client} {arguments:?}");
    ended.stdout
}

/// What a shell has in its environment after it has run this.
fn exported(script: &str, name: &str) -> String {
    let script = format!("{script}\nprintf %s \"${{{name}?}}\"");
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", &script]).env("NO_PROXY", "example.org").output();
    let output = output.expect("there is a shell");
    assert!(
        output.status.success(),
        "{script}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("values are UTF-8")
}

/// The lines of a form that are no comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#') && !line.is_empty())
}

/// The values of a form by their names: `name: "value"` or `name = "value"`.
fn value(text: &str, name: &str) -> String {
    let pairs = lines(text).filter_map(|line| line.split_once([':', '=']));
    let mut values = pairs
        .filter(|(given, _)| given.trim() == name)
        .map(|(_, value)| value.trim());
    let value = values.next().unwrap_or_else(|| panic!("no {name} in {text}"));
    serde_json::from_str(value).unwrap_or_else(|_| panic!("{value} is no text in quotes"))
}

#[test]
fn every_client_is_sent_to_where_the_server_is_met_and_past_any_proxy() {
    for (flag, given, url, host) in [
        ("--listen", "localhost:7705", "http://127.0.0.1:7705", "127.0.0.1"),
        ("--listen", "0.0.0.0:8080", "http://127.0.0.1:8080", "127.0.0.1"),
        ("--listen", "[::]:8080", "http://[::1]:8080", "::1,[::1]"),
        ("--listen", "192.0.2.7:80", "http://192.0.2.7:80", "192.0.2.7"),
        (
            "--public-url",
            "http://sdrs-mock:7705",
            "http://sdrs-mock:7705",
            "sdrs-mock",
        ),
        (
            "--public-url",
            "https://mock.example.org",
            "https://mock.example.org",
            "mock.example.org",
        ),
    ] {
        for client in Client::ALL.map(Client::word) {
            let text = printed(client, &[flag, given]);
            assert!(text.contains(&format!("with sdrs-mock at {url} (auth=off)")), "{text}");
            match client {
                "openstack" | "terraform-opentelekomcloud" | "terraform-huaweicloud" => {
                    assert_eq!(value(&text, "auth_url"), format!("{url}/v3"));
                    assert!(text.contains(&format!("export NO_PROXY={host}")), "{text}");
                }
                _ => {
                    assert_eq!(exported(&text, "SDRS_ENDPOINT"), url);
                    assert_eq!(exported(&text, "NO_PROXY"), format!("{host},example.org"));
                    assert_eq!(exported(&text, "no_proxy"), format!("{host},example.org"));
                }
            }
        }
    }
}

#[test]
fn a_server_that_speaks_tls_is_met_by_https_where_it_does() {
    let text = printed("curl", &["--tls", "self-signed"]);
    assert_eq!(exported(&text, "SDRS_ENDPOINT"), "https://127.0.0.1:7705");
    let both = ["--tls", "self-signed", "--tls-listen", "localhost:7706"];
    let text = printed("curl", &both);
    assert_eq!(exported(&text, "SDRS_ENDPOINT"), "http://127.0.0.1:7705");
}

/// Where a client of the first kind looks for authorities, and the line in which one of the second is told.
const TRUST: [(&str, &str); 8] = [
    ("python", "export REQUESTS_CA_BUNDLE=\"$PWD/sdrs-mock-ca.pem\""),
    (
        "java",
        "#     java -Djavax.net.ssl.trustStore=sdrs-mock-ca.p12 -Djavax.net.ssl.trustStorePassword=changeit ...",
    ),
    ("go", "export SSL_CERT_FILE=\"$PWD/sdrs-mock-ca.pem\""),
    ("node", "export NODE_EXTRA_CA_CERTS=\"$PWD/sdrs-mock-ca.pem\""),
    ("terraform-huaweicloud", "  cacert_file = \"sdrs-mock-ca.pem\""),
    ("terraform-opentelekomcloud", "  cacert_file = \"sdrs-mock-ca.pem\""),
    ("openstack", "    cacert: \"sdrs-mock-ca.pem\""),
    ("curl", "export CURL_CA_BUNDLE=\"$PWD/sdrs-mock-ca.pem\""),
];

#[test]
fn every_client_is_told_how_to_trust_a_certificate_that_the_server_made_and_no_other() {
    let own = ["--tls", "self-signed"];
    let fronted = [
        "--tls=self-signed",
        "--tls-listen=localhost:7706",
        "--public-url=https://mock:7706",
    ];
    let none: [&[&str]; 4] = [
        &[],
        &["--tls=self-signed", "--tls-listen=localhost:7706"],
        &["--public-url=https://mock.example.org"],
        &["--tls-cert=chain.pem", "--tls-key=key.pem"],
    ];
    for (client, line) in TRUST {
        for (flags, url) in [(&own[..], "https://127.0.0.1:7705"), (&fronted, "https://mock:7706")] {
            let text = printed(client, flags);
            assert!(text.lines().any(|given| given == line), "{line} in {text}");
            let fetch = format!("curl -sSf --insecure -o sdrs-mock-ca.pem {url}/_mock/ca.pem");
            assert!(text.contains(&fetch), "{text}");
            assert!(!text.contains("[ca]"), "{text}");
        }
        for flags in none {
            let text = printed(client, flags);
            assert!(!text.contains("ca.pem") && !text.contains("[ca]"), "{text}");
        }
    }
}

#[test]
fn a_port_that_is_not_known_is_asked_for() {
    let ended = Process::run(&["env", "python", "--listen", "127.0.0.1:0"], &[]);
    let message = "sdrs-mock: port 0 takes a free port, which only the ready line of the server tells: \
                   give --listen the address that stands there, or --public-url\n";
    assert_eq!((ended.code, &*ended.stdout, &*ended.stderr), (Some(2), "", message));
}

#[test]
fn a_client_that_is_not_known_is_told_which_are() {
    let ended = Process::run(&["env", "perl"], &[]);
    assert_eq!((ended.code, &*ended.stdout), (Some(2), ""));
    for client in Client::ALL.map(Client::word) {
        assert!(ended.stderr.contains(client), "{}", ended.stderr);
    }
}

/// Values that need quotes in one language or another.
const AWKWARD: [&str; 8] = [
    "a b'c\"d",
    "$HOME `id` \\n",
    "${path.root} %{if} $${x}",
    "x: #y",
    "~root",
    "a:~",
    "two\nlines\n\r\tand more\n",
    "\u{85}\u{2028}\u{2029}\u{feff}\u{7f}ä",
];

#[test]
fn whatever_the_table_of_identity_holds_is_read_back_as_it_is() {
    let folder = Folder::new("env_of_awkward_identity");
    for word in AWKWARD {
        let identity = json!({ "schema_version": 1, "identity": {
            "domains": [{ "name": word }],
            "users": [{ "name": word, "password": word }],
            "projects": [{ "id": "p1", "name": "eu-de_mine" }],
            "keys": [{ "access": "AK", "secret": word }],
        } });
        let fixture = folder.write("identity.json", identity);
        let print = |client| printed(client, &["--fixtures", text(&fixture)]);
        for client in ["python", "java", "go", "node"] {
            let text = print(client);
            assert_eq!(exported(&text, "HUAWEICLOUD_SDK_AK"), "AK");
            assert_eq!(exported(&text, "HUAWEICLOUD_SDK_SK"), word);
            assert_eq!(exported(&text, "HUAWEICLOUD_SDK_PROJECT_ID"), "p1");
        }
        let url = exported(&print("python"), "HUAWEICLOUD_SDK_REGION_SDRS_EU_DE");
        assert_eq!(url, "http://127.0.0.1:7705");
        let clouds = print("openstack");
        for name in ["username", "password", "user_domain_name", "project_domain_name"] {
            assert_eq!(value(&clouds, name), word, "{name}");
        }
        assert_eq!(value(&clouds, "project_name"), "eu-de_mine");
        assert_eq!(value(&clouds, "region_name"), "eu-de");
        let template = word.replace("${", "$${").replace("%{", "%%{");
        assert_eq!(value(&print("terraform-huaweicloud"), "secret_key"), template);
        let provider = print("terraform-opentelekomcloud");
        for name in ["user_name", "password", "domain_name"] {
            assert_eq!(value(&provider, name), template, "{name}");
        }
    }
}

#[test]
fn no_name_of_the_table_ends_a_comment_or_names_a_variable_that_none_can_be() {
    let folder = Folder::new("env_of_an_awkward_project");
    let [evil, dotted] = ["eu\nexport BROKEN_OUT=yes\n", "eu.de $(false)"];
    for name in [evil, dotted] {
        let identity = json!({ "schema_version": 1, "identity": { "projects": [{ "id": "p1", "name": name }] } });
        let fixture = folder.write("identity.json", identity);
        for client in Client::ALL.map(Client::word) {
            let text = printed(client, &["--fixtures", text(&fixture)]);
            match client {
                "openstack" | "terraform-huaweicloud" | "terraform-opentelekomcloud" => {
                    let member = if client == "openstack" { "region_name" } else { "region" };
                    assert_eq!(value(&text, member), name.split('_').next().unwrap_or_default());
                }
                _ => {
                    assert_eq!(exported(&text, "SDRS_ENDPOINT"), "http://127.0.0.1:7705");
                    let script = format!("{text}\nleft=${{BROKEN_OUT:-nothing}}");
                    assert_eq!(exported(&script, "left"), "nothing", "{text}");
                    assert!(!text.contains("HUAWEICLOUD_SDK_REGION_SDRS_"), "{text}");
                }
            }
        }
    }
}

#[test]
fn clouds_yaml_and_providers_are_well_formed() {
    let clouds = printed("openstack", &[]);
    let mut depth = 0;
    for line in lines(&clouds) {
        let indent = line.len() - line.trim_start().len();
        assert!(indent.is_multiple_of(2) && indent / 2 <= depth, "{line:?} in {clouds}");
        depth = indent / 2 + usize::from(line.ends_with(':'));
        let (name, value) = line.trim().split_once(':').expect("a mapping");
        let plain = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_ ".contains(&byte))
        };
        let quoted = || serde_json::from_str::<String>(value.trim()).is_ok();
        assert!(plain(name) && (plain(value) || quoted()), "{line:?}");
    }
    for client in ["terraform-huaweicloud", "terraform-opentelekomcloud"] {
        let provider = printed(client, &[]);
        let mut open = 0;
        for line in lines(&provider) {
            match line.trim() {
                "}" => open -= 1,
                line if line.ends_with('{') => open += 1,
                line => {
                    let (name, value) = line.split_once(" = ").expect("an argument");
                    let is_name = name
                        .trim()
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                    let is_value = serde_json::from_str::<serde_json::Value>(value).is_ok();
                    assert!(is_name && is_value && open > 0, "{line:?}");
                }
            }
        }
        assert_eq!(open, 0, "{provider}");
    }
}

#[test]
fn what_is_printed_for_curl_works_in_every_mode() {
    let folder = Folder::new("env_of_curl");
    let tls: [&[&str]; 2] = [&[], &["--tls", "self-signed"]];
    for (mode, tls) in ["off", "present", "strict"]
        .into_iter()
        .flat_map(|mode| tls.map(|tls| (mode, tls)))
    {
        let (server, address) = Process::serve(&[&["--auth", mode], tls].concat());
        let text = printed(
            "curl",
            &[&["--auth", mode, "--listen", &address.to_string()], tls].concat(),
        );
        let text = format!("cd {}\n{text}", folder.path().display());
        let example = text.lines().last().and_then(|line| line.strip_prefix("# curl "));
        let request = example.expect("the last line is an example");
        let script = format!("{text}\nanswer=$(curl -sS -o /dev/null -w '%{{http_code}}' {request})");
        assert_eq!(exported(&script, "answer"), "200", "{mode}: {text}");
        drop(server);
    }
}
