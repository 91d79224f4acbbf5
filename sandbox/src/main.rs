//! The command line of the sandbox.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use cloudconvert_sandbox::{Config, Limit, Network, Rule, Sandbox};

/// A local service that speaks the CloudConvert API, version 1, and really converts files.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// An API key to accept; may be given several times.
    #[arg(
        long = "key",
        value_name = "KEY",
        env = "CLOUDCONVERT_SANDBOX_KEY",
        hide_env_values = true,
        required = true,
        value_parser = clap::builder::NonEmptyStringValueParser::new()
    )]
    keys: Vec<String>,
    /// Where to keep files until the service stops; without it, in the system's folder for temporary files.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How many conversions run at once; as many as there are processors unless given.
    #[arg(long, value_name = "COUNT")]
    engines: Option<usize>,
    /// The largest input.
    #[arg(long, value_name = "BYTES")]
    max_input: Option<u64>,
    /// The memory that each process of a conversion may take; 4 GiB unless given.
    #[arg(long, value_name = "BYTES")]
    max_memory: Option<u64>,
    /// How large the outputs of a conversion may be, beyond its inputs; 4 GiB unless given.
    #[arg(long, value_name = "BYTES")]
    max_output: Option<u64>,
    /// Stretches or shortens the time that conversions may take, which grows with their inputs.
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0)]
    time_factor: f64,
    /// How long processes and saved outputs are kept; a day unless given.
    #[arg(long, value_name = "SECONDS")]
    keep: Option<u64>,
    /// A network of this machine, such as 10.0.0.0/8, that inputs may be fetched from and callbacks may go to; may be
    /// given several times. Without it only the public internet.
    #[arg(long = "allow-fetch", value_name = "NETWORK")]
    allow_fetch: Vec<Network>,
    /// Serves /_admin: faults, rate limits and a journal of requests. On 127.0.0.1 only.
    #[arg(long)]
    admin: bool,
    /// How long to wait before a failed callback is tried again; 5 seconds unless given.
    #[arg(long, value_name = "MILLISECONDS")]
    callback_pause: Option<u64>,
    /// How many requests each key may make, for example 10/60.
    #[arg(long, value_name = "REQUESTS/SECONDS")]
    rate_limit: Option<Limit>,
    /// A fault, for example '{"kind": "create", "times": 1, "status": 503}'; may be given several times.
    #[arg(long = "fault", value_name = "JSON")]
    faults: Vec<Rule>,
    /// Where the chances of faults begin that have a probability and no seed of their own.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
}

fn main() -> ExitCode {
    // An engine may panic on a broken file; what it says then may be content of the file.
    std::panic::set_hook(Box::new(|panic| {
        if let Some(place) = panic.location() {
            eprintln!("panic at {place}");
        }
    }));
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if let Some(done) = cloudconvert_sandbox::work(&arguments) {
        return if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let arguments = Arguments::parse();
    let served = tokio::runtime::Runtime::new().and_then(|runtime| {
        let served = runtime.block_on(serve(arguments));
        // An engine that cannot be interrupted must not keep the program.
        runtime.shutdown_background();
        served
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> std::io::Result<()> {
    let stop = stop_signal()?;
    let sandbox = Sandbox::bind(config(arguments)?).await?;
    writeln!(std::io::stdout(), "listening on http://{}", sandbox.address())?;
    sandbox.run(stop).await
}

fn config(arguments: Arguments) -> std::io::Result<Config> {
    let default = Config::default();
    if arguments.admin && !arguments.listen.ip().is_loopback() {
        let address = arguments.listen;
        return Err(std::io::Error::other(format!("--admin is for this machine only, not for {address}")));
    }
    Ok(Config {
        listen: arguments.listen,
        keys: arguments.keys,
        data: arguments.data,
        engines: arguments.engines.unwrap_or(default.engines),
        max_input: arguments.max_input.unwrap_or(default.max_input),
        max_memory: arguments.max_memory.unwrap_or(default.max_memory),
        max_output: arguments.max_output.unwrap_or(default.max_output),
        time_factor: arguments.time_factor,
        worker: Some(std::env::current_exe()?),
        keep: arguments.keep.map_or(default.keep, Duration::from_secs),
        callback_pause: arguments.callback_pause.map_or(default.callback_pause, Duration::from_millis),
        allow_fetch: arguments.allow_fetch,
        admin: arguments.admin,
        limits: arguments.rate_limit.into_iter().collect(),
        faults: arguments.faults,
        seed: arguments.seed,
        ..default
    })
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
