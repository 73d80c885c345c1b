//! Fixtures: what is read, in which order, and what of it is derived.

use std::sync::Arc;

use sdrs_mock::Config;
use sdrs_mock::domain::resource::Resource;
use sdrs_mock::domain::rules::{Flavour, Rules};
use sdrs_mock::domain::table::Table;
use sdrs_mock::store::fixtures::{BadFixtures, Loaded, Source, load, read};
use serde_json::{Value, json};

use crate::support::World;
use crate::support::files::{Folder, built_in, with_drills};

fn read_all(documents: &[Value]) -> Result<Loaded, BadFixtures> {
    let texts: Vec<_> = documents.iter().map(ToString::to_string).collect();
    let sources: Vec<_> = texts.iter().map(|text| Source { file: "f.json", text }).collect();
    read(&sources, &Arc::new(Rules::default()))
}

/// The rows of a table as a list shows them.
fn rows<T: Resource>(table: &Table<T>) -> Value {
    let rows: Vec<_> = table.newest_first().collect();
    serde_json::to_value(rows).expect("a resource is plain data")
}

#[test]
fn the_built_in_fixture_is_read_without_a_warning_and_written_as_it_stands() {
    for flavour in [Flavour::Huawei, Flavour::Otc] {
        let loaded = load(
            &[],
            &Arc::new(Rules {
                flavour,
                ..Rules::default()
            }),
        )
        .expect("it is good");
        assert_eq!(loaded.warnings, []);
        let (template, fixture) = (&loaded.seeds.template.project, &built_in()["template"]);
        for (read, section) in [
            (rows(&template.groups), "server_groups"),
            (rows(&template.instances), "protected_instances"),
            (rows(&template.pairs), "replications"),
            (rows(&template.drills), "disaster_recovery_drills"),
        ] {
            // Compared as text, so that the order of the members counts as well.
            assert_eq!(read.to_string(), fixture[section].to_string());
        }
    }
}

