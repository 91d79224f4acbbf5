//! Headings with IDs, as GitHub makes them, so that links to parts of the page lead there.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use comrak::Anchorizer;
use comrak::adapters::{HeadingAdapter, HeadingMeta};
use comrak::nodes::Sourcepos;

/// The IDs that there are already.
#[derive(Default)]
pub(super) struct Ids(Mutex<Anchorizer>);

impl HeadingAdapter for Ids {
    fn enter(&self, out: &mut dyn fmt::Write, heading: &HeadingMeta, _: Option<Sourcepos>) -> fmt::Result {
        let id = self.0.lock().unwrap_or_else(PoisonError::into_inner).anchorize(&heading.content);
        write!(out, "<h{} id=\"", heading.level)?;
        comrak::html::escape(out, &id)?;
        write!(out, "\">")
    }

    fn exit(&self, out: &mut dyn fmt::Write, heading: &HeadingMeta) -> fmt::Result {
        write!(out, "</h{}>", heading.level)
    }
}
