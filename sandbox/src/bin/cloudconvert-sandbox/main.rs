//! The program of the sandbox.

mod arguments;
mod system;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use cloudconvert_sandbox::Sandbox;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use arguments::{Arguments, config};

/// The environment's name for the key of `/_admin`.
const ADMIN_KEY: &str = "CLOUDCONVERT_SANDBOX_ADMIN_KEY";

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
    let (finish, stop) = system::signals()?;
    let input = system::input_ends(arguments.end_with_stdin);
    let stop = async move {
        tokio::select! { () = stop => {}, () = input => {} }
    };
    log_to_stderr(arguments.log);
    let (admin, given) = (arguments.admin, std::env::var(ADMIN_KEY).ok().filter(|key| !key.is_empty()));
    let mut config = config(arguments)?;
    config.admin_key = admin.then(|| given.clone().unwrap_or_else(random_key));
    let made = config.admin_key.clone().filter(|_| given.is_none());
    let sandbox = Sandbox::bind(config).await?;
    writeln!(std::io::stdout(), "listening on http://{}", sandbox.address())?;
    if let Some(key) = made {
        writeln!(std::io::stdout(), "the key of /_admin is {key}")?;
    }
    sandbox.run_until(finish, stop).await
}

fn random_key() -> String {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes.iter().fold(String::new(), |key, byte| format!("{key}{byte:02x}"))
}

/// Writes this program's own lines: those of the crates it uses may have URLs in them, and so keys.
fn log_to_stderr(level: LevelFilter) {
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false).with_target(false);
    let own = Targets::new().with_target("cloudconvert_sandbox", level);
    tracing_subscriber::registry().with(lines.with_filter(own)).init();
}
