//! The command line, and what it makes of the service.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use clap::builder::RangedU64ValueParser;
use cloudconvert_sandbox::{CommandEngine, Config, Limit, Network, PublicUrl, Rule, SCOPES};
use tracing::level_filters::LevelFilter;

use crate::system::open_files;

/// The environment's name for a key.
const KEY: &str = "CLOUDCONVERT_SANDBOX_KEY";

/// With less, no process of a conversion begins.
const LEAST_MEMORY: u64 = 64 << 20;

/// A hundred years.
const MOST_SECONDS: u64 = 100 * 365 * 24 * 60 * 60;

/// What keys may do; those that are not named may do all.
type Scopes = HashMap<String, Vec<String>>;

/// A local service that speaks the CloudConvert API, versions 1 and 2, and really converts files.
#[derive(Parser)]
#[command(version)]
pub(super) struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where clients find the service, if it is behind a proxy, such as `https://convert.example.org`.
    #[arg(long, value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// A file with the API keys to accept, one in each line. Scopes behind a key, as in `key task.read user.read`, are all
    /// that it may do.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// An API key to accept; may be given several times. Every user of this machine can read it in the list of programs:
    /// rather use --key-file or the environment variable.
    #[arg(
        long = "key",
        value_name = "KEY",
        env = KEY,
        hide_env_values = true,
        value_parser = clap::builder::NonEmptyStringValueParser::new()
    )]
    keys: Vec<String>,
    /// Where to keep files until the service stops; without it, in the system's folder for temporary files.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How many conversions run at once; as many as there are processors unless given.
    #[arg(long, value_name = "COUNT", value_parser = count())]
    engines: Option<usize>,
    /// How many jobs of version 2 each key may have at once; any number unless given.
    #[arg(long, value_name = "COUNT", value_parser = count())]
    parallel_jobs: Option<usize>,
    /// An engine whose commands users may run with arguments of their own: ffmpeg, imagemagick or graphicsmagick; may be
    /// given several times. Without it none.
    #[arg(long = "allow-command", value_name = "ENGINE")]
    allow_command: Vec<CommandEngine>,
    /// The largest input.
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    max_input: Option<u64>,
    /// The memory that each process of a conversion may take; 4 GiB unless given.
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(LEAST_MEMORY..))]
    max_memory: Option<u64>,
    /// How large the outputs of a conversion may be, beyond its inputs; 4 GiB unless given.
    #[arg(long, value_name = "BYTES")]
    max_output: Option<u64>,
    /// Stretches or shortens the time that conversions may take, which grows with their inputs.
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, value_parser = factor)]
    time_factor: f64,
    /// How long processes and saved outputs are kept; a day unless given.
    #[arg(long, value_name = "SECONDS", value_parser = seconds(0))]
    keep: Option<u64>,
    /// A network of this machine, such as 10.0.0.0/8, that inputs may be fetched from and callbacks may go to; may be
    /// given several times. Without it only the public internet.
    #[arg(long = "allow-fetch", value_name = "NETWORK")]
    allow_fetch: Vec<Network>,
    /// How many connections may bring and fetch files at once; 1024 unless given. Four times as many may wait besides.
    #[arg(long, value_name = "COUNT", value_parser = count())]
    connections: Option<usize>,
    /// How long a client may be silent before its connection is closed; a minute unless given.
    #[arg(long, value_name = "SECONDS", value_parser = seconds(1))]
    silence: Option<u64>,
    /// How long what goes on may take to end after SIGTERM; 30 seconds unless given. A second SIGTERM does not wait.
    #[arg(long, value_name = "SECONDS", value_parser = seconds(0))]
    grace: Option<u64>,
    /// Ends at once when the standard input ends, as a pipe does with the program that holds its other end.
    #[arg(long)]
    pub(super) end_with_stdin: bool,
    /// Serves /_admin: faults, rate limits and a journal of requests. On 127.0.0.1 only. Its key is the environment's
    /// `CLOUDCONVERT_SANDBOX_ADMIN_KEY`, or one that is printed at the start.
    #[arg(long)]
    pub(super) admin: bool,
    /// How long to wait before a failed callback is tried again; 5 seconds unless given.
    #[arg(long, value_name = "MILLISECONDS", value_parser = clap::value_parser!(u64).range(..=MOST_SECONDS * 1000))]
    callback_pause: Option<u64>,
    /// How many requests each key may make, for example 10/60. With 0 requests, each is a 429.
    #[arg(long, value_name = "REQUESTS/SECONDS")]
    rate_limit: Option<Limit>,
    /// A fault, for example '{"kind": "create", "times": 1, "status": 503}'; may be given several times.
    #[arg(long = "fault", value_name = "JSON")]
    faults: Vec<Rule>,
    /// Where the chances of faults begin that have a probability and no seed of their own.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// What is written to the standard error: off, error, warn, info (each request and each conversion), debug.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(super) log: LevelFilter,
}

