//! [`Control`]: the control plane for a Rust test, without HTTP in between.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Uri};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::span::Span;
use crate::shared::Shared;
use crate::store::faults::Fault;
use crate::store::job_rules::JobRule;
use crate::store::matching::RequestMatch;

/// The control plane of a server in this process. It is cheap to clone, and outlives nothing: a server that has stopped
/// is still asked, but serves nobody.
///
/// ```
/// use sdrs_mock::{Config, Server};
/// use sdrs_mock::store::faults::{Effect, Fault};
///
/// let server = Server::start(Config::test())?;
/// let project = server.control().project("my-test");
/// project.freeze("2026-01-01T00:00:00Z")?;
/// project.arm(&Fault::error(503).on("UpdateDisasterRecoveryDrillName").first(2))?;
/// assert_eq!(project.faults()?.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

/// The control plane with a scope: one project, or all of them.
#[derive(Debug, Clone)]
pub struct Scoped {
    control: Control,
    scope: String,
}

/// Why the control plane refused something; nothing was changed by it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refused {
    /// The HTTP status.
    #[serde(skip)]
    pub status: u16,
    /// A word that stays the same, such as `unknown_operation`.
    pub code: String,
    /// What was wrong.
    pub message: String,
    /// Where in the body, as a JSON pointer.
    #[serde(default)]
    pub pointer: Option<String>,
    /// What may have been meant.
    #[serde(default)]
    pub hint: Option<String>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        if let Some(pointer) = &self.pointer {
            write!(f, " at {pointer:?}")?;
        }
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refused {}

/// What a clock shows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ClockShown {
    /// `real` or `frozen`.
    pub mode: String,
    /// The time, RFC 3339 in UTC.
    pub now: String,
    /// How far a real clock is ahead.
    pub offset: Option<String>,
    /// How many jobs go on.
    pub jobs_pending: usize,
    /// When the next of them ends by itself.
    pub next_due: Option<String>,
}

/// A job as the control plane tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct JobTold {
    /// Its ID.
    pub job_id: String,
    /// Its type.
    pub job_type: String,
    /// `INIT`, `RUNNING`, `SUCCESS` or `FAIL`.
    pub status: String,
    /// When it ended.
    pub end_time: Option<String>,
    /// The rule that governs it; none is the server's default.
    pub rule: Option<String>,
    /// The code that it reports, where it failed.
    pub error_code: Option<String>,
    /// The reason that it reports.
    pub fail_reason: Option<String>,
}

/// A request that was made.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Request {
    /// Its number.
    pub id: u64,
    /// The operation, if a route knew it.
    pub operation: Option<String>,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query.
    pub query: String,
    /// The body: JSON where it is some, else text, or null.
    pub body: Value,
    /// The status that it was answered with; 0 where the connection was broken instead.
    pub status: u16,
    /// The code that it was refused with.
    pub code: Option<String>,
    /// The fault that it met.
    pub fault: Option<String>,
    /// What of it nothing has read.
    pub unread: Vec<String>,
}

