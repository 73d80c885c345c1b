//! Starting and stopping: the server in a thread of the caller's process, and the parts that the binary puts together.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::api::Operation;
use crate::config::{Config, Listen};
use crate::control;
use crate::control::client::Control;
use crate::domain::rules::{Flavour, Rules};
use crate::saver::Saver;
use crate::serve::{self, Limits};
use crate::shared::{Safety, Shared};
use crate::store::clock::RealClock;
use crate::store::fixtures::{self, BadFixtures};
use crate::store::state_file::{StateFile, Unreadable};
use crate::store::{Settings, Store};

/// Why a server did not start.
#[derive(Debug)]
pub enum StartError {
    /// The fixtures are not what fixtures are.
    Fixtures(BadFixtures),
    /// The address cannot be listened on.
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the machine said.
        cause: io::Error,
    },
    /// The file of the state is not what it should be.
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: Unreadable,
    },
    /// The machine gives no thread.
    Thread(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixtures(bad) => bad.fmt(f),
            Self::Listen { address, cause } => write!(f, "cannot listen on {address}: {cause}"),
            Self::State { path, cause } => write!(f, "cannot start from the state {}: {cause}", path.display()),
            Self::Thread(cause) => write!(f, "cannot start a thread: {cause}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<BadFixtures> for StartError {
    fn from(bad: BadFixtures) -> Self {
        Self::Fixtures(bad)
    }
}

/// The operations that a flavour has, each once.
pub fn operations(flavour: Flavour) -> impl Iterator<Item = &'static Operation> {
    control::served(flavour)
}

/// Whether the fixtures at these paths could be started from, and what in them is derived otherwise than stated.
pub fn validate(paths: &[PathBuf], config: &Config) -> Result<Vec<String>, StartError> {
    let loaded = fixtures::load(paths, &rules(config))?;
    Ok(loaded.warnings.iter().map(ToString::to_string).collect())
}

/// The whole server as an axum router, for tests without a socket. It has no end at which its state could be saved, so it
/// has nothing to do with a state file.
pub fn router(config: &Config) -> Result<Router, StartError> {
    let config = Config {
        state: None,
        ..config.clone()
    };
    let shared = Arc::new(shared(&config)?);
    Ok(Router::new().fallback_service(serve::front(&shared, Router::new())))
}

fn rules(config: &Config) -> Arc<Rules> {
    Arc::new(Rules {
        flavour: config.flavor,
        group_quota: Some(config.quota_groups),
        pair_quota: Some(config.quota_pairs),
    })
}

fn shared(config: &Config) -> Result<Shared, StartError> {
    let rules = rules(config);
    let settings = Settings {
        // 53 bits, so that JSON readers that know only floating-point numbers read the seed as it is.
        seed: config.seed.unwrap_or_else(|| RandomState::new().hash_one(()) >> 11),
        unseen: config.unseen_projects,
        max_projects: config.max_projects,
        project_idle: config.project_idle.map(|idle| idle.0),
        clock: config.clock,
        progression: config.job_duration.0,
        rules,
    };
    let (store, files, state) = world(config, settings)?;
    let safety = Safety {
        control_token: config.control_token.clone(),
        no_control: config.no_control,
        allowed_hosts: config.allowed_hosts.clone(),
        cors: config.cors.clone(),
        no_prefer: config.no_prefer,
        auth_skew: config.auth_skew,
    };
    let body = (config.body_limit.0, config.body_timeout.0);
    Ok(Shared::new(
        store,
        config.dialect,
        body,
        limits(config),
        files,
        safety,
        state,
    ))
}

