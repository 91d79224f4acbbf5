//! A service as a client reaches it: its address, its key, and the network or transport.

use std::sync::{Arc, Mutex, PoisonError};

use cloudconvert_core::{
    Api, CallMachine, Callback, Concurrency, Conversion, Error, Native, Reason, SaveTo, Value,
};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::ask;
use crate::calls;
use crate::driver;
use crate::error::{bad_request, refuse};
use crate::exchange::Files;
use crate::http::{Pool, Settings};
use crate::hub::{Hub, Member};
use crate::input::Input;
use crate::network::{Clock, Network};
use crate::run::{self, Run};
use crate::runtime::{self, patience, seed};
use crate::store::Store;
use crate::target::{Named, Target};
use crate::task::Task;
use crate::value::{from_python, unicode};

/// The most connections of a client.
const MOST: usize = 1 << 20;

/// Where the service is, and how it is reached.
#[pyclass(frozen, module = "cloudconvert_kit._native")]
pub(crate) struct Service {
    base: Option<String>,
    key: Option<String>,
    trusted: Vec<String>,
    settings: Settings,
    transport: Option<Arc<Py<PyAny>>>,
    clock: Clock,
    /// How many conversions run at once.
    concurrency: Concurrency,
    /// The conversions and connections.
    hub: Mutex<Option<Arc<Hub>>>,
}

#[pymethods]
impl Service {
    #[new]
    #[pyo3(signature = (base, key, trusted, proxy, certificates, connect_timeout, connections, limit, transport, clock))]
    #[allow(clippy::too_many_arguments, clippy::needless_pass_by_value)] // as Python passes it
    fn new(
        py: Python<'_>,
        base: Option<Bound<'_, PyString>>,
        key: Option<Bound<'_, PyString>>,
        trusted: Vec<String>,
        proxy: Option<String>,
        certificates: Option<Vec<u8>>,
        connect_timeout: Option<f64>,
        connections: usize,
        limit: usize,
        transport: Option<Py<PyAny>>,
        clock: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let base = base.as_ref().map(unicode).transpose()?;
        let key = key.as_ref().map(unicode).transpose()?;
        Api::at(&Native, base.as_deref(), key.as_deref(), None).map_err(|error| refuse(py, &error))?;
        let connect_timeout = connect_timeout.map(patience);
        let service = Self {
            base,
            key,
            trusted,
            settings: Settings {
                proxy,
                certificates,
                connect_timeout,
                connections: connections.clamp(1, MOST),
            },
            transport: transport.map(Arc::new),
            clock: clock.map_or(Clock::System, |clock| Clock::Python(Arc::new(clock))),
            concurrency: Concurrency::new(limit).map_err(|error| refuse(py, &error))?,
            hub: Mutex::new(None),
        };
        service.hub(py)?;
        Ok(service)
    }

    /// Runs a conversion, or a part of one. The wish has `run` and what that needs. A checkpoint is called with the saved
    /// state. A saved conversion goes on beside the outputs that have their names in the target that there was `before`.
    #[allow(clippy::needless_pass_by_value, clippy::too_many_arguments)] // as Python passes it
    fn run(
        &self,
        py: Python<'_>,
        wish: &Bound<'_, PyAny>,
        inputs: Vec<PyRef<'_, Input>>,
        target: Option<Named>,
        before: Option<Named>,
        checkpoint: Option<Py<PyAny>>,
        log: u8,
    ) -> PyResult<Run> {
        let mut wish = from_python(wish)?;
        wish.set("save_to", target.as_ref().map(Named::to_value));
        let api = self.api(&wish).map_err(|error| refuse(py, &error))?;
        let conversion = match wish.get("saved") {
            Value::Null => Conversion::from_value(&api, &wish, seed()),
            _ => Conversion::resume_from_value(&api, &wish),
        };
        let mut conversion = conversion.map_err(|error| refuse(py, &error))?;
        if checkpoint.is_some() {
            conversion.keep_states();
        }
        if target.is_none() {
            conversion.forget_outputs();
        }
        let target = target.map(|named| target_of(py, named, conversion.save_to())).transpose()?;
        let before = before.and_then(|named| {
            let save_to = named.save_to(conversion.downloads_each()).ok()?;
            Some(named.means(save_to))
        });
        let store = Store::new(target).after(before.as_ref(), conversion.names());
        let files = Files::new(inputs.iter().map(|input| input.share()).collect(), store);
        let task = Task::new(Some(conversion.progress()));
        let checkpoint = checkpoint.map(Arc::new);
        let member = Member { api, files: Arc::new(files), checkpoint, log, task: task.clone() };
        let hub = self.hub(py)?;
        let id = driver::begin(&hub, &runtime::handle(py)?, conversion, member);
        Ok(Run::conversion(task, hub, id))
    }

