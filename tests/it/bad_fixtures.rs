//! Bad fixtures: each refused with file, path, rule and value, and all of their faults at once.

use std::sync::Arc;

use expect_test::{Expect, expect};
use sdrs_mock::domain::rules::{Flavour, Rules};
use sdrs_mock::store::fixtures::{Source, read};
use serde_json::{Value, json};

use crate::support::NOBODY;
use crate::support::files::{Folder, built_in, text};
use crate::support::process::Process;

/// The message about these documents.
fn refusal(documents: &[(&str, &str)]) -> String {
    let sources: Vec<_> = documents.iter().map(|&(file, text)| Source { file, text }).collect();
    let rules = Arc::new(Rules::default());
    read(&sources, &rules).expect_err("it is bad").to_string()
}

/// Asserts the message about the built-in fixture with the value at this pointer replaced.
#[track_caller]
fn with(pointer: &str, value: Value, expected: &Expect) {
    let mut fixture = built_in();
    *fixture.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    expected.assert_eq(&refusal(&[("f.json", &fixture.to_string())]));
}

/// Asserts the message about the built-in fixture with a member added to the object at this pointer.
#[track_caller]
fn adding(pointer: &str, member: &str, value: Value, expected: &Expect) {
    let mut object = built_in().pointer(pointer).expect("it is there").clone();
    object[member] = value;
    with(pointer, object, expected);
}

const DRILL_0: &str = "/template/disaster_recovery_drills/0";

#[test]
fn wrong_members_are_refused() {
    adding(
        DRILL_0,
        "nmae",
        json!("x"),
        &expect![[
            r#"f.json: $.template.disaster_recovery_drills[0].nmae: unknown field `nmae`, expected one of `id`, `name`, `status`, `server_group_id`, `drill_vpc_id`, `created_at`, `updated_at`, `drill_servers`; it is "x""#
        ]],
    );
    adding(
        "/template",
        "drills",
        json!([]),
        &expect![
            "f.json: $.template.drills: is an unknown member, expected one of server_groups, protected_instances, replications, disaster_recovery_drills, inventory, quotas, failure_jobs, rpo_statistics, jobs, deleted, waived, clock, ids, job_rules, faults"
        ],
    );
    adding(
        "/template/inventory",
        "disks",
        json!([]),
        &expect![
            "f.json: $.template.inventory.disks: is an unknown member, expected one of closed, servers, volumes, vpcs, domains, flavors"
        ],
    );
    adding(
        "",
        "templates",
        json!({}),
        &expect![
            "f.json: $.templates: is an unknown member, expected one of schema_version, template, default, projects, identity"
        ],
    );
}

#[test]
fn a_pasted_count_is_refused_with_a_hint() {
    adding(
        "/template",
        "count",
        json!(2),
        &expect![
            "f.json: $.template.count: is no member of a fixture: paste the list without the count beside it; it is 2"
        ],
    );
}