/// What the server starts from, what to call that, and where its state is kept.
fn world(config: &Config, settings: Settings) -> Result<(Store, Vec<String>, Option<StateFile>), StartError> {
    let Some(path) = &config.state else {
        let (store, files) = first_world(config, settings)?;
        return Ok((store, files, None));
    };
    let unreadable = |cause| StartError::State {
        path: path.clone(),
        cause,
    };
    let file = StateFile::new(path, config.state_interval).map_err(unreadable)?;
    let path = file.path().display().to_string();
    let (store, files) = if let Some(read) = file.read(&settings.rules).map_err(unreadable)? {
        control::check_settings(&read.state.seeds)
            .map_err(|problem| problem.fault(&[file.path().to_owned()]))
            .map_err(|bad| unreadable(Unreadable::Bad(bad)))?;
        let projects = read.state.seeds.projects.len();
        let store = read.resume(settings).map_err(unreadable)?;
        tracing::info!(
            path,
            projects,
            "going on from the state; --fixtures, --scenario and --seed are not looked at"
        );
        (store, vec![format!("state {path}")])
    } else {
        tracing::info!(path, "there is no state yet: a fresh start");
        first_world(config, settings)?
    };
    Ok((store, files, Some(file)))
}

/// The world of a fresh start.
fn first_world(config: &Config, settings: Settings) -> Result<(Store, Vec<String>), StartError> {
    let now = config.clock.now(RealClock::start().now());
    let loaded = fixtures::start(config.scenario, &config.fixtures, &settings.rules, now)?;
    control::check_settings(&loaded.seeds).map_err(|problem| problem.fault(&config.fixtures))?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    let mut files: Vec<_> = config.fixtures.iter().map(|path| path.display().to_string()).collect();
    if files.is_empty() {
        let built_in = config.scenario.map_or("built in".to_owned(), |scenario| {
            format!("scenario {scenario} (built in)")
        });
        files.push(built_in);
    }
    Ok((Store::new(loaded.seeds, settings), files))
}

fn limits(config: &Config) -> Limits {
    Limits {
        header_timeout: config.header_timeout.0,
        idle_timeout: config.idle_timeout.0,
        shutdown_timeout: config.shutdown_timeout.0,
    }
}

/// A server that listens but does not serve yet; made inside a tokio runtime.
pub struct Start {
    listeners: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
    added: Router,
    shared: Arc<Shared>,
}

impl Start {
    /// Loads the world, then opens the ports: who can connect meets the world whole.
    pub fn new(config: &Config, added: Router) -> Result<Self, StartError> {
        let shared = Arc::new(shared(config)?);
        let first = config.listen.first();
        let mut listeners = vec![serve::bind(first).map_err(|cause| StartError::Listen { address: first, cause })?];
        if let Some(second) = config.listen.second() {
            match serve::bind(second) {
                Ok(listener) => listeners.push(listener),
                Err(cause) if cause.kind() == io::ErrorKind::AddrInUse => {
                    return Err(StartError::Listen { address: second, cause });
                }
                Err(cause) => tracing::info!(%cause, "no IPv6 loopback here, {second} is left out"),
            }
        }
        let addresses: Result<Vec<_>, _> = listeners.iter().map(TcpListener::local_addr).collect();
        let addresses = addresses.map_err(|cause| StartError::Listen { address: first, cause })?;
        shared.listen(addresses.clone());
        Ok(Self {
            listeners,
            addresses,
            added,
            shared,
        })
    }

    /// The first address.
    pub fn address(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// The control plane, before and while the server serves.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// A request that works as pasted: the rename of a drill of the world in force, or the list of them.
    pub fn example(&self) -> String {
        // A server that listens everywhere is met on the loopback.
        let met = Listen::Address(self.address()).reachable();
        let url = format!("http://{met}/v1/{EXAMPLE_PROJECT}/disaster-recovery-drills");
        match self.shared.store.example_drill() {
            None => format!("curl {url}"),
            Some(id) => format!(
                r#"curl -X PUT {url}/{id} -H 'Content-Type: application/json' -d '{{"disaster_recovery_drill":{{"name":"new_dr_drill_name"}}}}'"#
            ),
        }
    }

    /// Where the console is, unless there is no control plane.
    pub fn console(&self) -> Option<String> {
        let met = Listen::Address(self.address()).reachable();
        (!self.shared.safety.no_control).then(|| format!("http://{met}/_mock/"))
    }

    /// Serves until `shutdown` ends and what is under way then has finished; an error says why the state, if it is kept
    /// in a file, could not be saved at the end.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let saver = Saver::start(&self.shared)?;
        let (shared, limits) = (Arc::clone(&self.shared), self.shared.limits);
        let shutdown = async {
            shutdown.await;
            shared.stop();
        };
        serve::run(self.listeners, serve::front(&self.shared, self.added), limits, shutdown).await;
        saver.map_or(Ok(()), Saver::finish)
    }
}

