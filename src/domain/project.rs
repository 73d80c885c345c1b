//! [`Project`]: everything that one project has, and the job engine: `check`, `submit`, `settle`, `poll`.

use std::sync::Arc;

use indexmap::IndexSet;
use uuid::Uuid;

use super::code::Refusal;
use super::drill::Drill;
use super::failure_job::{FailureJob, FailureRecords};
use super::ids::Ids;
use super::inventory::Inventory;
use super::job::{Entities, Failure, Job, JobId, Jobs, Own, Running, State, Subject};
use super::plan::{Outcome, Plan};
use super::protected_instance::ProtectedInstance;
use super::protection_group::ProtectionGroup;
use super::replication_pair::ReplicationPair;
use super::resource::{Id, Resource};
use super::rpo::RpoRecord;
use super::rules::Rules;
use super::status::Status;
use super::table::Table;
use super::time::Time;
use super::work::{AnyWork, End, Rule};

/// All tables of one project, plain data; a copy of it is a snapshot.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Protection groups.
    pub groups: Table<ProtectionGroup>,
    /// Protected instances.
    pub instances: Table<ProtectedInstance>,
    /// Replication pairs.
    pub pairs: Table<ReplicationPair>,
    /// DR drills.
    pub drills: Table<Drill>,
    /// Jobs.
    pub jobs: Jobs,
    /// What the task center shows.
    pub failure_records: FailureRecords,
    /// RPO statistics, newest first; nothing changes them.
    pub rpo: Vec<RpoRecord>,
    /// The IDs of drills and instances that were deleted.
    pub deleted: IndexSet<Uuid>,
    /// What it stands on.
    pub inventory: Inventory,
    /// What it is checked against.
    pub rules: Arc<Rules>,
}

/// The rows that walk along with the one that a job is about.
#[derive(Debug, Default)]
struct Companions {
    instances: Vec<Id<ProtectedInstance>>,
    pairs: Vec<Id<ReplicationPair>>,
}

