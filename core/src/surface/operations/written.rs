//! How an operation and its options are written here, and what several of them have.

use crate::surface::Takes::{self, OneOf, Text};
use crate::surface::{DescribedOperation, OperationOption};

/// What holds where nobody but the service knows it.
pub(super) const THEIRS: &str = "the service's";

/// An option that may be left out.
pub(super) const fn may(
    name: &'static str,
    takes: Takes,
    default: &'static str,
    does: &'static str,
    when: &'static str,
) -> OperationOption {
    OperationOption { name, takes, default, does, when }
}

/// An option that is needed, or another one in its place.
pub(super) const fn needs(
    name: &'static str,
    takes: Takes,
    does: &'static str,
    when: &'static str,
) -> OperationOption {
    may(name, takes, "needed", does, when)
}

pub(super) const fn operation(mode: &'static str, options: &'static [OperationOption]) -> DescribedOperation {
    DescribedOperation { mode, to: &[], options }
}

/// An operation that makes some formats only.
pub(super) const fn into(
    mode: &'static str,
    to: &'static [&'static str],
    options: &'static [OperationOption],
) -> DescribedOperation {
    DescribedOperation { mode, to, options }
}

pub(super) const PAGES: OperationOption =
    may("pages", Text, "all", "the pages that are taken, as `1-3,7`", "only some of them are wanted");
pub(super) const FIT: OperationOption = may(
    "fit",
    OneOf(&["max", "crop", "scale"]),
    THEIRS,
    "how a picture fits into `width` and `height`: within, cut off, or drawn out",
    "both sides are given",
);
