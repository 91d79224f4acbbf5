//! What hosts do, each in the manner of its language.

use crate::surface::DescribedOption;
use crate::surface::Owner::Shell;
use crate::surface::Versions::{self, Both};

const fn option(
    name: &'static str,
    takes: &'static str,
    default: &'static str,
    does: &'static str,
    when: &'static str,
    versions: Versions,
) -> DescribedOption {
    DescribedOption { name, owner: Shell, takes, default, does, when, versions }
}

pub(super) const SHELL: &[DescribedOption] = &[
    option(
        "on_progress",
        "a function",
        "none",
        "is called when the progress changes",
        "a person waits",
        Both,
    ),
    option(
        "save_to",
        "a path",
        "memory",
        "the file that the output is written to, or a folder: one that exists, or a path that ends with a slash (Kotlin's paths have none there)",
        "outputs are larger than memory, or belong into files",
        Both,
    ),
    option(
        "overwrite",
        "yes or no",
        "no: the output gets another name",
        "whether a file of the same name in a folder is replaced",
        "a folder holds an older output that is to go",
        Both,
    ),
    option(
        "checkpoint",
        "a function",
        "none",
        "is called with the saved state before a request that another program has to know of; what it throws is reported and changes nothing",
        "the program may end before the conversion does",
        Both,
    ),
];
