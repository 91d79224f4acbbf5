//! The upload of one file by the form of an import task: to the storage, without the key.
//!
//! API documentation: <https://cloudconvert.com/api/v2/import#import-upload-tasks>.

use crate::api::Api;
use crate::backoff::Random;
use crate::error::{Code, Error};
use crate::http::{Method, Request, Response};
use crate::job::InputFile;
use crate::multipart;
use crate::text::{before, cut, has, parts};
use crate::wire::answers::limited;
use crate::wire::report::UploadTarget;

/// The form: its fields in the given order, then the file.
pub(crate) fn upload(target: &UploadTarget, files: &[InputFile], random: &mut Random) -> Request {
    let request = Request::new(Method::Post, target.url.clone());
    multipart::form(request, &target.fields, files, target.files.clone(), random)
}

const DOT: &str = ".";

/// Gives files the names under which they are uploaded: this one, where there is one file, and the extension of their format
/// where they have none, because the service refuses names without.
pub(crate) fn name_files(files: &mut [InputFile], filename: Option<&str>, from: &str) {
    for file in files {
        if let Some(filename) = filename {
            file.name.clear();
            file.name.push_str(filename);
        }
        if !from.is_empty() && !has(&file.name, DOT.as_bytes()) {
            file.name.push_str(DOT);
            file.name.push_str(from);
        }
    }
}

/// Reads the answer: it says stored as storages do. Any other answer may be that of something on the way.
///
/// A storage answers 201 with XML, or 200, 201 or 204 with nothing. Another back end redirects to a page of the API:
/// `/v2/upload/redirect/{task}?status=400&message=no files to process` is a failure. Elsewhere a `status` means nothing: pages of
/// logins and filters have one too. A form that names a page
/// (`success_action_redirect`) leads there, with the file's `etag`. A host that cannot help following redirects tells where it
/// led, and what that page looks like does not matter.
///
/// # Errors
/// What the storage says, or `invalid_response` for what is not its answer.
pub(crate) fn uploaded(api: &Api, response: &Response) -> Result<(), Error> {
    let told = |code: Code, status: u16, message: String| Error::new(code, message).with_status(status);
    let is_led = matches!(response.status, 300..=399);
    let target = if is_led { response.header("location") } else { response.url.as_deref() };
    let target = target.unwrap_or_default();
    let status =
        parameter(target, "status").and_then(|status| u16::try_from(status.parse::<u64>().ok()?).ok());
    if let Some(status) = status.filter(|_| api.resolve(target).is_ok()) {
        if status < 400 {
            return Ok(());
        }
        let message = parameter(target, "message").unwrap_or_else(|| refused("").to_owned());
        return Err(told(Code::of_status(status), status, message));
    }
    // A page that was led to has no content either, perhaps.
    let is_empty = response.body.is_empty() && (response.status != 200 || target.is_empty());
    let is_stored = parameter(target, "etag").is_some()
        || matches!(response.status, 200 | 201 | 204) && (is_empty || says_stored(response));
    match response.status {
        200..=399 if is_stored => Ok(()),
        200..=399 => Err(Error::invalid("no storage answered the upload: check proxies and logins")),
        status => {
            let code = element(response, "Code").unwrap_or_default();
            let message = said(response).unwrap_or_else(|| refused(code).to_owned());
            Err(told(Code::of_status(status), status, message))
        }
    }
}

/// Whether a body is the short XML by which storages say where the file is now.
fn says_stored(response: &Response) -> bool {
    let xml = std::str::from_utf8(&response.body).unwrap_or_default();
    parts(xml, b'<').any(|tag| tag.starts_with("PostResponse"))
}

/// What this code of a storage means, in words.
fn refused(code: &str) -> &'static str {
    if code == "EntityTooLarge" {
        "the storage refused a file of this size: send a smaller one"
    } else {
        "the storage refused the upload, its form may have expired: begin anew"
    }
}

/// What a storage says in its answer: the `Message` of its short XML.
pub(super) fn said(response: &Response) -> Option<String> {
    element(response, "Message").map(limited)
}

/// The text of an element of the short XML that storages answer with.
fn element<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    let xml = std::str::from_utf8(&response.body).ok()?;
    // By tags: to look for a text costs a page a kilobyte.
    let text = parts(xml, b'<').find_map(|tag| tag.strip_prefix(name)?.strip_prefix(">"))?;
    Some(text.trim_ascii()).filter(|text| !text.is_empty())
}

