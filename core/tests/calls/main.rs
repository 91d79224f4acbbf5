//! Single calls, by the vectors of both versions of the API.

mod script;
mod v1;
mod v2;
