//! Random operations and clock turns: what must hold of a project after each of them, whatever came before.

use std::sync::Arc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use sdrs_mock::domain::drill::{CreateDrill, DeleteDrill};
use sdrs_mock::domain::ids::Ids;
use sdrs_mock::domain::inventory::Nic;
use sdrs_mock::domain::job::JobId;
use sdrs_mock::domain::name::{Name, NameRule};
use sdrs_mock::domain::plan::{Outcome, Plan, Progression};
use sdrs_mock::domain::project::Project;
use sdrs_mock::domain::protected_instance::{
    AddNic, AttachPair, CreateInstance, DeleteInstance, DeleteNic, DetachPair, Device, ProtectedInstance,
    ResizeInstance,
};
use sdrs_mock::domain::protection_group::{
    CreateGroup, DeleteGroup, Failover, ProtectionGroup, Reverse, Station, StopProtection, start,
};
use sdrs_mock::domain::replication_pair::{CreatePair, DeletePair, ExpandPair, ReplicationPair};
use sdrs_mock::domain::resource::{Id, Resource};
use sdrs_mock::domain::rules::Rules;
use sdrs_mock::domain::span::Span;
use sdrs_mock::domain::tag::Tag;
use sdrs_mock::domain::time::Time;
use sdrs_mock::domain::work::{AnyWork, Submission};
use sdrs_mock::store::clock::Clock;
use sdrs_mock::store::fixtures::{self, Source};
use sdrs_mock::store::world::{Seed, World};
use uuid::Uuid;

/// One random step: what is done, to which rows, and how its job goes.
type Step = (u8, usize, usize, u8);

/// Something that no row of the world has, a different one for each number.
fn unseen<T>(kind: u8, n: usize) -> Id<T> {
    Id::new(Uuid::from_u64_pair(
        0x4000 | u64::from(kind) << 56,
        0x8000_0000_0000_0000 | n as u64,
    ))
}

/// Any row's ID, or one that nothing has where there is no row.
fn any_of<T: Resource>(world: &World, n: usize) -> Id<T> {
    let table = T::table(&world.project);
    let nth = |n: usize| table.newest_first().nth(n).map(Resource::id);
    // A little more than the number of rows, so that what is not there is asked for too.
    nth(n % (table.len() + 1)).unwrap_or_else(|| unseen(0xee, n))
}

fn name(n: usize) -> Name {
    Name::parse(&format!("name-{n}"), NameRule::Ascii).expect("a name")
}

fn plan(n: u8) -> Plan {
    let progression = match n % 8 {
        1 => Progression::After {
            duration: Span(Duration::from_secs(30)),
        },
        2 => Progression::Polls { n: 2 },
        3 => Progression::Manual,
        _ => Progression::Immediate,
    };
    let (error_code, fail_reason) = (Some("SDRS.0013".to_owned()), None);
    let outcome = match n / 8 % 8 {
        0 => Outcome::Fail {
            error_code,
            fail_reason,
        },
        1 => Outcome::FalseNegative {
            error_code,
            fail_reason,
        },
        2 => Outcome::Stuck,
        _ => Outcome::Success,
    };
    Plan {
        progression,
        outcome,
        rule: None,
    }
}

/// The work that a step asks for, if it asks for one.
fn work(world: &World, step: Step) -> Option<AnyWork> {
    match step.0 {
        0..=6 => Some(work_on_group(world, step)),
        7..=14 => Some(work_on_instance(world, step)),
        15..=21 => Some(work_on_pair_or_drill(world, step)),
        _ => None,
    }
}

fn work_on_group(world: &World, (kind, a, b, _): Step) -> AnyWork {
    let group = any_of(world, a);
    match kind {
        0 => CreateGroup {
            name: name(a),
            description: None,
            source_az: "cn-north-1a".to_owned(),
            target_az: "cn-north-1b".to_owned(),
            domain: unseen(6, 1),
            vpc: unseen(1, 1),
        }
        .into(),
        1 => DeleteGroup { group }.into(),
        4 => StopProtection { group }.into(),
        5 => Reverse {
            group,
            to: [Station::Source, Station::Target][b % 2],
        }
        .into(),
        6 => Failover { group }.into(),
        _ => start(&world.project, group),
    }
}

/// Any pair that is attached to nothing, for what is done with those alone.
fn any_loose(world: &World, n: usize) -> Id<ReplicationPair> {
    let loose = world
        .project
        .pairs
        .newest_first()
        .filter(|pair| pair.attachment.is_empty());
    let loose: Vec<_> = loose.map(|pair| pair.id).collect();
    loose
        .get(n % (loose.len() + 1))
        .copied()
        .unwrap_or_else(|| any_of(world, n))
}

fn work_on_instance(world: &World, (kind, a, b, _): Step) -> AnyWork {
    let instance = any_of(world, a);
    let pair = if kind == 10 {
        any_loose(world, b)
    } else {
        attached(world, instance, b)
    };
    match kind {
        9 => DeleteInstance {
            instance,
            delete_target_server: false,
            delete_target_eip: false,
            batch: Vec::new(),
        }
        .into(),
        10 => attach(world, instance, pair).into(),
        11 => DetachPair { instance, pair }.into(),
        12 => AddNic {
            instance,
            subnet: unseen(3, b),
            ip: None,
        }
        .into(),
        13 => DeleteNic {
            instance,
            nic: nic(world, instance).unwrap_or_else(|| unseen(4, b)),
        }
        .into(),
        14 => {
            let flavor = Some(format!("s2.{b}").into_boxed_str());
            ResizeInstance {
                instance,
                production: flavor.clone(),
                recovery: flavor,
            }
            .into()
        }
        _ => create_instance(any_of(world, a), b).into(),
    }
}

