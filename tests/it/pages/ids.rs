//! Lists of IDs as filters: each form that clients send, and how many there may be.

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;

use super::{List, instances, pairs, template};
use crate::made::{group_id, id, instance_id, made, speaking};
use crate::support::{DIALECTS, World};

/// The forms in which clients send a list of IDs.
fn forms(parameter: &str, ids: &[String]) -> [String; 6] {
    let quoted = |quote: &str| ids.iter().map(|id| format!("{quote}{id}{quote}")).collect::<Vec<_>>();
    let repeated: Vec<_> = ids.iter().map(|id| format!("{parameter}={id}")).collect();
    [
        format!("{parameter}=%5B{}%5D", quoted("%22").join("%2C")),
        format!("{parameter}=[{}]", quoted("%22").join(",%20")),
        format!("{parameter}=[{}]", quoted("'").join(",")),
        format!("{parameter}=[{}]", quoted("").join(",")),
        format!("{parameter}={}", quoted("").join(",")),
        repeated.join("&"),
    ]
}

/// Each parameter that takes a list of IDs: two of them, and the rows that they find.
fn id_lists() -> [(List, &'static str, [String; 2], &'static str); 4] {
    let groups = [group_id(2), group_id(3)];
    let members = [instance_id(1), instance_id(3)];
    [
        (instances(), "server_group_ids", groups.clone(), "345"),
        (instances(), "protected_instance_ids", members.clone(), "13"),
        (pairs(), "server_group_ids", groups, "345"),
        (pairs(), "protected_instance_ids", members, "134"),
    ]
}

#[test]
fn lists_of_ids_are_read_in_every_form_that_clients_send() {
    let world = made(&template(), Config::test());
    for (list, parameter, ids, rows) in id_lists() {
        for form in forms(parameter, &ids) {
            list.shows(&world, &form, rows, rows.len());
        }
    }
}

#[test]
fn a_list_of_ids_has_thirty_at_most_and_each_must_be_one() {
    for dialect in DIALECTS {
        let world = made(&template(), speaking(dialect));
        for (list, parameter, ids, rows) in id_lists() {
            let mut many: Vec<_> = (0x100..0x100 + 28).map(|n| id(0x20, n)).collect();
            many.extend(ids);
            for form in forms(parameter, &many) {
                list.shows(&world, &form, rows, rows.len());
            }
            many.push(many[0].clone());
            refused(
                &list,
                &world,
                dialect,
                &forms(parameter, &many),
                ("SDRS.0226", "IDs exceed the upper limit"),
            );
            let malformed = match parameter {
                "server_group_ids" => ("SDRS.0207", "Invalid protection group ID"),
                _ => ("SDRS.0208", "Invalid protected instance ID"),
            };
            let bad = ["x".to_owned(), many[0].clone()];
            refused(&list, &world, dialect, &forms(parameter, &bad), malformed);
        }
    }
}

/// Asserts that each of these queries is refused with this code and message.
#[track_caller]
fn refused(list: &List, world: &World, dialect: Dialect, queries: &[String], (code, message): (&str, &str)) {
    for query in queries {
        list.ask(world, query).is_refused(dialect, code, message);
    }
}
