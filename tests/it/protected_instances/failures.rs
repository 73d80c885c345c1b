//! How jobs of instances end, well or badly, and what becomes of the pairs; told to the engine itself.

use std::sync::Arc;

use sdrs_mock::domain::ids::Ids;
use sdrs_mock::domain::job::JobId;
use sdrs_mock::domain::name::{Name, NameRule};
use sdrs_mock::domain::plan::{Outcome, Plan, Progression};
use sdrs_mock::domain::project::Project;
use sdrs_mock::domain::protected_instance::{
    AddNic, AttachPair, CreateInstance, DeleteInstance, DeleteNic, DetachPair, Device, ProtectedInstance,
    ResizeInstance,
};
use sdrs_mock::domain::replication_pair::{ReplicationPair, ReplicationStatus};
use sdrs_mock::domain::resource::Id;
use sdrs_mock::domain::rules::Rules;
use sdrs_mock::domain::status::Status;
use sdrs_mock::domain::time::Time;
use sdrs_mock::domain::work::Submission;
use sdrs_mock::store::fixtures::{Source, read};
use serde_json::{Value, json};

use super::{DATA_PAIR, FREE_PAIR, GROUP, INSTANCE, NIC, SERVER, SUBNET, SYSTEM_PAIR, rows, usual};

pub fn id<T>(text: &str) -> Id<T> {
    Id::read(text).expect("a UUID")
}

pub fn project(rows: &Value) -> Project {
    let text = json!({"schema_version": 1, "template": rows}).to_string();
    let source = Source {
        file: "test",
        text: &text,
    };
    let loaded = read(&[source], &Arc::new(Rules::default())).expect("a sound fixture");
    Arc::unwrap_or_clone(loaded.seeds.template.project)
}

const NOW: i64 = 1_767_225_600_000_000;

/// Submits with a plan that waits, and hands out the job.
pub fn submit(project: &mut Project, submission: impl Into<Submission>, ids: &mut Ids) -> JobId {
    let submission = submission.into();
    submission.check(project).expect("nothing against it");
    let plan = Plan {
        progression: Progression::Manual,
        outcome: Outcome::Success,
        ..Plan::default()
    };
    submission.submit(project, &mut |_, _| plan.clone(), ids, Time::from_micros(NOW))
}

pub fn ids() -> Ids {
    Ids::of_project(0, "test")
}

pub fn fail(project: &mut Project, job: &JobId) {
    let outcome = Outcome::Fail {
        error_code: None,
        fail_reason: None,
    };
    project.end(job, Time::from_micros(NOW + 1_000_000), Some(outcome));
}

pub fn succeed(project: &mut Project, job: &JobId) {
    project.end(job, Time::from_micros(NOW + 1_000_000), Some(Outcome::Success));
}

pub fn create(server: &str, batch: Vec<Id<sdrs_mock::domain::inventory::Server>>) -> CreateInstance {
    CreateInstance {
        group: id(GROUP),
        server: id(server),
        name: Name::parse("made", NameRule::Ascii).expect("a name"),
        description: None,
        subnet: None,
        ip: None,
        flavor: None,
        tags: Vec::new(),
        batch,
    }
}

pub fn delete(batch: Vec<Id<ProtectedInstance>>) -> DeleteInstance {
    let (delete_target_server, delete_target_eip) = (false, false);
    DeleteInstance {
        instance: id(INSTANCE),
        delete_target_server,
        delete_target_eip,
        batch,
    }
}

pub fn newest(project: &Project) -> &ProtectedInstance {
    project.instances.newest_first().next().expect("an instance")
}

pub fn pairs_of(project: &Project, instance: &ProtectedInstance) -> Vec<ReplicationPair> {
    let pairs = instance
        .attachment
        .iter()
        .map(|attachment| project.pairs.find(attachment.replication));
    pairs.map(|pair| pair.expect("it is attached").clone()).collect()
}

pub fn counts(project: &Project) -> (usize, usize) {
    let group = project.groups.find(id(GROUP)).expect("the group");
    (group.protected_instance_num, group.replication_num)
}

