//! What is asked of the service beside conversions.

use cloudconvert_core::v1::{ConversionType, List, Listed, Types};
use cloudconvert_core::{Api, Call, Error, Request, Response, Value};

/// Answered with an array. A page pays for the calls it may make, so there are no others here.
#[derive(Clone)]
pub(crate) enum Question {
    /// Which formats become which.
    Types { from: Option<String>, to: Option<String> },
    /// The processes of the key.
    List,
}

impl Question {
    /// By the `call` of a wish, if it has one.
    pub(crate) fn read(wish: &Value<'_>) -> Option<Self> {
        let text = |name| wish.get(name).text().map(str::to_owned);
        match wish.get("call").text()? {
            "types" => Some(Self::Types { from: text("from"), to: text("to") }),
            _ => Some(Self::List),
        }
    }
}

impl Call for Question {
    type Reply = Value<'static>;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        match self {
            Self::Types { from, to } => Types { from: from.as_deref(), to: to.as_deref() }.request(api),
            Self::List => List.request(api),
        }
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<Value<'static>, Error> {
        Ok(Value::Array(match self {
            Self::Types { .. } => {
                Types::default().reply(api, response)?.into_iter().map(ConversionType::into_value).collect()
            }
            Self::List => List.reply(api, response)?.into_iter().map(Listed::into_value).collect(),
        }))
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}
