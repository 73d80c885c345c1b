//! What SDRS is: plain data and rules. No HTTP, no locks, no clock, no I/O.
//!
//! In reading order: the vocabulary, the value types, the four resources, and [`project::Project`], which holds them.

pub mod code;
pub mod status;

pub mod ids;
pub mod name;
pub mod plain;
pub mod span;
pub mod tag;
pub mod tag_query;
pub mod time;

pub mod resource;
pub mod table;

pub mod drill;
pub mod protected_instance;
pub mod protection_group;
pub mod replication_pair;

pub mod inventory;
pub mod quota;
pub mod rpo;
pub mod rules;
pub mod server;

pub mod failure_job;
pub mod job;
pub mod job_id;
pub mod jobs;
pub mod plan;
pub mod wording;
pub mod work;

mod companions;
pub mod derived;
mod membership;
pub mod project;
