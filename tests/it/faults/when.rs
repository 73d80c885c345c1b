//! Which of the requests that match a fault it meets.

use serde_json::{Value, json};

use super::{RENAME, arm, call, listed, rename};
use crate::support::{PROJECT, World, below_project, naming, sample};

const FAILS: u16 = 503;

/// A fault for renames with this choice.
fn when(choice: Value) -> Value {
    json!({"match": {"operation": RENAME}, "when": choice, "effect": {"kind": "error", "status": FAILS}})
}

/// Which of so many renames met a fault: an `x` for each, a dot for the others.
fn pattern(world: &World, number: usize) -> String {
    let meets = |_| if rename(world).status == FAILS { 'x' } else { '.' };
    (0..number).map(meets).collect()
}

/// Which of so many renames meet a fault with this choice.
fn met(choice: Value, number: usize) -> String {
    let world = World::new();
    arm(&world, &when(choice));
    pattern(&world, number)
}

#[test]
fn choices_by_number() {
    assert_eq!(met(json!({}), 4), "xxxx");
    assert_eq!(met(json!({"first": 2}), 5), "xx...");
    assert_eq!(met(json!({"first": 0}), 3), "...");
    assert_eq!(met(json!({"every": 1}), 3), "xxx");
    assert_eq!(met(json!({"every": 3}), 7), "..x..x.");
    assert_eq!(met(json!({"after": 2}), 5), "..xxx");
}

#[test]
fn chance_is_the_same_with_the_same_seed_and_another_with_another() {
    let (one, again) = (
        json!({"probability": 0.5, "seed": 7}),
        json!({"probability": 0.5, "seed": 7}),
    );
    let first = met(one, 40);
    assert_eq!(met(again, 40), first);
    assert!(first.contains('x') && first.contains('.'), "{first}");
    let other = met(json!({"probability": 0.5, "seed": 8}), 40);
    assert!(other != first && other.contains('x') && other.contains('.'), "{other}");
    assert_eq!(met(json!({"probability": 0, "seed": 7}), 20), ".".repeat(20));
    assert_eq!(met(json!({"probability": 1, "seed": 7}), 20), "x".repeat(20));
    let seldom = met(json!({"probability": 0.1, "seed": 7}), 200);
    let number = seldom.matches('x').count();
    assert!((5..40).contains(&number), "{number} of 200");
}

#[test]
fn once_per_token_meets_the_first_request_of_each() {
    let world = World::new();
    arm(&world, &when(json!({"once_per": "token"})));
    let status = |header: &str| {
        world
            .ask(
                "PUT",
                &sample(),
                &["Content-Type: application/json", header],
                naming(r#""x""#),
            )
            .status
    };
    let signed = |key: &str, signature: u8| {
        format!("Authorization: SDK-HMAC-SHA256 Access={key}, SignedHeaders=host, Signature={signature}")
    };
    for (header, expected) in [
        ("X-Auth-Token: one", FAILS),
        ("X-Auth-Token: one", 200),
        ("X-Auth-Token: two", FAILS),
        ("x-auth-token: one", 200),
        ("X-Nothing: none", FAILS),
        ("X-Nothing: none", 200),
        // Who signs is told by the key, for each signature is another.
        (&signed("AK1", 1), FAILS),
        (&signed("AK1", 2), 200),
        (&signed("AK2", 3), FAILS),
    ] {
        assert_eq!(status(header), expected, "{header}");
    }
    let fault = listed(&world)[0].to_string();
    assert!(
        !fault.contains("one") && !fault.contains("AK1"),
        "no token is kept: {fault}"
    );
}

#[test]
fn what_a_fault_did_and_will_do_can_be_read() {
    let world = World::new();
    arm(&world, &when(json!({"first": 2})));
    let counts = |world: &World| {
        let fault = listed(world)[0].clone();
        ["matched", "hits", "remaining"].map(|name| fault[name].as_u64().expect("a number"))
    };
    assert_eq!(counts(&world), [0, 0, 2]);
    rename(&world);
    assert_eq!(counts(&world), [1, 1, 1]);
    pattern(&world, 3);
    assert_eq!(counts(&world), [4, 2, 0]);
    // What does not match does not count.
    world.ask_for("/disaster-recovery-drills");
    assert_eq!(counts(&world), [4, 2, 0]);
}

#[test]
fn the_first_that_matches_and_meets_fires_and_each_counts_for_itself() {
    let world = World::new();
    let fault = |status: u16, when: Value| json!({"match": {"operation": RENAME}, "when": when, "effect": {"kind": "error", "status": status}});
    arm(&world, &fault(500, json!({"every": 2})));
    arm(&world, &fault(502, json!({"first": 2})));
    arm(&world, &fault(504, json!({"after": 1})));
    let statuses: Vec<_> = (0..6).map(|_| rename(&world).status).collect();
    // The last one is looked at only where no other fired: for the fifth request, its first, which it lets pass.
    assert_eq!(statuses, [502, 500, 502, 500, 200, 500]);
    let matched: Vec<_> = listed(&world).iter().map(|fault| fault["matched"].clone()).collect();
    assert_eq!(matched, [6, 3, 1]);
    assert_eq!(rename(&world).status, 504);
}

/// Turns the clock of the tests' project ahead.
fn advance(world: &World, scope: &str, by: &str) {
    let answer = call(
        world,
        "POST",
        &format!("clock/advance?project={scope}"),
        &json!({"by": by}),
    );
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn a_fault_ends_with_its_time_on_the_projects_clock() {
    let world = World::new();
    let mut fault = when(json!({}));
    fault["ttl"] = "5m".into();
    arm(&world, &fault);
    assert_eq!(listed(&world)[0]["expires_at"], "2026-01-01T00:05:00.000Z");
    advance(&world, PROJECT, "299s");
    assert_eq!(pattern(&world, 2), "xx");
    advance(&world, PROJECT, "1s");
    assert_eq!(pattern(&world, 2), "..");
    let fault = listed(&world)[0].clone();
    assert_eq!((&fault["matched"], &fault["hits"]), (&json!(2), &json!(2)));
}

#[test]
fn a_fault_can_end_at_a_given_time() {
    let world = World::new();
    let mut fault = when(json!({}));
    fault["expires_at"] = "2026-01-01T00:00:10Z".into();
    arm(&world, &fault);
    advance(&world, PROJECT, "9s");
    assert_eq!(pattern(&world, 1), "x");
    advance(&world, PROJECT, "1s");
    assert_eq!(pattern(&world, 1), ".");
}

#[test]
fn a_fault_of_all_projects_ends_with_its_time_on_the_clock_of_all() {
    let world = World::new();
    let mut fault = when(json!({}));
    fault["ttl"] = "5m".into();
    assert_eq!(call(&world, "POST", "faults?project=*", &fault).status, 200);
    assert_eq!(pattern(&world, 1), "x");
    advance(&world, "*", "5m");
    assert_eq!(pattern(&world, 1), ".");
    let path = below_project("/disaster-recovery-drills");
    assert_eq!(world.ask("GET", &path, &[], "").status, 200);
}
