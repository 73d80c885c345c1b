//! [`Project`]: everything that one project has, and the job engine: `check`, `submit`, `settle`, `poll`.

use std::sync::Arc;

use indexmap::IndexSet;

use super::code::Refusal;
use super::companions::Companions;
use super::drill::Drill;
use super::failure_job::{FailureJob, FailureRecords};
use super::ids::Ids;
use super::inventory::Inventory;
use super::job::{Entities, Failure, Job, JobId, Jobs, Own, Running, State, Subject, Target};
use super::plan::{Choose, Outcome, Plan};
use super::protected_instance::ProtectedInstance;
use super::protection_group::ProtectionGroup;
use super::replication_pair::ReplicationPair;
use super::resource::Resource;
use super::rpo::RpoRecord;
use super::rules::Rules;
use super::status::Status;
use super::table::Table;
use super::time::Time;
use super::work::{AnyWork, End, Rule};

/// All tables of one project, plain data; a copy of it is a snapshot.
#[derive(Debug, Clone, Default, PartialEq)]
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
    /// The drills and instances that were deleted.
    pub deleted: IndexSet<Subject>,
    /// What it stands on.
    pub inventory: Inventory,
    /// What it is checked against.
    pub rules: Arc<Rules>,
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
    pub fn submit(&mut self, work: AnyWork, choose: &mut Choose<'_>, ids: &mut Ids, now: Time) -> JobId {
        self.submit_part(work, choose, None, ids, now)
    }

    /// Accepts several works, which were checked, as the parts of one job that ends with the last of them.
    pub fn submit_batch(&mut self, works: Vec<AnyWork>, choose: &mut Choose<'_>, ids: &mut Ids, now: Time) -> JobId {
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
            rule: None,
            read: false,
            state,
        });
        let sub_jobs = works
            .into_iter()
            .map(|work| self.submit_part(work, choose, Some(&id), ids, now))
            .collect();
        self.jobs.find_mut(&id).expect("it was just inserted").sub_jobs = sub_jobs;
        id
    }

    fn submit_part(
        &mut self,
        work: AnyWork,
        choose: &mut Choose<'_>,
        parent: Option<&JobId>,
        ids: &mut Ids,
        now: Time,
    ) -> JobId {
        let rule = work.rule();
        let id = self.fresh_job_id(ids);
        let target = work.as_work().begin(self, ids, now);
        debug_assert_eq!(target.subject.of(), rule.of, "the rule says whose status changes");
        let companions = self.companions(rule, target.subject, |status| {
            !status.is_transient() && status != Status::Error
        });
        let plan = choose(rule.job_type, &self.names(target.subject, &companions));
        self.move_all(target.subject, &companions, End::Is(rule.during), now);
        let sub_jobs = self.show_parts(&id, rule, &target, companions.pairs.len(), ids, now);
        let (job_type, begin_time) = (rule.job_type.to_owned(), now.to_millis());
        let entities = target.entities.clone();
        let own = Own {
            work,
            outcome: plan.outcome.clone(),
            target,
        };
        let state = State::Running(Box::new(Running::new(Some(own), &plan, now)));
        let (parent, rule) = (parent.cloned(), plan.rule);
        self.jobs.insert(Job {
            id: id.clone(),
            job_type,
            begin_time,
            entities,
            sub_jobs,
            parent,
            rule,
            read: false,
            state,
        });
        id
    }

    /// The jobs that show the parts of a group's action, one for each pair; they end with the action itself.
    fn show_parts(
        &mut self,
        parent: &JobId,
        rule: &Rule,
        target: &Target,
        pairs: usize,
        ids: &mut Ids,
        now: Time,
    ) -> Vec<JobId> {
        let Subject::Group(_) = target.subject else {
            return Vec::new();
        };
        let job_type = rule.job_type.replace("ProtectionGroupNoCG", "ProtectionGroupRepNoCG");
        let part = |_| {
            let id = self.fresh_job_id(ids);
            self.jobs.insert(Job {
                id: id.clone(),
                job_type: job_type.clone(),
                begin_time: now.to_millis(),
                entities: target.entities.clone(),
                sub_jobs: Vec::new(),
                parent: Some(parent.clone()),
                rule: None,
                read: false,
                state: State::Running(Box::new(Running::new(None, &Plan::manual(), now))),
            });
            id
        };
        (0..pairs).map(part).collect()
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
        let whole = job.job_type.clone();
        for part in parts {
            if self.jobs.end(&part, at).is_some() {
                let job_type = self.jobs.find(&part).map_or("", |part| &part.job_type);
                let failure = failure.as_ref().map(|failure| failure.of_part(&whole, job_type));
                self.report(&part, failure);
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

    /// Ends a job as it is told to, whatever was planned: a job of parts with all of them, a part that only shows the
    /// whole with the whole.
    pub fn tell(&mut self, id: &JobId, at: Time, outcome: &Outcome) {
        let Some(Job {
            state: State::Running(running),
            sub_jobs,
            parent,
            ..
        }) = self.jobs.find(id)
        else {
            return;
        };
        let told = if running.own.is_some() {
            vec![id.clone()]
        } else if sub_jobs.is_empty() {
            parent.iter().cloned().collect()
        } else {
            sub_jobs.clone()
        };
        for job in told {
            self.end(&job, at, Some(outcome.clone()));
        }
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
        let Own {
            work, outcome, target, ..
        } = own;
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
}