/// Attaches the pair to an instance of its own group, where there is one.
fn attach(world: &World, instance: Id<ProtectedInstance>, pair: Id<ReplicationPair>) -> AttachPair {
    let group = world.project.pairs.find(pair).map(|pair| pair.server_group_id);
    let neighbour = group.and_then(|group| world.project.instances.of_group(group).next());
    AttachPair {
        instance: neighbour.map_or(instance, |neighbour| neighbour.id),
        pair,
        device: Device::parse("/dev/vdc").expect("a device"),
    }
}

fn create_instance(group: Id<ProtectionGroup>, n: usize) -> CreateInstance {
    CreateInstance {
        group,
        server: unseen(2, n),
        name: name(n),
        description: None,
        subnet: None,
        ip: None,
        flavor: None,
        tags: Vec::new(),
        batch: Vec::new(),
    }
}

fn work_on_pair_or_drill(world: &World, (kind, a, b, _): Step) -> AnyWork {
    let (group, pair) = (
        any_of(world, a),
        if kind == 17 {
            any_loose(world, b)
        } else {
            any_of(world, b)
        },
    );
    match kind {
        17 => DeletePair {
            pair,
            group: None,
            delete_target_volume: false,
        }
        .into(),
        18 => ExpandPair {
            pair,
            new_size: u32::try_from(a % 40).expect("small"),
        }
        .into(),
        19 | 20 => CreateDrill {
            group,
            name: name(b),
            vpc: None,
        }
        .into(),
        21 => DeleteDrill {
            drill: any_of(world, a),
        }
        .into(),
        _ => CreatePair {
            group,
            volume: unseen(5, b),
            name: name(b),
            description: None,
        }
        .into(),
    }
}

/// A pair on the instance, or any other where it has none.
fn attached(world: &World, instance: Id<ProtectedInstance>, n: usize) -> Id<ReplicationPair> {
    let own = world
        .project
        .instances
        .find(instance)
        .and_then(|instance| instance.attachment.first());
    own.map_or_else(|| any_of(world, n), |attachment| attachment.replication)
}

/// An interface that an instance's servers are known to have.
fn nic(world: &World, instance: Id<ProtectedInstance>) -> Option<Id<Nic>> {
    let instance = world.project.instances.find(instance)?;
    let server = world.project.inventory.servers.get(&instance.source_server)?;
    server.nics.iter().find(|nic| !nic.primary).map(|nic| nic.id)
}

/// Does one step, as requests and a tester's settings would.
fn act(world: &mut World, step: Step) {
    let now = world.now(Time::MIN);
    if let Some(work) = work(world, step) {
        let submission = Submission::from(work);
        if submission.check(&world.project).is_ok() {
            let project = Arc::make_mut(&mut world.project);
            submission.submit(project, &mut |_, _| plan(step.3), &mut world.ids, now);
        }
    }
    let (kind, a, b, _) = step;
    let job: Option<JobId> = world.project.jobs.iter().nth(a).map(|job| job.id.clone());
    match (kind, job) {
        (22 | 23, _) => {
            world.clock = world
                .clock
                .turned(Span(Duration::from_secs(u64::try_from(b % 40 + 1).expect("small"))));
        }
        (24, Some(job)) => Arc::make_mut(&mut world.project).end(&job, now, Some(Outcome::Success)),
        (25, Some(job)) => Arc::make_mut(&mut world.project).end(&job, now, None),
        (26 | 27, Some(job)) => Arc::make_mut(&mut world.project).poll(|looked| looked.id == job, now),
        (28, _) => {
            let instance = any_of(world, a);
            let tag = Tag::parse(Some("key"), Some("value")).expect("a tag");
            if let Some(instance) = Arc::make_mut(&mut world.project).instances.find_mut(instance) {
                instance.tag(vec![tag]);
            }
        }
        _ => {}
    }
    // Half of the steps are looked at before anything has ended.
    if a % 2 == 0 {
        let now = world.now(Time::MIN);
        Arc::make_mut(&mut world.project).settle(now);
    }
}

/// The same world, written as a document and read again; anything that a fixture may not have is a failure.
fn reread(world: &World) -> Seed {
    let document = serde_json::json!({"schema_version": 1, "projects": {"p": world}}).to_string();
    let sources = [Source {
        file: "state",
        text: &document,
    }];
    let loaded = fixtures::read(&sources, &world.project.rules).unwrap_or_else(|bad| panic!("{bad}\n{document}"));
    assert_eq!(loaded.warnings, [], "{document}");
    loaded.seeds.projects.into_values().next().expect("one project")
}

/// Counts, references, statuses and stations are what a fixture's must be, or reading would refuse or mend them.
fn check(world: &World) {
    let mut settled = Project::clone(&world.project);
    settled.settle(world.now(Time::MIN));
    let once = settled.clone();
    settled.settle(world.now(Time::MIN));
    assert!(settled == once, "settling twice is settling once");
    let seed = reread(world);
    assert!(
        seed.project == world.project,
        "reading gives what was written:\n{:#?}\n{:#?}",
        seed.project,
        world.project
    );
    assert_eq!((seed.clock, seed.ids.as_ref()), (Some(world.clock), Some(&world.ids)));
}

fn sample() -> World {
    let loaded = fixtures::load(&[], &Arc::new(Rules::default())).expect("the built-in world is sound");
    let now = Time::parse("2026-01-01T00:00:00.000Z").expect("a time");
    let clock = Clock::Frozen { now };
    loaded.seeds.template.grow(clock, Ids::of_project(0, "p"), now)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_done_a_project_stays_whole(steps in vec((0_u8..29, 0_usize..40, 0_usize..40, any::<u8>()), 1..100)) {
        let mut world = sample();
        for step in steps {
            act(&mut world, step);
            check(&world);
        }
    }
}
