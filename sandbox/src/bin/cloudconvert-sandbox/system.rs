//! What the program asks of the system: open files, and signals.

/// Lets the program have as many files open as it may, and says how many connections that is enough for.
#[cfg(unix)]
pub(super) fn open_files(connections: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // For those that wait and those that work, with a file for each of these.
    const OF_EACH: u64 = 6;
    const OTHERS: u64 = 100;
    let wanted = connections as u64 * OF_EACH + OTHERS;
    let limit = getrlimit(Resource::Nofile);
    let may = limit.maximum.map_or(wanted, |most| most.min(wanted));
    let have = match limit.current {
        Some(have) if have < may => {
            let more = Rlimit { current: Some(may), ..limit };
            setrlimit(Resource::Nofile, more).map_or(have, |()| may)
        }
        have => have.unwrap_or(wanted),
    };
    let enough = usize::try_from(have.saturating_sub(OTHERS) / OF_EACH).unwrap_or(usize::MAX);
    if enough < connections {
        tracing::warn!(connections = enough, "this machine lets the service open few files");
    }
    connections.min(enough).max(1)
}

#[cfg(not(unix))]
pub(super) fn open_files(connections: usize) -> usize {
    connections
}

/// Done when the standard input ends; never where that is of no matter.
pub(super) async fn input_ends(matters: bool) {
    let (ended, end) = tokio::sync::oneshot::channel();
    if !matters {
        return std::future::pending().await;
    }
    // A thread of its own: nothing can interrupt it, and nothing has to wait for it.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = end.await;
}

/// The first is done at SIGTERM: what goes on may end. The second at Ctrl-C or at another SIGTERM: at once.
#[cfg(unix)]
pub(super) fn signals() -> std::io::Result<(impl Future<Output = ()>, impl Future<Output = ()>)> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut first, mut again) = (signal(SignalKind::terminate())?, signal(SignalKind::terminate())?);
    let mut interrupt = signal(SignalKind::interrupt())?;
    let finish = async move {
        first.recv().await;
    };
    let stop = async move {
        let twice = async {
            again.recv().await;
            again.recv().await;
        };
        tokio::select! { () = twice => {}, _ = interrupt.recv() => {} }
    };
    Ok((finish, stop))
}

/// The second is done at Ctrl-C.
#[cfg(not(unix))]
pub(super) fn signals() -> std::io::Result<(impl Future<Output = ()>, impl Future<Output = ()>)> {
    let stop = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    Ok((std::future::pending(), stop))
}