/// The project of the start-up example; any other would do as well.
const EXAMPLE_PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// How many threads an embedded server has: a test seldom waits for more, and many servers may run at once.
const EMBEDDED_THREADS: usize = 2;

/// A server inside this process. It has threads of its own, and stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    control: Control,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A server to be started, with routes of the caller's beside those of SDRS.
#[derive(Debug)]
pub struct Builder {
    config: Config,
    routes: Router,
}

impl Builder {
    /// Adds routes: other mocks that a test needs on the same port. They must not overlap those of SDRS.
    #[must_use]
    pub fn routes(mut self, routes: Router) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    /// Starts the server; when this returns, it takes connections.
    pub fn start(self) -> Result<Server, StartError> {
        let (stop, stopped) = oneshot::channel::<()>();
        let (started, starting) = std::sync::mpsc::channel();
        let serve = move || {
            let mut runtime = tokio::runtime::Builder::new_multi_thread();
            let runtime = match runtime.worker_threads(EMBEDDED_THREADS).enable_all().build() {
                Ok(runtime) => runtime,
                Err(cause) => return drop(started.send(Err(StartError::Thread(cause)))),
            };
            runtime.block_on(async {
                match Start::new(&self.config, self.routes) {
                    Err(error) => drop(started.send(Err(error))),
                    Ok(start) => {
                        let _ = started.send(Ok((start.address(), start.control())));
                        // An error means that the server was dropped, which is an end as well.
                        // So is one of the last save, which has been logged.
                        let _ = start.serve(async { drop(stopped.await) }).await;
                    }
                }
            });
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new()
            .name("sdrs-mock".to_owned())
            .spawn(serve)
            .map_err(StartError::Thread)?;
        let (address, control) = starting
            .recv()
            .map_err(|_| StartError::Thread(io::Error::other("the server's thread ended")))??;
        Ok(Server {
            address,
            control,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Server {
    /// Starts a server as this configuration says; when this returns, it takes connections.
    pub fn start(config: Config) -> Result<Self, StartError> {
        Self::builder(config).start()
    }

    /// A server to be started, for adding routes first.
    pub fn builder(config: Config) -> Builder {
        Builder {
            config,
            routes: Router::new(),
        }
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its control plane: clocks, jobs, faults, and what was asked.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Its origin, such as `http://127.0.0.1:7705`, which is what SDKs call the endpoint.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of that thread was reported where it happened.
            let _ = thread.join();
        }
    }
}

/// How long the health check waits for anything.
const HEALTHCHECK_TIMEOUT: Duration = Duration::from_secs(3);

/// Asks the server of this configuration whether it is well; an error says what came instead.
pub fn healthcheck(config: &Config) -> io::Result<()> {
    let address = config.listen.reachable();
    let mut socket = TcpStream::connect_timeout(&address, HEALTHCHECK_TIMEOUT)?;
    socket.set_read_timeout(Some(HEALTHCHECK_TIMEOUT))?;
    write!(
        socket,
        "GET /_mock/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    let status = answer.lines().next().unwrap_or_default();
    if status.starts_with("HTTP/1.1 200 ") {
        Ok(())
    } else {
        Err(io::Error::other(format!("answered {status:?}")))
    }
}
