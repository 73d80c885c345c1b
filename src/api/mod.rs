//! How SDRS is spoken: the table of contents of the API, and one file of small handlers for each resource.

pub mod active_domains;
pub mod drills;
pub mod failure_jobs;
pub mod identity;
pub mod jobs;
pub mod protected_instances;
pub mod protection_groups;
pub mod quotas;
pub mod replication_pairs;
pub mod rpo;
pub mod tag_query;
pub mod tags;
pub mod versions;

pub mod accept;
pub mod auth;
pub mod body;
pub mod error;
pub mod gateway;
pub mod input;
pub mod json;
pub mod origin;
pub mod path;
pub mod query;
pub mod reply;
pub mod signature;
pub mod token;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use http::Method;
use serde_json::value::RawValue;

use self::error::Failure;
use self::input::{Call, Input};
use self::reply::Reply;

/// One documented operation.
#[derive(Debug)]
pub struct Operation {
    /// Its name in the official SDKs.
    pub name: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path, the parameters in braces.
    pub path: &'static str,
    /// What tells it from the others of its path and method.
    pub key: Option<Key>,
    /// What answers it.
    pub handler: Handler,
}

/// What in a body tells the operations of one path and method apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A member of this name.
    Member(&'static str),
    /// This value of the member `action`.
    Action(&'static str),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Member(word) | Self::Action(word)) = self;
        f.write_str(word)
    }
}

