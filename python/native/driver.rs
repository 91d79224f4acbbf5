//! The loop between the batch and the world: poll, do, handle. It decides nothing.

use std::collections::HashMap;
use std::sync::Arc;

use cloudconvert_core::{
    BatchAction, Conversion, Error, Event, Output, Progress, Reason, Request, Response, Stage, Timestamp,
};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;

use crate::exchange::Exchange;
use crate::hub::{Hub, Member};
use crate::member;
use crate::settling::Settled;
use crate::task::Outcome;
use crate::traffic::Traffic;
use crate::transport::Answer;
use crate::trouble::Trouble;

/// A request that is out. Dropped, it is aborted.
struct Out {
    id: u64,
    traffic: Arc<Traffic>,
    task: AbortHandle,
}

impl Drop for Out {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the request of a member, or its settling, has come to.
enum News {
    Moved,
    Answered(Result<Response, Trouble>),
    Settled(Result<Settled, Trouble>),
}

/// Whose request, which one, and what.
type Tiding = (u64, u64, News);

/// Begins a conversion, which runs when its turn comes. Tells which member of the batch it is.
pub(crate) fn begin(hub: &Arc<Hub>, runtime: &Handle, conversion: Conversion, member: Member) -> u64 {
    let (id, driven) = hub.add(conversion, member);
    if !driven {
        runtime.spawn(drive(hub.clone()));
    }
    id
}

/// Runs all members of a hub to their ends.
async fn drive(hub: Arc<Hub>) {
    let (tell, tidings) = unbounded_channel();
    Driver { hub, out: HashMap::new(), tell, tidings }.run().await;
}

struct Driver {
    hub: Arc<Hub>,
    out: HashMap<u64, Out>,
    tell: UnboundedSender<Tiding>,
    tidings: UnboundedReceiver<Tiding>,
}

impl Driver {
    async fn run(&mut self) {
        let mut now = self.hub.clock.now().await;
        loop {
            match self.poll(now) {
                BatchAction::Send { member, request } => self.send(now, member, request),
                BatchAction::Settle { member, id } => self.settle(now, member, id),
                BatchAction::Abort { member } => drop(self.out.remove(&member)),
                BatchAction::Done { member, result, progress } => self.done(member, result, progress),
                BatchAction::Wait { until } => self.wait(until).await,
                BatchAction::Idle => return,
            }
            // A clock that does not run stands still while a request is out.
            if self.hub.clock.runs() || self.out.is_empty() {
                now = self.hub.clock.now().await;
            }
        }
    }

    fn poll(&self, now: Timestamp) -> BatchAction {
        let mut inner = self.hub.lock();
        for member in std::mem::take(&mut inner.cancelled) {
            inner.batch.cancel(now, member);
        }
        for callback in std::mem::take(&mut inner.called) {
            inner.batch.called_back(now, &callback);
        }
        let action = inner.batch.poll(now);
        // Under the lock, so that the thread that adds the next member knows that the driver is gone.
        inner.driven = action != BatchAction::Idle;
        action
    }

    fn member(&self, member: u64) -> Option<Arc<Member>> {
        self.hub.lock().members.get(&member).cloned()
    }

    fn send(&mut self, now: Timestamp, id: u64, request: Request) {
        let Some(member) = self.member(id) else { return };
        member::show(&self.hub, id, &member, now);
        let exchange =
            Exchange { request: Arc::new(request), files: member.files.clone(), traffic: Arc::default() };
        let (request, traffic) = (exchange.request.id, exchange.traffic.clone());
        let (hub, tell) = (self.hub.clone(), self.tell.clone());
        self.begin(id, request, traffic, async move {
            let answer = member::perform(&hub, &member, &exchange);
            tokio::pin!(answer);
            loop {
                tokio::select! {
                    answer = &mut answer => break News::Answered(answer),
                    () = exchange.traffic.changed(), if hub.clock.runs() => {
                        let _ = tell.send((id, request, News::Moved));
                    }
                }
            }
        });
    }

