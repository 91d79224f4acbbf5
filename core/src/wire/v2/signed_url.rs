//! Signed URLs of version 2: a link that runs a job when it is opened, and redirects to the file.
//!
//! API documentation: <https://cloudconvert.com/api/v2/signed-urls>.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::signing::{is_signed, sign};
use crate::error::{Code, Error};
use crate::json::Value;
use crate::platform::Platform;

/// A signed URL, taken apart. Everyone who has the link can read the job in it, so it must hold no secrets.
///
/// ```
/// use cloudconvert_core::{Native, SignedUrl, Value};
///
/// let mut tasks = Value::object();
/// for (name, operation, input) in [("import", "import/url", None), ("export", "export/url", Some("import"))] {
///     let mut task = Value::object();
///     task.set("operation", operation);
///     task.set_some("input", input);
///     task.set_some("url", input.is_none().then_some("https://example.org/logo.png"));
///     tasks.set(name, task);
/// }
/// let mut job = Value::object();
/// job.set("tasks", tasks);
/// let base = "https://s.cloudconvert.com/b3d85428-584e-4639-bc11-76b7dee9c109";
/// let url = SignedUrl::sign(&Native, base, "secret", &job, Some("logo-1"))?;
/// let read = SignedUrl::verify(&Native, &url, "secret")?;
/// assert_eq!((read.job, read.cache_key.as_deref()), (job, Some("logo-1")));
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SignedUrl {
    /// The body of the job's creation: `{"tasks": {…}}`.
    pub job: Value<'static>,
    /// Requests with the same key share one result for a day. Without a key, each request runs the job and costs.
    pub cache_key: Option<String>,
}

impl SignedUrl {
    /// Makes a signed URL of the base and secret that the account's dashboard shows.
    ///
    /// # Errors
    /// `bad_request` for a base that is not a URL, an empty secret, a job without an `export/url` task, or a cache key
    /// with other characters than letters, digits, `_` and `-`.
    pub fn sign(
        platform: &dyn Platform,
        base: &str,
        secret: &str,
        job: &Value<'_>,
        cache_key: Option<&str>,
    ) -> Result<String, Error> {
        let base = platform.resolve(base, "").filter(|url| !url.href.contains('?') && !url.has_credentials);
        let base = base.ok_or_else(|| {
            Error::bad_request("the base of a signed URL has to be a full URL without a query, with https://")
        })?;
        if secret.is_empty() {
            return Err(Error::bad_request(
                "the signing secret is empty: pass that of the signed URL's base",
            ));
        }
        let export = |task: &Value<'_>| task.get("operation").text() == Some("export/url");
        if !job.get("tasks").members().iter().any(|(_, task)| export(task)) {
            return Err(Error::bad_request(
                "the job of a signed URL needs a task with the operation export/url",
            ));
        }
        let key = |key: &str| {
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        };
        if cache_key.is_some_and(|text| !key(text)) {
            return Err(Error::bad_request("a cache key has letters, digits, `_` and `-` only"));
        }
        let mut url = [&base.href, "?job=", &BASE64.encode(platform.write(job))].concat();
        if let Some(cache_key) = cache_key {
            url = [&url, "&cache_key=", cache_key].concat();
        }
        let signature = sign(secret, url.as_bytes());
        Ok([&url, "&s=", &signature].concat())
    }

