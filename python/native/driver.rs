//! The loop between the machine and the world: poll, do, handle. It decides nothing.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use cloudconvert_core::{
    Action, Api, Conversion, Error, Event, Method, Output, Reason, Request, Response, Stage, Timestamp,
};
use pyo3::prelude::*;

use crate::exchange::{Exchange, Files, Traffic};
use crate::http::Pool;
use crate::runtime::{self, blocking};
use crate::task::{Outcome, Task};
use crate::transport::{self, Answer, Trouble};

/// What the driver works with.
#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) api: Api,
    pub(crate) network: Network,
    pub(crate) clock: Clock,
    /// Called with the saved state before a request that another process would have to know of.
    pub(crate) checkpoint: Option<Arc<Py<PyAny>>>,
    /// The least level that the log takes, as Python counts them.
    pub(crate) log: u8,
}

/// Who sends requests.
#[derive(Clone)]
pub(crate) enum Network {
    Own(Arc<Pool>),
    Python(Arc<Py<PyAny>>),
}

/// Who knows the time. With a clock of Python's, nothing happens beside a request: its transport moves the time.
#[derive(Clone)]
pub(crate) enum Clock {
    System,
    Python(Arc<Py<PyAny>>),
}

/// A request that is out. Dropped, it is aborted.
struct Out {
    id: u64,
    deadline: Timestamp,
    traffic: Arc<Traffic>,
    answer: Pin<Box<dyn Future<Output = Result<Response, Trouble>> + Send>>,
}

const DEBUG: u8 = 10;
const WARNING: u8 = 30;

/// Runs a conversion to its end.
pub(crate) async fn drive(task: &Arc<Task>, host: &Host, files: &Arc<Files>) -> Outcome {
    let mut driver = Driver { task, host, files, out: None, last: None, stage: None };
    match driver.run().await {
        Ok(outcome) => outcome,
        Err(Trouble::Raised(error)) => Outcome::Raised(error),
        Err(Trouble::Reason(reason)) => Outcome::Failed(reason.to_error(), None),
    }
}

struct Driver<'a> {
    task: &'a Arc<Task>,
    host: &'a Host,
    files: &'a Arc<Files>,
    out: Option<Out>,
    /// The last answer, which an error may come from.
    last: Option<Answer>,
    /// Where the conversion was at its last checkpoint.
    stage: Option<(Stage, Option<String>)>,
}

impl Driver<'_> {
    async fn run(&mut self) -> Result<Outcome, Trouble> {
        let mut cancelled = false;
        loop {
            let now = self.host.clock.now().await?;
            if self.task.is_cancelled() && !cancelled {
                cancelled = true;
                self.machine(|machine| machine.cancel(now));
            }
            let action = self.machine(|machine| machine.poll(now));
            self.task.show();
            let until = match action {
                Action::Done(result) => {
                    self.out = None;
                    return self.end(result).await;
                }
                Action::Send(request) => {
                    self.send(now, request).await?;
                    continue;
                }
                Action::Busy { deadline } => deadline,
                Action::Wait { until } => {
                    self.out = None;
                    self.log_wait(until.saturating_sub(now));
                    until
                }
            };
            let cancel = self.task.cancelled();
            match &mut self.out {
                None => tokio::select! {
                    slept = self.host.clock.sleep(until) => slept?,
                    () = cancel, if !cancelled => {}
                },
                Some(out) => {
                    let traffic = out.traffic.clone();
                    let real = matches!(self.host.clock, Clock::System);
                    tokio::select! {
                        answer = &mut out.answer => self.answered(answer).await?,
                        () = traffic.changed(), if real => self.moved().await?,
                        _ = self.host.clock.sleep(until), if real => {}
                        () = cancel, if !cancelled => {}
                    }
                }
            }
        }
    }

    fn machine<T>(&self, work: impl FnOnce(&mut Conversion) -> T) -> T {
        self.task.with(work).expect("a driver has a conversion")
    }

    async fn send(&mut self, now: Timestamp, request: Request) -> Result<(), Trouble> {
        self.settle().await?;
        self.checkpoint(&request).await?;
        self.log(DEBUG, || format!("{} to {}", request.method.as_str(), host_of(&request.url)));
        let deadline = match self.machine(|machine| machine.poll(now)) {
            Action::Busy { deadline } => deadline,
            _ => now,
        };
        let exchange = Exchange {
            request: Arc::new(request),
            files: self.files.clone(),
            traffic: Arc::default(),
            patience: deadline.saturating_sub(now),
        };
        let network = self.host.network.clone();
        self.out = Some(Out {
            id: exchange.request.id,
            deadline,
            traffic: exchange.traffic.clone(),
            answer: Box::pin(async move { network.send(exchange).await }),
        });
        Ok(())
    }

    /// Tells the machine how many bytes have moved.
    async fn moved(&mut self) -> Result<(), Trouble> {
        let Some(Out { id, traffic, .. }) = &self.out else { return Ok(()) };
        let (id, (sent, received)) = (*id, traffic.take());
        let now = self.host.clock.now().await?;
        self.machine(|machine| {
            if let Some(bytes) = sent {
                machine.handle(now, Event::Sent { id, bytes });
            }
            if let Some(bytes) = received {
                machine.handle(now, Event::Received { id, bytes });
            }
        });
        Ok(())
    }

    async fn answered(&mut self, answer: Result<Response, Trouble>) -> Result<(), Trouble> {
        self.moved().await?;
        let Some(Out { id, deadline, .. }) = self.out.take() else { return Ok(()) };
        let now = self.host.clock.now().await?;
        let event = match answer {
            Ok(response) => {
                self.log(DEBUG, || format!("answered with {}", response.status));
                if self.machine(|machine| machine.progress()).stage != Stage::Delete {
                    self.last = Some(Answer::of(&response));
                }
                Event::Response { id, response }
            }
            // The machine sees by itself that its time is over.
            Err(Trouble::Reason(Reason::Timeout)) if now >= deadline => return Ok(()),
            Err(Trouble::Reason(reason)) => {
                self.log(WARNING, || reason.to_error().message);
                Event::Failed { id, reason }
            }
            Err(raised) => return Err(raised),
        };
        self.machine(|machine| machine.handle(now, event));
        Ok(())
    }
}

