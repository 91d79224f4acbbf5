//! What many conversions have together.

use crate::surface::{DescribedOption, Owner, Versions};

pub(super) const BATCH: &[DescribedOption] = &[DescribedOption {
    name: "concurrency",
    owner: Owner::Batch,
    takes: "a number from 1 on",
    default: "5",
    does: "how many of many conversions run at once",
    when: "the account allows more at once, or less is to be in memory and on the line",
    versions: Versions::Both,
}];
