//! What a group holds, coming, changing and going: a batch of instances, a pair that grows, a pair that is attached.

use sdrs_mock::Config;
use serde_json::{Value, json};

use super::{Client, SERVER, create_group, create_instance, twice};
use crate::stage::polls;

/// The instances that a batch's job is about, each named by the job of its own part.
#[track_caller]
fn parts(client: &mut Client, about: &Value) -> Vec<String> {
    let parts = about["sub_jobs"].as_array().expect("a list").clone();
    parts
        .iter()
        .map(|part| {
            let id = part["job_id"].as_str().expect("an ID");
            assert_eq!(client.get(&format!("/jobs/{id}")).json(), *part);
            assert_eq!(part["status"], "SUCCESS");
            let instance = part["entities"]["protected_instance_id"].as_str();
            instance.expect("an ID").to_owned()
        })
        .collect()
}

/// The names of a group's instances, the newest first, and how many members the group counts.
#[track_caller]
fn census(client: &mut Client, group: &str) -> (Vec<String>, [Value; 2]) {
    let list = client.get(&format!("/protected-instances?server_group_id={group}"));
    let rows = list.json()["protected_instances"].as_array().expect("a list").clone();
    let names = rows.iter().map(|row| row["name"].as_str().expect("a text").to_owned());
    let group = client.one(&format!("/server-groups/{group}"));
    let counts = ["protected_instance_num", "replication_num"].map(|member| group[member].clone());
    (names.collect(), counts)
}

fn come_and_go_in_batches(client: &mut Client) {
    let group = create_group(client);
    let mut made = Vec::new();
    for (prefix, first) in [("web", 0), ("db", 5)] {
        let servers: Vec<_> = (first..first + 5)
            .map(|n| json!({"server_id": format!("c9b9b9b9-0000-4000-8000-{n:012}")}))
            .collect();
        let new = json!({"protected_instances": {
            "name_prefix": prefix, "servers": servers, "server_group_id": group,
        }});
        let accepted = client.tell("POST", "/protected-instances/batch", &new);
        let about = client.wait(&accepted);
        made.extend(parts(client, &about));
    }
    let (names, counts) = census(client, &group);
    let expected = ["db", "web"].map(|prefix| [5, 4, 3, 2, 1].map(|n| format!("{prefix}-000{n}")));
    assert_eq!(
        (names, counts),
        (expected.as_flattened().to_vec(), [json!(10), json!(10)])
    );
    let mut different = made.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), 10, "{made:?}");

    let ids: Vec<_> = made.iter().map(|id| json!({"id": id})).collect();
    let accepted = client.tell(
        "POST",
        "/protected-instances/delete",
        &json!({"protected_instances": ids}),
    );
    let about = client.wait(&accepted);
    assert_eq!(parts(client, &about), made);
    assert_eq!(census(client, &group), (vec![], [json!(0), json!(0)]));
    for id in &made {
        assert_eq!(client.get(&format!("/protected-instances/{id}")).verdict(), "SDRS.1320");
    }
}

#[test]
fn two_batches_of_five_come_and_all_ten_go() {
    twice(&Config::test(), come_and_go_in_batches);
    twice(&polls(2), come_and_go_in_batches);
}

/// Creates a pair of a disk that no inventory lists, and gives its ID and its path.
#[track_caller]
fn create_pair(client: &mut Client, group: &str) -> (String, String) {
    let disk = "c8b8b8b8-0000-4000-8000-000000000001";
    let new = json!({"replication": {"server_group_id": group, "volume_id": disk, "name": "data"}});
    let accepted = client.tell("POST", "/replications", &new);
    let about = client.wait(&accepted);
    let id = about["replication_pair_id"].as_str().expect("an ID").to_owned();
    let path = format!("/replications/{id}");
    assert_eq!(client.one(&path)["volume_ids"], about["volume_ids"]);
    assert_eq!(
        client.one(&path)["volume_ids"]
            .as_str()
            .map(|disks| disks.starts_with(disk)),
        Some(true)
    );
    (id, path)
}

fn grow(client: &mut Client) {
    let group = create_group(client);
    let (id, pair) = create_pair(client, &group);
    let size = |client: &mut Client| {
        let shown = client.one(&pair);
        (shown["status"].clone(), shown["record_metadata"]["volume_size"].clone())
    };
    assert_eq!(size(client), (json!("available"), json!(10)));
    for larger in [20, 500] {
        let body = json!({"extend-replication": {"new_size": larger}});
        let accepted = client.tell("POST", &format!("{pair}/action"), &body);
        assert_eq!(client.wait(&accepted), json!({ "replication_pair_id": id }));
        assert_eq!(size(client), (json!("available"), json!(larger)));
    }
    client.delete(&pair, "SDRS.1608");
}

#[test]
fn a_pair_grows_twice() {
    twice(&Config::test(), grow);
    twice(&polls(3), grow);
}

fn attach_and_detach(client: &mut Client) {
    let group = create_group(client);
    let (instance, _) = create_instance(client, &group, SERVER);
    let (id, pair) = create_pair(client, &group);
    let before = client.one(&instance)["attachment"].clone();
    let instance_id = instance.rsplit('/').next().expect("its ID").to_owned();
    let both = json!({"protected_instance_id": instance_id, "replication_pair_id": id});

    let body = json!({"replicationAttachment": {"replication_id": id, "device": "/dev/vdb"}});
    let accepted = client.tell("POST", &format!("{instance}/attachreplication"), &body);
    assert_eq!(client.wait(&accepted), both);
    let held = client.one(&instance)["attachment"].clone();
    assert_eq!(held[1], json!({"replication": id, "device": "/dev/vdb"}));
    let shown = client.one(&pair);
    assert_eq!(shown["status"], "available");
    assert_eq!(
        shown["attachment"],
        json!([{"protected_instance": instance_id, "device": "/dev/vdb"}])
    );
    let again = client.tell("POST", &format!("{instance}/attachreplication"), &body);
    assert_eq!(again.verdict(), "SDRS.1603");

    let accepted = client.tell("DELETE", &format!("{instance}/detachreplication/{id}"), &Value::Null);
    assert_eq!(client.wait(&accepted), both);
    assert_eq!(client.one(&instance)["attachment"], before);
    let shown = client.one(&pair);
    assert_eq!(
        (&shown["status"], &shown["attachment"]),
        (&json!("available"), &json!([]))
    );
    client.delete(&instance, "SDRS.1320");
    assert_eq!(
        client.one(&pair)["status"],
        "available",
        "it stays without the instance"
    );
}

#[test]
fn a_pair_is_attached_to_an_instance_and_detached() {
    twice(&Config::test(), attach_and_detach);
    twice(&polls(2), attach_and_detach);
}
