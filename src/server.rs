//! Starting and stopping: the server in a thread of the caller's process, and the parts that the binary puts together.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::api::Operation;
use crate::beginning::{rules, shared};
use crate::config::{Config, Listen};
use crate::control;
use crate::control::client::Control;
use crate::domain::rules::Flavour;
use crate::environment::{Client, Target};
use crate::saver::Saver;
use crate::serve::{self, Door};
use crate::shared::{Listening, Shared};
use crate::start_error::StartError;
use crate::store::fixtures;
use crate::tls::Tls;
use crate::watcher::{Glance, Watcher};

/// The operations that a flavour has, each once.
pub fn operations(flavour: Flavour) -> impl Iterator<Item = &'static Operation> {
    control::served(flavour)
}

/// Whether the fixtures at these paths could be started from, and what in them is derived otherwise than stated.
pub fn validate(paths: &[PathBuf], config: &Config) -> Result<Vec<String>, StartError> {
    let loaded = fixtures::load(paths, &rules(config))?;
    Ok(loaded.warnings.iter().map(ToString::to_string).collect())
}

/// What to paste to point this client at the server that this configuration starts; an error says why that is not known.
/// A state file is left to the server: who there is does not stand in it.
pub fn environment(client: Client, config: &Config) -> Result<String, StartError> {
    let config = Config {
        state: None,
        ..config.clone()
    };
    let shared = shared(&config)?;
    let target = Target::new(&config, &shared.access, &shared.store.identity()).map_err(StartError::Flags)?;
    Ok(client.pointed_at(&target))
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

/// A server that listens but does not serve yet; made inside a tokio runtime.
pub struct Start {
    doors: Vec<Door>,
    added: Router,
    shared: Arc<Shared>,
    /// The fixtures to be watched, and what they were like before they were read.
    watched: Option<(Vec<PathBuf>, Glance)>,
}

impl Start {
    /// Loads the world, then opens the ports: who can connect meets the world whole.
    pub fn new(config: &Config, added: Router) -> Result<Self, StartError> {
        if config.watch && config.fixtures.is_empty() {
            let rule = "--watch needs --fixtures: what is built in does not change";
            return Err(StartError::Flags(rule));
        }
        let watched = config
            .watch
            .then(|| (config.fixtures.clone(), Glance::at(&config.fixtures)));
        let shared = Arc::new(shared(config)?);
        let tls = Tls::new(config, shared.store.real_now()).map_err(StartError::Tls)?;
        let at_first = tls.as_ref().filter(|_| config.tls_listen.is_none());
        let mut doors = Vec::new();
        let mut listening = Vec::new();
        let places = [(Some(config.listen), at_first), (config.tls_listen, tls.as_ref())];
        for (listen, tls) in places.into_iter().filter_map(|(listen, tls)| Some((listen?, tls))) {
            for (listener, address) in bind(listen)? {
                let is_secure = tls.is_some();
                listening.push(Listening { address, is_secure });
                doors.push(Door::new(listener, tls.map(|tls| &tls.config)));
            }
        }
        shared.listen(listening);
        if let Some(authority) = tls.and_then(|tls| tls.authority) {
            shared.authority.set(authority).expect("a server has one certificate");
        }
        Ok(Self {
            doors,
            added,
            shared,
            watched,
        })
    }

    /// The first address.
    pub fn address(&self) -> SocketAddr {
        self.first().address
    }

    /// The origin of the URLs at the first address, such as `http://127.0.0.1:7705`.
    pub fn url(&self) -> String {
        self.first().to_string()
    }

    fn first(&self) -> Listening {
        self.shared.listeners()[0]
    }

    /// Where it can be met: on the loopback, if it listens everywhere.
    fn met(&self) -> Listening {
        let address = Listen::Address(self.address()).reachable();
        Listening {
            address,
            ..self.first()
        }
    }

    /// The control plane, before and while the server serves.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// A request that works as pasted: the rename of a drill of the world in force, or the list of them.
    pub fn example(&self) -> String {
        let met = self.met();
        // Who pastes it has not fetched the authority yet.
        let insecure = if met.is_secure { "--insecure " } else { "" };
        let url = format!("{insecure}{met}/v1/{EXAMPLE_PROJECT}/disaster-recovery-drills");
        match self.shared.store.example_drill() {
            None => format!("curl {url}"),
            Some(id) => format!(
                r#"curl -X PUT {url}/{id} -H 'Content-Type: application/json' -d '{{"disaster_recovery_drill":{{"name":"new_dr_drill_name"}}}}'"#
            ),
        }
    }

    /// Where the console is, unless there is no control plane.
    pub fn console(&self) -> Option<String> {
        (!self.shared.safety.no_control).then(|| format!("{}/_mock/", self.met()))
    }

    /// Serves until `shutdown` ends and what is under way then has finished; an error says why the state, if it is kept
    /// in a file, could not be saved at the end.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let saver = Saver::start(&self.shared)?;
        let watcher = self
            .watched
            .map(|(paths, seen)| Watcher::start(&self.shared, paths, seen));
        let watcher = watcher.transpose()?;
        let (shared, limits) = (Arc::clone(&self.shared), self.shared.limits);
        let shutdown = async {
            shutdown.await;
            shared.stop();
        };
        serve::run_doors(self.doors, serve::front(&self.shared, self.added), limits, shutdown).await;
        if let Some(watcher) = watcher {
            watcher.finish();
        }
        saver.map_or(Ok(()), Saver::finish)
    }
}

/// Opens a port, the loopback's other one with it, and says where.
fn bind(listen: Listen) -> Result<Vec<(TcpListener, SocketAddr)>, StartError> {
    let open = |address| {
        let listener = serve::bind(address)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    let taken = |address, cause| StartError::Listen { address, cause };
    let first = listen.first();
    let mut open_ports = vec![open(first).map_err(|cause| taken(first, cause))?];
    if let Some(second) = listen.second() {
        match open(second) {
            Ok(port) => open_ports.push(port),
            Err(cause) if cause.kind() == io::ErrorKind::AddrInUse => return Err(taken(second, cause)),
            Err(cause) => tracing::info!(%cause, "no IPv6 loopback here, {second} is left out"),
        }
    }
    Ok(open_ports)
}

/// The project of the start-up example; any other would do as well.
const EXAMPLE_PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// How many threads an embedded server has: a test seldom waits for more, and many servers may run at once.
const EMBEDDED_THREADS: usize = 2;

/// A server inside this process. It has threads of its own, and stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    url: String,
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
                        let _ = started.send(Ok((start.address(), start.url(), start.control())));
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
        let (address, url, control) = starting
            .recv()
            .map_err(|_| StartError::Thread(io::Error::other("the server's thread ended")))??;
        Ok(Server {
            address,
            url,
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
        self.url.clone()
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