/// The last record of the task center: what failed, of which kind, with which code.
fn recorded(project: &Project) -> Option<(String, String, String)> {
    let record = project.failure_records.newest_first().next()?;
    let job = &record.job;
    Some((
        job.failure_status.clone(),
        job.resource_type.clone(),
        job.error_code.clone(),
    ))
}

fn record(failure_status: &str, kind: &str, code: &str) -> (String, String, String) {
    (failure_status.to_owned(), kind.to_owned(), code.to_owned())
}

#[test]
fn pairs_come_and_walk_along_with_their_instance() {
    for (group, instance, replication, progress) in [
        ("available", Status::Available, ReplicationStatus::Inactive, 0),
        ("protected", Status::Protected, ReplicationStatus::Active, 100),
    ] {
        let mut project = project(&rows(group, "available", "available"));
        assert_eq!(counts(&project), (2, 4));
        let job = submit(&mut project, create(SERVER, Vec::new()), &mut ids());
        assert_eq!(counts(&project), (3, 5));
        let [pair] = &pairs_of(&project, newest(&project))[..] else {
            panic!("one disk, one pair")
        };
        assert_eq!(
            (newest(&project).status, pair.status),
            (Status::Creating, Status::Creating)
        );
        assert_eq!(
            pair.name.as_str(),
            format!("Replication-Pair-{}", &pair.id.to_string()[..4])
        );
        assert_eq!(pair.attachment[0].protected_instance, newest(&project).id);
        assert_eq!(
            (pair.record_metadata.bootable, pair.record_metadata.volume_size),
            (true, 10)
        );
        succeed(&mut project, &job);
        let [pair] = &pairs_of(&project, newest(&project))[..] else {
            panic!("one disk, one pair")
        };
        assert_eq!((newest(&project).status, pair.status), (instance, instance));
        assert_eq!((pair.replication_status, pair.progress), (replication, progress));
        assert_eq!(pair.created_at.as_micros() + 1_000_000, pair.updated_at.as_micros());
    }
}

#[test]
fn a_failed_creation_leaves_instance_and_pairs_in_error() {
    let mut project = project(&usual());
    let job = submit(&mut project, create(SERVER, Vec::new()), &mut ids());
    fail(&mut project, &job);
    let [pair] = &pairs_of(&project, newest(&project))[..] else {
        panic!("one disk, one pair")
    };
    assert_eq!((newest(&project).status, pair.status), (Status::Error, Status::Error));
    assert_eq!(pair.failure_detail.as_deref(), Some("SDRS.1350"));
    assert_eq!(
        recorded(&project),
        Some(record("createFail", "protected_instances", "SDRS.1350"))
    );
    assert_eq!(counts(&project), (3, 5));
}

#[test]
fn a_failed_deletion_leaves_instance_and_pairs_where_they_can_be_deleted_again() {
    let mut project = project(&usual());
    let mut ids = ids();
    let job = submit(&mut project, delete(Vec::new()), &mut ids);
    let statuses = |project: &Project| {
        let instance = project.instances.find(id(INSTANCE)).expect("it is there");
        let mut statuses = vec![instance.status];
        statuses.extend(pairs_of(project, instance).iter().map(|pair| pair.status));
        statuses
    };
    assert_eq!(statuses(&project), [Status::Deleting; 3]);
    fail(&mut project, &job);
    assert_eq!(statuses(&project), [Status::ErrorDeleting; 3]);
    assert_eq!(
        recorded(&project),
        Some(record("deleteFail", "protected_instances", "SDRS.1351"))
    );
    let job = submit(&mut project, delete(Vec::new()), &mut ids);
    succeed(&mut project, &job);
    assert!(project.instances.find(id(INSTANCE)).is_none());
    assert!(project.pairs.find(id(SYSTEM_PAIR)).is_none() && project.pairs.find(id(DATA_PAIR)).is_none());
    assert_eq!(counts(&project), (1, 2));
}

#[test]
fn a_deletion_takes_the_dr_servers_disks_only_with_the_dr_server() {
    for delete_target_server in [false, true] {
        let mut rows = usual();
        let disk = "90000000-0000-4000-8000-000000000002";
        rows["inventory"]["volumes"] = json!([{"id": disk}]);
        let mut project = project(&rows);
        let work = DeleteInstance {
            delete_target_server,
            ..delete(Vec::new())
        };
        let job = submit(&mut project, work, &mut ids());
        succeed(&mut project, &job);
        assert_eq!(project.inventory.volumes.contains_key(&id(disk)), !delete_target_server);
    }
}

