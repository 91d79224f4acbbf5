//! What a page of version 1 asks of the service beside conversions. It pays for no other calls.

use cloudconvert_core::v1::{ConversionType, List, Listed, Types};
use cloudconvert_core::{Api, Call, Error, Request, Response, Value};

/// As the core's `AnyCall` reads and answers these.
#[derive(Clone)]
pub(crate) enum Question {
    /// Which formats become which.
    Types { from: Option<String>, to: Option<String> },
    /// The processes of the key.
    List,
}

impl Question {
    /// By the `call` of a wish, if it has one.
    pub(crate) fn from_value(_: &Api, wish: &Value<'_>) -> Result<Self, Error> {
        let text = |name| wish.get(name).text().map(str::to_owned);
        Ok(match wish.get("call").text() {
            Some("types") => Self::Types { from: text("from"), to: text("to") },
            _ => Self::List,
        })
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
        let (name, entries): (_, Vec<_>) = match self {
            Self::Types { .. } => {
                let types = Types::default().reply(api, response)?;
                ("types", types.into_iter().map(ConversionType::into_value).collect())
            }
            Self::List => {
                let processes = List.reply(api, response)?;
                ("processes", processes.into_iter().map(Listed::into_value).collect())
            }
        };
        let mut reply = Value::object();
        reply.set(name, entries);
        Ok(reply)
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}
