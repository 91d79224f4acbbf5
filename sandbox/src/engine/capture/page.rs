//! A page: loaded, waited for, and shown.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use url::Url;

use super::options::Options;
use crate::engine::browser::Browser;
use crate::engine::{Failure, Progress};

/// How long a page may take to load, and an element to appear. What is there then, is shown.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest picture in pixels.
const MAX_HEIGHT: f64 = 16_000.0;
const HEIGHT: u32 = 900;

pub(super) struct Page {
    browser: Browser,
    /// What the page comes from, with its headers.
    headers: Vec<(String, String)>,
    /// The document that is loaded, as the browser calls it, and what its server has answered.
    loader: Value,
    frame: Value,
    status: Option<u64>,
}

impl Page {
    pub(super) async fn open(browser: Browser, options: &Options) -> Result<Self, Failure> {
        let headers = options.headers.clone();
        let mut page = Self { browser, headers, loader: Value::Null, frame: Value::Null, status: None };
        // The first frame of a page is called as the page.
        page.frame = page.browser.open().await?;
        page.call("Network.enable", json!({})).await?;
        page.call("Page.setLifecycleEventsEnabled", json!({"enabled": true})).await?;
        let (width, height) = options.screen;
        let screen = json!({
            "width": width, "height": height.unwrap_or(HEIGHT), "deviceScaleFactor": options.zoom, "mobile": false,
        });
        page.call("Emulation.setDeviceMetricsOverride", screen).await?;
        if !options.headers.is_empty() {
            let url = Url::parse(&options.url).map_err(|_| unreachable())?;
            let pattern = format!("{}/*", url.origin().ascii_serialization());
            page.call("Fetch.enable", json!({"patterns": [{"urlPattern": pattern}]})).await?;
        }
        Ok(page)
    }

    pub(super) async fn load(&mut self, options: &Options, progress: &Progress) -> Result<(), Failure> {
        let call = self.browser.tell("Page.navigate", json!({"url": options.url})).await?;
        let loaded = timeout(PATIENCE, self.until(call, options.until)).await;
        match loaded {
            Ok(loaded) => loaded?,
            Err(_) if self.loader.is_null() => return Err(unreachable()),
            Err(_) => {
                progress.warn("The page was not ready after 30 s; what it showed then is in the output");
            }
        }
        if let Some(status) = self.status.filter(|status| *status >= 400) {
            progress.warn(format!("The server of the page answered {status}"));
        }
        if let Some(element) = &options.element {
            self.wait_for(element).await?;
        }
        if options.wait > 0 {
            self.pause(Duration::from_millis(options.wait.into())).await?;
        }
        Ok(())
    }

    /// Waits until the page says this of itself, from when it has begun to load.
    async fn until(&mut self, call: u64, wanted: &str) -> Result<(), Failure> {
        let (mut begun, mut said) = (false, Vec::new());
        loop {
            let message = self.browser.message().await?;
            if message["id"] == call {
                if message["error"].is_object() || message["result"]["errorText"].is_string() {
                    return Err(unreachable());
                }
                self.loader = message["result"]["loaderId"].clone();
                begun = true;
            }
            let of = &message["params"];
            if message["method"] == "Page.lifecycleEvent" {
                if of["name"] == "init" && of["frameId"] == self.frame {
                    // It has gone on to another page by itself.
                    self.loader = of["loaderId"].clone();
                }
                said.push((of["loaderId"].clone(), of["name"] == wanted));
            }
            self.happened(&message).await?;
            if begun && said.iter().any(|(loader, is_wanted)| *is_wanted && *loader == self.loader) {
                return Ok(());
            }
        }
    }

