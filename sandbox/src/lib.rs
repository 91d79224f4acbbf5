//! A local service that speaks the CloudConvert API, versions 1 and 2, and really converts files.
//!
//! It reads the API documentation on its own and shares no code with the client's core, so each checks the other.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> std::io::Result<()> {
//! use cloudconvert_sandbox::{Config, Sandbox};
//!
//! let sandbox = Sandbox::bind(Config { keys: vec!["secret".into()], ..Config::default() }).await?;
//! println!("listening on http://{}", sandbox.address());
//! # let stop_signal = async {};
//! sandbox.run(stop_signal).await
//! # }
//! ```

mod app;
mod config;
mod disposition;
mod egress;
mod engine;
mod error;
mod escape;
mod fault;
mod file;
mod incoming;
mod jobs;
mod keys;
mod names;
mod params;
mod public_url;
mod routes;
mod sandbox;
mod serve;
mod sign;
mod throttle;

pub use config::{Config, SCOPES};
pub use egress::Network;
pub use engine::{CommandEngine, work};
pub use fault::{Cut, Kind, Rule};
pub use jobs::{Hook, JobRecord, Store};
pub use public_url::PublicUrl;
pub use sandbox::Sandbox;
pub use throttle::Limit;
