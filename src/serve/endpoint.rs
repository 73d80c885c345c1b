//! The way of every request to SDRS: head, body, operation, answer. One endpoint a route.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use chrono::{Datelike, Timelike};
use http::header::{ACCEPT, ALLOW, CONTENT_TYPE, DATE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use uuid::Uuid;

use super::body::{self, Unread};
use super::faulty::{self, Faulted, Voice};
use super::met::Met;
use crate::api::accept::admits_json;
use crate::api::auth::{Auth, Holder};
use crate::api::error::{Dialect, Failure};
use crate::api::identity::Kind;
use crate::api::input::Call;
use crate::api::path::{Parameters, Place};
use crate::api::reply::Reply;
use crate::api::{HUAWEI_ONLY, Operation, gateway};
use crate::config::Span;
use crate::domain::code::Code;
use crate::domain::ids::simple;
use crate::domain::rules::Flavour;
use crate::domain::time::Time;
use crate::shared::Shared;
use crate::store::{Closed, Shard};

/// Every answer carries it; clients quote it when they report an error.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where identity hands out tokens.
const SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// The media type of every answer with a body.
pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The project that the URL names, if the route has one, and how the URL spells it.
type Opened<'r> = Option<(Result<&'r Shard, Closed>, &'r str)>;

/// A route: the operations that one path has, by method. A path that nothing knows is a route without operations.
#[derive(Clone)]
pub(super) struct Endpoint {
    shared: Arc<Shared>,
    operations: &'static [Operation],
    places: Vec<Place>,
    /// Whether the path is a reserved word in the place of an ID, which has no operation of its own.
    is_reserved: bool,
}

impl Endpoint {
    /// The endpoint of these operations, all of one path.
    pub(super) fn new(shared: Arc<Shared>, operations: &'static [Operation]) -> Self {
        let places = operations
            .first()
            .map_or_else(Vec::new, |operation| Place::all(operation.path));
        Self {
            shared,
            operations,
            places,
            is_reserved: false,
        }
    }

    /// The endpoint of a word that is no ID although it stands where one does: it has no method.
    pub(super) fn reserved(shared: Arc<Shared>) -> Self {
        Self {
            is_reserved: true,
            ..Self::new(shared, &[])
        }
    }

    /// Answers one request.
    pub(super) async fn answer(&self, request: Request) -> Response {
        let started = self.shared.store.real_now();
        let (head, body) = request.into_parts();
        let Some(mut operation) = self.operation(&head.method) else {
            return self.unrouted(&head, started);
        };
        let mut parameters = Parameters::new(&self.places, head.uri.path());
        let id = operation.is_of_project().then(|| parameters.next()).flatten();
        let project = id.map(|id| id.text()).map(|id| (self.shared.store.open(&id), id));
        let project = project
            .as_ref()
            .map(|(project, id)| (project.as_deref().map_err(|&closed| closed), &**id));
        let shard = project.and_then(|(project, _)| project.ok());
        let mut met = Met::default();
        let outcome = match self.admit(&head.headers, operation, project, body).await {
            Err(failure) => Err(failure),
            Ok(body) => {
                if operation.key.is_some() {
                    operation = Operation::select(self.operations, &operation.method, &body).unwrap_or(operation);
                }
                met.body = body;
                met.fault(&self.shared, operation, shard, &head);
                if let Some(fired) = &met.fired {
                    faulty::delay(fired).await;
                }
                if met.is_applied() {
                    self.carry_out((operation, project), parameters, &head, &mut met)
                } else {
                    Ok(Reply::no_content())
                }
            }
        };
        let id = shard.map_or_else(|| self.shared.store.request_id(), Shard::request_id);
        let mut answer = self.spoken(outcome, &mut met, id);
        let (took, now) = self.stamp(&mut answer, shard, started);
        let of = Some((operation, operation.place()));
        met.record(&self.shared, (of, shard), (&head, &mut answer), (now, took, id));
        tracing::debug!(operation = operation.name, path = head.uri.path(), status = met.status);
        met.hold(&mut answer).await;
        answer
    }

    /// Dates an answer by the clock that the request met, if that one stands; how long it took, and what time it is there.
    fn stamp(&self, answer: &mut Response, shard: Option<&Shard>, started: Time) -> (Duration, Time) {
        let store = &self.shared.store;
        let ended = store.real_now();
        let (now, stands) = shard.map_or_else(|| store.default_clock().at(ended), |shard| shard.clock(ended));
        if stands {
            answer.headers_mut().insert(DATE, date(now));
        }
        (ended.since(started), now)
    }

    /// The answer of an outcome, as the fault that it met leaves it.
    fn spoken(&self, outcome: Result<Reply, Failure>, met: &mut Met, id: Uuid) -> Response {
        let mut reply = match outcome {
            Ok(reply) => reply,
            Err(failure) => {
                met.code = Some(Cow::Borrowed(failure.shown_code(self.shared.dialect)));
                let (status, body) = failure.render(self.shared.dialect, &id.simple().to_string());
                let token = None;
                Reply { status, body, token }
            }
        };
        met.status = reply.status;
        let Some(fired) = &met.fired else {
            return whole(reply, id);
        };
        met.patch(&mut reply.body);
        let answer = met.is_applied().then(|| whole(reply, id));
        let on_socket = !self.shared.listeners().is_empty();
        let dialect = self.shared.dialect;
        let Faulted {
            mut response,
            status,
            code,
        } = faulty::spoil(fired, answer, Voice { dialect, id, on_socket });
        met.mark(&mut response);
        met.status = status;
        met.code = code.map(Cow::Owned).or(met.code.take());
        response
    }

    /// The operation of this method; HEAD is GET without the body.
    fn operation(&self, method: &Method) -> Option<&'static Operation> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.operations.iter().find(|operation| operation.method == *method)
    }

    /// Calls the operation, if the request is signed as it must be.
    fn carry_out(
        &self,
        (operation, project): (&'static Operation, Opened<'_>),
        parameters: Parameters<'_>,
        head: &Parts,
        met: &mut Met,
    ) -> Result<Reply, Failure> {
        let holder = self.verify(operation, head, &met.body)?;
        self.serves(operation)?;
        let here = (&self.shared.store, self.shared.dialect, &self.shared.access);
        let sent = (&head.uri, &head.headers);
        let mut call = Call::new(here, operation, project, parameters, sent, &met.body);
        call.holder = holder;
        let outcome = (operation.handler)(&mut call);
        // Where a list is refused, the parameters behind the refused one were not looked at.
        met.unread = if outcome.is_ok() || operation.method != Method::GET {
            call.unread()
        } else {
            call.unread_members()
        };
        outcome
    }

    /// Whose key the request is signed with, where that is looked at.
    fn verify(&self, operation: &Operation, head: &Parts, body: &Bytes) -> Result<Option<Holder>, Failure> {
        let access = &self.shared.access;
        if access.auth != Auth::Strict || operation.is_open() {
            return Ok(None);
        }
        access.verify(head, body, &self.shared.store)
    }

    /// Refuses an operation that this flavour does not have.
    fn serves(&self, operation: &Operation) -> Result<(), Failure> {
        let flavour = self.shared.store.settings().rules.flavour;
        if flavour == Flavour::Otc && HUAWEI_ONLY.contains(&operation.name) {
            let detail = format!("{} is not in flavor {}", operation.name, flavour.word());
            return Err(gateway::NOT_SERVED.because(detail).into());
        }
        Ok(())
    }

    /// What is refused without a look at the body, then the body.
    async fn admit(
        &self,
        headers: &HeaderMap,
        operation: &Operation,
        project: Opened<'_>,
        body: Body,
    ) -> Result<Bytes, Failure> {
        if self.shared.dialect == Dialect::Documented && !admits_json(headers.get_all(ACCEPT)) {
            return Err(gateway::NOT_ACCEPTABLE
                .because("answers are application/json, which Accept excludes")
                .into());
        }
        let access = &self.shared.access;
        if access.auth != Auth::Off
            && let Some((shard, id)) = project
        {
            access.admit(headers, &self.shared.store, (shard.ok(), id))?;
        }
        let limit = self.shared.body_limit;
        match body::read(body, headers, limit, self.shared.body_timeout).await {
            Ok(body) => Ok(body),
            Err(Unread::TooLarge) => Err(gateway::TOO_LARGE
                .because(format!("the body may have {limit} bytes (--body-limit)"))
                .into()),
            Err(Unread::TimedOut) => {
                let time = Span(self.shared.body_timeout);
                Err(gateway::REQUEST_TIMEOUT
                    .because(format!("the body has {time} to arrive (--body-timeout)"))
                    .into())
            }
            Err(Unread::Broken(error)) => {
                let detail = format!("the body ended before it was complete: {error}");
                if operation.is_of_identity() {
                    return Err(Kind::BadRequest.because(detail).into());
                }
                Err(Code::InvalidParameters.because(detail).into())
            }
        }
    }

    /// The answer where no operation has this path, or none of them this method.
    fn unrouted(&self, head: &Parts, started: Time) -> Response {
        let store = &self.shared.store;
        let project = head.uri.path().split('/').nth(2).and_then(|id| store.existing(id));
        let id = project.as_deref().map_or_else(|| store.request_id(), Shard::request_id);
        let is_known = self.is_reserved || !self.operations.is_empty();
        let row = if is_known {
            gateway::WRONG_METHOD
        } else {
            gateway::UNKNOWN_PATH
        };
        let mut answer = self.refuse(&row.rejection().into(), id);
        if is_known && self.shared.dialect == Dialect::Documented {
            let methods = self.operations.iter().map(|operation| operation.method.as_str());
            let mut methods: Vec<_> = methods.collect();
            // Operations that share method and path stand together.
            methods.dedup();
            let allow = HeaderValue::from_str(&methods.join(", ")).expect("methods are tokens");
            answer.headers_mut().insert(ALLOW, allow);
        }
        let mut met = Met {
            status: answer.status().as_u16(),
            code: Some(Cow::Borrowed(row.code)),
            ..Met::default()
        };
        let (took, now) = self.stamp(&mut answer, project.as_deref(), started);
        met.record(
            &self.shared,
            (None, project.as_deref()),
            (head, &mut answer),
            (now, took, id),
        );
        tracing::debug!(method = %head.method, path = head.uri.path(), status = met.status);
        answer
    }

    fn refuse(&self, failure: &Failure, id: Uuid) -> Response {
        let text = id.simple().to_string();
        let (status, body) = failure.render(self.shared.dialect, &text);
        json(status, body, id)
    }
}

