//! What instances share: the pair of a disk that several servers have; told to the engine itself.

use sdrs_mock::domain::job::JobId;
use sdrs_mock::domain::project::Project;
use sdrs_mock::domain::protected_instance::DeleteInstance;
use sdrs_mock::domain::status::Status;
use sdrs_mock::domain::work::Submission;
use serde_json::json;

use super::batch::{server, sharing};
use super::failures::{counts, create, delete, fail, id, ids, newest, pairs_of, project, submit, succeed};

#[test]
fn a_pair_is_like_the_disk_that_the_inventory_lists() {
    let mut rows = sharing();
    rows["inventory"]["volumes"] =
        json!([{"id": "80000000-0000-4000-8000-000000000101", "size": 250, "type": "SSD", "az": "zone-a"}]);
    let mut project = project(&rows);
    let batch: Vec<_> = [1, 2].map(|n| id(&server(n))).to_vec();
    let works = [1, 2].map(|n| create(&server(n), batch.clone()).into()).to_vec();
    let job = submit(&mut project, Submission::Batch(works), &mut ids());
    succeed_parts(&mut project, &job);
    let first = project.instances.newest_first().nth(1).expect("two were made").clone();
    let [system, shared] = &pairs_of(&project, &first)[..] else {
        panic!("two disks, two pairs")
    };
    assert_eq!(
        (system.record_metadata.volume_size, &*system.record_metadata.volume_type),
        (250, "SSD")
    );
    let copy = &project.inventory.volumes[&system.volume_ids.recovery];
    assert_eq!((copy.size, copy.az.as_deref()), (250, Some("zone-b")));
    assert!(shared.record_metadata.multiattach && !shared.record_metadata.bootable);
    assert_eq!((shared.attachment.len(), shared.status), (2, Status::Available));
}

fn parts(project: &Project, job: &JobId) -> Vec<JobId> {
    project.jobs.find(job).expect("the job").sub_jobs.clone()
}

fn succeed_parts(project: &mut Project, job: &JobId) {
    for part in parts(project, job) {
        succeed(project, &part);
    }
    assert!(project.jobs.find(job).expect("the job").has_ended());
}

#[test]
fn pairs_that_several_share_go_with_the_last() {
    for second_fails in [false, true] {
        let mut project = project(&sharing());
        let batch: Vec<_> = [1, 2].map(|n| id(&server(n))).to_vec();
        let works = [1, 2].map(|n| create(&server(n), batch.clone()).into()).to_vec();
        let mut ids = ids();
        let job = submit(&mut project, Submission::Batch(works), &mut ids);
        succeed_parts(&mut project, &job);
        let made: Vec<_> = project
            .instances
            .newest_first()
            .take(2)
            .map(|instance| instance.id)
            .collect();
        let shared = pairs_of(&project, newest(&project))[1].id;
        let delete = |instance| {
            DeleteInstance {
                instance,
                ..delete(made.clone())
            }
            .into()
        };
        let works = made.iter().copied().map(delete).collect();
        let job = submit(&mut project, Submission::Batch(works), &mut ids);
        assert_eq!(
            project.pairs.find(shared).expect("it is there").status,
            Status::Deleting
        );
        let parts = parts(&project, &job);
        succeed(&mut project, &parts[0]);
        assert_eq!(
            project.pairs.find(shared).expect("one still holds it").attachment.len(),
            1
        );
        assert!(!project.jobs.find(&job).expect("the job").has_ended());
        if second_fails {
            fail(&mut project, &parts[1]);
            assert_eq!(
                project.pairs.find(shared).expect("it stays").status,
                Status::ErrorDeleting
            );
            assert!(project.jobs.find(&job).expect("the job").failure().is_some());
        } else {
            succeed(&mut project, &parts[1]);
            assert!(project.pairs.find(shared).is_none());
            assert_eq!(counts(&project), (2, 4));
        }
    }
}

#[test]
fn a_shared_pair_stays_sound_for_the_instance_that_came_first() {
    let mut project = project(&sharing());
    let batch: Vec<_> = [1, 2].map(|n| id(&server(n))).to_vec();
    let works = [1, 2].map(|n| create(&server(n), batch.clone()).into()).to_vec();
    let job = submit(&mut project, Submission::Batch(works), &mut ids());
    let parts = parts(&project, &job);
    succeed(&mut project, &parts[0]);
    fail(&mut project, &parts[1]);
    let last = newest(&project);
    let statuses: Vec<_> = pairs_of(&project, last).iter().map(|pair| pair.status).collect();
    assert_eq!(
        (last.status, statuses),
        (Status::Error, vec![Status::Error, Status::Available])
    );
    assert!(project.jobs.find(&job).expect("the job").failure().is_some());
}
