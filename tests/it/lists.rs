//! The list of drills: every filter alone and with others, paging, and what is refused.

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;

use crate::support::{Answer, DIALECTS, World, below_project, naming, sample, worlds};

const GROUP_A: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const GROUP_B: &str = "aaaaaaaa-0000-4000-8000-00000000000b";
const VPC_X: &str = "bbbbbbbb-0000-4000-8000-000000000001";
const VPC_Y: &str = "bbbbbbbb-0000-4000-8000-000000000002";
/// All names of the world of this file, the newest drill first.
const ALL: [&str; 6] = ["alpha_1", "alphaX1", "Alpha-2", "beta.1", "演练-1", "beta_2"];

/// Six drills in two groups and three VPCs, one in each status and two in one.
fn six(dialect: Dialect) -> World {
    World::with(Config {
        dialect,
        fixtures: worlds("drills.json"),
        ..Config::test()
    })
}

fn list(world: &World, query: &str) -> Answer {
    world.ask_for(&format!("/disaster-recovery-drills{query}"))
}

/// Asserts which drills are on the page, and how many there are on all pages.
#[track_caller]
fn holds(answer: &Answer, names: &[&str], count: usize) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json = answer.json();
    let members: Vec<_> = json.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["count", "disaster_recovery_drills"]);
    let rows = json["disaster_recovery_drills"]
        .as_array()
        .expect("a list, even of nothing");
    let found: Vec<_> = rows.iter().map(|row| row["name"].as_str().expect("a name")).collect();
    assert_eq!(
        (found.as_slice(), json["count"].as_u64()),
        (names, Some(count as u64)),
        "{json}"
    );
}

/// Asserts the drills that a query without paging finds.
#[track_caller]
fn finds(world: &World, query: &str, names: &[&str]) {
    let answer = list(world, query);
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    holds(&answer, names, names.len());
}

#[test]
fn drills_are_listed_newest_first() {
    let world = six(Dialect::Documented);
    finds(&world, "", &ALL);
    finds(&world, "?", &ALL);
    let rows = list(&world, "").json();
    for (index, row) in rows["disaster_recovery_drills"]
        .as_array()
        .expect("a list")
        .iter()
        .enumerate()
    {
        assert_eq!(row["id"], format!("dddddddd-0000-4000-8000-{:012}", ALL.len() - index));
    }
}

