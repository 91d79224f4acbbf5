//! A local service that speaks the CloudConvert API, version 1, and really converts files.
//!
//! It reads the API documentation on its own and shares no code with the client's core, so each checks the other.

mod app;
mod config;
mod engine;
mod error;
mod fault;
mod params;
mod process;
mod routes;
mod run;
mod serve;
mod store;
mod throttle;

pub use config::Config;
pub use serve::Sandbox;
pub use store::random_id as make_key;
