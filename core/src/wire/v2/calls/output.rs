//! The download of one file of an `export/url` task: from a storage, without the key.
//!
//! API documentation: <https://cloudconvert.com/api/v2/export#export-url-tasks>.

use super::super::upload;
use super::any::{Address, AnyCall};
use crate::api::Api;
use crate::error::{Code, Error};
use crate::http::{Method, Response};
use crate::json::Value;
use crate::names::{name_of_url, safe_name};

pub(super) fn download(api: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    let url =
        wish.get("url").text().ok_or_else(|| Error::bad_request("the call needs the `url` of an output"))?;
    let url = api.resolve_file(url)?;
    let name = wish.get("name").text().map_or_else(|| name_of_url(&url), str::to_owned);
    let address = Address::File { url, name: safe_name(&name) };
    Ok(AnyCall::new(Method::Get, address, read))
}

fn read(_: &Api, response: &Response, _: &Value<'_>) -> Result<Value<'static>, Error> {
    if !(200..300).contains(&response.status) {
        let said = upload::said(response).unwrap_or_else(|| match Code::of_status(response.status) {
            Code::NotFound => {
                "the output is gone: it was deleted, or a day has passed; begin a new conversion".to_owned()
            }
            _ => "the storage does not give the output: ask for the job, which may have another URL for it"
                .to_owned(),
        });
        return Err(Error::new(Code::of_status(response.status), said).with_status(response.status));
    }
    Ok(Value::object())
}
