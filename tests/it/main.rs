//! The integration tests: every behaviour over real HTTP, one file a resource or a concern.

#![expect(unreachable_pub, reason = "a test binary has no callers but itself")]

mod made;
mod support;

mod bad_fixtures;
mod bodies;
mod contract;
mod control;
mod coverage;
mod crowd;
mod demo;
mod dispatch;
mod documents;
mod drill_jobs;
mod drills;
mod failure_jobs;
mod faults;
mod fixtures;
mod flags;
mod ids;
mod insight;
mod jobs;
mod journal;
mod journeys;
mod json;
mod lists;
mod log;
mod model;
mod names;
mod openapi;
mod order;
mod pages;
mod process;
mod projects;
mod protected_instances;
mod protection_groups;
mod readme;
mod readme_in_chinese;
mod recipes;
mod replication_pairs;
mod routing;
mod scenarios;
mod serving;
mod signatures;
mod spec;
mod stage;
mod state;
mod surroundings;
mod tags;
mod tidy;
mod transport;
mod written;