#[test]
fn wrong_types_are_refused() {
    with(
        "/template/server_groups/1/progress",
        json!("0"),
        &expect![[r#"
        f.json: $.template.server_groups[1].progress: invalid type: string "0", expected a whole number from 0 to 255; it is "0"
        f.json: $.template.protected_instances[0].server_group_id: must be the ID of a protection group of the same project; it is 943c7d15-0371-4b89-b1a6-db1ef35c9263
        f.json: $.template.replications[0].server_group_id: must be the ID of a protection group of the same project; it is 943c7d15-0371-4b89-b1a6-db1ef35c9263"#]],
    );
    with(
        "/template/disaster_recovery_drills",
        json!({}),
        &expect![
            "f.json: $.template.disaster_recovery_drills: must be a list: invalid type: map, expected a sequence; it is {}"
        ],
    );
    with(
        "/template",
        json!([]),
        &expect!["f.json: $.template: must be an object: invalid type: sequence, expected an object; it is []"],
    );
    with(
        "/template/replications/1/record_metadata/volume_size",
        json!(1.5),
        &expect![[r"
            f.json: $.template.replications[1].record_metadata.volume_size: invalid type: floating point `1.5`, expected a whole number from 0 to 4294967295; it is 1.5
            f.json: $.template.protected_instances[2].attachment[1].replication: must be the ID of a replication pair of the same project; it is b93bc1c4-67ee-45a1-bc8a-d022fdd28811"]],
    );
}

#[test]
fn bad_values_are_refused() {
    with(
        "/template/disaster_recovery_drills/1/name",
        json!("no blanks"),
        &expect![[
            r#"f.json: $.template.disaster_recovery_drills[1].name: invalid value: string "no blanks", expected a name of 1 to 64 bytes of Chinese characters (U+4E00 to U+9FFF), ASCII letters, digits, '.', '_' or '-'; it is "no blanks""#
        ]],
    );
    with(
        "/template/disaster_recovery_drills/1/id",
        json!("e472d26f"),
        &expect![[
            r#"f.json: $.template.disaster_recovery_drills[1].id: invalid value: string "e472d26f", expected a hyphenated UUID; it is "e472d26f""#
        ]],
    );
    with(
        "/template/disaster_recovery_drills/1/created_at",
        json!("yesterday"),
        &expect![[
            r#"f.json: $.template.disaster_recovery_drills[1].created_at: invalid value: string "yesterday", expected a time as yyyy-MM-dd HH:mm:ss.SSS (or with T, 1 to 6 fraction digits, Z); it is "yesterday""#
        ]],
    );
    with(
        "/template/server_groups/1/progress",
        json!(101),
        &expect!["f.json: $.template.server_groups[1].progress: must be a percentage from 0 to 100; it is 101"],
    );
}

#[test]
fn statuses_that_the_resource_does_not_have_are_refused() {
    with(
        "/template/disaster_recovery_drills/1/status",
        json!("protected"),
        &expect![
            "f.json: $.template.disaster_recovery_drills[1].status: must be one of creating, available, error, deleting, error-deleting; it is protected"
        ],
    );
    with(
        "/template/disaster_recovery_drills/1/status",
        json!("gone"),
        &expect![[
            r#"f.json: $.template.disaster_recovery_drills[1].status: unknown variant `gone`, expected one of `creating`, `available`, `protected`, `failed-over`, `error`, `starting`, `stopping`, `reversing`, `failing-over`, `reprotecting`, `deleting`, `resizing`, `nic-creating`, `nic-deleting`, `attaching`, `detaching`, `extending`, `error-starting`, `error-stopping`, `error-reversing`, `error-failing-over`, `error-reprotecting`, `error-deleting`, `error-resizing`, `error-attaching`, `error-detaching`, `error-extending`, `invalid`, `fault`; it is "gone""#
        ]],
    );
}

#[test]
fn names_that_the_flavour_does_not_admit_are_refused() {
    let mut fixture = built_in();
    fixture["template"]["disaster_recovery_drills"][1]["name"] = "演练".into();
    let text = fixture.to_string();
    let read_as = |flavour| {
        read(
            &[Source {
                file: "f.json",
                text: &text,
            }],
            &Arc::new(Rules {
                flavour,
                ..Rules::default()
            }),
        )
    };
    assert!(read_as(Flavour::Huawei).is_ok());
    expect!["f.json: $.template.disaster_recovery_drills[1].name: must be a name that flavour otc admits; it is 演练"]
        .assert_eq(&read_as(Flavour::Otc).expect_err("it is Chinese").to_string());
}

#[test]
fn references_to_nothing_and_to_another_group_are_refused() {
    with(
        "/template/disaster_recovery_drills/1/server_group_id",
        json!(NOBODY),
        &expect![[r"
            f.json: $.template.disaster_recovery_drills[1].server_group_id: must be the ID of a protection group of the same project; it is 00000000-0000-4000-8000-000000000000
            f.json: $.template.disaster_recovery_drills[1].drill_servers[0].protected_instance: must be a protected instance of the drill's group; it is d08ca8d7-a784-41ae-b32a-c592943f5dfc
            f.json: $.template.disaster_recovery_drills[1].drill_servers[1].protected_instance: must be a protected instance of the drill's group; it is ea308e8b-043c-4fc6-a53c-856eae137b13"]],
    );
    let instance = "/template/disaster_recovery_drills/1/drill_servers/1/protected_instance";
    with(
        instance,
        json!("50f5091e-9e9e-473c-a932-2a2cbcbeb1ff"),
        &expect![
            "f.json: $.template.disaster_recovery_drills[1].drill_servers[1].protected_instance: must be a protected instance of the drill's group; it is 50f5091e-9e9e-473c-a932-2a2cbcbeb1ff"
        ],
    );
    with(
        "/template/protected_instances/1/attachment/0/replication",
        json!(NOBODY),
        &expect![
            "f.json: $.template.protected_instances[1].attachment[0].replication: must be the ID of a replication pair of the same project; it is 00000000-0000-4000-8000-000000000000"
        ],
    );
}

#[test]
fn an_id_that_stands_there_twice_is_refused_in_one_file_and_over_two() {
    let mut fixture = built_in();
    let drills = fixture["template"]["disaster_recovery_drills"]
        .as_array_mut()
        .expect("a list");
    let mut again = drills[0].clone();
    again["id"] = again["id"].as_str().expect("an ID").to_uppercase().into();
    drills.push(again.clone());
    expect!["f.json: $.template.disaster_recovery_drills[2].id: must be an ID of its own, $.template.disaster_recovery_drills[0] in f.json has it too; it is 1b6453fa-71e0-4c0c-8a4e-5d2f9be07c36"].assert_eq(&refusal(&[("f.json", &fixture.to_string())]));
    let one = built_in().to_string();
    let other = json!({"schema_version": 1, "template": {"disaster_recovery_drills": [again]}}).to_string();
    expect!["other.json: $.template.disaster_recovery_drills[0].id: must be an ID of its own, $.template.disaster_recovery_drills[0] in one.json has it too; it is 1b6453fa-71e0-4c0c-8a4e-5d2f9be07c36"].assert_eq(&refusal(&[("one.json", &one), ("other.json", &other)]));
}

#[test]
fn a_list_where_an_object_belongs_is_refused_however_deep() {
    let tags = "/template/protected_instances/0/tags/0";
    with(
        tags,
        json!(["a", "b"]),
        &expect![[
            r#"f.json: $.template.protected_instances[0].tags[0]: invalid type: sequence, expected an object; it is ["a","b"]"#
        ]],
    );
    let server = "/template/disaster_recovery_drills/0/drill_servers/0";
    with(
        server,
        json!([NOBODY, NOBODY]),
        &expect![[
            r#"f.json: $.template.disaster_recovery_drills[0].drill_servers[0]: invalid type: sequence, expected an object; it is ["00000000-0000-4000-8000-000000000000","00000000-0000-4000-8000-000000000000"]"#
        ]],
    );
    let row: Vec<_> = built_in()
        .pointer(DRILL_0)
        .and_then(Value::as_object)
        .expect("a row")
        .values()
        .cloned()
        .collect();
    with(
        DRILL_0,
        json!(row),
        &expect![[
            r#"f.json: $.template.disaster_recovery_drills[0]: invalid type: sequence, expected an object; it is ["1b6453fa-71e0-4c0c-8a4e-5d2f9be07c36","dr_drill_2018","available","c2aee29a-29…"#
        ]],
    );
    let cluster = "/template/inventory/domains/0/local_replication_cluster";
    with(
        cluster,
        json!(["cn-north-1a"]),
        &expect![[
            r#"f.json: $.template.inventory.domains[0].local_replication_cluster: invalid type: sequence, expected an object; it is ["cn-north-1a"]"#
        ]],
    );
    let disks = json!([{"id": NOBODY, "disks": [[NOBODY, "/dev/vda"]]}]);
    adding(
        "/template/inventory",
        "servers",
        disks,
        &expect![[
            r#"f.json: $.template.inventory.servers[0].disks[0]: invalid type: sequence, expected an object; it is ["00000000-0000-4000-8000-000000000000","/dev/vda"]"#
        ]],
    );
}

#[test]
fn bad_project_ids_are_refused() {
    adding(
        "",
        "projects",
        json!({"eu de": {}, "": {}}),
        &expect![[r#"
        f.json: $.projects.eu de: must be named by a project ID: 1 to 64 characters of 0-9 A-Z a-z _ -; it is "eu de"
        f.json: $.projects.: must be named by a project ID: 1 to 64 characters of 0-9 A-Z a-z _ -; it is """#]],
    );
}

#[test]
fn another_schema_version_and_none_are_refused() {
    with(
        "/schema_version",
        json!(2),
        &expect!["f.json: $.schema_version: must be 1, the version of this form; it is 2"],
    );
    expect!["f.json: $.schema_version: must be 1, the version of this form; it is missing"]
        .assert_eq(&refusal(&[("f.json", "{}")]));
}

#[test]
fn what_is_no_json_is_refused_with_its_position() {
    expect!["f.json: $: must be an object: EOF while parsing an object at line 4 column 1"].assert_eq(&refusal(&[(
        "f.json",
        "{\n  \"schema_version\": 1,\n  \"template\": {\n}",
    )]));
    expect!["f.json: $: must be an object: EOF while parsing a value at line 1 column 0"]
        .assert_eq(&refusal(&[("f.json", "")]));
    expect!["f.json: $: must be an object: invalid type: sequence, expected an object; it is []"]
        .assert_eq(&refusal(&[("f.json", "[]")]));
}

#[test]
fn a_member_that_stands_there_twice_is_refused() {
    let text = "{\"schema_version\": 1,\n\"template\": {\"server_groups\": [],\n\"server_groups\": []}}";
    expect![[r#"
        f.json: $.template: must be an object: member `server_groups` stands there twice; it is {"server_groups": [],
        "server_groups": []}"#]]
    .assert_eq(&refusal(&[("f.json", text)]));
    let text = r#"{"schema_version": 1, "schema_version": 1}"#;
    expect![[r#"f.json: $: must be an object: member `schema_version` stands there twice; it is {"schema_version": 1, "schema_version": 1}"#]].assert_eq(&refusal(&[("f.json", text)]));
    let text = built_in()
        .to_string()
        .replace(r#""name":"dr_drill_test""#, r#""name":"a","name":"b""#);
    expect![[r#"f.json: $.template.disaster_recovery_drills[1]: duplicate field `name`; it is {"id":"e472d26f-9624-42fb-8bfc-717d4714c225","name":"b","status":"available","se…"#]].assert_eq(&refusal(&[("f.json", &text)]));
}

#[test]
fn all_faults_of_all_rows_are_told_at_once_by_the_binary_too() {
    let mut fixture = built_in();
    let template = &mut fixture["template"];
    template["server_groups"][0]["priority_station"] = "both".into();
    template["protected_instances"][0]["name"] = "no blanks".into();
    template["protected_instances"][1]["status"] = "extending".into();
    template["protected_instances"][1]["server_group_id"] = NOBODY.into();
    template["protected_instances"][1]["progress"] = 200.into();
    template["disaster_recovery_drills"][0]["drill_servers"][0] = json!([]);
    template["disaster_recovery_drills"][1]["server_group_id"] = NOBODY.into();
    template["count"] = 4.into();
    template["drills"] = json!([]);
    let folder = Folder::new("all_faults_at_once");
    let file = folder.write("faults.json", fixture);
    let ended = Process::run(&["--fixtures", text(&file)], &[]);
    assert_eq!((ended.code, &*ended.stdout), (Some(2), ""));
    expect![[r#"
        sdrs-mock: FOLDER/faults.json: $.template.server_groups[0].priority_station: unknown variant `both`, expected `source` or `target`; it is "both"
        FOLDER/faults.json: $.template.protected_instances[0].name: invalid value: string "no blanks", expected a name of 1 to 64 bytes of Chinese characters (U+4E00 to U+9FFF), ASCII letters, digits, '.', '_' or '-'; it is "no blanks"
        FOLDER/faults.json: $.template.disaster_recovery_drills[0].drill_servers[0]: invalid type: sequence, expected an object; it is []
        FOLDER/faults.json: $.template.count: is no member of a fixture: paste the list without the count beside it; it is 4
        FOLDER/faults.json: $.template.drills: is an unknown member, expected one of server_groups, protected_instances, replications, disaster_recovery_drills, inventory, quotas, failure_jobs, rpo_statistics, jobs, deleted, waived, clock, ids, job_rules, faults
        FOLDER/faults.json: $.template.protected_instances[1].status: must be one of creating, available, protected, failed-over, error, starting, stopping, reversing, failing-over, reprotecting, deleting, resizing, nic-creating, nic-deleting, error-starting, error-stopping, error-reversing, error-failing-over, error-reprotecting, error-deleting, error-resizing, invalid, fault; it is extending
        FOLDER/faults.json: $.template.protected_instances[1].server_group_id: must be the ID of a protection group of the same project; it is 00000000-0000-4000-8000-000000000000
        FOLDER/faults.json: $.template.protected_instances[1].progress: must be a percentage from 0 to 100; it is 200
        FOLDER/faults.json: $.template.protected_instances[1].attachment[0].replication: must be a replication pair of the instance's group; it is 5e2c9b14-08af-4d63-8f0e-6b7a91c3d2f4
        FOLDER/faults.json: $.template.disaster_recovery_drills[1].server_group_id: must be the ID of a protection group of the same project; it is 00000000-0000-4000-8000-000000000000
        FOLDER/faults.json: $.template.disaster_recovery_drills[1].drill_servers[0].protected_instance: must be a protected instance of the drill's group; it is d08ca8d7-a784-41ae-b32a-c592943f5dfc
    "#]].assert_eq(&ended.stderr.replace(text(folder.path()), "FOLDER"));
}

#[test]
fn missing_files_and_empty_folders_are_refused_all_of_them() {
    let folder = Folder::new("missing_files");
    folder.write("empty/readme.txt", "no fixture");
    folder.write("bytes.json", "");
    std::fs::write(folder.path().join("bytes.json"), b"\xff").expect("it can be written");
    let paths = ["none.json", "empty", "bytes.json"].map(|name| folder.path().join(name));
    let ended = Process::run(&["validate", text(&paths[0]), text(&paths[1]), text(&paths[2])], &[]);
    assert_eq!(ended.code, Some(2));
    expect![[r"
        sdrs-mock: FOLDER/none.json: $: must be a readable JSON file or a folder of them: No such file or directory (os error 2)
        FOLDER/empty: $: must be a readable JSON file or a folder of them: the folder holds no *.json
        FOLDER/bytes.json: $: must be a readable JSON file or a folder of them: stream did not contain valid UTF-8
    "]].assert_eq(&ended.stderr.replace(text(folder.path()), "FOLDER"));
}