    fn settle(&mut self, now: Timestamp, id: u64, settling: u64) {
        let Some(member) = self.member(id) else { return };
        member::show(&self.hub, id, &member, now);
        let hub = self.hub.clone();
        let settled = async move { News::Settled(member::settle(&hub, id, &member).await) };
        self.begin(id, settling, Arc::default(), settled);
    }

    /// Does what is out beside the loop.
    fn begin(
        &mut self,
        member: u64,
        id: u64,
        traffic: Arc<Traffic>,
        work: impl Future<Output = News> + Send + 'static,
    ) {
        let tell = self.tell.clone();
        let task = tokio::spawn(async move {
            let _ = tell.send((member, id, work.await));
        });
        self.out.insert(member, Out { id, traffic, task: task.abort_handle() });
    }

    /// Waits until something happens, or until then.
    async fn wait(&mut self, until: Timestamp) {
        let beside = self.hub.clock.runs() || self.out.is_empty();
        let tiding = tokio::select! {
            Some(tiding) = self.tidings.recv() => tiding,
            () = self.hub.wake.notified() => return,
            () = self.hub.clock.sleep(until), if beside => return,
        };
        self.handle(tiding).await;
        // What else has happened meanwhile: one look at the clock is enough for all of it.
        while let Ok(tiding) = self.tidings.try_recv() {
            self.handle(tiding).await;
        }
    }

    async fn handle(&mut self, (member, id, news): Tiding) {
        if self.out.get(&member).is_none_or(|out| out.id != id) {
            return;
        }
        let now = self.hub.clock.now().await;
        let events = self.events(member, id, news, now);
        let mut inner = self.hub.lock();
        for event in events {
            inner.batch.handle(now, member, event);
        }
        drop(inner);
        if let Some(entry) = self.member(member) {
            member::show(&self.hub, member, &entry, now);
        }
    }

    /// What the batch is told.
    fn events(&mut self, member: u64, id: u64, news: News, now: Timestamp) -> Vec<Event> {
        let Some(out) = self.out.get(&member) else { return Vec::new() };
        let mut events: Vec<_> = out.traffic.take().events(id).collect();
        if let News::Moved = news {
            return events;
        }
        let traffic = out.traffic.clone();
        self.out.remove(&member);
        let Some(entry) = self.member(member) else { return events };
        let raised = match news {
            News::Moved => None,
            News::Answered(Ok(response)) => {
                member::log_answer(&entry, &response);
                entry.task.answered(Answer::of(&response));
                events.push(Event::Response { id, response });
                None
            }
            // A test's clock does not run by itself: it is moved to when the batch gives the request up.
            News::Answered(Err(Trouble::Reason(Reason::Timeout))) if !self.hub.clock.runs() => None,
            News::Answered(Err(Trouble::Reason(reason))) | News::Settled(Err(Trouble::Reason(reason))) => {
                member::log_failure(&entry, &reason);
                events.push(Event::Failed { id, reason });
                None
            }
            News::Settled(Ok(settled)) => {
                events.extend(settled.events(id, &traffic));
                None
            }
            News::Answered(Err(Trouble::Raised(error))) | News::Settled(Err(Trouble::Raised(error))) => {
                Some(error)
            }
        };
        entry.task.failed(traffic.take_cause());
        if let Some(error) = raised {
            // The process is deleted, then the caller gets the exception.
            entry.task.raise(Outcome::Raised(error));
            if entry.task.stage() != Some(Stage::Delete) {
                self.hub.lock().batch.cancel(now, member);
            }
            events.push(Event::Failed { id, reason: Reason::Input("a callback failed".to_owned()) });
        }
        events
    }

    fn done(&mut self, id: u64, result: Result<Output, Error>, progress: Option<Progress>) {
        self.out.remove(&id);
        let Some(member) = self.member(id) else { return };
        member::finish(&member, result, progress);
        self.hub.lock().members.remove(&id);
    }
}

impl Drop for Driver {
    /// Threads that still wait are woken, should there be a defect in here.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut inner = self.hub.lock();
            inner.driven = false;
            for (_, member) in inner.members.drain() {
                member.task.abandon();
            }
        }
    }
}
