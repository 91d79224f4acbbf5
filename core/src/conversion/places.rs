//! Where a conversion's outputs are written, as far as the host has told it.

use super::Conversion;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::save_to::SaveTo;
use crate::text::digits;

impl Conversion {
    /// Where outputs are written. Nothing where the host has not told a place: in memory, or where the host likes.
    pub fn save_to(&self) -> Option<SaveTo> {
        self.kept.as_ref()?.save_to
    }

    /// Tells where outputs are written, and what stands there, as the member `save_to` of [`Conversion::from_value`]: for hosts that
    /// begin otherwise. Before the first poll.
    ///
    /// # Errors
    /// As [`SaveTo::of`].
    pub fn write_to(&mut self, named: &Value<'_>) -> Result<Option<SaveTo>, Error> {
        let save_to = SaveTo::from_value(named, self.downloads_each())?;
        self.kept.get_or_insert_default().save_to = save_to;
        Ok(save_to)
    }

    /// Outputs are written there, if anywhere.
    pub(crate) fn writing_to(mut self, save_to: Option<SaveTo>) -> Self {
        if save_to.is_some() {
            self.kept.get_or_insert_default().save_to = save_to;
        }
        self
    }

    /// Whether each output is downloaded on its own: what [`SaveTo::of`] has to know of a conversion that goes on.
    pub fn downloads_each(&self) -> bool {
        self.setup.policy.downloads_each()
    }

    /// Whether all outputs have a place. Asked before the first of them is loaded, so that none takes the place of another.
    pub(super) fn check_places(&self) -> Result<(), Error> {
        let count = self.downloads.list.len();
        if count < 2 || !self.save_to().is_some_and(SaveTo::takes_one) {
            return Ok(());
        }
        let message =
            ["there are ", &digits(count as u64), " outputs, and a place for one; name a folder for them"];
        Err(Error::new(Code::Output, message.concat()))
    }
}
