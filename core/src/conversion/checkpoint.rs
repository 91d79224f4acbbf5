//! When a conversion is to be saved.

use super::{Conversion, Saved, Stage};
use crate::http::{Method, Request};

/// Tells when a running conversion is to be saved, so that another program can go on with it: before each request that may
/// change something on the service, and when the conversion has moved on.
///
/// ```
/// use cloudconvert_core::{Action, Api, Checkpoint, Conversion, Policy, Timestamp};
///
/// let api = Api::new("https://api.example.com/v1", None)?;
/// let mut conversion = Conversion::follow(&api, "https://api.example.com/process/1", Policy::default(), 1)?;
/// let mut checkpoint = Checkpoint::default();
/// let now = Timestamp::from_millis(0);
/// let Action::Send(request) = conversion.poll(now) else { panic!("it asks how far the conversion is") };
/// assert!(checkpoint.before(&conversion, &request).is_some(), "another program has to know of it");
/// assert!(checkpoint.before(&conversion, &request).is_none(), "asking once more changes nothing");
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Checkpoint {
    /// Where the conversion was when it was saved last.
    place: Option<(Stage, Option<String>)>,
}

impl Checkpoint {
    /// What is to be kept before this request is sent, if anything.
    pub fn before(&mut self, conversion: &Conversion, request: &Request) -> Option<Saved> {
        let place = Some((conversion.stage(), conversion.remote.id.clone()));
        if request.method == Method::Get && place == self.place {
            return None;
        }
        self.place = place;
        Some(conversion.save())
    }
}
