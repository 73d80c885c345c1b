//! [`World`]: what one lock guards, everything that is particular to one project, and its one JSON form.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::clock::Clock;
use super::faults::Fault;
use super::job_rules::JobRule;
use crate::domain::derived::Waived;
use crate::domain::ids::Ids;
use crate::domain::job::{Job, State};
use crate::domain::project::Project;
use crate::domain::quota::Quotas;
use crate::domain::time::Time;

/// One project's state and settings. A copy of it is a snapshot, and costs no more than the settings.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// The tables; shared with the template until the first accepted change.
    pub project: Arc<Project>,
    /// What time it is here.
    pub clock: Clock,
    /// What new IDs are drawn from.
    pub ids: Ids,
    /// What is decided about jobs before they are accepted.
    pub job_rules: Vec<JobRule>,
    /// What goes wrong on purpose.
    pub faults: Vec<Fault>,
}

/// What a world starts from: tables, and settings where a document states them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seed {
    /// The tables.
    pub project: Arc<Project>,
    /// What time it is; the server's default where nothing is said.
    pub clock: Option<Clock>,
    /// What new IDs are drawn from; the project's own sequence where nothing is said.
    pub ids: Option<Ids>,
    /// What is decided about jobs.
    pub job_rules: Vec<JobRule>,
    /// What goes wrong on purpose.
    pub faults: Vec<Fault>,
}

impl Seed {
    /// The same surroundings, rules and settings without any resource.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self {
            project: Arc::new(self.project.emptied()),
            ..self.clone()
        }
    }

    /// The world that starts from here.
    pub fn grow(&self, clock: Clock, ids: Ids, real: Time) -> World {
        let mut ids = self.ids.clone().unwrap_or(ids);
        let (mut job_rules, mut faults) = (self.job_rules.clone(), self.faults.clone());
        let unnamed = job_rules.iter_mut().map(|rule| ("rule", &mut rule.id));
        let unnamed = unnamed.chain(faults.iter_mut().map(|fault| ("fault", &mut fault.id)));
        for (kind, id) in unnamed.filter(|(_, id)| id.is_empty()) {
            *id = ids.name(kind);
        }
        let clock = self.clock.unwrap_or(clock);
        for fault in &mut faults {
            fault.start(clock.now(real));
        }
        World {
            project: Arc::clone(&self.project),
            clock,
            ids,
            job_rules,
            faults,
        }
    }
}

impl World {
    /// What the clock shows when the real one shows `real`.
    pub fn now(&self, real: Time) -> Time {
        self.clock.now(real)
    }

    /// Whether the next look at this job, if it goes on, reads `RUNNING` rather than `INIT`: because it is not the first
    /// one, or because a standing clock was turned since the job was accepted.
    pub fn runs(&self, job: &Job) -> bool {
        let turned = matches!(self.clock, Clock::Frozen { now } if now.to_millis() != job.begin_time);
        matches!(&job.state, State::Running(running) if running.seen || turned)
    }
}

impl Serialize for World {
    /// As fixtures have it, and what only a state document has behind it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("World", 14)?;
        tables(&mut form, &self.project)?;
        form.serialize_field("clock", &self.clock)?;
        form.serialize_field("ids", &self.ids)?;
        form.serialize_field("job_rules", &self.job_rules)?;
        form.serialize_field("faults", &self.faults)?;
        form.end()
    }
}

impl Serialize for Seed {
    /// The same, without what it does not state.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("Seed", 14)?;
        tables(&mut form, &self.project)?;
        if let Some(clock) = &self.clock {
            form.serialize_field("clock", clock)?;
        }
        if let Some(ids) = &self.ids {
            form.serialize_field("ids", ids)?;
        }
        form.serialize_field("job_rules", &self.job_rules)?;
        form.serialize_field("faults", &self.faults)?;
        form.end()
    }
}

/// All tables of a project, each as the API lists it.
pub(super) fn tables<S: SerializeStruct>(form: &mut S, project: &Project) -> Result<(), S::Error> {
    let records: Vec<_> = project.failure_records.newest_first().collect();
    let deleted: Vec<_> = project.deleted.iter().rev().collect();
    form.serialize_field("server_groups", &project.groups)?;
    form.serialize_field("protected_instances", &project.instances)?;
    form.serialize_field("replications", &project.pairs)?;
    form.serialize_field("disaster_recovery_drills", &project.drills)?;
    form.serialize_field("failure_jobs", &records)?;
    form.serialize_field("rpo_statistics", &project.rpo)?;
    form.serialize_field("inventory", &Sections(project))?;
    let quotas = Quotas::of(&project.rules, project.groups.len(), project.pairs.len());
    form.serialize_field("quotas", &quotas)?;
    form.serialize_field("jobs", &project.jobs)?;
    form.serialize_field("deleted", &deleted)?;
    // What a tester has patched past the rules between rows, so that the document can be put back as it is.
    let waived: Vec<_> = project
        .broken()
        .into_iter()
        .filter(|(_, fault)| !fault.is_own())
        .collect();
    let waived = waived.into_iter().map(|(id, fault)| Waived {
        id,
        member: fault.member,
    });
    match waived.collect::<Vec<_>>() {
        none if none.is_empty() => Ok(()),
        waived => form.serialize_field("waived", &waived),
    }
}

/// The inventory, each section a list.
struct Sections<'p>(&'p Project);

impl Serialize for Sections<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn rows<K, T>(section: &IndexMap<K, T>) -> Vec<&T> {
            section.values().collect()
        }
        let inventory = &self.0.inventory;
        let mut form = serializer.serialize_struct("Inventory", 6)?;
        form.serialize_field("closed", &inventory.closed)?;
        form.serialize_field("servers", &rows(&inventory.servers))?;
        form.serialize_field("volumes", &rows(&inventory.volumes))?;
        form.serialize_field("vpcs", &rows(&inventory.vpcs))?;
        form.serialize_field("domains", &rows(&inventory.domains))?;
        form.serialize_field("flavors", &rows(&inventory.flavors))?;
        form.end()
    }
}

/// IDs in the order in which a list shows them, the newest first, put back into the order of their coming.
pub(super) fn oldest_first<T: std::hash::Hash + Eq>(listed: Vec<T>) -> IndexSet<T> {
    listed.into_iter().rev().collect()
}
