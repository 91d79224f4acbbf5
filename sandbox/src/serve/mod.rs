//! Connections: who comes in, by which name, and who has a place.

mod connection;
mod data;
mod heard;
mod host;
mod log;
mod places;
mod seat;
mod stream;

pub(crate) use connection::{Peer, serve as connection};
pub(crate) use data::Data;
pub(crate) use host::{Host, middleware as host};
pub(crate) use log::middleware as log;
pub(crate) use places::Places;
pub(crate) use seat::Seat;
