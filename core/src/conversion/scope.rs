//! What is known beforehand of a conversion in a build that only uploads.

use super::Conversion;
use super::setup::{Goal, Setup};
use super::steps::At;
use crate::job::Job;
use crate::scope::CONVERTS;
use crate::wire::step::Step;

impl At {
    /// The present step.
    pub(super) const fn step(&self) -> Step {
        if CONVERTS { self.step } else { Step::Upload }
    }
}

impl Setup {
    /// What the conversion is for.
    pub(super) const fn goal(&self) -> Goal {
        if CONVERTS { self.goal } else { Goal::Upload }
    }

    /// The job, where the remote conversion is one's own.
    pub(super) fn job(&self) -> Option<&Job> {
        if CONVERTS { self.job.as_deref() } else { None }
    }
}

impl Conversion {
    /// Whether it is known where the remote conversion is, which can be asked and deleted then.
    pub(super) const fn has_remote(&self) -> bool {
        CONVERTS && self.remote.url.is_some()
    }
}
