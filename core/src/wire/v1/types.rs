//! `GET /conversiontypes`: which formats become which. Needs no key.

use super::{Call, json};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::json::Value;
use crate::names::encode;
use crate::text::has;

/// Asks what the service can convert.
#[derive(Clone, Copy, Debug, Default)]
pub struct Types<'a> {
    /// Only from this format.
    pub from: Option<&'a str>,
    /// Only to this format.
    pub to: Option<&'a str>,
}

/// One pair of formats that the service converts.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConversionType {
    /// `inputformat`.
    pub from: String,
    /// `outputformat`.
    pub to: String,
    /// The whole entry, as the service wrote it.
    pub entry: Value<'static>,
}

impl ConversionType {
    /// The same for hosts that pass it on, under the names of its members.
    pub fn into_value(self) -> Value<'static> {
        let mut told = Value::object();
        told.set("from", self.from);
        told.set("to", self.to);
        told.set("entry", self.entry);
        told
    }
}

impl Call for Types<'_> {
    type Reply = Vec<ConversionType>;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        let mut path = String::from("/conversiontypes");
        for (name, value) in [("inputformat=", self.from), ("outputformat=", self.to)] {
            if let Some(value) = value {
                path.push(if has(&path, b"?") { '&' } else { '?' });
                path.push_str(name);
                path.push_str(&encode(value));
            }
        }
        Ok(api.open(Method::Get, &[&path]))
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<Vec<ConversionType>, Error> {
        let value = json(api, response)?;
        let types = value.items().iter().filter_map(|entry| {
            Some(ConversionType {
                from: entry.get("inputformat").text()?.to_owned(),
                to: entry.get("outputformat").text()?.to_owned(),
                entry: entry.owned(),
            })
        });
        Ok(types.collect())
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}
