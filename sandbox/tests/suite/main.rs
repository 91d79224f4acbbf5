//! The sandbox through its public interface: HTTP, and the command line.

mod access;
mod answer;
mod api;
mod archives;
mod arguments;
mod beside;
mod browser;
mod callback;
mod curious;
mod download;
mod egress;
mod engines;
mod faults;
mod films;
mod form;
mod house;
mod images;
mod inputs;
mod limits;
mod pdf;
mod pictures;
mod pressure;
mod process;
mod program;
mod ranges;
mod start;
mod stop;
mod store;
mod tables;
mod texts;
mod types;
mod upload;
mod v2;

mod service;
