//! Metrics as Prometheus reads them.

use std::collections::BTreeMap;
use std::fmt::Write;

use http::StatusCode;

use super::Answer;
use super::ask::Ask;
use super::problem::Problem;
use crate::metrics::{BOUNDS, OTHER};

/// `GET /_mock/metrics`. No label holds anything that a client chose.
#[expect(clippy::unnecessary_wraps, reason = "what a handler gives")]
pub(super) fn metrics(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = requests(ask, &mut text)
        .and_then(|()| latency(ask, &mut text))
        .and_then(|()| state(ask, &mut text));
    Ok(Answer {
        status: StatusCode::OK,
        content_type: "text/plain; version=0.0.4; charset=utf-8",
        body: text.into_bytes(),
    })
}

fn requests(ask: &Ask<'_>, text: &mut String) -> std::fmt::Result {
    let help = "Requests by operation and status; status 0 is a broken connection.";
    head(text, "requests_total", "counter", help)?;
    for (operation, status, number) in ask.shared.metrics.requests().filter(|(_, _, number)| *number > 0) {
        let operation = operation.unwrap_or("none");
        let status = if status == OTHER {
            "other".to_owned()
        } else {
            status.to_string()
        };
        writeln!(
            text,
            r#"sdrs_mock_requests_total{{operation="{operation}",status="{status}"}} {number}"#
        )?;
    }
    Ok(())
}

fn state(ask: &Ask<'_>, text: &mut String) -> std::fmt::Result {
    let store = &ask.shared.store;
    let (mut jobs, projects) = (BTreeMap::<_, usize>::new(), store.projects());
    let mut entries = store.strays(|ring| ring.entries().count());
    for (_, shard) in &projects {
        shard.inspect(|world, _| {
            for job in world.project.jobs.iter() {
                *jobs.entry(job.status()).or_default() += 1;
            }
        });
        entries += shard.journal(|ring| ring.entries().count());
    }
    head(text, "jobs", "gauge", "Jobs that are kept, by status.")?;
    for (status, number) in jobs {
        writeln!(text, r#"sdrs_mock_jobs{{status="{status}"}} {number}"#)?;
    }
    let (journals, faults) = (store.journals(), ask.shared.metrics.faults());
    for (name, kind, help, number) in [
        ("projects", "gauge", "Projects that exist.", projects.len() as u64),
        ("journal_entries", "gauge", "Requests in all journals.", entries as u64),
        (
            "journal_bytes",
            "gauge",
            "Bytes of all journals.",
            journals.bytes() as u64,
        ),
        (
            "journal_dropped_total",
            "counter",
            "Requests that journals had to drop.",
            journals.dropped(),
        ),
        ("faults_fired_total", "counter", "Faults that met a request.", faults),
    ] {
        head(text, name, kind, help)?;
        writeln!(text, "sdrs_mock_{name} {number}")?;
    }
    Ok(())
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) -> std::fmt::Result {
    writeln!(text, "# HELP sdrs_mock_{name} {help}\n# TYPE sdrs_mock_{name} {kind}")
}

fn latency(ask: &Ask<'_>, text: &mut String) -> std::fmt::Result {
    const NAME: &str = "request_duration_seconds";
    let (upto, all, micros) = ask.shared.metrics.latency();
    head(
        text,
        NAME,
        "histogram",
        "How long requests took, from their head to their answer.",
    )?;
    for (bound, number) in BOUNDS.iter().zip(upto) {
        writeln!(text, r#"sdrs_mock_{NAME}_bucket{{le="{}"}} {number}"#, seconds(*bound))?;
    }
    writeln!(text, r#"sdrs_mock_{NAME}_bucket{{le="+Inf"}} {all}"#)?;
    writeln!(
        text,
        "sdrs_mock_{NAME}_sum {}\nsdrs_mock_{NAME}_count {all}",
        seconds(micros)
    )
}

/// Microseconds as seconds, without the error of a floating-point number.
fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}
