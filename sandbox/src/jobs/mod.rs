//! Jobs made of tasks: imports, work, exports. Each task runs as soon as the tasks that it takes its files from have ended.
//!
//! Nothing here knows a version of the API: a job is a graph of tasks to one and a process of a fixed shape to another.
//! `job` and `task` are the state, `store` is the seam behind which it is kept, `shared` what all have, `run` takes every task through its life;
//! `import`, `work` and `export` are what a task can do.

mod change;
mod download;
mod export;
mod import;
mod job;
mod memory;
mod operation;
mod queue;
mod run;
mod running;
mod served;
mod shared;
mod state;
mod store;
mod task;
mod units;
mod work;

pub(crate) use change::{Change, Event};
pub(crate) use job::{Begun, Hold, Job, Shape};
pub(crate) use operation::{Bundle, Export, Naming, Operation, Work};
pub(crate) use served::Served;
pub(crate) use shared::{Jobs, MAX_TIME};
pub(crate) use state::{Status, TaskFailure};
pub(crate) use store::{Full, Hook, Store};
pub(crate) use task::{New, Task};