/// The answer to a question whether something was asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Verdict {
    /// Yes or no; none where entries were dropped that may have changed the answer.
    pub ok: Option<bool>,
    /// How many requests matched, where the answer is not yes.
    #[serde(default)]
    pub actual: Option<usize>,
    /// The requests that are most like what was asked for.
    #[serde(default)]
    pub nearest: Vec<Request>,
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The control plane of one project, which is made if it is not there yet.
    pub fn project(&self, id: impl Into<String>) -> Scoped {
        let (control, scope) = (self.clone(), id.into());
        Scoped { control, scope }
    }

    /// The control plane of all projects, and those that are still to come.
    pub fn all(&self) -> Scoped {
        self.project("*")
    }

    /// Makes a call as HTTP would, but for what guards the door: status and body of the answer.
    ///
    /// # Panics
    ///
    /// On a method or a path that HTTP could not send.
    pub fn call(&self, method: &str, target: &str, body: &str) -> (u16, String) {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let uri: Uri = target.parse().expect("a path and a query");
        let answer = super::answer(&self.shared, &method, &uri, body.as_bytes());
        (
            answer.status.as_u16(),
            String::from_utf8(answer.body).expect("answers are UTF-8"),
        )
    }

    fn ask<T: DeserializeOwned>(&self, method: &str, target: &str, body: &str) -> Result<T, Refused> {
        #[derive(Deserialize)]
        struct Envelope {
            error: Refused,
        }
        let (status, body) = self.call(method, target, body);
        match serde_json::from_str(&body) {
            Ok(Envelope { error }) => Err(Refused { status, ..error }),
            Err(_) => Ok(serde_json::from_str(&body).expect("the control plane answers as documented")),
        }
    }

    /// What clients verify the server with, in PEM, where it has made its certificate itself.
    pub fn certificate_authority(&self) -> Option<String> {
        self.shared.authority.get().cloned()
    }

    /// Puts the projects of a snapshot back as they were.
    pub fn restore(&self, snapshot: &str) -> Result<(), Refused> {
        self.ask("POST", &format!("/_mock/snapshots/{snapshot}/restore"), "")
            .map(|_: Value| ())
    }
}

impl Scoped {
    fn ask<T: DeserializeOwned>(&self, method: &str, path: &str, body: &impl Serialize) -> Result<T, Refused> {
        let body = serde_json::to_string(body).expect("what is asked is JSON");
        let mark = if path.contains('?') { '&' } else { '?' };
        self.control
            .ask(method, &format!("/_mock/{path}{mark}project={}", self.scope), &body)
    }

    fn tell(&self, method: &str, path: &str, body: &impl Serialize) -> Result<(), Refused> {
        self.ask(method, path, body).map(|_: Value| ())
    }

    /// Lets the clock stand at this time, RFC 3339 in UTC.
    pub fn freeze(&self, now: &str) -> Result<(), Refused> {
        self.tell("PUT", "clock", &json!({"mode": "frozen", "now": now}))
    }

    /// Lets the clock go with the real one.
    pub fn unfreeze(&self) -> Result<(), Refused> {
        self.tell("PUT", "clock", &json!({"mode": "real"}))
    }

    /// What the clock of this one project shows.
    pub fn clock(&self) -> Result<ClockShown, Refused> {
        self.ask("GET", "clock", &json!({}))
    }

    /// Turns the clock of this one project ahead, and says which jobs ended by it.
    pub fn advance(&self, by: Duration) -> Result<Vec<JobTold>, Refused> {
        self.turn(&json!({"by": Span(by)}))
    }

    /// Turns the clock of this one project to the next due time, and says which jobs ended then.
    pub fn advance_to_next_due(&self) -> Result<Vec<JobTold>, Refused> {
        self.turn(&json!({"to": "next-due"}))
    }

    fn turn(&self, how: &Value) -> Result<Vec<JobTold>, Refused> {
        #[derive(Deserialize)]
        struct Turned {
            ended: Vec<JobTold>,
        }
        self.ask("POST", "clock/advance", how)
            .map(|turned: Turned| turned.ended)
    }

    /// Adds a rule for jobs behind those that are there.
    pub fn rule(&self, rule: &JobRule) -> Result<(), Refused> {
        self.tell("POST", "job-rules", rule)
    }

    /// Takes all rules for jobs away.
    pub fn clear_job_rules(&self) -> Result<(), Refused> {
        self.tell("DELETE", "job-rules", &json!({}))
    }

    /// The jobs, newest first.
    pub fn jobs(&self) -> Result<Vec<JobTold>, Refused> {
        #[derive(Deserialize)]
        struct Listed {
            jobs: Vec<JobTold>,
        }
        self.ask("GET", "jobs", &json!({})).map(|listed: Listed| listed.jobs)
    }

    /// Ends a job with success, whatever was planned.
    pub fn complete(&self, job: &str) -> Result<JobTold, Refused> {
        self.ask("POST", &format!("jobs/{job}/complete"), &json!({}))
    }