#[tokio::test]
async fn a_pasted_list_answers_in_its_own_order_and_to_the_letter() {
    let list = World::new().get("/disaster-recovery-drills").await.body;
    let drills = built_in()["template"]["disaster_recovery_drills"].to_string();
    assert_eq!(list, format!(r#"{{"count":2,"disaster_recovery_drills":{drills}}}"#));
}

#[tokio::test]
async fn several_files_are_joined_in_their_order_and_refer_to_each_other() {
    let folder = Folder::new("several_files_are_joined");
    let whole = with_drills(4);
    let part = |section: &str, rows: &[Value]| json!({"schema_version": 1, "template": {section: rows}});
    let drills = whole["template"]["disaster_recovery_drills"]
        .as_array()
        .expect("a list");
    let groups = whole["template"]["server_groups"].as_array().expect("a list");
    folder.write("b.json", part("disaster_recovery_drills", &drills[..2]));
    folder.write("c.json", part("server_groups", groups));
    folder.write("deeper/d.json", "not read, for a folder is not read to its depth");
    folder.write("e.txt", "not read");
    let more = Folder::new("several_files_are_joined_more");
    let third = more.write("a.json", part("disaster_recovery_drills", &drills[2..]));
    let world = World::with(Config {
        fixtures: vec![folder.path().to_owned(), third],
        ..Config::test()
    });
    let shown = world.get("/disaster-recovery-drills").await.json();
    assert_eq!(
        shown["disaster_recovery_drills"],
        whole["template"]["disaster_recovery_drills"]
    );
    let info = crate::support::send(world.request_at(reqwest::Method::GET, "/_mock/info"))
        .await
        .json();
    assert_eq!(info["fixtures"].as_array().map(Vec::len), Some(2));
}

#[test]
fn entries_of_one_project_in_two_files_are_joined_too() {
    let mut one = with_drills(1);
    let mut groups = one["template"].take();
    let drills = groups
        .as_object_mut()
        .expect("an object")
        .shift_remove("disaster_recovery_drills");
    let one = json!({"schema_version": 1, "projects": {"p": groups}});
    let other = json!({"schema_version": 1, "projects": {"p": {"disaster_recovery_drills": drills}}});
    let loaded = read_all(&[one, other.clone()]).expect("the group is in the other file");
    assert_eq!(loaded.seeds.projects["p"].project.drills.len(), 1);
    assert!(loaded.seeds.template.project.drills.is_empty());
    let faults = read_all(&[with_drills(0), other])
        .expect_err("the group is in the template only")
        .0;
    assert_eq!(
        faults[0].path,
        "$.projects.p.disaster_recovery_drills[0].server_group_id"
    );
}

#[test]
fn derived_members_that_are_stated_otherwise_are_replaced_with_a_warning_that_names_them() {
    let mut fixture = built_in();
    let template = &mut fixture["template"];
    template["server_groups"][2]["protected_instance_num"] = 9.into();
    template["server_groups"][2]["replication_num"] = 9.into();
    template["server_groups"][2]["disaster_recovery_drill_num"] = 9.into();
    template["server_groups"][2]["domain_name"] = "Other".into();
    template["replications"][1]["attachment"][0]["device"] = "/dev/vdz".into();
    let loaded = read_all(&[fixture]).expect("derived members are never refused");
    let warned: Vec<_> = loaded.warnings.iter().map(|warning| &*warning.path).collect();
    assert_eq!(
        warned,
        [
            "$.template.replications[1].attachment",
            "$.template.server_groups[2].domain_name",
            "$.template.server_groups[2].protected_instance_num",
            "$.template.server_groups[2].replication_num",
            "$.template.server_groups[2].disaster_recovery_drill_num",
        ]
    );
    let last = loaded.warnings.last().expect("five").to_string();
    let path = "$.template.server_groups[2].disaster_recovery_drill_num";
    assert_eq!(
        last,
        format!("f.json: {path}: is derived and was replaced by 2; it is 9")
    );
    assert_eq!(
        rows(&loaded.seeds.template.project.groups),
        built_in()["template"]["server_groups"]
    );
    assert_eq!(
        rows(&loaded.seeds.template.project.pairs),
        built_in()["template"]["replications"]
    );
}

/// The members that are only ever null, constant or derived.
const ABSENT: [(&str, &[&str]); 4] = [
    (
        "server_groups",
        &[
            "description",
            "domain_name",
            "protected_status",
            "replication_status",
            "health_status",
            "protected_instance_num",
            "replication_num",
            "disaster_recovery_drill_num",
            "test_vpc_id",
            "dr_type",
            "server_type",
            "protection_type",
            "replication_model",
        ],
    ),
    ("protected_instances", &["metadata"]),
    ("replications", &["replication_model", "attachment", "failure_detail"]),
    ("disaster_recovery_drills", &[]),
];

#[test]
fn members_that_are_only_null_constant_or_derived_may_be_absent_and_all_others_must_be_there() {
    for (section, optional) in ABSENT {
        let last = built_in()["template"][section].as_array().expect("a list").len() - 1;
        let row = built_in()["template"][section][last].clone();
        for member in row.as_object().expect("an object").keys() {
            let mut fixture = built_in();
            let row = fixture["template"][section][last].as_object_mut().expect("an object");
            row.shift_remove(member);
            match read_all(&[fixture]) {
                Ok(loaded) => {
                    let nullable = member == "description" || optional.contains(&&**member);
                    assert!(nullable, "{section} may not lack {member}");
                    assert_eq!(loaded.warnings, []);
                }
                Err(bad) => {
                    assert!(!optional.contains(&&**member), "{section} may lack {member}: {bad}");
                    let rule = &bad.0[0].rule;
                    assert_eq!(*rule, format!("missing field `{member}`"), "{section}");
                }
            }
        }
    }
}

#[test]
fn a_fixture_without_a_template_leaves_it_empty() {
    let loaded = read_all(&[json!({"schema_version": 1, "projects": {}})]).expect("it says nothing wrong");
    assert!(loaded.seeds.template.project.groups.is_empty() && loaded.seeds.projects.is_empty());
}

#[test]
fn a_byte_order_mark_is_read_over() {
    let text = format!("\u{feff}{}", built_in());
    let source = Source {
        file: "bom.json",
        text: &text,
    };
    assert!(read(&[source], &Arc::new(Rules::default())).is_ok());
}

#[test]
fn transient_statuses_without_a_job_are_kept() {
    let mut fixture = built_in();
    fixture["template"]["disaster_recovery_drills"][0]["status"] = "creating".into();
    let loaded = read_all(&[fixture]).expect("creating is a status of drills");
    assert_eq!(rows(&loaded.seeds.template.project.drills)[0]["status"], "creating");
}
