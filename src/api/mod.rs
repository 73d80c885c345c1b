//! How SDRS is spoken: the table of contents of the API, and one file of small handlers for each resource.

pub mod drills;
pub mod jobs;

pub mod accept;
pub mod error;
pub mod gateway;
pub mod input;
pub mod query;
pub mod reply;

use http::Method;

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
    /// What answers it.
    pub handler: Handler,
}

/// Reads the arguments of a handler from a request and calls it.
pub type Handler = fn(&mut Call<'_>) -> Result<Reply, Failure>;

/// Writes the table below out as [`OPERATIONS`]: each handler is called with its arguments, read from left to right.
macro_rules! operations {
    ($($path:literal { $($method:ident $name:ident => $($handler:ident)::+($($argument:ident),*);)* })*) => {
        /// Every operation that is known here, grouped by path.
        pub static OPERATIONS: &[Operation] = &[$($(Operation {
            name: stringify!($name),
            method: Method::$method,
            path: $path,
            handler: |call| {
                $(let $argument = Input::read(call)?;)*
                $($handler)::+($($argument),*).map_err(Failure::from)
            },
        }),*),*];
    };
}

operations! {
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
}
