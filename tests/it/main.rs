//! The integration tests: every behaviour over real HTTP, one file a resource or a concern.

#![expect(unreachable_pub, reason = "a test binary has no callers but itself")]

mod made;
mod support;

mod drills;
mod failure_jobs;
mod replication_pairs;
mod scenarios;
mod surroundings;
