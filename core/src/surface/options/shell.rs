//! What hosts do, each in the manner of its language.

use crate::surface::DescribedOption;
use crate::surface::Owner::Shell;
use crate::surface::Versions::Both;

pub(super) const SHELL: &[DescribedOption] = &[
    Shell.option(
        "on_progress",
        "a function",
        "none",
        "is called when the progress changes",
        "a person waits",
        Both,
    ),
    Shell.option(
        "save_to",
        "a path",
        "memory",
        "the file that the output is written to, or a folder: one that exists, or a path that ends with a slash (Kotlin's paths have none there)",
        "outputs are larger than memory, or belong into files",
        Both,
    ),
    Shell.option(
        "overwrite",
        "yes or no",
        "no: the output gets another name",
        "whether a file of the same name in a folder is replaced",
        "a folder holds an older output that is to go",
        Both,
    ),
    Shell.option(
        "checkpoint",
        "a function",
        "none",
        "is called with the saved state before a request that another program has to know of; what it throws is reported and changes nothing",
        "the program may end before the conversion does",
        Both,
    ),
];