impl Project {
    /// The same surroundings and rules without any resource.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self {
            inventory: self.inventory.clone(),
            rules: Arc::clone(&self.rules),
            ..Self::default()
        }
    }

    /// Changes the row at a position that [`Table::position`] just found.
    pub fn at_mut<T: Resource>(&mut self, position: usize) -> &mut T {
        T::table_mut(self).at_mut(position)
    }

    fn fresh_job_id(&self, ids: &mut Ids) -> JobId {
        loop {
            let id = JobId::new(ids.draw());
            if self.jobs.find(&id).is_none() {
                return id;
            }
        }
    }

    /// Refuses what this work may not do now; the first half of accepting it.
    pub fn check(&self, work: &AnyWork) -> Result<(), Refusal> {
        let things = work.as_work().find(self)?;
        work.rule().gates.iter().try_for_each(|gate| gate.check(&things))?;
        work.as_work().guard(self)
    }

    /// Accepts a work that was checked: what shows at once is done, and a job will do the rest.
    pub fn submit(&mut self, work: AnyWork, plan: &Plan, ids: &mut Ids, now: Time) -> JobId {
        self.submit_part(work, plan, None, ids, now)
    }

    /// Accepts several works, which were checked, as the parts of one job that ends with the last of them.
    pub fn submit_batch(&mut self, works: Vec<AnyWork>, plan: &Plan, ids: &mut Ids, now: Time) -> JobId {
        let id = self.fresh_job_id(ids);
        let first = works.first().expect("an empty batch is refused");
        let job_type = first.rule().job_type.to_owned();
        let state = State::Running(Box::new(Running::new(None, &Plan::manual(), now)));
        let (entities, sub_jobs) = (Entities::default(), Vec::new());
        let begin_time = now.to_millis();
        self.jobs.insert(Job {
            id: id.clone(),
            job_type,
            begin_time,
            entities,
            sub_jobs,
            parent: None,
            state,
        });
        let sub_jobs = works
            .into_iter()
            .map(|work| self.submit_part(work, plan, Some(&id), ids, now))
            .collect();
        self.jobs.find_mut(&id).expect("it was just inserted").sub_jobs = sub_jobs;
        id
    }

    fn submit_part(&mut self, work: AnyWork, plan: &Plan, parent: Option<&JobId>, ids: &mut Ids, now: Time) -> JobId {
        let rule = work.rule();
        let id = self.fresh_job_id(ids);
        let target = work.as_work().begin(self, ids, now);
        debug_assert_eq!(target.subject.of(), rule.of, "the rule says whose status changes");
        let companions = self.companions(rule, target.subject, |status| {
            !status.is_transient() && status != Status::Error
        });
        self.move_all(target.subject, &companions, End::Is(rule.during), now);
        let mut sub_jobs = Vec::new();
        if let Subject::Group(_) = target.subject {
            let job_type = rule.job_type.replace("ProtectionGroupNoCG", "ProtectionGroupRepNoCG");
            for _ in &companions.pairs {
                let part = self.fresh_job_id(ids);
                sub_jobs.push(part.clone());
                let state = State::Running(Box::new(Running::new(None, &Plan::manual(), now)));
                let (job_type, entities) = (job_type.clone(), target.entities.clone());
                let (begin_time, parent) = (now.to_millis(), Some(id.clone()));
                self.jobs.insert(Job {
                    id: part,
                    job_type,
                    begin_time,
                    entities,
                    sub_jobs: Vec::new(),
                    parent,
                    state,
                });
            }
        }
        let (job_type, begin_time) = (rule.job_type.to_owned(), now.to_millis());
        let entities = target.entities.clone();
        let own = Own {
            work,
            outcome: plan.outcome.clone(),
            target,
        };
        let state = State::Running(Box::new(Running::new(Some(own), plan, now)));
        let parent = parent.cloned();
        self.jobs.insert(Job {
            id: id.clone(),
            job_type,
            begin_time,
            entities,
            sub_jobs,
            parent,
            state,
        });
        id
    }

    /// Ends every job that is due by `now`, each at its own due time; a second call changes nothing.
    pub fn settle(&mut self, now: Time) {
        while let Some((id, due)) = self.jobs.first_due(now) {
            self.end(&id, due, None);
        }
    }

    /// Counts a look at a job, or at the row that a job changes; a job whose last look this was ends now.
    pub fn poll(&mut self, looked_at: impl Fn(&Job) -> bool, now: Time) {
        for id in self.jobs.polled(looked_at) {
            if let Some(Job {
                state: State::Running(running),
                ..
            }) = self.jobs.find_mut(&id)
                && let Some(left) = &mut running.polls_left
            {
                *left -= 1;
                if *left == 0 {
                    self.end(&id, now, None);
                }
            }
        }
    }

    /// Ends a job as it was planned, or as it is told to; one that has ended stays as it is.
    pub fn end(&mut self, id: &JobId, at: Time, told: Option<Outcome>) {
        let Some(own) = self.jobs.end(id, at) else { return };
        let failure = own.and_then(|own| self.conclude(id, own, at, told));
        self.report(id, failure);
        let job = self.jobs.find(id).expect("it just ended");
        let (parts, parent, failure) = (job.sub_jobs.clone(), job.parent.clone(), job.failure().cloned());
        for part in parts {
            if self.jobs.end(&part, at).is_some() {
                self.report(&part, failure.clone());
            }
        }
        if let Some(parent) = parent.and_then(|parent| self.jobs.find(&parent)) {
            let parts: Vec<_> = parent.sub_jobs.iter().filter_map(|part| self.jobs.find(part)).collect();
            if parts.iter().all(|part| part.has_ended()) && !parent.has_ended() {
                let failure = parts.iter().find_map(|part| part.failure()).cloned();
                let parent = parent.id.clone();
                self.jobs.end(&parent, at);
                self.report(&parent, failure);
            }
        }
        self.jobs.forget_old();
    }

    fn report(&mut self, id: &JobId, reported: Option<Failure>) {
        if let Some(Job {
            state: State::Ended { failure, .. },
            ..
        }) = self.jobs.find_mut(id)
        {
            *failure = reported;
        }
    }

    /// Does what a job was for, or what its failure leaves; says what it reports.
    fn conclude(&mut self, id: &JobId, own: Own, at: Time, told: Option<Outcome>) -> Option<Failure> {
        let Own { work, outcome, target } = own;
        let (rule, work) = (work.rule(), work.as_work());
        let (done, failure) = match told.unwrap_or(outcome) {
            Outcome::Success | Outcome::Stuck => match work.verdict(self) {
                None => (true, None),
                Some(code) => (false, Some(Failure::of(rule.job_type, code.entry().code))),
            },
            Outcome::Fail {
                error_code,
                fail_reason,
            } => (
                false,
                Some(Failure::planned(rule, error_code.as_ref(), fail_reason.as_ref())),
            ),
            Outcome::FalseNegative {
                error_code,
                fail_reason,
            } => (
                true,
                Some(Failure::planned(rule, error_code.as_ref(), fail_reason.as_ref())),
            ),
        };
        if let Some(failure) = &failure {
            self.record(rule, target.subject, id, failure);
        }
        let companions = self.companions(rule, target.subject, |status| status == rule.during);
        if done {
            work.finish(self, &target, at);
        }
        self.move_all(
            target.subject,
            &companions,
            if done { rule.done } else { rule.failed },
            at,
        );
        if let Some(failure) = failure.as_ref().filter(|_| !done) {
            self.detail(target.subject, &companions, failure);
        }
        failure
    }

    /// Writes the code of a failure into the pairs that it left in `error`.
    fn detail(&mut self, subject: Subject, companions: &Companions, failure: &Failure) {
        let own = if let Subject::Pair(pair) = subject {
            Some(pair)
        } else {
            None
        };
        for pair in companions.pairs.iter().copied().chain(own) {
            if let Some(pair) = self.pairs.find_mut(pair).filter(|pair| pair.status == Status::Error) {
                pair.failure_detail = Some(failure.error_code.clone());
            }
        }
    }

    /// Leaves a record of a failure in the task center.
    fn record(&mut self, rule: &Rule, subject: Subject, id: &JobId, failure: &Failure) {
        let Some(failure_status) = rule.record else { return };
        let named = match subject {
            Subject::Group(id) => self.groups.find(id).map(|row| FailureJob::about(row, Some(id))),
            Subject::Instance(id) => self.instances.find(id).map(|row| FailureJob::about(row, row.group())),
            Subject::Pair(id) => self.pairs.find(id).map(|row| FailureJob::about(row, row.group())),
            Subject::Drill(id) => self.drills.find(id).map(|row| FailureJob::about(row, row.group())),
        };
        if let (Some(about), Some(job)) = (named, self.jobs.find(id)) {
            self.failure_records.add(about.of(job, failure_status, failure));
        }
    }

    /// The rows that walk along: a group's instances and pairs, or an instance's pairs, whose status admits it.
    fn companions(&self, rule: &Rule, subject: Subject, admits: impl Fn(Status) -> bool) -> Companions {
        match subject {
            Subject::Group(id) if rule.members => Companions {
                instances: self
                    .instances
                    .of_group(id)
                    .filter(|row| admits(row.status))
                    .map(|row| row.id)
                    .collect(),
                pairs: self
                    .pairs
                    .of_group(id)
                    .filter(|row| admits(row.status))
                    .map(|row| row.id)
                    .collect(),
            },
            Subject::Instance(id) if rule.members => {
                let attached = self
                    .instances
                    .find(id)
                    .into_iter()
                    .flat_map(|instance| &instance.attachment);
                let walking = attached
                    .map(|attachment| attachment.replication)
                    .filter(|&pair| self.walks_with(pair, id, rule.during));
                Companions {
                    instances: Vec::new(),
                    pairs: walking.collect(),
                }
            }
            _ => Companions::default(),
        }
    }

    /// Whether a pair comes and goes with this instance: the others that hold it, if any, do the same just now.
    fn walks_with(&self, pair: Id<ReplicationPair>, instance: Id<ProtectedInstance>, during: Status) -> bool {
        let goes_along = |holder: Id<ProtectedInstance>| {
            holder == instance || self.instances.find(holder).is_none_or(|holder| holder.status == during)
        };
        self.pairs.find(pair).is_some_and(|pair| {
            let mut holders = pair.attachment.iter().map(|attached| attached.protected_instance);
            holders.all(goes_along)
        })
    }

    fn move_all(&mut self, subject: Subject, companions: &Companions, end: End, now: Time) {
        for &pair in &companions.pairs {
            // What several instances share goes with the last of them.
            let held = |pair: &ReplicationPair| pair.attachment.len() > 1;
            if end != End::Vanishes || !self.pairs.find(pair).is_some_and(held) {
                self.move_one(Subject::Pair(pair), end, now);
            }
        }
        for &instance in &companions.instances {
            self.move_one(Subject::Instance(instance), end, now);
        }
        self.move_one(subject, end, now);
    }

    fn move_one(&mut self, subject: Subject, end: End, now: Time) {
        let group = match subject {
            Subject::Group(id) => Some(id),
            Subject::Instance(id) => self.instances.find(id).and_then(Resource::group),
            Subject::Pair(id) => self.pairs.find(id).and_then(Resource::group),
            Subject::Drill(id) => self.drills.find(id).and_then(Resource::group),
        };
        let status = match end {
            End::Vanishes => return self.remove(subject),
            End::Is(status) => status,
            End::Base => group.map_or(Status::Available, |group| self.base(group)),
        };
        match subject {
            Subject::Group(id) => enter(self.groups.find_mut(id), status, now),
            Subject::Instance(id) => enter(self.instances.find_mut(id), status, now),
            Subject::Pair(id) => enter(self.pairs.find_mut(id), status, now),
            Subject::Drill(id) => enter(self.drills.find_mut(id), status, now),
        }
    }
}

fn enter<T: Resource>(row: Option<&mut T>, status: Status, now: Time) {
    if let Some(row) = row {
        row.enter(status, now);
    }
}
