//! What the server is measured beside: axum taking the body as `Bytes` and answering a constant of the same size.

use std::error::Error;
use std::net::Ipv4Addr;

use axum::Router;
use axum::body::Bytes;
use axum::routing::put;
use http::header::{CONTENT_TYPE, HeaderName};
use sdrs_mock::serve::{self, Limits};
use tokio::signal::unix::{SignalKind, signal};

/// The route of the rename, spelled as in the server's own table.
const ROUTE: &str = "/v1/{project_id}/disaster-recovery-drills/{disaster_recovery_drill_id}";

/// The server's answer to the documentation's sample request, but for the time of the change.
const ANSWER: &[u8] = br#"{"disaster_recovery_drill":{"id":"e472d26f-9624-42fb-8bfc-717d4714c225","name":"new_dr_drill_name","status":"available","server_group_id":"c2aee29a-2959-4d01-9755-01cc76a4d17d","drill_vpc_id":"7881f1d2-1f41-419c-873a-14ac620bc46e","created_at":"2018-07-18 06:41:58.681","updated_at":"2026-01-01 00:00:00.000","drill_servers":[{"protected_instance":"d08ca8d7-a784-41ae-b32a-c592943f5dfc","drill_server_id":"9de0439a-4ee4-4199-919a-44afd20952dc"},{"protected_instance":"ea308e8b-043c-4fc6-a53c-856eae137b13","drill_server_id":"3eaa1c70-9719-4eb5-b577-cb92ddbffd03"}]}}"#;

/// The headers that the server sends, a constant in place of the request ID.
const HEADERS: [(HeaderName, &str); 2] = [
    (CONTENT_TYPE, "application/json"),
    (
        HeaderName::from_static("x-request-id"),
        "0bb92c9894034eebaf1fac16ef1963a3",
    ),
];

/// Serves on the port given as the only argument until SIGTERM; 0 is a free port.
#[tokio::main]
#[expect(
    clippy::print_stdout,
    reason = "the ready line is for the program that started this one"
)]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).ok_or("usage: bare PORT")?.parse()?;
    let listener = serve::bind((Ipv4Addr::LOCALHOST, port).into())?;
    let mut terminate = signal(SignalKind::terminate())?;
    println!("bare ready on http://{}", listener.local_addr()?);
    let app = Router::new().route(ROUTE, put(answer));
    let shutdown = async move {
        terminate.recv().await;
    };
    serve::run(vec![listener], app, Limits::default(), shutdown).await;
    Ok(())
}

/// Takes the whole body, looks at none of it, and answers the constant.
async fn answer(_body: Bytes) -> ([(HeaderName, &'static str); 2], &'static [u8]) {
    (HEADERS, ANSWER)
}
