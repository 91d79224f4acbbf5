//! Which version of the API a base URL means, and which addresses belong to it.

use crate::error::Error;
use crate::platform::Url;
use crate::text::{parts, without_end};

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    #[cfg(feature = "v1")]
    V1,
    #[cfg(feature = "v2")]
    V2,
}

impl Wire {
    /// The wire of a service at this base: a path that ends in `/v2` is version 2; `/v1` or no version is version 1.
    pub(crate) fn of(base: &Url) -> Result<Self, Error> {
        let second = without_end(&base.href, b"/").ends_with("/v2");
        #[cfg(feature = "v2")]
        if second {
            return Ok(Self::V2);
        }
        #[cfg(feature = "v1")]
        if !second {
            return Ok(Self::V1);
        }
        let _ = second;
        Err(Error::bad_request(
            "this build does not have the base URL's version of the API: version 2 ends in /v2",
        ))
    }

    /// The base URL of the service that named this URL: everything before the version's path, if one is there.
    pub(crate) fn base_of(url: &Url) -> &str {
        let (href, origin) = (&url.href, url.origin());
        // By segments: to look for a text costs a page a kilobyte.
        let before =
            parts(url.path(), b'/').take_while(|segment| *segment != "v2").map(|segment| segment.len() + 1);
        let end = origin.len() + before.sum::<usize>() + "v2".len();
        href.get(..end).filter(|_| href.as_bytes().get(end) == Some(&b'/')).unwrap_or(origin)
    }

    /// The origin of its own where it holds questions open until the end, for a service at this base. With version 1 a long
    /// poll is a parameter of the process URL, which needs no key.
    #[cfg_attr(not(feature = "v2"), allow(unused_variables))]
    pub(crate) fn waiting_origin(self, base: &Url) -> Option<String> {
        match self {
            #[cfg(feature = "v1")]
            Self::V1 => None,
            #[cfg(feature = "v2")]
            Self::V2 => waiting_at(base),
        }
    }

    /// Whether a service at this base certainly refuses requests without a key. With version 2 a program on the way may add
    /// the key, anywhere but at the service itself.
    #[cfg_attr(not(feature = "v2"), allow(unused_variables))]
    pub(crate) fn needs_key(self, base: &Url) -> bool {
        match self {
            #[cfg(feature = "v1")]
            Self::V1 => true,
            #[cfg(feature = "v2")]
            Self::V2 => base.host.ends_with(".cloudconvert.com"),
        }
    }
}

/// `https://sync.api…` of `https://api…`, also behind a region (`https://eu-central.sync.api…`) and with the sandbox. Other
/// services have none.
///
/// API documentation: <https://cloudconvert.com/api/v2#wait>.
#[cfg(feature = "v2")]
fn waiting_at(base: &Url) -> Option<String> {
    let (region, rest) = match base.host.strip_suffix("api.cloudconvert.com") {
        Some(region) => (region, "api.cloudconvert.com"),
        None => (base.host.strip_suffix("api.sandbox.cloudconvert.com")?, "api.sandbox.cloudconvert.com"),
    };
    let named = |region: &str| !region.is_empty() && !region.contains('.');
    let plain = region.is_empty() || region.strip_suffix('.').is_some_and(named);
    (plain && base.origin() == ["https://", &base.host].concat())
        .then(|| ["https://", region, "sync.", rest].concat())
}
