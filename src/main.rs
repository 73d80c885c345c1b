//! The `sdrs-mock` command: serve, serve a demonstration, check a running server's health, check fixtures, list the
//! operations.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use sdrs_mock::config::{Config, FIXTURES_VARIABLE, LogFormat};
use sdrs_mock::environment::Client;
use sdrs_mock::tls::TlsError;
use sdrs_mock::{Start, StartError};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// A mock server of SDRS, the Storage Disaster Recovery Service of Huawei Cloud and Open Telekom Cloud.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Serve until SIGTERM or SIGINT (the default)
    Serve,
    /// Serve a lively world to look at: its jobs take a few seconds, its console's address is printed
    Demo,
    /// Ask the server of this configuration whether it is well: exit status 0 or 1
    Healthcheck,
    /// Print every operation that the flavour has: its name, its method, its path
    Operations,
    /// Print what to paste to point a client at the server of this configuration
    Env {
        /// The client
        client: Client,
    },
    /// Check fixtures without starting: exit status 0 or 2
    Validate {
        /// Files, or folders of *.json; they are read as one fixture
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// Exit status where the machine is at fault: an address that is taken.
const FAILED: u8 = 1;
/// Exit status where the user is: a bad flag, variable or fixture.
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let (cli, matches) = parse();
    match cli.command {
        None | Some(Command::Serve) => serve(&cli.config, false),
        Some(Command::Demo) => {
            let is_told = |flag: &str| !matches!(matches.value_source(flag), None | Some(ValueSource::DefaultValue));
            serve(&cli.config.for_demo(is_told), true)
        }
        Some(Command::Healthcheck) => match sdrs_mock::healthcheck(&cli.config) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(FAILED, &format!("{} is not well: {error}", cli.config.listen)),
        },
        Some(Command::Operations) => operations(&cli.config),
        Some(Command::Env { client }) => env(client, &cli.config),
        Some(Command::Validate { files }) => match sdrs_mock::validate(&files, &cli.config) {
            Ok(warnings) => {
                for warning in warnings {
                    eprintln!("warning: {warning}");
                }
                ExitCode::SUCCESS
            }
            Err(error) => fail(MISUSED, &error.to_string()),
        },
    }
}

/// Reads the command line; where a bad value came from the environment, the message names the variable.
fn parse() -> (Cli, ArgMatches) {
    let read = Cli::command()
        .try_get_matches()
        .and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (mut cli, matches) = read.unwrap_or_else(|error| {
        if let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) {
            let flag = flag.split(' ').next().unwrap_or_default();
            let variable = format!(
                "SDRS_MOCK_{}",
                flag.trim_start_matches("--").to_uppercase().replace('-', "_")
            );
            let given = std::env::args().any(|argument| argument.split('=').next() == Some(flag));
            if !given && std::env::var_os(&variable).is_some() {
                eprintln!("the environment variable {variable} stands in for {flag}:");
            }
        }
        error.exit()
    });
    // A flag beats the variable of the other choice as it beats its own; two variables are refused at the start.
    let scenario_flag = |argument: String| argument.split('=').next() == Some("--scenario");
    if cli.config.fixtures.is_empty()
        && !std::env::args().any(scenario_flag)
        && let Some(paths) = std::env::var_os(FIXTURES_VARIABLE).filter(|paths| *paths != OsString::new())
    {
        cli.config.fixtures = std::env::split_paths(&paths).collect();
    }
    (cli, matches)
}

/// Serves; a demonstration says where its console is.
fn serve(config: &Config, is_demo: bool) -> ExitCode {
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = match config.log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => log.json().flatten_event(true).boxed(),
    };
    let targets = Targets::new().with_default(config.log.filter());
    tracing_subscriber::registry().with(log.with_filter(targets)).init();
    // Ten thousand idle connections are a normal day for SDK pools; the soft limit seldom admits them.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(FAILED, &format!("cannot start: {error}")),
    };
    let code = runtime.block_on(async {
        match Start::new(config, axum::Router::new()) {
            Err(error @ (StartError::Fixtures(_) | StartError::Flags(_) | StartError::Tls(TlsError::Flags(_)))) => {
                fail(MISUSED, &error.to_string())
            }
            Err(error) => fail(FAILED, &error.to_string()),
            Ok(start) => {
                let stop = told_to_stop();
                announce(config, &start, is_demo);
                match start.serve(stop).await {
                    Ok(()) => ExitCode::SUCCESS,
                    Err(error) => fail(FAILED, &format!("the state is not saved: {error}")),
                }
            }
        }
    });
    runtime.shutdown_background();
    code
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn operations(config: &Config) -> ExitCode {
    for operation in sdrs_mock::operations(config.flavor) {
        let (name, method, path) = (operation.name, &operation.method, operation.path);
        println!("{name:36} {method:6} {path}");
    }
    ExitCode::SUCCESS
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn env(client: Client, config: &Config) -> ExitCode {
    match sdrs_mock::environment(client, config) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => fail(MISUSED, &error.to_string()),
    }
}

/// Prints an example, for a demonstration the console's address, and then the ready line, which is a stable interface:
/// the last line of start-up.
#[expect(
    clippy::print_stdout,
    reason = "the ready line is for whoever waits for it on standard output"
)]
fn announce(config: &Config, start: &Start, is_demo: bool) {
    println!("try: {}", start.example());
    if let Some(console) = start.console().filter(|_| is_demo) {
        println!("console: {console}");
    }
    println!(
        "sdrs-mock {} ready on {} (flavor={}, dialect={}, auth={})",
        env!("CARGO_PKG_VERSION"),
        start.url(),
        config.flavor,
        config.dialect,
        config.auth,
    );
}

/// Ends with the first SIGTERM or SIGINT. Both are caught from the call on, before anyone waits: whoever reads the
/// ready line may stop the server in the same breath.
fn told_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
            tracing::warn!("signals cannot be caught: the server ends without finishing its requests");
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("told to stop: finishing what is under way");
    }
}

fn fail(code: u8, message: &str) -> ExitCode {
    eprintln!("sdrs-mock: {message}");
    ExitCode::from(code)
}
