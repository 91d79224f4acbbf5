//! What a process gives up before it looks at a stranger's file: memory and disk without limit, the rights of root, other
//! files, the network, and starting programs. Where the kernel cannot, [`Missing`] says so, and the rest still holds.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod files;
mod role;

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::limits::Limits;

pub(super) use role::Role;

/// What this machine cannot do, in the words of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Missing(pub(crate) Vec<String>);

impl Missing {
    fn unless<E: std::fmt::Display>(&mut self, what: &str, done: Result<(), E>) {
        if let Err(error) = done {
            self.0.push(format!("{what} ({error})"));
        }
    }
}

/// Ends with the process that started this one, whatever that one dies of. `parent` is its ID: it may be gone already.
#[cfg(target_os = "linux")]
pub(super) fn die_with_parent(parent: u32) -> std::io::Result<()> {
    use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if getppid().map(Pid::as_raw_nonzero).map(|pid| pid.get().unsigned_abs()) == Some(parent) {
        return Ok(());
    }
    Err(std::io::Error::other("the process that started this one is gone"))
}

#[cfg(not(target_os = "linux"))]
#[allow(clippy::unnecessary_wraps)]
pub(super) fn die_with_parent(_: u32) -> std::io::Result<()> {
    Ok(())
}

/// Limits the memory of this process and of those that it starts, and the size of each file that they write.
#[cfg(unix)]
pub(super) fn limit(role: Role, limits: &Limits) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // A browser reserves far more addresses than it uses.
    let memory = if role == Role::Browser { Resource::Data } else { Resource::As };
    for (resource, most) in [(memory, limits.memory), (Resource::Fsize, limits.output), (Resource::Core, 0)] {
        // Only root could raise what is lower already.
        let most = getrlimit(resource).maximum.map_or(most, |already| already.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
pub(super) fn limit(_: Role, _: &Limits) -> std::io::Result<()> {
    Ok(())
}

/// Gives up what is not needed to read `readable` and the system's files, and to write below `writable`.
#[cfg(target_os = "linux")]
pub(super) fn give_up(role: Role, readable: &[&Path], writable: &Path) -> Missing {
    let mut missing = Missing::default();
    missing.unless("without rights of root", drop_rights());
    if role == Role::Browser {
        return missing;
    }
    missing.unless("without other files (Landlock)", files::restrict(role, readable, writable));
    missing.unless("without a network (seccomp)", calls::restrict(role));
    missing
}

/// Root that may no more than others.
#[cfg(target_os = "linux")]
fn drop_rights() -> std::io::Result<()> {
    use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
    let none = CapabilitySet::empty();
    Ok(set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn give_up(_: Role, _: &[&Path], _: &Path) -> Missing {
    Missing(vec!["on this system, with limits of memory and output alone".to_owned()])
}

/// A program takes the place of this process, and can start no other.
#[cfg(target_os = "linux")]
pub(super) fn only_itself() -> Missing {
    let mut missing = Missing::default();
    missing.unless("without starting others (seccomp)", calls::restrict(Role::Program));
    missing
}

#[cfg(not(target_os = "linux"))]
pub(super) fn only_itself() -> Missing {
    Missing::default()
}
