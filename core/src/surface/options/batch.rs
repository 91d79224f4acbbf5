//! What many conversions have together.

use crate::surface::DescribedOption;
use crate::surface::Owner::Batch;
use crate::surface::Versions::Both;

pub(super) const BATCH: &[DescribedOption] = &[Batch.option(
    "concurrency",
    "a number from 1 on",
    "5",
    "how many of many conversions run at once",
    "the account allows more at once, or less is to be in memory and on the line",
    Both,
)];