    /// Ends a job with failure, whatever was planned; without a code with that of its type.
    pub fn fail(&self, job: &str, error_code: Option<&str>, fail_reason: Option<&str>) -> Result<JobTold, Refused> {
        let body = json!({"error_code": error_code, "fail_reason": fail_reason});
        self.ask("POST", &format!("jobs/{job}/fail"), &body)
    }

    /// Arms a fault behind those that are there; its ID.
    pub fn arm(&self, fault: &Fault) -> Result<String, Refused> {
        #[derive(Deserialize)]
        struct Changed {
            added: Vec<Armed>,
        }
        #[derive(Deserialize)]
        struct Armed {
            id: String,
        }
        let changed: Changed = self.ask("POST", "faults", fault)?;
        Ok(changed
            .added
            .into_iter()
            .map(|armed| armed.id)
            .next()
            .unwrap_or_default())
    }

    /// The faults of this one project, as JSON: what was armed, and what became of it.
    pub fn faults(&self) -> Result<Vec<Value>, Refused> {
        #[derive(Deserialize)]
        struct Own {
            faults: Vec<Value>,
        }
        self.ask("GET", "faults", &json!({})).map(|own: Own| own.faults)
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) -> Result<(), Refused> {
        self.tell("DELETE", "faults", &json!({}))
    }

    /// Puts these parts back to what they were at first, all of them where none is named: `state`, `jobs`, `job-rules`,
    /// `faults`, `clock`, `ids`, `journal`.
    pub fn reset(&self, scopes: &[&str]) -> Result<(), Refused> {
        let path = match scopes {
            [] => "reset".to_owned(),
            scopes => format!("reset?scope={}", scopes.join(",")),
        };
        self.tell("POST", &path, &json!({}))
    }

    /// The state as a document, which can be put back and is a fixture too.
    pub fn state(&self) -> Result<Value, Refused> {
        self.ask("GET", "state", &json!({}))
    }

    /// Puts a document in place of the state.
    pub fn put_state(&self, document: &Value) -> Result<(), Refused> {
        self.tell("PUT", "state", document)
    }

    /// Sets the state aside; the ID for [`Control::restore`].
    pub fn snapshot(&self) -> Result<String, Refused> {
        #[derive(Deserialize)]
        struct Taken {
            id: String,
        }
        self.ask("POST", "snapshots", &json!({})).map(|taken: Taken| taken.id)
    }

    /// A token of this one project, as a login would issue it.
    pub fn issue_token(&self) -> Result<String, Refused> {
        #[derive(Deserialize)]
        struct Issued {
            token: String,
        }
        self.ask("POST", "tokens", &json!({}))
            .map(|issued: Issued| issued.token)
    }

    /// Expires every token that was issued until now.
    pub fn expire_tokens(&self) -> Result<(), Refused> {
        self.tell("DELETE", "tokens", &json!({}))
    }

    /// Changes a row of this one project by a JSON merge patch, past the API's transitions.
    pub fn patch(&self, collection: &str, id: &str, patch: &Value) -> Result<Value, Refused> {
        self.ask("PATCH", &format!("resources/{collection}/{id}"), patch)
    }

    /// The requests, newest first.
    pub fn requests(&self) -> Result<Vec<Request>, Refused> {
        #[derive(Deserialize)]
        struct Listed {
            requests: Vec<Request>,
        }
        self.ask("GET", "requests?limit=1000", &json!({}))
            .map(|listed: Listed| listed.requests)
    }

    /// Whether a request like this came exactly so often.
    pub fn came(&self, wanted: &RequestMatch, exactly: usize) -> Result<Verdict, Refused> {
        self.ask(
            "POST",
            "requests/verify",
            &json!({"match": wanted, "times": {"exactly": exactly}}),
        )
    }

    /// Whether requests like these came in this order, others perhaps in between.
    pub fn came_in_order(&self, wanted: &[RequestMatch]) -> Result<Verdict, Refused> {
        self.ask("POST", "requests/verify", &json!({"sequence": wanted}))
    }
}