impl Driver<'_> {
    /// Gives outputs that are whole their names. If that fails, the process is not deleted: it has the output still.
    async fn settle(&mut self) -> Result<(), Trouble> {
        if !self.files.store().is_unsettled() {
            return Ok(());
        }
        let names: Vec<String> = self.machine(|machine| machine.verified().map(str::to_owned).collect());
        let files = self.files.clone();
        let settled = blocking(move || files.store().settle(&names)).await;
        match settled {
            Some(Err(error)) => Err(Reason::Sink(error.to_string()).into()),
            _ => Ok(()),
        }
    }

    /// Hands the saved state out before what another process would have to know of. Polls change nothing.
    async fn checkpoint(&mut self, request: &Request) -> Result<(), Trouble> {
        let Some(checkpoint) = &self.host.checkpoint else { return Ok(()) };
        let progress = self.machine(|machine| machine.progress());
        let stage = Some((progress.stage, progress.process_id));
        if request.method == Method::Get && self.stage == stage {
            return Ok(());
        }
        self.stage = stage;
        let saved = self.machine(|machine| machine.save().to_json(&self.host.api));
        let checkpoint = checkpoint.clone();
        let called =
            blocking(move || Python::try_attach(|py| checkpoint.call1(py, (saved,)).map(drop))).await;
        called.flatten().unwrap_or(Ok(())).map_err(Trouble::Raised)
    }

    async fn end(&mut self, result: Result<Output, Error>) -> Result<Outcome, Trouble> {
        Ok(match result {
            Ok(output) => {
                self.settle().await?;
                Outcome::Done(output.to_value(), self.files.store().take())
            }
            Err(error) => {
                let answer = self.last.take().filter(|_| error.status.is_some());
                Outcome::Failed(error, answer)
            }
        })
    }

    fn log(&self, level: u8, line: impl FnOnce() -> String) {
        if level >= self.host.log {
            let progress = self.machine(|machine| machine.progress());
            let process = progress.process_id.as_deref().unwrap_or("-");
            self.task.log(level, format!("{process} {}: {}", progress.stage.as_str(), line()));
        }
    }

    fn log_wait(&self, pause: u64) {
        let attempt = self.machine(|machine| machine.progress()).attempt;
        if attempt > 0 {
            self.log(WARNING, || format!("trying again in {pause} ms, after failure {attempt} in a row"));
        } else {
            self.log(DEBUG, || format!("asking again in {pause} ms"));
        }
    }
}

/// The rest of a URL is for those only who may use the process.
fn host_of(url: &str) -> &str {
    url.split('/').nth(2).unwrap_or_default()
}

impl Network {
    pub(crate) async fn send(&self, exchange: Exchange) -> Result<Response, Trouble> {
        match self {
            Self::Own(pool) => Ok(pool.send(&exchange).await?),
            Self::Python(transport) => {
                let transport = transport.clone();
                let sent = blocking(move || transport::send(&transport, &exchange)).await;
                sent.unwrap_or(Err(Trouble::Reason(Reason::Connection)))
            }
        }
    }
}

impl Clock {
    pub(crate) async fn now(&self) -> Result<Timestamp, Trouble> {
        match self {
            Self::System => Ok(runtime::now()),
            Self::Python(clock) => ask(clock, |clock| clock.call_method0("now")?.extract()).await,
        }
    }

    async fn sleep(&self, until: Timestamp) -> Result<(), Trouble> {
        match self {
            Self::System => {
                tokio::time::sleep(Duration::from_millis(until.saturating_sub(runtime::now()))).await;
                Ok(())
            }
            Self::Python(clock) => {
                ask(clock, move |clock| clock.call_method1("wait", (until,)).map(drop)).await
            }
        }
    }
}

async fn ask<T: Send + 'static>(
    clock: &Arc<Py<PyAny>>,
    question: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T> + Send + 'static,
) -> Result<T, Trouble> {
    let clock = clock.clone();
    let asked = blocking(move || Python::try_attach(|py| question(clock.bind(py)))).await.flatten();
    asked.map_or(Err(Trouble::Reason(Reason::Timeout)), |answer| answer.map_err(Trouble::Raised))
}
