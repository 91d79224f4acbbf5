//! The command line of the sandbox.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use cloudconvert_sandbox::{Config, Sandbox};

/// A local service that speaks the CloudConvert API, version 1, and really converts files.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// An API key to accept; may be given several times. Without one, a key is made up and printed.
    #[arg(long = "key")]
    keys: Vec<String>,
    /// Where to keep files; without it, in a temporary folder that is removed in the end.
    #[arg(long)]
    data: Option<PathBuf>,
    /// How many conversions run at once.
    #[arg(long)]
    engines: Option<usize>,
    /// Serves /_admin: faults on demand, rate limits, a journal of requests. Never on a public address.
    #[arg(long)]
    admin: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut config = Config { listen: arguments.listen, data: arguments.data, ..Config::default() };
    config.engines = arguments.engines.unwrap_or(config.engines);
    config.admin = arguments.admin;
    config.keys = arguments.keys;
    let made_up = config.keys.is_empty().then(cloudconvert_sandbox::make_key);
    config.keys.extend(made_up.clone());
    match serve(config, made_up).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot serve on {}: {error}", arguments.listen);
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config, made_up: Option<String>) -> std::io::Result<()> {
    let stop = stop_signal()?;
    let sandbox = Sandbox::bind(config).await?;
    println!("listening on http://{}", sandbox.address());
    if let Some(key) = made_up {
        println!("key {key}");
    }
    sandbox.run(stop).await
}

/// Done at SIGTERM or Ctrl-C.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}

/// Done at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