    /// The conversions that run.
    fn running(&self, py: Python<'_>) -> PyResult<Vec<Run>> {
        Ok(run::of(&self.hub(py)?))
    }

    /// Tells the conversions that wait for a callback that this URL was called.
    fn called_back(&self, py: Python<'_>, called: &Bound<'_, PyString>) -> PyResult<()> {
        let api = self.api(&Value::Null).map_err(|error| refuse(py, &error))?;
        let callback = Callback::read(&api, &unicode(called)?).map_err(|error| refuse(py, &error))?;
        self.hub(py)?.called_back(callback);
        Ok(())
    }

    /// Tells the conversions that wait for a callback that a webhook came, which was verified: it named this job.
    fn webhook_came(&self, py: Python<'_>, job: String) -> PyResult<()> {
        self.hub(py)?.called_back(Callback { id: Some(job), url: None, step: None });
        Ok(())
    }

    /// Makes a single call, told as the core's `AnyCall`. The target is as that of a conversion.
    fn call(
        &self,
        py: Python<'_>,
        wish: &Bound<'_, PyAny>,
        policy: &Bound<'_, PyAny>,
        target: Option<Named>,
    ) -> PyResult<Run> {
        let (wish, patience) = (from_python(wish)?, from_python(policy)?);
        let call = self.api(&wish).and_then(|api| CallMachine::from_value(&api, &wish, &patience, seed()));
        let (call, hub) = (call.map_err(|error| refuse(py, &error))?, self.hub(py)?);
        let target = target.map(|named| {
            let save_to = named.save_to(false).map_err(|error| refuse(py, &error))?;
            target_of(py, named, save_to)
        });
        let files = Arc::new(Files::new(Vec::new(), Store::new(target.transpose()?)));
        Ok(run::call(&hub, &runtime::handle(py)?, |hub, cancel| async move {
            calls::drive(call, &hub, &files, &cancel).await
        }))
    }

    /// Passes a request on: with the key to a path below the base URL, or without it to a URL. The answer has `status`, `text` and `retryAfter`.
    #[allow(clippy::needless_pass_by_value)] // as Python passes it
    fn ask(
        &self,
        py: Python<'_>,
        method: &str,
        to: &str,
        keyed: bool,
        body: Option<Vec<u8>>,
        timeout: f64,
    ) -> PyResult<Run> {
        let api = self.api(&Value::Null).map_err(|error| refuse(py, &error))?;
        let request = ask::request(&api, method, to, keyed, body).map_err(|error| refuse(py, &error))?;
        let timeout = patience(timeout);
        Ok(run::call(&self.hub(py)?, &runtime::handle(py)?, |hub, cancel| async move {
            ask::drive(request, &hub, timeout, &cancel).await
        }))
    }
}

/// Where outputs go, unless none can be written there.
fn target_of(py: Python<'_>, named: Named, save_to: Option<SaveTo>) -> PyResult<Target> {
    let target = py.detach(|| named.target(save_to));
    target.map_err(|error| refuse(py, &Reason::Sink(error.to_string()).to_error()))
}

/// Whether a path is a folder for outputs, each of which may come on its own. One that is not there yet is made.
#[pyfunction]
pub(crate) fn is_folder(py: Python<'_>, named: Named, each: bool) -> PyResult<bool> {
    let save_to = named.save_to(each).map_err(|error| refuse(py, &error))?;
    Ok(matches!(target_of(py, named, save_to)?, Target::Folder { .. }))
}

impl Service {
    /// The conversions and connections of this process: a forked child must not use those of its parent.
    fn hub(&self, py: Python<'_>) -> PyResult<Arc<Hub>> {
        let mut hub = self.hub.lock().unwrap_or_else(PoisonError::into_inner);
        match &*hub {
            Some(hub) if hub.process == std::process::id() => return Ok(hub.clone()),
            _ => {}
        }
        let network = if let Some(transport) = &self.transport {
            Network::Python(transport.clone())
        } else {
            let pool = Pool::new(self.settings.clone());
            let pool =
                pool.map_err(|why| bad_request(py, format!("the proxy or the certificates: {why}")))?;
            Network::Own(Arc::new(pool))
        };
        let made = Hub::new(network, self.clock.clone(), self.concurrency, seed());
        std::mem::forget(hub.replace(made.clone()));
        Ok(made)
    }

    /// The API that a wish is for, which may have a URL.
    fn api(&self, wish: &Value<'_>) -> Result<Api, Error> {
        let url = wish.get("url").text();
        let mut api = Api::at(&Native, self.base.as_deref(), self.key.as_deref(), url)?;
        for host in &self.trusted {
            api = api.trust(host);
        }
        Ok(api)
    }
}
