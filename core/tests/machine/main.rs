//! The machine against services that fail in any order. Every property is stated in `properties`.

mod chaos;
mod host;
mod properties;
mod service;
mod together;
