//! A mock server of SDRS, the Storage Disaster Recovery Service of Huawei Cloud and Open Telekom Cloud.
//!
//! [`Server`] runs it inside a test; it owns its threads, so it works in synchronous and in asynchronous tests, and
//! it stops when it is dropped. [`router`] is the same without a socket.
//!
//! Every URL carries a project ID, and every project is a world of its own: a test that picks a project ID for itself
//! shares a server with all others and meets none of them.
//!
//! # In a synchronous test
//!
//! ```
//! use std::io::{Read, Write};
//! use sdrs_mock::{Config, Server};
//!
//! let server = Server::start(Config::test())?;
//! let mut socket = std::net::TcpStream::connect(server.address())?;
//! socket.write_all(
//!     b"GET /v1/my-test/disaster-recovery-drills?limit=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
//! )?;
//! let mut answer = String::new();
//! socket.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 200 OK"));
//! assert!(answer.contains(r#""name":"dr_drill_2018""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # In an asynchronous test
//!
//! ```
//! use sdrs_mock::{Config, Server};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::start(Config::test())?;
//! let drill = format!(
//!     "{}/v1/my-test/disaster-recovery-drills/e472d26f-9624-42fb-8bfc-717d4714c225",
//!     server.url(),
//! );
//! let body = r#"{"disaster_recovery_drill":{"name":"new_dr_drill_name"}}"#;
//! let answer = reqwest::Client::new().put(drill).header("Content-Type", "application/json").body(body).send().await?;
//! assert_eq!(answer.status(), 200);
//! assert!(answer.text().await?.contains(r#""updated_at":"2026-01-01 00:00:00.000""#));
//! # Ok(())
//! # }
//! ```

pub mod api;
mod beginning;
pub mod config;
pub mod control;
pub mod domain;
pub mod environment;
mod healthcheck;
mod metrics;
mod saver;
pub mod serve;
mod server;
mod shared;
pub mod spec;
mod start_error;
pub mod store;
pub mod tls;
mod watcher;

pub use self::config::Config;
pub use self::control::client::Control;
pub use self::healthcheck::healthcheck;
pub use self::server::{Builder, Server, Start, environment, operations, router, validate};
pub use self::start_error::StartError;
