//! The integration tests: every behaviour over real HTTP, one file a resource or a concern.

#![expect(unreachable_pub, reason = "a test binary has no callers but itself")]

mod support;

mod bad_fixtures;
mod control;
mod crowd;
mod drills;
mod fixtures;
mod flags;
mod process;
mod projects;
mod serving;
mod spec;
mod tidy;