    /// Checks a signed URL, byte for byte as it was requested, and reads it.
    ///
    /// # Errors
    /// `unauthorized` where the signature is missing or is not that of this URL and secret, `bad_request` for an empty
    /// secret or where a signed URL holds no job.
    pub fn verify(platform: &dyn Platform, url: &str, secret: &str) -> Result<Self, Error> {
        if secret.is_empty() {
            return Err(Error::bad_request(
                "the signing secret is empty: pass that of the signed URL's base",
            ));
        }
        let signed = url
            .rsplit_once("&s=")
            .filter(|(signed, signature)| is_signed(secret, signed.as_bytes(), signature));
        let Some((signed, _)) = signed else {
            return Err(Error::new(
                Code::Unauthorized,
                "the URL is not signed with this secret: refuse the request, or check that the URL is the one requested",
            ));
        };
        let query = signed.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let parameter = |name: &str| {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value)
        };
        let job = parameter("job").and_then(from_base64url).and_then(|bytes| String::from_utf8(bytes).ok());
        let job =
            job.as_deref().and_then(|text| platform.parse(text)).filter(|job| !job.get("tasks").is_empty());
        let job =
            job.ok_or_else(|| Error::bad_request("the signed URL holds no job: sign it with one"))?.owned();
        Ok(Self { job, cache_key: parameter("cache_key").map(str::to_owned) })
    }
}

/// Base64 for URLs (RFC 4648, 5), read with padding or without it: clients differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a query's value. One client writes the plain alphabet, and padding may be percent-encoded.
fn from_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.replace("%3D", "=").replace('+', "-").replace('/', "_")).ok()
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::Native;

    const BASE: &str = "https://s.example.com/b3d85428";

    fn job(name: &str) -> Value<'static> {
        let text = format!(r#"{{"tasks":{{"a":{{"operation":"export/url","name":"{name}"}}}}}}"#);
        serde_json::from_str::<Value<'_>>(&text).unwrap().owned()
    }

    #[test]
    fn what_was_signed_is_read_again_at_every_length() {
        for length in 0..8 {
            let job = job(&"ü~?".repeat(length));
            let url = SignedUrl::sign(&Native, BASE, "s", &job, None).unwrap();
            assert!(!url.contains('=') || url.matches('=').count() == 2, "{url}");
            assert_eq!(SignedUrl::verify(&Native, &url, "s").unwrap(), SignedUrl { job, cache_key: None });
        }
    }

    #[test]
    fn what_was_altered_is_refused() {
        let url = SignedUrl::sign(&Native, BASE, "s", &job("x"), Some("key_1")).unwrap();
        for altered in [
            url.replace("key_1", "key_2"),
            url.replace("job=e", "job=f"),
            url.replace("s.example.com", "t.example.com"),
            [&url, "0"].concat(),
            url.split("&s=").next().unwrap().to_owned(),
            String::new(),
        ] {
            assert_eq!(
                SignedUrl::verify(&Native, &altered, "s").unwrap_err().code,
                Code::Unauthorized,
                "{altered}"
            );
        }
        assert_eq!(SignedUrl::verify(&Native, &url, "t").unwrap_err().code, Code::Unauthorized);
    }

    #[test]
    fn clients_that_pad_are_understood() {
        for padding in ["=", "%3D", ""] {
            let unsigned = format!("{BASE}?job={}{padding}", BASE64.encode(br#"{"tasks":{"abc":{}}}"#));
            let url = format!("{unsigned}&s={}", sign("s", unsigned.as_bytes()));
            assert!(SignedUrl::verify(&Native, &url, "s").is_ok(), "{url}");
        }
    }

    #[test]
    fn what_cannot_be_signed_is_refused_with_words() {
        let no_export =
            serde_json::from_str::<Value<'_>>(r#"{"tasks":{"a":{"operation":"import/url"}}}"#).unwrap();
        let wrong = |base: &str, secret: &str, job: &Value<'_>, key: Option<&str>| {
            SignedUrl::sign(&Native, base, secret, job, key).unwrap_err().code
        };
        assert_eq!(wrong("s.example.com", "s", &job("x"), None), Code::BadRequest);
        assert_eq!(wrong("https://s.example.com/?x=1", "s", &job("x"), None), Code::BadRequest);
        assert_eq!(wrong(BASE, "", &job("x"), None), Code::BadRequest);
        assert_eq!(wrong(BASE, "s", &no_export, None), Code::BadRequest);
        assert_eq!(wrong(BASE, "s", &job("x"), Some("a b")), Code::BadRequest);
    }
}