    /// What has to be done at once when something happens.
    async fn happened(&mut self, message: &Value) -> Result<(), Failure> {
        let of = &message["params"];
        match message["method"].as_str() {
            Some("Fetch.requestPaused") => {
                let sent = of["request"]["headers"].as_object().into_iter().flatten();
                let is_own = |name: &str| self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
                let sent = sent
                    .filter(|(name, _)| !is_own(name))
                    .map(|(name, value)| json!({"name": name, "value": value}));
                let own = self.headers.iter().map(|(name, value)| json!({"name": name, "value": value}));
                let headers: Vec<Value> = sent.chain(own).collect();
                let go_on = json!({"requestId": of["requestId"], "headers": headers});
                self.browser.tell("Fetch.continueRequest", go_on).await?;
            }
            Some("Network.responseReceived") if of["type"] == "Document" && of["frameId"] == self.frame => {
                self.status = of["response"]["status"].as_u64();
            }
            Some("Page.javascriptDialogOpening") => {
                self.browser.tell("Page.handleJavaScriptDialog", json!({"accept": true})).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Calls a method; what happens meanwhile is attended to.
    async fn call(&mut self, method: &str, parameters: Value) -> Result<Value, Failure> {
        let call = self.browser.tell(method, parameters).await?;
        loop {
            let mut message = self.browser.message().await?;
            if message["id"] == call {
                return match message["error"]["message"].as_str() {
                    Some(said) => Err(Failure::BadParameter(format!("The page cannot be shown so: {said}"))),
                    None => Ok(message["result"].take()),
                };
            }
            self.happened(&message).await?;
        }
    }

    async fn wait_for(&mut self, element: &str) -> Result<(), Failure> {
        let selector = Value::from(element);
        let expression = format!(
            "new Promise(done => {{ const look = () => document.querySelector({selector}) ? done(true) : \
             setTimeout(look, 50); look(); }})"
        );
        let evaluate = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let found = timeout(PATIENCE, self.call("Runtime.evaluate", evaluate)).await;
        match found {
            Ok(Ok(result)) if result["exceptionDetails"].is_null() => Ok(()),
            Ok(Err(failure)) => Err(failure),
            Ok(Ok(_)) => Err(Failure::BadParameter("wait_for_element has to be a selector of CSS".into())),
            Err(_) => {
                Err(Failure::BadInput("The element of wait_for_element did not appear within 30 s".into()))
            }
        }
    }

    async fn pause(&mut self, pause: Duration) -> Result<(), Failure> {
        let until = tokio::time::Instant::now() + pause;
        while let Ok(message) = tokio::time::timeout_at(until, self.browser.message()).await {
            self.happened(&message?).await?;
        }
        Ok(())
    }

    /// The page as a file of this format.
    pub(super) async fn show(
        &mut self,
        options: &Options,
        format: &str,
        progress: &Progress,
    ) -> Result<Vec<u8>, Failure> {
        let shown = if format == "pdf" {
            self.call("Page.printToPDF", options.paper.clone()).await?
        } else {
            let height = match options.screen.1 {
                Some(height) => f64::from(height),
                None => self.height(options.zoom, progress).await?,
            };
            let picture = json!({
                "format": if format == "png" { "png" } else { "jpeg" }, "quality": options.quality,
                "captureBeyondViewport": true,
                "clip": {"x": 0, "y": 0, "width": options.screen.0, "height": height, "scale": 1},
            });
            self.call("Page.captureScreenshot", picture).await?
        };
        Browser::file(&shown)
    }

    /// How high the whole page is.
    async fn height(&mut self, zoom: f64, progress: &Progress) -> Result<f64, Failure> {
        let metrics = self.call("Page.getLayoutMetrics", json!({})).await?;
        let height = metrics["cssContentSize"]["height"].as_f64().unwrap_or(0.0).max(1.0);
        if height * zoom > MAX_HEIGHT {
            progress
                .warn(format!("The page is {height} pixels high; of these {} are shown", MAX_HEIGHT / zoom));
        }
        Ok(height.min(MAX_HEIGHT / zoom))
    }
}

/// One error for all, so that nobody finds out what there is where this service may not ask.
fn unreachable() -> Failure {
    Failure::BadInput(
        "The page could not be loaded: no web server answers at its URL that this service may ask".into(),
    )
}
