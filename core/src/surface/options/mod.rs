//! Every option of a conversion.

mod batch;
mod job;
mod policy;
mod shell;

use super::{DescribedOption, Owner, Versions};
use batch::BATCH;
use job::JOB;
use policy::POLICY;
use shell::SHELL;

/// Every option, in the order in which it is documented.
pub const OPTIONS: &[DescribedOption] =
    &joined::<{ JOB.len() + POLICY.len() + BATCH.len() + SHELL.len() }>([JOB, POLICY, BATCH, SHELL]);

const fn joined<const N: usize>(parts: [&[DescribedOption]; 4]) -> [DescribedOption; N] {
    let mut all = [parts[0][0]; N];
    let (mut part, mut at, mut next) = (0, 0, 0);
    while next < N {
        if at == parts[part].len() {
            (part, at) = (part + 1, 0);
        }
        all[next] = parts[part][at];
        (at, next) = (at + 1, next + 1);
    }
    all
}

impl Owner {
    /// An option that belongs to it.
    const fn option(
        self,
        name: &'static str,
        takes: &'static str,
        default: &'static str,
        does: &'static str,
        when: &'static str,
        versions: Versions,
    ) -> DescribedOption {
        DescribedOption { name, owner: self, takes, default, does, when, versions }
    }
}