impl Operation {
    /// Its place in the table, which is where it lies in memory; the table of identity stands behind that of SDRS.
    pub fn place(&'static self) -> usize {
        let place = |table: &'static [Self]| {
            let here = std::ptr::from_ref(self).addr();
            let bytes = here.checked_sub(table.as_ptr().addr());
            bytes
                .map(|bytes| bytes / size_of::<Self>())
                .filter(|place| *place < table.len())
        };
        let behind = || place(IDENTITY).map(|place| OPERATIONS.len() + place);
        place(OPERATIONS).or_else(behind).expect("it is of one of the tables")
    }

    /// Whether it is one of identity.
    pub fn is_of_identity(&self) -> bool {
        self.path.starts_with("/v3")
    }

    /// Whether it is answered without credentials in every mode.
    pub fn is_open(&self) -> bool {
        self.path == "/" || self.path == VERSION_PATH || OPEN.contains(&self.name)
    }

    /// Whether its URL names a project, as all do but those about the API itself.
    pub fn is_of_project(&self) -> bool {
        self.path.starts_with("/v1/{project_id}")
    }

    /// The operation of this method that the body asks for, among those of one path; where the body does not tell,
    /// the first one, which refuses it.
    pub fn select(operations: &'static [Self], method: &Method, body: &[u8]) -> Option<&'static Self> {
        let mut of_method = operations.iter().filter(|operation| operation.method == *method);
        let first = of_method.next()?;
        let Some(key) = first.key else { return Some(first) };
        let asked: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_slice(body).unwrap_or_default();
        let action = asked
            .get("action")
            .and_then(|action| serde_json::from_str::<Cow<'_, str>>(action.get()).ok());
        let asks_for = |key: Key| match key {
            Key::Member(name) => asked.contains_key(name),
            Key::Action(value) => action.as_deref() == Some(value),
        };
        if asks_for(key) {
            return Some(first);
        }
        of_method
            .find(|operation| operation.key.is_some_and(asks_for))
            .or(Some(first))
    }
}

/// The operations that only Huawei Cloud has.
pub const HUAWEI_ONLY: &[&str] = &[
    "BatchCreateProtectedInstances",
    "BatchDeleteProtectedInstances",
    "ListRpoStatistics",
];

/// The operations of identity that come before anybody is known.
const OPEN: &[&str] = &["KeystoneShowVersion", "KeystoneCreateUserTokenByPassword"];

/// The path whose parameter is the API version.
const VERSION_PATH: &str = "/{api_version}";

/// Where the operations of a path are met: at the path itself. The API version has one value only, and it and that of
/// identity may have a slash behind them; every other first segment is an unknown path.
pub fn places(path: &'static str) -> Vec<&'static str> {
    match path {
        VERSION_PATH => vec!["/v1", "/v1/"],
        "/v3" => vec!["/v3", "/v3/"],
        _ => vec![path],
    }
}

/// Reads the arguments of a handler from a request and calls it.
pub type Handler = fn(&mut Call<'_>) -> Result<Reply, Failure>;

/// Writes the tables below out: each handler is called with its arguments, read from left to right.
macro_rules! operations {
    (@key) => { None };
    (@key $key:literal) => { Some(Key::Member($key)) };
    (@key action $key:literal) => { Some(Key::Action($key)) };
    ($(#[$doc:meta])* $table:ident: $($path:literal { $($method:ident $name:ident $(if $key:literal)? $(if_action $action:literal)? => $($handler:ident)::+($($argument:ident),*);)* })*) => {
        $(#[$doc])*
        pub static $table: &[Operation] = &[$($(Operation {
            name: stringify!($name),
            method: Method::$method,
            path: $path,
            key: operations!(@key $($key)? $(action $action)?),
            handler: |call| {
                $(let $argument = Input::read(call)?;)*
                $($handler)::+($($argument),*).map_err(Failure::from)
            },
        }),*),*];
    };
}

operations! {
    /// Every operation of SDRS that is known here, grouped by path.
    OPERATIONS:
    "/" {
        GET    ListApiVersions                 => versions::list(origin);
    }
    "/{api_version}" {
        GET    ShowSpecifiedApiVersion         => versions::show(origin);
    }
    "/v1/{project_id}/server-groups" {
        GET    ListProtectionGroups            => protection_groups::list(project, filter, page);
        POST   CreateProtectionGroup           => protection_groups::create(project, new);
    }
    "/v1/{project_id}/server-groups/{server_group_id}" {
        GET    ShowProtectionGroup             => protection_groups::show(project, id);
        PUT    UpdateProtectionGroupName       => protection_groups::rename(project, id, new);
        DELETE DeleteProtectionGroup           => protection_groups::delete(project, id);
    }
    "/v1/{project_id}/server-groups/{server_group_id}/action" {
        POST   StartProtectionGroup         if "start-server-group"    => protection_groups::start(project, id, action);
        POST   StopProtectionGroup          if "stop-server-group"     => protection_groups::stop(project, id, action);
        POST   StartReverseProtectionGroup  if "reverse-server-group"  => protection_groups::reverse(project, id, action);
        POST   StartFailoverProtectionGroup if "failover-server-group" => protection_groups::failover(project, id, action);
    }
    "/v1/{project_id}/protected-instances" {
        GET    ListProtectedInstances          => protected_instances::list(project, filter, page);
        POST   CreateProtectedInstance         => protected_instances::create(project, new);
    }
    "/v1/{project_id}/protected-instances/batch" {
        POST   BatchCreateProtectedInstances   => protected_instances::create_batch(project, new);
    }
    "/v1/{project_id}/protected-instances/delete" {
        POST   BatchDeleteProtectedInstances   => protected_instances::delete_batch(project, how);
    }
    "/v1/{project_id}/protected-instances/tags" {
        GET    ListProtectedInstancesProjectTags => tags::list_all(project);
    }
    "/v1/{project_id}/protected-instances/resource_instances/action" {
        POST   ListProtectedInstancesByTags    => tags::find(project, asked);
    }
    "/v1/{project_id}/protected-instances/{protected_instance_id}/tags" {
        GET    ListProtectedInstanceTags       => tags::list(project, id);
        POST   AddProtectedInstanceTags        => tags::add(project, id, new);
    }
    "/v1/{project_id}/protected-instances/{protected_instance_id}/tags/action" {
        POST   BatchAddTags    if_action "create" => tags::add_batch(project, id, batch);
        POST   BatchDeleteTags if_action "delete" => tags::delete_batch(project, id, batch);
        DELETE DeleteProtectedInstanceTag      => tags::delete_action(project, id);
    }
    "/v1/{project_id}/protected-instances/{protected_instance_id}/tags/{key}" {
        DELETE DeleteProtectedInstanceTag      => tags::delete(project, id, key);
    }
    "/v1/{project_id}/protected-instances/{protected_instance_id}" {
        GET    ShowProtectedInstance           => protected_instances::show(project, id);
        PUT    UpdateProtectedInstanceName     => protected_instances::rename(project, id, new);
        DELETE DeleteProtectedInstance         => protected_instances::delete(project, id, how);
    }
    "/v1/{project_id}/protected-instances/{protected_instance_id}/resize" {
        POST   ResizeProtectedInstance         => protected_instances::resize(project, id, new);
    }
    "/v1/{project_id}/protected-instances/{protected_instance_id}/attachreplication" {
        POST   AttachProtectedInstanceReplication => protected_instances::attach(project, id, new);
    }
    "/v1/{project_id}/protected-instances/{protected_instance_id}/detachreplication/{replication_id}" {
        DELETE DetachProtectedInstanceReplication => protected_instances::detach(project, id, pair);
    }
    "/v1/{project_id}/protected-instances/{protected_instance_id}/nic" {
        POST   AddProtectedInstanceNic         => protected_instances::add_nic(project, id, new);
    }
    "/v1/{project_id}/protected-instances/{protected_instance_id}/nic/delete" {
        POST   DeleteProtectedInstanceNic      => protected_instances::delete_nic(project, id, nic);
    }
    "/v1/{project_id}/replications" {
        GET    ListReplications                => replication_pairs::list(project, filter, page);
        POST   CreateReplication               => replication_pairs::create(project, new);
    }
    "/v1/{project_id}/replications/{replication_id}" {
        GET    ShowReplication                 => replication_pairs::show(project, id);
        PUT    UpdateReplicationName           => replication_pairs::rename(project, id, new);
        DELETE DeleteReplication               => replication_pairs::delete(project, id, how);
    }
    "/v1/{project_id}/replications/{replication_id}/action" {
        POST   ExpandReplication if "extend-replication" => replication_pairs::expand(project, id, size);
    }
    "/v1/{project_id}/disaster-recovery-drills" {
        GET    ListDisasterRecoveryDrills      => drills::list(project, filter, page);
        POST   CreateDisasterRecoveryDrill     => drills::create(project, new);
    }
    "/v1/{project_id}/disaster-recovery-drills/{disaster_recovery_drill_id}" {
        GET    ShowDisasterRecoveryDrill       => drills::show(project, id);
        PUT    UpdateDisasterRecoveryDrillName => drills::rename(project, id, new);
        DELETE DeleteDisasterRecoveryDrill     => drills::delete(project, id);
    }
    "/v1/{project_id}/jobs/{job_id}" {
        GET    ShowJobStatus                   => jobs::show(project, id);
    }
    "/v1/{project_id}/task-center/failure-jobs" {
        GET    ListFailureJobs                 => failure_jobs::list(project, filter, page);
    }
    "/v1/{project_id}/task-center/failure-jobs/batch" {
        DELETE DeleteAllServerGroupFailureJobs => failure_jobs::delete_all(project);
    }
    "/v1/{project_id}/task-center/failure-jobs/{failure_job_id}" {
        DELETE DeleteFailureJob                => failure_jobs::delete(project, id);
    }
    "/v1/{project_id}/task-center/{server_group_id}/failure-jobs/batch" {
        DELETE DeleteServerGroupFailureJobs    => failure_jobs::delete_of_group(project, id);
    }
    "/v1/{project_id}/sdrs/quotas" {
        GET    ShowQuota                       => quotas::show(project);
    }
    "/v1/{project_id}/active-domains" {
        GET    ListActiveActiveDomains         => active_domains::list(project);
    }
    "/v1/{project_id}/resource/rpo-statistics" {
        GET    ListRpoStatistics               => rpo::list(project, filter, page);
    }
}

operations! {
    /// What clients ask identity for, by the names in the SDK of identity.
    IDENTITY:
    "/v3" {
        GET    KeystoneShowVersion             => identity::version::show(origin);
    }
    "/v3/auth/tokens" {
        POST   KeystoneCreateUserTokenByPassword => identity::tokens::create(desk, body);
        GET    KeystoneValidateToken           => identity::tokens::validate(desk, subject);
    }
    "/v3/auth/projects" {
        GET    KeystoneListAuthProjects        => identity::lists::projects(desk);
    }
    "/v3/auth/domains" {
        GET    KeystoneListAuthDomains         => identity::lists::domains(desk);
    }
    "/v3/auth/catalog" {
        GET    KeystoneShowCatalog             => identity::catalog::show(desk);
    }
    "/v3/projects" {
        GET    KeystoneListProjects            => identity::lists::projects(desk);
    }
    "/v3/projects/{project_id}" {
        GET    KeystoneShowProject             => identity::lists::project(desk, id);
    }
    "/v3/domains" {
        GET    KeystoneListDomains             => identity::lists::domains(desk);
    }
    "/v3/users" {
        GET    KeystoneListUsers               => identity::lists::users(desk);
    }
    "/v3/users/{user_id}" {
        GET    KeystoneShowUser                => identity::lists::user(desk, id);
    }
    "/v3/users/{user_id}/projects" {
        GET    KeystoneListProjectsForUser     => identity::lists::projects_of(desk, id);
    }
    "/v3.0/OS-CREDENTIAL/securitytokens" {
        POST   CreateTemporaryAccessKeyByToken => identity::credentials::create(desk, body);
    }
}
