//! What a saved state lacks.

use super::Conversion;
use super::endings::Ending;
use crate::wire::step::Step;

/// What a saved state leaves out, and a program that goes on with it may still need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The files that are uploaded.
    Files,
    /// These, and what else of the job is not saved: content, credentials, tasks of one's own.
    Job,
}

impl Needs {
    /// As options write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Files => "files",
            Self::Job => "job",
        }
    }
}

impl Conversion {
    /// Whether there is an output to download: not where nothing is wanted, and not where it goes to a storage. A host that goes
    /// on with a saved state has to know where to put it.
    pub fn downloads(&self) -> bool {
        self.setup.downloads()
    }

    /// What it takes to go on with the present state in another program.
    ///
    /// ```
    /// use cloudconvert_core::{Api, Conversion, InputFile, Needs, Policy};
    ///
    /// let api = Api::new("https://api.example.com/v1", None)?;
    /// let files = vec![InputFile { name: "photo.png".into(), size: Some(10) }];
    /// let upload = Conversion::upload(&api, "https://api.example.com/upload/1", files, Policy::default(), 1)?;
    /// assert_eq!(upload.needs(), Needs::Files);
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    pub const fn needs(&self) -> Needs {
        let about = match self.at.step() {
            Step::Check => self.at.checking,
            step => step,
        };
        match about {
            _ if self.ending.is_some() => Needs::Nothing,
            Step::Create | Step::Find | Step::Start => Needs::Job,
            Step::Upload => Needs::Files,
            _ => Needs::Nothing,
        }
    }
    /// Whether it has failed, or was given up, and at most has to be deleted on the service: a program that goes on with it gets no output.
    ///
    /// ```
    /// use cloudconvert_core::{Api, Conversion, Policy};
    ///
    /// let api = Api::new("https://api.example.com/v1", None)?;
    /// let follow = Conversion::follow(&api, "https://api.example.com/process/1", Policy::default(), 1)?;
    /// assert!(!follow.is_failed());
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    pub fn is_failed(&self) -> bool {
        matches!(&self.ending, Some(Ending::Done(result)) if result.is_err())
    }
}
