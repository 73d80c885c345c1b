//! The mock's own face under `/_mock`: what a tester asks of the server rather than of SDRS.
//!
//! Its calls are plain functions in a table, as the operations of SDRS are; they answer in memory at once, so the same
//! table serves HTTP and [`Control`](crate::Control), which asks it without a socket.

mod ask;
pub mod client;
mod clock;
mod console;
mod coverage;
mod events;
mod faults;
mod information;
mod job_rules;
mod jobs;
mod journal;
mod metrics;
mod problem;
mod report;
mod reset;
mod resources;
mod routes;
mod safety;
mod snapshots;
mod state;
mod tokens;
mod verify;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use serde::Serialize;

use self::ask::Ask;
pub(crate) use self::coverage::served;
pub(crate) use self::faults::STATUSES as FAULT_STATUSES;
use self::problem::{Problem, nearest};
pub(crate) use self::resources::merge;
use self::routes::ROUTES;
pub(crate) use self::state::check_settings;
use crate::serve::body;
use crate::shared::Shared;

/// The largest body that a call takes: a whole state.
const BODY_LIMIT: usize = 256 << 20;

/// A call of the control plane.
struct Route {
    method: Method,
    /// The path, the parameters in braces.
    path: &'static str,
    /// The parameters that the query may have.
    query: &'static [&'static str],
    /// What answers it.
    handler: fn(&Ask<'_>) -> Result<Answer, Problem>,
}

/// The calls that act without being told more than their URL says.
const BODILESS: [&str; 3] = ["/_mock/reset", "/_mock/snapshots/{id}/restore", "/_mock/tokens"];

impl Route {
    /// Refuses a body that the call would not read.
    fn check_body(&self, body: &[u8]) -> Result<(), Problem> {
        let takes_none = matches!(self.method, Method::GET | Method::DELETE) || BODILESS.contains(&self.path);
        if takes_none && !matches!(body.trim_ascii(), b"" | b"{}") {
            let message = format!(
                "{} {} takes no body: what it is told stands in the query",
                self.method, self.path
            );
            return Err(Problem::invalid("unexpected_body", message).at(""));
        }
        Ok(())
    }
}

/// What a call is answered with.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// 200 with this as JSON.
    #[expect(clippy::unnecessary_wraps, reason = "what a handler gives")]
    fn ok(body: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::json(StatusCode::OK, body))
    }

    /// This as JSON.
    fn json(status: StatusCode, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("what is answered has only texts as names");
        Self {
            status,
            content_type: "application/json",
            body,
        }
    }
}

/// What was taken away.
#[derive(Serialize)]
struct Removed<'r> {
    removed: &'r str,
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        #[derive(Serialize)]
        struct Envelope {
            error: Problem,
        }
        let status = problem.status;
        Self::json(status, &Envelope { error: problem })
    }
}

/// The routes of the control plane.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let mut router = Router::new();
    let places = if shared.safety.no_control {
        safety::open(shared).collect()
    } else {
        vec!["/_mock", "/_mock/", "/_mock/{*path}"]
    };
    for place in places {
        router = router.route(place, any(serve));
    }
    router.with_state(Arc::clone(shared))
}

async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if let Err(problem) = safety::check(&shared, &head) {
        return respond(problem.into(), &head.method, head.uri.path());
    }
    if let Some(answer) = console::answer(&head.method, head.uri.path()) {
        return answer;
    }
    if head.uri.path() == events::PATH && head.method == Method::GET {
        return events::stream(shared, &head.uri, &head.headers);
    }
    let answer = match body::read(body, &head.headers, BODY_LIMIT, shared.body_timeout).await {
        Ok(body) => answer(&shared, &head.method, &head.uri, &body),
        Err(unread) => {
            let message =
                format!("the body could not be read within {BODY_LIMIT} bytes and --body-timeout: {unread:?}");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "unreadable_body", message).into()
        }
    };
    respond(answer, &head.method, head.uri.path())
}

/// Answers one call.
pub(crate) fn answer(shared: &Shared, method: &Method, uri: &Uri, body: &[u8]) -> Answer {
    find(method, uri.path())
        .and_then(|(route, path)| {
            let query = ask::query(uri.query().unwrap_or_default(), route.query)?;
            let ask = Ask {
                shared,
                path,
                query,
                body,
            };
            if let Err(unread) = route.check_body(body) {
                // Whom the call is for is the first thing to be right about.
                let scoped = route.query.contains(&"project");
                let scope = if scoped && route.method != Method::GET {
                    ask.changing_scope().map(Some)
                } else {
                    ask.scope()
                };
                return Err(scope.err().unwrap_or(unread));
            }
            (route.handler)(&ask)
        })
        .unwrap_or_else(Answer::from)
}

/// The route of this method and this path, and the values of its parameters.
fn find(method: &Method, path: &str) -> Result<(&'static Route, Vec<String>), Problem> {
    let mut routes = ROUTES
        .iter()
        .filter_map(|route| Some((route, fit(route.path, path)?)))
        .peekable();
    if routes.peek().is_none() {
        let problem = Problem::new(
            StatusCode::NOT_FOUND,
            "unknown_path",
            format!("the control plane has no {path}"),
        );
        let known: Vec<_> = ROUTES.iter().map(|route| route.path).collect();
        return Err(match nearest(path, known.iter().copied()) {
            Some(_) => problem.meant(path, &known),
            None => problem,
        });
    }
    // HEAD is GET without the body.
    let method = if method == Method::HEAD { &Method::GET } else { method };
    routes.find(|(route, _)| route.method == *method).ok_or_else(|| {
        let message = format!("{path} does not take {method}, it takes {}", methods(path));
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message)
    })
}

fn methods(path: &str) -> String {
    let routes = ROUTES.iter().filter(|route| fit(route.path, path).is_some());
    let mut methods: Vec<_> = routes.map(|route| route.method.as_str()).collect();
    // A path can fit two routes, as `requests/unmatched` does, which stand together.
    methods.dedup();
    methods.join(", ")
}

/// The values of the template's parameters, if the path has its form.
fn fit(template: &str, path: &str) -> Option<Vec<String>> {
    let (mut given, mut values) = (path.split('/'), Vec::new());
    for expected in template.split('/') {
        let segment = given.next()?;
        if expected.starts_with('{') {
            let value = percent_encoding::percent_decode_str(segment).decode_utf8().ok()?;
            values.push(value.into_owned());
        } else if segment != expected {
            return None;
        }
    }
    given.next().is_none().then_some(values)
}

/// The answer as HTTP has it: never to be kept by a cache.
fn respond(answer: Answer, method: &Method, path: &str) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if answer.status == StatusCode::UNAUTHORIZED {
        headers.insert(
            WWW_AUTHENTICATE,
            HeaderValue::from_static(r#"Bearer realm="sdrs-mock""#),
        );
    }
    if answer.status == StatusCode::METHOD_NOT_ALLOWED && find(method, path).is_err() {
        let allow = HeaderValue::from_str(&methods(path)).expect("methods are tokens");
        headers.insert(ALLOW, allow);
    }
    response
}
