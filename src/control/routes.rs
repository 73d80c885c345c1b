//! The table of contents of the control plane.

use http::Method;

use super::{
    Route, clock, coverage, events, faults, information, job_rules, jobs, journal, metrics, report, reset, resources,
    snapshots, state, tokens, verify,
};

/// Writes the table below out as [`ROUTES`].
macro_rules! routes {
    ($($method:ident $path:literal $([$($query:literal),*])? => $($handler:ident)::+;)*) => {
        /// Every call of the control plane.
        pub(super) static ROUTES: &[Route] = &[$(Route {
            method: Method::$method,
            path: $path,
            query: &[$($($query),*)?],
            handler: $($handler)::+,
        }),*];
    };
}

routes! {
    GET    "/_mock/health"                                   => information::health;
    GET    "/_mock/ready"                                    => information::ready;
    GET    "/_mock/info"                                     => information::info;
    GET    "/_mock/operations"      ["project"]              => coverage::operations;
    GET    "/_mock/coverage"        ["project", "format"]    => coverage::coverage;
    GET    "/_mock/report"          ["project"]              => report::report;
    GET    "/_mock/openapi.json"                             => information::openapi;
    GET    "/_mock/ca.pem"                                   => information::authority;
    GET    "/_mock/metrics"                                  => metrics::metrics;
    GET    "/_mock/events"          ["project"]              => events::told;

    POST   "/_mock/reset"           ["project", "scope", "to"] => reset::reset;
    GET    "/_mock/state"           ["project"]              => state::show;
    PUT    "/_mock/state"           ["project"]              => state::replace;
    GET    "/_mock/snapshots"                                => snapshots::list;
    POST   "/_mock/snapshots"       ["project"]              => snapshots::take;
    POST   "/_mock/snapshots/{id}/restore" ["project"]       => snapshots::restore;
    DELETE "/_mock/snapshots/{id}"  ["project"]              => snapshots::forget;
    GET    "/_mock/projects"                                 => state::projects;
    PUT    "/_mock/projects/{id}"                            => state::put_project;
    DELETE "/_mock/projects/{id}"                            => state::delete_project;
    PATCH  "/_mock/resources/{collection}/{id}" ["project"]  => resources::patch;

    GET    "/_mock/clock"           ["project"]              => clock::show;
    PUT    "/_mock/clock"           ["project"]              => clock::set;
    POST   "/_mock/clock/advance"   ["project"]              => clock::advance;

    GET    "/_mock/job-rules"       ["project"]              => job_rules::list;
    PUT    "/_mock/job-rules"       ["project"]              => job_rules::replace;
    POST   "/_mock/job-rules"       ["project"]              => job_rules::add;
    DELETE "/_mock/job-rules"       ["project"]              => job_rules::clear;
    GET    "/_mock/jobs"            ["project", "status"]    => jobs::list;
    POST   "/_mock/jobs/{id}/complete" ["project"]           => jobs::complete;
    POST   "/_mock/jobs/{id}/fail"  ["project"]              => jobs::fail;

    POST   "/_mock/tokens"          ["project"]              => tokens::create;
    DELETE "/_mock/tokens"          ["project"]              => tokens::expire;

    GET    "/_mock/faults"          ["project"]              => faults::list;
    PUT    "/_mock/faults"          ["project"]              => faults::replace;
    POST   "/_mock/faults"          ["project"]              => faults::add;
    DELETE "/_mock/faults"          ["project"]              => faults::clear;
    DELETE "/_mock/faults/{id}"     ["project"]              => faults::forget;

    GET    "/_mock/requests"        ["project", "operation", "status", "since", "limit"] => journal::list;
    DELETE "/_mock/requests"        ["project"]              => journal::clear;
    GET    "/_mock/requests/unmatched" ["project"]           => journal::unmatched;
    POST   "/_mock/requests/verify" ["project"]              => verify::verify;
    GET    "/_mock/requests/{id}"   ["project"]              => journal::show;
}
