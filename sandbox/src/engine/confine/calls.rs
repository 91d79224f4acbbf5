//! Which calls of the kernel a process may make, by seccomp.

use std::collections::BTreeMap;
use std::io;

use seccompiler::{
    SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
    apply_filter,
};

use super::role::Role;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// The network, other processes, and what would undo the rest.
const NEVER: [i64; 20] = [
    libc::SYS_socket,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_chroot,
    libc::SYS_pivot_root,
    libc::SYS_open_by_handle_at,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_add_key,
    libc::SYS_keyctl,
];
/// On this architecture, the same calls have second numbers.
#[cfg(target_arch = "x86_64")]
const SECOND_NUMBERS: Option<i64> = Some(0x4000_0000);
#[cfg(not(target_arch = "x86_64"))]
const SECOND_NUMBERS: Option<i64> = None;

/// From now on, such calls fail.
pub(super) fn restrict(role: Role) -> io::Result<()> {
    let mut rules: Rules = NEVER.iter().map(|call| (*call, Vec::new())).collect();
    if role == Role::Engine {
        rules.extend([(libc::SYS_execve, Vec::new()), (libc::SYS_execveat, Vec::new())]);
    }
    if role != Role::Starter {
        rules.insert(libc::SYS_clone, vec![unless_thread()?]);
        #[cfg(target_arch = "x86_64")]
        rules.extend([(libc::SYS_fork, Vec::new()), (libc::SYS_vfork, Vec::new())]);
    }
    apply(rules, libc::EPERM)?;
    // Its flags lie in memory, where no filter can look; where it is missing, libraries take `clone`.
    apply(Rules::from([(libc::SYS_clone3, Vec::new())]), libc::ENOSYS)
}

/// Matches a `clone` that begins a process.
fn unless_thread() -> io::Result<SeccompRule> {
    let thread = libc::CLONE_THREAD.unsigned_abs().into();
    let flags = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(thread), 0);
    SeccompRule::new(vec![flags.map_err(io::Error::other)?]).map_err(io::Error::other)
}

fn apply(mut rules: Rules, error: i32) -> io::Result<()> {
    if let Some(second) = SECOND_NUMBERS {
        let more: Rules = rules.iter().map(|(call, rules)| (call | second, rules.clone())).collect();
        rules.extend(more);
    }
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(io::Error::other)?;
    let filter =
        SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(error.unsigned_abs()), arch);
    let program = filter.and_then(seccompiler::BpfProgram::try_from).map_err(io::Error::other)?;
    apply_filter(&program).map_err(io::Error::other)
}