/// A parameter of a URL's query, decoded.
fn parameter(url: &str, name: &str) -> Option<String> {
    let query = cut(before(url, b"#"), b"?")?.1;
    let pairs = parts(query, b'&').map(|pair| cut(pair, b"=").unwrap_or((pair, "")));
    let value = { pairs }.find(|(key, _)| *key == name)?.1;
    crate::names::decode(value).map(|value| limited(&value))
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    fn api() -> Api {
        Api::new("https://api.example.com/v2", None).unwrap()
    }

    fn answer(status: u16, location: &str, body: &str) -> Result<(), Error> {
        let headers = vec![("Location".to_owned(), location.to_owned())];
        uploaded(&api(), &Response { status, headers, body: body.as_bytes().to_vec(), ..Response::default() })
    }

    /// What a host tells that was led there.
    fn led(status: u16, url: &str, body: &str) -> Result<(), Error> {
        let url = Some(url.to_owned());
        uploaded(&api(), &Response { status, url, body: body.as_bytes().to_vec(), ..Response::default() })
    }

    const STORED: &str = "<?xml version=\"1.0\"?>\n<PostResponse xmlns=\"x\"><Key>a</Key></PostResponse>";

    #[test]
    fn every_file_without_an_extension_gets_that_of_the_format() {
        let named = |names: &[&str], filename: Option<&str>, from: &str| {
            let file = |name: &&str| InputFile { name: (*name).to_owned(), size: None };
            let mut files: Vec<_> = names.iter().map(file).collect();
            name_files(&mut files, filename, from);
            files.into_iter().map(|file| file.name).collect::<Vec<_>>()
        };
        assert_eq!(named(&["a.png", "b", "c.PNG", "d"], None, "png"), ["a.png", "b.png", "c.PNG", "d.png"]);
        assert_eq!(named(&["a", "b.png", "c"], None, "png"), ["a.png", "b.png", "c.png"]);
        assert_eq!(named(&["63"], Some("scan"), "pdf"), ["scan.pdf"]);
        assert_eq!(named(&["a"], None, ""), ["a"]);
    }

    #[test]
    fn every_way_to_say_stored_is_understood() {
        let page = "https://api.example.com/v2/upload/redirect/7?status=201&message=ok";
        let thanks = "https://me.example.org/thanks?bucket=b&key=a%2Fb&etag=%22x%22";
        for (status, location) in
            [(200, ""), (201, ""), (201, "https://s.example.net/a"), (204, ""), (303, page), (303, thanks)]
        {
            assert_eq!(answer(status, location, ""), Ok(()), "{status} {location}");
        }
        assert_eq!(answer(303, "/v2/upload/redirect/7?status=201", ""), Ok(()));
        assert_eq!((answer(200, "", STORED), answer(201, "", STORED)), (Ok(()), Ok(())));
        assert_eq!((led(200, page, "<html>"), led(200, thanks, "<html>")), (Ok(()), Ok(())));
        // The storage has moved.
        assert_eq!((led(201, "https://s.example.net/eu", STORED), led(204, page, "")), (Ok(()), Ok(())));
    }

    #[test]
    fn what_a_storage_does_not_say_means_nothing() {
        let block = "https://block.example.org/?policy=7";
        for (status, location, body) in [
            (200, "", "<html>Welcome to our hotel</html>"),
            (200, "", r#"{"blocked": true}"#),
            (201, "", "ok"),
            (202, "", ""),
            (206, "", STORED),
            (302, block, ""),
            (303, "", ""),
            (303, "https://me.example.org/thanks#?status=201", ""),
            (303, "https://portal.example.org/login?status=200", ""),
            (303, "https://portal.example.org/login?status=403", ""),
        ] {
            let error = answer(status, location, body).unwrap_err();
            assert_eq!(error.code, Code::InvalidResponse, "{status} {location} {body}");
        }
        for body in ["", "<html>Blocked</html>"] {
            for url in [block, "https://portal.example.org/login?status=200"] {
                assert_eq!(led(200, url, body).unwrap_err().code, Code::InvalidResponse, "{url} {body}");
            }
        }
    }

    #[test]
    fn a_failure_is_found_where_it_hides() {
        let page = "https://api.example.com/v2/upload/redirect/7?status=400&message=no+files%20to+process";
        let error = answer(303, page, "").unwrap_err();
        assert_eq!(
            (error.code, error.status, error.message.as_str()),
            (Code::BadRequest, Some(400), "no files to process")
        );
        let xml = "<Error><Code>AccessDenied</Code><Message>Invalid according to Policy: Policy expired.</Message></Error>";
        let error = answer(403, "", xml).unwrap_err();
        assert_eq!(
            (error.status, error.message.as_str()),
            (Some(403), "Invalid according to Policy: Policy expired.")
        );
        assert_eq!(answer(503, "", "<html>busy</html>").unwrap_err().code, Code::Unavailable);
        assert!(
            answer(400, "", "<Error><Code>EntityTooLarge</Code></Error>")
                .unwrap_err()
                .message
                .contains("size")
        );
    }
}
