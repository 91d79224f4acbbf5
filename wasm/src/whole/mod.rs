//! What servers need and few pages: many conversions at once, and saved states.

mod keeper;
mod many;

pub(crate) use keeper::{keeping, marks, with_checkpoint};