#[test]
fn attaching_and_detaching_walk_the_pair_and_leave_a_failed_one_in_error() {
    let pair = |project: &Project, pair: &str| {
        let pair = project.pairs.find(id(pair)).expect("it is there");
        (pair.status, pair.attachment.len())
    };
    let (instance, device) = (id(INSTANCE), Device::parse("/dev/sdc").expect("a device"));
    let attach = AttachPair {
        instance,
        pair: id(FREE_PAIR),
        device,
    };
    let detach = DetachPair {
        instance,
        pair: id(DATA_PAIR),
    };
    let mut sound = project(&usual());
    let mut ids = ids();
    let jobs = [
        submit(&mut sound, attach, &mut ids),
        submit(&mut sound, detach, &mut ids),
    ];
    assert_eq!(pair(&sound, FREE_PAIR), (Status::Attaching, 0));
    assert_eq!(pair(&sound, DATA_PAIR), (Status::Detaching, 1));
    let mut broken = sound.clone();
    for job in &jobs {
        succeed(&mut sound, job);
    }
    assert_eq!(pair(&sound, FREE_PAIR), (Status::Available, 1));
    assert_eq!(pair(&sound, DATA_PAIR), (Status::Available, 0));
    fail(&mut broken, &jobs[0]);
    assert_eq!(
        recorded(&broken),
        Some(record("attachFail", "replications", "SDRS.1821"))
    );
    fail(&mut broken, &jobs[1]);
    assert_eq!(
        recorded(&broken),
        Some(record("detachFail", "replications", "SDRS.1822"))
    );
    assert_eq!(pair(&broken, FREE_PAIR), (Status::ErrorAttaching, 0));
    assert_eq!(pair(&broken, DATA_PAIR), (Status::ErrorDetaching, 1));
}

#[test]
fn a_failed_resize_says_so_and_changes_no_flavor() {
    let mut project = project(&usual());
    let (production, recovery) = (Some("new".into()), Some("new".into()));
    let work = ResizeInstance {
        instance: id(INSTANCE),
        production,
        recovery,
    };
    let mut ids = ids();
    let job = submit(&mut project, work.clone(), &mut ids);
    fail(&mut project, &job);
    assert_eq!(
        project.instances.find(id(INSTANCE)).expect("it is there").status,
        Status::ErrorResizing
    );
    assert_eq!(project.inventory.flavor_of(id(super::SOURCE)), Some("s2.large"));
    assert_eq!(
        recorded(&project),
        Some(record("resizeFail", "protected_instances", "SDRS.1329"))
    );
    let job = submit(&mut project, work, &mut ids);
    succeed(&mut project, &job);
    assert_eq!(project.inventory.flavor_of(id(super::SOURCE)), Some("new"));
    assert_eq!(project.inventory.flavor_of(id(super::TARGET)), Some("new"));
}

#[test]
fn a_failed_change_of_nics_leaves_the_instance_as_it_was() {
    let mut project = project(&usual());
    let mut ids = ids();
    let nics = |project: &Project| project.inventory.servers[&id(super::SOURCE)].nics.len();
    let works: [Submission; 2] = [
        AddNic {
            instance: id(INSTANCE),
            subnet: id(SUBNET),
            ip: None,
        }
        .into(),
        DeleteNic {
            instance: id(INSTANCE),
            nic: id(NIC),
        }
        .into(),
    ];
    for (work, code) in works.into_iter().zip(["SDRS.1312", "SDRS.1313"]) {
        let job = submit(&mut project, work, &mut ids);
        fail(&mut project, &job);
        let failure = project
            .jobs
            .find(&job)
            .and_then(|job| job.failure())
            .expect("it failed");
        assert_eq!(failure.error_code, code);
        assert_eq!(
            project.instances.find(id(INSTANCE)).expect("it is there").status,
            Status::Available
        );
        assert_eq!(nics(&project), 2);
    }
    assert_eq!(recorded(&project), None);
}