pub(super) fn config(arguments: Arguments) -> std::io::Result<Config> {
    let default = Config::default();
    if arguments.admin && !arguments.listen.ip().is_loopback() {
        let address = arguments.listen;
        return Err(std::io::Error::other(format!("--admin is for this machine only, not for {address}")));
    }
    let (keys, scopes) = keys(arguments.keys, arguments.key_file.as_deref())?;
    Ok(Config {
        listen: arguments.listen,
        keys,
        scopes,
        parallel_jobs: arguments.parallel_jobs,
        public_url: arguments.public_url,
        data: arguments.data,
        engines: arguments.engines.unwrap_or(default.engines),
        max_input: arguments.max_input.unwrap_or(default.max_input),
        max_memory: arguments.max_memory.unwrap_or(default.max_memory),
        max_output: arguments.max_output.unwrap_or(default.max_output),
        time_factor: arguments.time_factor,
        worker: Some(std::env::current_exe()?),
        commands: arguments.allow_command,
        keep: arguments.keep.map_or(default.keep, Duration::from_secs),
        callback_pause: arguments.callback_pause.map_or(default.callback_pause, Duration::from_millis),
        allow_fetch: arguments.allow_fetch,
        connections: open_files(arguments.connections.unwrap_or(default.connections)),
        silence: arguments.silence.map_or(default.silence, Duration::from_secs),
        grace: arguments.grace.map_or(default.grace, Duration::from_secs),
        limits: arguments.rate_limit.into_iter().collect(),
        faults: arguments.faults,
        seed: arguments.seed,
        ..default
    })
}

/// The keys of the command line or the environment, and those of a file with the scopes that it gives them.
fn keys(mut keys: Vec<String>, file: Option<&Path>) -> std::io::Result<(Vec<String>, Scopes)> {
    let mut scopes = Scopes::new();
    if let Some(file) = file {
        let lines = std::fs::read_to_string(file)
            .map_err(|error| std::io::Error::other(format!("--key-file cannot be read: {error}")))?;
        for (number, line) in (1..).zip(lines.lines()) {
            let mut words = line.split_whitespace().map(str::to_owned);
            let Some(key) = words.next() else { continue };
            let allowed: Vec<String> = words.collect();
            if allowed.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
                let known = SCOPES.join(", ");
                return Err(std::io::Error::other(format!(
                    "--key-file: line {number} has words behind its key that are no scopes: write any of {known}, or none"
                )));
            }
            if !allowed.is_empty() {
                scopes.insert(key.clone(), allowed);
            }
            keys.push(key);
        }
    }
    if keys.is_empty() {
        return Err(std::io::Error::other(format!(
            "the service needs an API key to accept: set {KEY}, or give --key-file or --key"
        )));
    }
    Ok((keys, scopes))
}

/// So many, where none would do nothing.
fn count() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=1_000_000)
}

/// A length of time that can be added to that of day.
fn seconds(least: u64) -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(least..=MOST_SECONDS)
}

/// How many times as long something may take: from a thousandth to a thousand times.
fn factor(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.001..=1000.0).contains(number));
    number.ok_or_else(|| "it has to be a number from 0.001 to 1000".to_owned())
}
