//! The sandbox through its public interface: HTTP, and the command line.

mod api;
mod callback;
mod download;
mod engines;
mod faults;
mod inputs;
mod limits;
mod media;
mod stop;
mod upload;

mod service;