#[test]
fn a_rename_does_not_move_a_drill_in_the_list() {
    let world = six(Dialect::Documented);
    let path = below_project("/disaster-recovery-drills/dddddddd-0000-4000-8000-000000000002");
    world
        .ask("PUT", &path, &[], r#"{"disaster_recovery_drill":{"name":"new"}}"#)
        .is_named("new");
    finds(
        &world,
        "",
        &["alpha_1", "alphaX1", "Alpha-2", "beta.1", "new", "beta_2"],
    );
}

#[test]
fn each_filter_alone_finds_exactly_its_drills() {
    let world = six(Dialect::Documented);
    for (filter, names) in [
        (
            format!("server_group_id={GROUP_A}"),
            &["alpha_1", "alphaX1", "Alpha-2"][..],
        ),
        (
            format!("server_group_id={}", GROUP_B.to_uppercase()),
            &["beta.1", "演练-1", "beta_2"],
        ),
        (
            format!("server_group_id=%20{GROUP_A}+"),
            &["alpha_1", "alphaX1", "Alpha-2"],
        ),
        (format!("drill_vpc_id={VPC_X}"), &["alpha_1", "Alpha-2", "beta.1"]),
        (format!("drill_vpc_id={}", VPC_Y.to_uppercase()), &["alphaX1", "演练-1"]),
        ("status=available".to_owned(), &["alpha_1", "beta_2"]),
        ("status=creating".to_owned(), &["alphaX1"]),
        ("status=error".to_owned(), &["Alpha-2"]),
        ("status=deleting".to_owned(), &["beta.1"]),
        ("status=error-deleting".to_owned(), &["演练-1"]),
        ("status=+error%20".to_owned(), &["Alpha-2"]),
    ] {
        finds(&world, &format!("?{filter}"), names);
    }
}

#[test]
fn the_name_filter_is_a_part_of_the_name_taken_literally() {
    let world = six(Dialect::Documented);
    for (name, names) in [
        ("alpha", &["alpha_1", "alphaX1"][..]), // not `Alpha-2`: case counts
        ("lpha", &["alpha_1", "alphaX1", "Alpha-2"]),
        ("alpha_1", &["alpha_1"]), // `_` is no placeholder
        ("_", &["alpha_1", "beta_2"]),
        ("%25", &[]), // nor is `%`
        ("a%251", &[]),
        ("*", &[]),
        (".", &["beta.1"]),
        ("%E6%BC%94", &["演练-1"]),
        ("%e6%bc%94%E7%BB%83-", &["演练-1"]),
        ("演练", &["演练-1"]),
        ("%61lpha_1", &["alpha_1"]),
        ("%20alpha", &[]), // blanks are not trimmed
        ("alpha+", &[]),
        ("+", &[]),
        ("alpha_1x", &[]),
        ("", &ALL),
    ] {
        finds(&world, &format!("?name={name}"), names);
    }
}

#[test]
fn filters_that_stand_together_must_all_hold() {
    let world = six(Dialect::Documented);
    for (query, names) in [
        (
            format!("server_group_id={GROUP_A}&name=alpha"),
            &["alpha_1", "alphaX1"][..],
        ),
        (format!("server_group_id={GROUP_B}&name=beta"), &["beta.1", "beta_2"]),
        (format!("server_group_id={GROUP_A}&status=available"), &["alpha_1"]),
        (
            format!("server_group_id={GROUP_A}&drill_vpc_id={VPC_X}"),
            &["alpha_1", "Alpha-2"],
        ),
        (format!("drill_vpc_id={VPC_X}&status=deleting"), &["beta.1"]),
        ("name=1&status=available".to_owned(), &["alpha_1"]),
        (format!("name=1&drill_vpc_id={VPC_Y}"), &["alphaX1", "演练-1"]),
        (format!("server_group_id={GROUP_A}&name=beta"), &[]),
        (format!("server_group_id={GROUP_B}&status=creating"), &[]),
        (
            format!("drill_vpc_id={VPC_X}&status=available&server_group_id={GROUP_A}&name=a_1"),
            &["alpha_1"],
        ),
        (
            format!("drill_vpc_id={VPC_X}&status=available&server_group_id={GROUP_B}&name=a_1"),
            &[],
        ),
    ] {
        finds(&world, &format!("?{query}"), names);
    }
}

#[test]
fn an_id_that_nothing_has_finds_nothing() {
    let world = six(Dialect::Documented);
    finds(&world, "?server_group_id=00000000-0000-4000-8000-000000000000", &[]);
    finds(&world, "?drill_vpc_id=00000000-0000-4000-8000-000000000000", &[]);
}

#[test]
fn empty_and_unknown_parameters_count_as_absent() {
    let world = six(Dialect::Documented);
    for query in [
        "?server_group_id=&name=&status=&drill_vpc_id=&limit=&offset=",
        "?server_group_id&name&status&drill_vpc_id&limit&offset",
        "?server_group_id=%20&status=+&drill_vpc_id=%20%20&limit=+&offset=%09",
        "?marker=dddddddd-0000-4000-8000-000000000003",
        "?marker=x&sort_key=name&Limit=1&LIMIT=1&Name=beta&x[]=1&=1",
        "?&&&",
    ] {
        finds(&world, query, &ALL);
    }
}

#[test]
fn the_last_of_a_repeated_parameter_wins() {
    let world = six(Dialect::Documented);
    finds(&world, "?name=alpha&name=beta", &["beta.1", "beta_2"]);
    finds(&world, "?status=nonsense&status=creating", &["alphaX1"]);
    finds(&world, "?name=beta&name=", &ALL);
    holds(&list(&world, "?limit=abc&limit=1"), &ALL[..1], 6);
    holds(&list(&world, "?offset=4&limit=1&offset=5"), &ALL[5..], 6);
}

#[test]
fn a_page_is_cut_from_what_the_filters_admit_and_count_is_of_all_pages() {
    let world = six(Dialect::Documented);
    for (query, names, count) in [
        ("?limit=0", &[][..], 6),
        ("?limit=1", &ALL[..1], 6),
        ("?limit=6", &ALL, 6),
        ("?limit=1000", &ALL, 6),
        ("?limit=0001", &ALL[..1], 6),
        ("?limit=%20%202%20", &ALL[..2], 6),
        ("?limit=+2+", &ALL[..2], 6), // a `+` of a query is a blank
        ("?offset=0", &ALL, 6),
        ("?offset=+1", &ALL[1..], 6),
        ("?offset=5", &ALL[5..], 6),
        ("?offset=6", &[], 6),
        ("?offset=7", &[], 6),
        ("?offset=18446744073709551615", &[], 6),
        ("?limit=2&offset=1", &ALL[1..3], 6),
        ("?limit=2&offset=5", &ALL[5..], 6),
        ("?limit=1000&offset=1000", &[], 6),
        ("?name=beta&limit=1", &["beta.1"], 2),
        ("?name=beta&limit=1&offset=1", &["beta_2"], 2),
        ("?name=beta&limit=0", &[], 2),
        ("?name=beta&offset=2", &[], 2),
        (
            "?server_group_id=aaaaaaaa-0000-4000-8000-00000000000b&limit=1&offset=1",
            &["演练-1"],
            3,
        ),
        (
            "?server_group_id=aaaaaaaa-0000-4000-8000-00000000000b&name=beta&offset=1",
            &["beta_2"],
            2,
        ),
    ] {
        let answer = list(&world, query);
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        holds(&answer, names, count);
    }
}

const LIMIT: (&str, &str) = ("SDRS.0221", "limit value must be greater than 0 or less than 1000");
const OFFSET: (&str, &str) = ("SDRS.0222", "offset value cannot be negative, and must be an integer");
const QUERY: (&str, &str) = ("SDRS.0201", "Invalid request parameters");

/// What is no number from 0; `limit` has a greatest one besides.
#[rustfmt::skip]
const NO_NUMBERS: &[&str] = &[
    "-1", "-0", "%2B1", "abc", "1.0", "1e2", "0x1", "1,0", "1%200", "%EF%BC%91", "null", "1%00",
    "99999999999999999999", "18446744073709551616",
];

const NO_IDS: &[&str] = &[
    "x",
    "c2aee29a",
    "c2aee29a29594d01975501cc76a4d17d",
    "%7Bc2aee29a-2959-4d01-9755-01cc76a4d17d%7D",
    "urn:uuid:c2aee29a-2959-4d01-9755-01cc76a4d17d",
    "c2aee29a-2959-4d01-9755-01cc76a4d17",
    "c2aee29a-2959-4d01-9755-01cc76a4d17g",
];

/// A status of groups is none of drills.
const NO_STATUSES: &[&str] = &[
    "x",
    "Available",
    "protected",
    "failed-over",
    "error_deleting",
    "avail",
    "available,error",
];

#[test]
fn a_bad_parameter_is_refused_with_its_own_code() {
    for dialect in DIALECTS {
        let world = six(dialect);
        for (parameter, values, (code, message)) in [
            ("limit", NO_NUMBERS, LIMIT),
            ("limit", &["1001", "1000000"], LIMIT),
            ("offset", NO_NUMBERS, OFFSET),
            ("server_group_id", NO_IDS, ("SDRS.0207", "Invalid protection group ID")),
            ("drill_vpc_id", NO_IDS, ("SDRS.0204", "Invalid VPC")),
            ("status", NO_STATUSES, ("SDRS.0209", "Incorrect status")),
            ("name", &["%FF", "a%E6%BC", "%ED%A0%BD", "%C0%AF"], QUERY),
            ("unknown", &["%FF"], QUERY),
            ("%FF", &["x"], QUERY),
        ] {
            for value in values {
                let answer = list(&world, &format!("?{parameter}={value}"));
                assert!(answer.body.contains(code), "{parameter}={value}: {}", answer.body);
                answer.is_refused(dialect, code, message);
            }
        }
    }
}

#[test]
fn a_status_outside_the_list_is_told_which_ones_there_are() {
    let answer = list(&six(Dialect::Documented), "?status=protected");
    answer.says("status must be one of creating, available, error, deleting, error-deleting, it is \"protected\"");
}

#[test]
fn a_query_means_nothing_to_show_and_rename() {
    let world = World::new();
    let target = format!("{}?limit=abc&name=x&status=nonsense", sample());
    world.ask("GET", &target, &[], "").is_named("dr_drill_test");
    world.ask("PUT", &target, &[], naming(r#""y""#)).is_named("y");
}
