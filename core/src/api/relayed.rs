//! What a relay passes on: requests that somebody else asks for by way of a program that holds the key.

use super::Api;
use crate::error::Error;
use crate::http::{Method, Request};

impl Api {
    /// A request with the key to a path below the base URL, with its query: what somebody asks for by way of a program that holds
    /// the key, such as a relay.
    ///
    /// # Errors
    /// `bad_request` for a path that leads elsewhere, `unauthorized` without a key.
    ///
    /// ```
    /// use cloudconvert_core::{Api, Method};
    ///
    /// let api = Api::new("https://api.example.com/v2", Some("KEY"))?;
    /// let request = api.pass_on(Method::Get, "jobs?per_page=5")?;
    /// assert_eq!(request.url, "https://api.example.com/v2/jobs?per_page=5");
    /// assert!(request.carries_key());
    /// assert!(api.pass_on(Method::Get, "../v1/process").is_err());
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    pub fn pass_on(&self, method: Method, path: &str) -> Result<Request, Error> {
        let request = self.keyed(method, &["/", path])?;
        let base = self.url(&["/"]);
        match self.platform().resolve(&request.url, "") {
            Some(url) if url.href.starts_with(&base) => Ok(request),
            _ => Err(Error::bad_request("the path leads out of the base URL: leave out `..`")),
        }
    }

    /// A request without the key to a URL that the service named.
    ///
    /// # Errors
    /// `bad_request` for what is no URL.
    pub fn without_key(&self, method: Method, url: &str) -> Result<Request, Error> {
        let resolved = self.platform().resolve(url, "");
        let url = resolved
            .ok_or_else(|| Error::bad_request("this is not a URL: give a full one, with https://"))?;
        Ok(Request::new(method, url.href))
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    #[test]
    fn the_key_goes_below_the_base_url_alone() {
        let api = Api::new("https://api.example.com/v2", Some("KEY")).unwrap();
        for path in
            ["jobs", "jobs?filter%5Btag%5D=a", "tasks/1/cancel", "//evil.example/jobs", "@evil.example/jobs"]
        {
            let request = api.pass_on(Method::Get, path).unwrap();
            assert!(request.url.starts_with("https://api.example.com/v2/"), "{}", request.url);
        }
        for path in ["..", "../v1/process", "jobs/../../v1", "%2e%2e/v1", ".\t./v1", "..\\v1"] {
            assert!(api.pass_on(Method::Get, path).is_err(), "{path}");
        }
        assert!(!api.without_key(Method::Get, "https://evil.example/").unwrap().carries_key());
        assert!(api.without_key(Method::Get, "process/1").is_err());
    }
}
