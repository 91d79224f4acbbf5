//! What a page of version 1 asks of the service beside conversions. It pays for no other calls.

use cloudconvert_core::v1::{ConversionType, Types};
use cloudconvert_core::{Api, Call, Error, Request, Response, Value};

/// Which formats become which, as the core's `AnyCall` reads and answers it.
#[derive(Clone)]
pub(crate) struct Question {
    from: Option<String>,
    to: Option<String>,
}

impl Question {
    /// By the `call` of a wish, if it has one.
    #[allow(clippy::unnecessary_wraps)] // `AnyCall` may refuse a wish.
    pub(crate) fn from_value(_: &Api, wish: &Value<'_>) -> Result<Self, Error> {
        let text = |name| wish.get(name).text().map(str::to_owned);
        Ok(Self { from: text("from"), to: text("to") })
    }
}

impl Call for Question {
    type Reply = Value<'static>;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        Types { from: self.from.as_deref(), to: self.to.as_deref() }.request(api)
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<Value<'static>, Error> {
        let types = Types::default().reply(api, response)?;
        let mut reply = Value::object();
        reply.set("types", types.into_iter().map(ConversionType::into_value).collect::<Vec<_>>());
        Ok(reply)
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}
