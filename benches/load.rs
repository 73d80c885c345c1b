//! The load of the benchmark: renames one drill, or gets a path, over kept-alive connections that each send when answered.

mod connection;
mod exchange;
mod first;
mod histogram;

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use clap::Parser;
use serde::Serialize;

use connection::{End, Server};
use exchange::{get, request};

/// What this program says when something went wrong: it prints it and exits with 1.
type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Renames one drill as fast as the servers answer, or gets a path, and prints one line of JSON for each server.
#[derive(Parser)]
struct Arguments {
    /// The servers to load, such as 127.0.0.1:7705: in turns of one slice each, never two at once.
    #[arg(required_unless_present = "first_200")]
    addresses: Vec<SocketAddr>,
    /// Connections to each server, each with one request under way at a time.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Seconds to count for, each server.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Seconds to load each server before counting.
    #[arg(long, default_value_t = 0.5)]
    warm_up: f64,
    /// Seconds until it is another server's turn: short, so that a busy neighbour slows all of them alike.
    #[arg(long, default_value_t = 0.05)]
    slice: f64,
    /// Send exactly this many requests to each server instead, all of them counted.
    #[arg(long, conflicts_with_all = ["seconds", "warm_up", "slice"])]
    requests: Option<u64>,
    /// Another name in every request, of the same length.
    #[arg(long, conflicts_with = "get")]
    names: bool,
    /// Get this path below the project instead: one for each server, in the same order; a server may be named twice.
    #[arg(long)]
    get: Vec<String>,
    /// Send these header fields too, one a line: one text for each server, in the same order.
    #[arg(long, conflicts_with_all = ["get", "names"])]
    headers: Vec<String>,
    /// Start this command, `{port}` in it being a free port, print the milliseconds to its first 200 and end it.
    #[arg(long, num_args = 1.., allow_hyphen_values = true, conflicts_with = "addresses")]
    first_200: Vec<String>,
}

/// What is printed of one server.
#[derive(Serialize)]
struct Report {
    connections: usize,
    requests: u64,
    seconds: f64,
    rps: f64,
    p50_us: f64,
    p99_us: f64,
    p999_us: f64,
    /// Bytes of one answer, its head included.
    answer_bytes: usize,
    errors: usize,
}

fn main() -> Fallible<()> {
    let arguments = Arguments::parse();
    if !arguments.first_200.is_empty() {
        let milliseconds = first::first_200(&arguments.first_200)?.as_secs_f64() * 1e3;
        return print(&serde_json::json!({ "first_200_ms": milliseconds }));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let servers = runtime.block_on(load(&arguments))?;
    for server in &servers {
        print(&report(server, arguments.connections))?;
    }
    let fault = servers
        .iter()
        .find_map(|server| server.tally.lock().faults.first().cloned());
    fault.map_or(Ok(()), |fault| Err(fault.into()))
}

/// Loads the servers in turn until each has had its seconds, or its requests.
async fn load(arguments: &Arguments) -> Fallible<Vec<Server>> {
    let mut servers = Vec::new();
    if !arguments.get.is_empty() && arguments.get.len() != arguments.addresses.len() {
        return Err("there must be one --get for each server".into());
    }
    if !arguments.headers.is_empty() && arguments.headers.len() != arguments.addresses.len() {
        return Err("there must be one --headers for each server".into());
    }
    for (place, address) in arguments.addresses.iter().enumerate() {
        let path = arguments.get.get(place);
        let headers = arguments.headers.get(place).map_or("", String::as_str);
        let request = path.map_or_else(|| request(*address, headers), |path| get(*address, path));
        servers.push(Server::connect(place, *address, &request, arguments.connections, arguments.names).await?);
    }
    if let Some(requests) = arguments.requests {
        for server in &mut servers {
            server.slice(End::After(requests), true).await?;
        }
        return Ok(servers);
    }
    let slice = Duration::try_from_secs_f64(arguments.slice)?;
    for (seconds, counted) in [(arguments.warm_up, false), (arguments.seconds, true)] {
        let mut left = Duration::try_from_secs_f64(seconds)?;
        while !left.is_zero() {
            let this = slice.min(left);
            for server in &mut servers {
                server.slice(End::At(now() + this), counted).await?;
            }
            // Whoever went last goes first: no server always follows the same other one.
            servers.reverse();
            left -= this;
        }
    }
    servers.sort_by_key(|server| server.place);
    Ok(servers)
}

/// Sums up what was counted of one server.
fn report(server: &Server, connections: usize) -> Report {
    let tally = server.tally.lock();
    let requests = tally.latencies.total();
    let counted = u32::try_from(requests).expect("no run lasts for four billion requests");
    let seconds = server.counted_for.as_secs_f64();
    Report {
        connections,
        requests,
        seconds,
        rps: (f64::from(counted) / seconds).round(),
        p50_us: tally.latencies.quantile(500),
        p99_us: tally.latencies.quantile(990),
        p999_us: tally.latencies.quantile(999),
        answer_bytes: tally.answer.map_or(0, |answer| answer.head + answer.body),
        errors: tally.faults.len(),
    }
}

/// Prints one line of JSON, all that this program says when nothing goes wrong.
#[expect(clippy::print_stdout, reason = "the line is for the program that started this one")]
fn print(line: &impl Serialize) -> Fallible<()> {
    println!("{}", serde_json::to_string(line)?);
    Ok(())
}

/// The one clock of this program.
#[expect(clippy::disallowed_methods, reason = "latency is what is measured here")]
fn now() -> Instant {
    Instant::now()
}
