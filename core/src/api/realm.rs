//! The key rule, as a type: a realm alone holds the key, and it makes requests of paths, never of URLs. So no URL that an
//! answer named can ever be called with the key.

use crate::error::{Code, Error};
use crate::http::{Method, Request};
use crate::platform::Url;
use crate::scope::CONVERTS;
use crate::version::Wire;

const BEARER: &str = "Bearer ";
/// How many characters a key has at least that is looked for.
const SHORTEST_SECRET: usize = 12;

/// The URL of a path below this one.
pub(super) fn below(base: &str, path: &[&str]) -> String {
    let length = path.iter().map(|part| part.len()).sum::<usize>();
    let mut url = String::with_capacity(base.len() + length);
    url.push_str(base);
    for part in path {
        url.push_str(part);
    }
    url
}

/// The addresses that see the key: the base URL, and the address that waits where the service has one.
#[derive(Clone)]
pub(super) struct Realm {
    pub(super) base: Url,
    /// The base URL at the origin that answers when a job has ended.
    waiting: Option<String>,
    /// The header that holds the key.
    key: Option<String>,
    /// Whether the service refuses requests without a key. Elsewhere a program on the way may add one.
    needs_key: bool,
}

impl Realm {
    pub(super) fn new(wire: Wire, base: Url, key: Option<&str>) -> Self {
        let waiting = if CONVERTS { wire.waiting_origin(&base) } else { None };
        let waiting = waiting.map(|origin| [&origin, base.path()].concat());
        Self {
            waiting,
            key: key.map(|key| [BEARER, key].concat()),
            needs_key: CONVERTS && wire.needs_key(&base),
            base,
        }
    }

    /// A request with the key to a path below the base URL.
    pub(super) fn keyed(&self, method: Method, path: &[&str]) -> Result<Request, Error> {
        self.with_key(self.open(method, path))
    }

    /// The same at the address that waits, where there is one.
    pub(super) fn waiting(&self, method: Method, path: &[&str]) -> Result<Request, Error> {
        let base = self.waiting.as_deref().unwrap_or(&self.base.href);
        self.with_key(Request::new(method, below(base, path)))
    }

    /// A request for what is open to all.
    pub(super) fn open(&self, method: Method, path: &[&str]) -> Request {
        Request::new(method, below(&self.base.href, path))
    }

    pub(super) const fn waits(&self) -> bool {
        self.waiting.is_some()
    }

    /// The same text without the key, where that stands in it.
    pub(super) fn hidden(&self, text: &str) -> Option<String> {
        let key = self.key.as_deref()?.strip_prefix(BEARER)?.as_bytes();
        // A short one is a word of a test, and may be one of any answer.
        if key.len() < SHORTEST_SECRET {
            return None;
        }
        let mut bytes = text.as_bytes().to_vec();
        let mut found = false;
        for at in 0..bytes.len() {
            if let Some(part) = bytes.get_mut(at..at + key.len()).filter(|part| **part == *key) {
                part.fill(b'*');
                found = true;
            }
        }
        if found { String::from_utf8(bytes).ok() } else { None }
    }

    fn with_key(&self, request: Request) -> Result<Request, Error> {
        match &self.key {
            Some(key) => Ok(request.header("authorization", key.clone())),
            None if !self.needs_key => Ok(request),
            None => {
                Err(Error::new(Code::Unauthorized, "an API key is needed for this: give one to the client"))
            }
        }
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use crate::api::Api;
    use crate::http::{Method, Response};

    #[test]
    fn the_key_goes_to_the_base_and_is_never_shown() {
        let api = Api::new("https://api.example.com", Some("s3cret")).unwrap();
        let request = api.keyed(Method::Post, &["/process"]).unwrap();
        assert_eq!(request.url, "https://api.example.com/process");
        assert!(request.carries_key() && !format!("{request:?}{api:?}").contains("s3cret"));
        assert!(!api.open(Method::Get, &["/conversiontypes"]).carries_key());
    }

    #[test]
    fn an_error_does_not_tell_the_key_that_a_service_sends_back() {
        let api = Api::new("https://api.example.com", Some("long-s3cret-key")).unwrap();
        let read = |status, body: &str| {
            let response = Response { status, body: body.into(), ..Response::default() };
            api.read(&response).unwrap().get("message").text().unwrap().to_owned()
        };
        let body = r#"{"message":"long-s3cret-key is no key, long-s3cret-keylong-s3cret-key"}"#;
        let stars = "*".repeat(15);
        assert_eq!(read(401, body), format!("{stars} is no key, {stars}{stars}"));
        assert_eq!(read(401, "\u{feff}{\"message\":\"no\"}"), "no");
    }

    #[cfg(feature = "v2")]
    #[test]
    fn waiting_goes_to_the_host_that_belongs_to_the_base() {
        let asked = |base: &str| {
            let api = Api::new(base, Some("s3cret")).unwrap();
            (api.waits(), api.waiting(Method::Get, &["/jobs/1"]).unwrap().url)
        };
        for (base, waits, url) in [
            ("https://api.cloudconvert.com/v2", true, "https://sync.api.cloudconvert.com/v2/jobs/1"),
            (
                "https://eu-central.api.cloudconvert.com/v2",
                true,
                "https://eu-central.sync.api.cloudconvert.com/v2/jobs/1",
            ),
            (
                "https://api.sandbox.cloudconvert.com/v2",
                true,
                "https://sync.api.sandbox.cloudconvert.com/v2/jobs/1",
            ),
            ("https://evilapi.cloudconvert.com/v2", false, "https://evilapi.cloudconvert.com/v2/jobs/1"),
            ("https://api.example.com/v2", false, "https://api.example.com/v2/jobs/1"),
            ("http://127.0.0.1:8000/v2", false, "http://127.0.0.1:8000/v2/jobs/1"),
        ] {
            assert_eq!(asked(base), (waits, url.to_owned()));
        }
    }

    #[cfg(feature = "v2")]
    #[test]
    fn something_on_the_way_may_add_the_key_but_not_before_the_service_itself() {
        let request = |base: &str| Api::new(base, None).unwrap().keyed(Method::Post, &["/jobs"]);
        assert!(request("https://api.cloudconvert.com/v2").is_err());
        assert!(!request("https://me.example.org/convert/v2").unwrap().carries_key());
    }
}
