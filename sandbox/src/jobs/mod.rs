//! Jobs made of tasks: imports, work, exports. Each task runs as soon as the tasks that it takes its files from have ended.
//!
//! Nothing here knows a version of the API: a job is a graph of tasks to one and a process of a fixed shape to another.
//! `record` is the state, `store` the seam behind which it is kept, `kept` the place of a job there. `job` and `task` are what goes on with
//! it in this program, `shared` is what all have, `run` takes every task through its life; `import`, `work` and `export` are what a task can
//! do.

mod change;
mod download;
mod export;
mod import;
mod job;
mod kept;
mod memory;
mod operation;
mod queue;
mod record;
mod run;
mod served;
mod shared;
mod state;
mod store;
mod task;
mod units;
mod work;

pub(crate) use change::{Change, Event};
pub(crate) use job::{Beginning, Hold, Job};
pub(crate) use memory::Memory;
pub(crate) use operation::{Bundle, Export, Naming, Operation, Work};
pub use record::JobRecord;
pub(crate) use record::{Begun, Shape};
pub(crate) use served::Served;
pub(crate) use shared::{Jobs, MAX_TIME, Refused};
pub(crate) use state::{State, Status, TaskFailure};
pub use store::{Hook, Store};
pub(crate) use task::{New, Task};