/// An answer as a handler gave it.
fn whole(reply: Reply, id: Uuid) -> Response {
    let mut answer = json(reply.status, reply.body, id);
    if let Some(token) = reply.token
        && let Ok(token) = HeaderValue::from_str(&token)
    {
        answer.headers_mut().insert(SUBJECT_TOKEN, token);
    }
    answer
}

/// An answer with this status and this JSON; 204 has neither body nor type.
fn json(status: u16, body: Vec<u8>, id: Uuid) -> Response {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).expect("both catalogues hold only real statuses");
    if status != 204 {
        answer.headers_mut().insert(CONTENT_TYPE, JSON);
    }
    answer.headers_mut().insert(REQUEST_ID, request_id(id));
    answer
}

/// The header value of a request ID: 32 hex digits.
pub(super) fn request_id(id: Uuid) -> HeaderValue {
    HeaderValue::from_bytes(&simple(id)).expect("hex digits are a header value")
}

/// This time as a `Date`, which on a standing clock stands too.
fn date(at: Time) -> HeaderValue {
    let date = chrono::DateTime::from_timestamp_micros(at.as_micros()).expect("every Time lies within chrono's range");
    let (year, month, day) = (date.year(), MONTHS[date.month0() as usize], date.day());
    let (hour, minute, second) = (date.hour(), date.minute(), date.second());
    let text = format!(
        "{}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT",
        date.weekday()
    );
    HeaderValue::from_str(&text).expect("a date is ASCII")
}

/// The months as a `Date` names them; the days are called as chrono calls them.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
