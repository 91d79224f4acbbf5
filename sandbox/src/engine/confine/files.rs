//! Which files a process may open, by Landlock.

use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope, path_beneath_rules,
};

use super::Role;

/// Where systems keep programs, libraries and fonts.
const SYSTEM: [&str; 10] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt",
    "/nix/store",
    "/gnu/store",
    "/run/current-system",
];
/// What programs read besides: of `/etc`, nothing that is private, and of `/proc`, nothing of other processes.
const SETTINGS: [&str; 16] = [
    "/etc/ImageMagick-6",
    "/etc/ImageMagick-7",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ld.so.preload",
    "/etc/localtime",
    "/etc/poppler",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system/cpu",
    "/var/cache/fontconfig",
    "/var/lib/defoma",
];
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"];
/// The newest interface whose rules were tried here; of older ones, what they know.
const NEWEST: ABI = ABI::V6;

/// From now on, opens the system's files and `readable` to read, and what is below `writable` to write. What starts no
/// programs needs none.
pub(super) fn restrict(role: Role, readable: &[&Path], writable: &Path) -> io::Result<()> {
    let programs = if role == Role::Engine { Vec::new() } else { programs() };
    let status = rules(&programs, readable, writable).map_err(io::Error::other)?;
    match status {
        RulesetStatus::NotEnforced => Err(io::Error::other("the kernel has no Landlock")),
        _ => Ok(()),
    }
}

/// Where programs are, this one among them.
fn programs() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).chain(std::env::current_exe()).collect()
}

fn rules(programs: &[PathBuf], readable: &[&Path], writable: &Path) -> Result<RulesetStatus, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let run = read | AccessFs::Execute;
    let ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM, run))?
        .add_rules(path_beneath_rules(programs, run))?
        .add_rules(path_beneath_rules(SETTINGS, read))?
        .add_rules(path_beneath_rules(DEVICES, read | AccessFs::WriteFile))?
        .add_rules(path_beneath_rules(readable, read))?;
    let ruleset = match PathFd::new(writable) {
        Ok(folder) => {
            let all = AccessFs::from_all(NEWEST) & !(AccessFs::Execute | AccessFs::IoctlDev);
            ruleset.add_rule(PathBeneath::new(folder, all))?
        }
        Err(_) => ruleset,
    };
    Ok(ruleset.restrict_self()?.ruleset)
}
