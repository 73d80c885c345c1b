//! What an asynchronous operation is: a [`Work`], and its [`Rule`], which is its row of the lifecycle table.

use serde::{Deserialize, Serialize};

use super::code::{Code, Refusal};
use super::drill::{CreateDrill, DeleteDrill, Drill};
use super::ids::Ids;
use super::job::{JobId, Target};
use super::plan::Choose;
use super::project::Project;
use super::protected_instance::{AddNic, AttachPair, CreateInstance, DeleteInstance, DeleteNic, DetachPair};
use super::protected_instance::{ProtectedInstance, ResizeInstance};
use super::protection_group::{
    CreateGroup, DeleteGroup, Failover, ProtectionGroup, Reprotect, Reverse, StartProtection, StopProtection,
};
use super::replication_pair::{CreatePair, DeletePair, ExpandPair, ReplicationPair};
use super::resource::Resource;
use super::status::Status;
use super::time::Time;

/// One accepted request that takes time. It is plain data, so that a job can be saved and go on elsewhere.
///
/// What all works have in common – the statuses that come and go, the job, the failure record – follows from the
/// rule; a work says only what is its own.
pub trait Work {
    /// Its row of the lifecycle table, which is that of every work of its kind.
    fn rule() -> &'static Rule
    where
        Self: Sized;

    /// Finds what the request names, first what the URL names, then what the body does; the gates look at it.
    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal>;

    /// Refuses what the gates cannot tell, quotas last.
    fn guard(&self, _project: &Project) -> Result<(), Refusal> {
        Ok(())
    }

    /// Does what shows at once, such as inserting the new row, and says what the job is about.
    fn begin(&self, project: &mut Project, ids: &mut Ids, now: Time) -> Target;

    /// A failure that the documentation names although the request was accepted.
    fn verdict(&self, _project: &Project) -> Option<Code> {
        None
    }

    /// Does what happens at the end besides the statuses; `target` is what [`Work::begin`] said.
    fn finish(&self, _project: &mut Project, _target: &Target, _now: Time) {}
}

/// A row of the lifecycle table.
#[derive(Debug)]
pub struct Rule {
    /// What the documentation calls the job.
    pub job_type: &'static str,
    /// Whose status changes.
    pub of: Of,
    /// What must be in which status, in the order of checking.
    pub gates: &'static [Gate],
    /// What a reader sees meanwhile.
    pub during: Status,
    /// What is seen after success.
    pub done: End,
    /// What is seen after failure.
    pub failed: End,
    /// Whether the group's instances and pairs walk along.
    pub members: bool,
    /// What a failed job reports.
    pub failure: Code,
    /// What the task center calls the failure; not every job leaves a record there.
    pub record: Option<&'static str>,
}

/// A status that something must have.
#[derive(Debug)]
pub struct Gate {
    /// What is looked at.
    pub of: Of,
    /// The statuses that admit the request.
    pub allowed: &'static [Status],
    /// The code of the refusal otherwise.
    pub denied: Code,
}

/// What a gate looks at, and what a work changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The protection group.
    Group,
    /// The protected instance.
    Instance,
    /// The replication pair.
    Pair,
    /// The drill.
    Drill,
}

/// How a status ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// In this status.
    Is(Status),
    /// In the status that the group's implies.
    Base,
    /// Not at all: the row goes.
    Vanishes,
}

/// The rows that a request names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Things<'p> {
    /// The group, directly or through a member.
    pub group: Option<&'p ProtectionGroup>,
    /// The instance.
    pub instance: Option<&'p ProtectedInstance>,
    /// The pair.
    pub pair: Option<&'p ReplicationPair>,
    /// The drill.
    pub drill: Option<&'p Drill>,
}

impl Gate {
    /// Lets pass what has one of the allowed statuses.
    pub fn check(&self, things: &Things<'_>) -> Result<(), Refusal> {
        let (name, id, status) = match self.of {
            Of::Group => facts(things.group),
            Of::Instance => facts(things.instance),
            Of::Pair => facts(things.pair),
            Of::Drill => facts(things.drill),
        };
        if self.allowed.contains(&status) {
            return Ok(());
        }
        let allowed: Vec<_> = self.allowed.iter().map(|status| status.word()).collect();
        let allowed = allowed.join(", ");
        Err(self
            .denied
            .because(format!("{name} {id} is {status}, it must be one of {allowed}")))
    }
}

fn facts<T: Resource>(row: Option<&T>) -> (&'static str, uuid::Uuid, Status) {
    let row = row.expect("a work finds everything that its gates look at");
    (T::NAME, row.id().uuid(), row.status())
}

/// What one request asks for: a work, or several as the parts of one job.
#[derive(Debug, Clone)]
pub enum Submission {
    /// One work.
    One(AnyWork),
    /// Several of one kind, at least one.
    Batch(Vec<AnyWork>),
}

impl<W: Into<AnyWork>> From<W> for Submission {
    fn from(work: W) -> Self {
        Self::One(work.into())
    }
}

impl Submission {
    /// Refuses it as a whole if any part may not be done now.
    pub fn check(&self, project: &Project) -> Result<(), Refusal> {
        match self {
            Self::One(work) => project.check(work),
            Self::Batch(works) => {
                // What the whole batch names comes before any status, and statuses before the rest.
                let things: Vec<_> = works
                    .iter()
                    .map(|work| work.as_work().find(project))
                    .collect::<Result<_, _>>()?;
                for (work, things) in works.iter().zip(&things) {
                    work.rule().gates.iter().try_for_each(|gate| gate.check(things))?;
                }
                works.iter().try_for_each(|work| work.as_work().guard(project))
            }
        }
    }

    /// Accepts what was checked.
    pub fn submit(self, project: &mut Project, choose: &mut Choose<'_>, ids: &mut Ids, now: Time) -> JobId {
        match self {
            Self::One(work) => project.submit(work, choose, ids, now),
            Self::Batch(works) => project.submit_batch(works, choose, ids, now),
        }
    }
}

/// Writes the list below out as [`AnyWork`], the closed set of all works.
macro_rules! any_work {
    ($($work:ident)*) => {
        /// Any work, as a job keeps it.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each is the work of that name")]
        pub enum AnyWork {
            $($work($work),)*
        }

        impl AnyWork {
            /// The lifecycle table: the rules of all works, each with the name of its work.
            pub fn rules() -> impl Iterator<Item = (&'static str, &'static Rule)> {
                [$((stringify!($work), <$work as Work>::rule()),)*].into_iter()
            }

            /// The work itself.
            pub fn as_work(&self) -> &dyn Work {
                match self {
                    $(Self::$work(work) => work,)*
                }
            }

            /// Its row of the lifecycle table.
            pub fn rule(&self) -> &'static Rule {
                match self {
                    $(Self::$work(_) => <$work as Work>::rule(),)*
                }
            }
        }

        $(impl From<$work> for AnyWork {
            fn from(work: $work) -> Self {
                Self::$work(work)
            }
        })*
    };
}

any_work! {
    CreateGroup DeleteGroup StartProtection Reprotect StopProtection Reverse Failover
    CreateInstance DeleteInstance AttachPair DetachPair AddNic DeleteNic ResizeInstance
    CreatePair DeletePair ExpandPair
    CreateDrill DeleteDrill
}
