//! The command line and the environment: every flag has its variable, and bad values are named.

use sdrs_mock::Config;
use serde_json::{Value, json};

use crate::support::files::{Folder, built_in, text};
use crate::support::process::Process;
use crate::support::wire::{Wire, get};

/// A flag with two good values and how `info` shows them, a bad one and the form that its message gives.
struct Flag {
    name: &'static str,
    one: (&'static str, &'static str),
    other: (&'static str, &'static str),
    bad: (&'static str, &'static str),
    shown: &'static str,
}

/// The form of a duration.
const SPAN: &str = "250ms, 90s or 2h";

/// Every flag that takes a value but `--listen`, `--fixtures`, `--scenario` and `--log`, which show elsewhere.
#[rustfmt::skip] // a table: one row a line
const FLAGS: &[Flag] = &[
    Flag { name: "dialect", one: ("live", r#""live""#), other: ("documented", r#""documented""#), bad: ("old", "documented, live"), shown: "/dialect" },
    Flag { name: "auth", one: ("present", r#""present""#), other: ("strict", r#""strict""#), bad: ("on", "off, present, strict"), shown: "/auth" },
    Flag { name: "public-url", one: ("https://sdrs.example.org", r#""https://sdrs.example.org""#), other: ("http://mock:80/", r#""http://mock:80""#), bad: ("http://mock/v1", "no path, such as"), shown: "/identity/public_url" },
    Flag { name: "region", one: ("eu-de,eu-nl", r#"["eu-de","eu-nl"]"#), other: ("cn-north-4", r#"["cn-north-4"]"#), bad: ("eu de", "1 to 64 characters"), shown: "/identity/regions" },
    Flag { name: "token-key", one: ("one", r#""***""#), other: ("two", r#""***""#), bad: ("", "at least one character"), shown: "/identity/token_key" },
    Flag { name: "token-lifetime", one: ("1h", "3600"), other: ("90s", "90"), bad: ("1d", SPAN), shown: "/identity/token_lifetime_seconds" },
    Flag { name: "flavor", one: ("otc", r#""otc""#), other: ("huawei", r#""huawei""#), bad: ("aws", "huawei, otc"), shown: "/flavor" },
    Flag { name: "unseen-projects", one: ("refuse", r#""refuse""#), other: ("empty", r#""empty""#), bad: ("none", "template, empty, refuse"), shown: "/unseen_projects" },
    Flag { name: "max-projects", one: ("5", "5"), other: ("6", "6"), bad: ("0", "a whole number above 0"), shown: "/limits/max_projects" },
    Flag { name: "project-idle", one: ("2h", "7200"), other: ("90s", "90"), bad: ("2 h", SPAN), shown: "/limits/project_idle_seconds" },
    Flag { name: "seed", one: ("7", "7"), other: ("8", "8"), bad: ("x", "digit"), shown: "/seed" },
    Flag { name: "clock", one: ("2026-01-01T00:00:00Z", r#""2026-01-01T00:00:00.000Z""#), other: ("real", r#""real""#), bad: ("2026-01-01", "a time in UTC such as 2026-01-01T00:00:00Z"), shown: "/clock" },
    Flag { name: "job-duration", one: ("polls=3", r#""polls=3""#), other: ("30s", r#""30s""#), bad: ("polls=0", "polls=N with N above 0"), shown: "/job_duration" },
    Flag { name: "quota-groups", one: ("5", "5"), other: ("6", "6"), bad: ("x", "digit"), shown: "/limits/quota_groups" },
    Flag { name: "quota-pairs", one: ("5", "5"), other: ("6", "6"), bad: ("-1", "digit"), shown: "/limits/quota_pairs" },
    Flag { name: "body-limit", one: ("1KiB", "1024"), other: ("2048", "2048"), bad: ("1kb", "65536 or 12MiB"), shown: "/limits/body_limit_bytes" },
    Flag { name: "body-timeout", one: ("250ms", "250"), other: ("1s", "1000"), bad: ("0s", SPAN), shown: "/limits/body_timeout_ms" },
    Flag { name: "header-timeout", one: ("1m", "60000"), other: ("1s", "1000"), bad: ("1", SPAN), shown: "/limits/header_timeout_ms" },
    Flag { name: "idle-timeout", one: ("1h", "3600000"), other: ("5s", "5000"), bad: ("-1s", SPAN), shown: "/limits/idle_timeout_ms" },
    Flag { name: "shutdown-timeout", one: ("7s", "7000"), other: ("1s", "1000"), bad: ("s", SPAN), shown: "/limits/shutdown_timeout_ms" },
    Flag { name: "auth-skew", one: ("5m", r#""5m""#), other: ("off", r#""off""#), bad: ("15", "off, or a duration such as 15m"), shown: "/auth_skew" },
    Flag { name: "cors", one: ("http://localhost:3000", r#""http://localhost:3000""#), other: ("https://example.org", r#""https://example.org""#), bad: ("localhost", "an origin without path"), shown: "/control/cors" },
];

/// Flags without a value, with one that any text can be, and those that show elsewhere than in `info`.
#[rustfmt::skip] // one line
const OTHERS: &[&str] = &["listen", "fixtures", "scenario", "log", "control-token", "no-control", "allowed-hosts", "no-prefer", "state", "state-interval",
    "tls-cert", "tls-key", "tls", "tls-name", "tls-listen", "watch", "log-format"];

fn variable(flag: &str) -> String {
    format!("SDRS_MOCK_{}", flag.to_uppercase().replace('-', "_"))
}

fn info(arguments: &[String], variables: &[(String, &str)]) -> Value {
    let mut all = vec!["--listen", "127.0.0.1:0"];
    all.extend(arguments.iter().map(String::as_str));
    let variables: Vec<_> = variables.iter().map(|(name, value)| (&**name, *value)).collect();
    let server = Process::start(&all, &variables);
    serde_json::from_str(&Wire::to(server.ready()).ask(get("/_mock/info")).body).expect("info is JSON")
}

fn shown(info: &Value, flag: &Flag) -> String {
    let value = info.pointer(flag.shown);
    value
        .unwrap_or_else(|| panic!("no {} in {info}", flag.shown))
        .to_string()
}

#[test]
fn every_flag_has_a_variable_and_beats_it() {
    let ones: Vec<_> = FLAGS.iter().map(|flag| (variable(flag.name), flag.one.0)).collect();
    let by_variable = info(&[], &ones);
    let others: Vec<_> = FLAGS
        .iter()
        .map(|flag| format!("--{}={}", flag.name, flag.other.0))
        .collect();
    let by_flag = info(&others, &ones);
    for flag in FLAGS {
        assert_eq!(shown(&by_variable, flag), flag.one.1, "{} by variable", flag.name);
        assert_eq!(shown(&by_flag, flag), flag.other.1, "{} by flag", flag.name);
    }
}

#[test]
fn a_bad_value_ends_with_2_naming_flag_or_variable_and_the_expected_form() {
    for flag in FLAGS {
        let argument = format!("--{}={}", flag.name, flag.bad.0);
        let by_flag = Process::run(&[&argument], &[]);
        let by_variable = Process::run(&[], &[(&variable(flag.name), flag.bad.0)]);
        for ended in [&by_flag, &by_variable] {
            assert_eq!((ended.code, &*ended.stdout), (Some(2), ""), "{argument}");
            let message = &ended.stderr;
            assert!(message.contains(&format!("--{}", flag.name)), "{message}");
            assert!(message.contains(&format!("'{}'", flag.bad.0)), "{message}");
            assert!(message.contains(flag.bad.1), "{message}");
        }
        assert!(!by_flag.stderr.contains("environment"), "{}", by_flag.stderr);
        assert!(
            by_variable.stderr.contains(&variable(flag.name)),
            "{}",
            by_variable.stderr
        );
    }
}

#[test]
fn a_bad_address_and_a_bad_level_are_named_too() {
    for (name, bad, expected) in [
        ("listen", "7705", "localhost:PORT, IP:PORT or [IPv6]:PORT"),
        ("listen", "example.com:80", "localhost:PORT, IP:PORT or [IPv6]:PORT"),
        ("log", "loud", "off, error, warn, info, debug, trace"),
    ] {
        let ended = Process::run(&[&format!("--{name}"), bad], &[]);
        assert_eq!(ended.code, Some(2));
        assert!(ended.stderr.contains(&format!("--{name}")), "{}", ended.stderr);
        assert!(ended.stderr.contains(expected), "{}", ended.stderr);
        let ended = Process::run(&[], &[(&variable(name), bad)]);
        assert_eq!(ended.code, Some(2));
        assert!(ended.stderr.contains(&variable(name)), "{}", ended.stderr);
        assert!(ended.stderr.contains(expected), "{}", ended.stderr);
    }
}

#[test]
fn listen_and_fixtures_and_log_have_variables_that_their_flags_beat() {
    let folder = Folder::new("variables_that_flags_beat");
    let (one, other) = (
        folder.write("one.json", built_in()),
        folder.write("other.json", built_in()),
    );
    let variables = [
        ("SDRS_MOCK_LISTEN", "127.0.0.1:0"),
        ("SDRS_MOCK_FIXTURES", text(&one)),
        ("SDRS_MOCK_LOG", "debug"),
    ];
    let asked = |arguments: &[&str], variables: &[(&str, &str)]| {
        let server = Process::start(arguments, variables);
        let mut wire = Wire::to(server.ready());
        wire.ask(get("/v1/p/disaster-recovery-drills"));
        let info: Value = serde_json::from_str(&wire.ask(get("/_mock/info")).body).expect("info is JSON");
        server.signal("TERM");
        (info["fixtures"].clone(), server.end().stderr)
    };
    let (fixtures, log) = asked(&[], &variables);
    assert_eq!(fixtures, json!([text(&one)]));
    assert!(log.contains("ListDisasterRecoveryDrills"), "{log}");
    let beaten = [("SDRS_MOCK_LISTEN", "no address"), variables[1], variables[2]];
    let flags = ["--listen", "127.0.0.1:0", "--fixtures", text(&other), "--log", "off"];
    let (fixtures, log) = asked(&flags, &beaten);
    assert_eq!((fixtures, &*log), (json!([text(&other)]), ""));
}

#[test]
fn flags_may_stand_before_and_after_the_command() {
    for arguments in [
        ["--dialect=live", "--listen=127.0.0.1:0", "serve"],
        ["serve", "--listen=127.0.0.1:0", "--dialect=live"],
    ] {
        let server = Process::start(&arguments, &[]);
        let info = Wire::to(server.ready()).ask(get("/_mock/info")).body;
        assert!(info.contains(r#""dialect":"live""#), "{info}");
    }
}

#[test]
fn help_names_every_flag_and_its_variable() {
    let command = <Config as clap::Args>::augment_args(clap::Command::new("all"));
    let names: Vec<_> = command
        .get_arguments()
        .filter_map(|argument| argument.get_long())
        .collect();
    assert_eq!(
        names.len(),
        FLAGS.len() + OTHERS.len(),
        "a flag is missing in this file: {names:?}"
    );
    let help = Process::run(&["--help"], &[]).stdout;
    for name in names {
        assert!(help.contains(&format!("  --{name}")), "--{name} in {help}");
        assert!(help.contains(&variable(name)), "{} in {help}", variable(name));
    }
}

#[test]
fn a_public_url_is_one_that_clients_can_begin_theirs_with() {
    for bad in [
        "https://user:password@mock",
        "https://mock?x",
        "https://mock#x",
        "https://mock:99999",
        "https://[::1",
        "https://:80",
        "https://",
        "ftp://mock",
    ] {
        let ended = Process::run(&["--public-url", bad], &[]);
        assert_eq!(ended.code, Some(2), "{bad}: {}", ended.stderr);
        assert!(ended.stderr.contains("a host and perhaps a port"), "{}", ended.stderr);
    }
}
