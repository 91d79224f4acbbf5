//! Web pages as PDFs and pictures, by Chromium within a `bwrap` that has no network. What it loads, it asks a proxy of
//! this process for (`proxy`), through a socket that is a file (`relay`); the proxy connects to addresses that may be
//! asked and to no others. The browser is told what to do through a pipe, and `page` does so.

mod options;
mod page;
mod proxy;
mod relay;

use std::path::Path;

use serde_json::{Value, json};
use tokio::process::Child;
use tokio::runtime::Handle;

use super::program::Installed;
use super::{ConversionType, Failure, Mode, Outcome, Progress, URL, Work, browser, own, process};
use browser::Browser;
use options::Options;
use proxy::Proxy;

pub(super) use relay::relay;

/// The argument by which this program becomes the relay.
pub(super) const RELAY: &str = "--relay";
/// Where the relay finds the proxy, and itself.
const SOCKET: &str = "/proxy";
const PROGRAM: &str = "/relay";

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    if !browser::is_there(installed) {
        return Vec::new();
    }
    let new = |output, more: Value| {
        let mut options = json!({
            "url": null, "zoom": 1.0, "wait_until": "load", "wait_for_element": null, "wait_time": 0, "headers": null,
        });
        if let (Some(options), Value::Object(more)) = (options.as_object_mut(), more) {
            options.extend(more);
        }
        let pair = ConversionType::new("website", "chromium", (URL, output), capture).mode(Mode::Capture);
        pair.options(options).browser()
    };
    let screen = json!({"page_width": 1440, "page_height": null});
    let mut photo = screen.clone();
    photo["quality"] = 85.into();
    let paper = json!({
        "pages": null, "page_width": 21.0, "page_height": 29.7, "margin_top": 10, "margin_bottom": 10, "margin_left": 10,
        "margin_right": 10, "print_background": true, "display_header_footer": false, "header_template": null,
        "footer_template": null,
    });
    vec![
        new("pdf", paper).note("Lengths of the page are in centimetres, margins in millimetres."),
        new("png", screen).note("Lengths of the page are in pixels; without a height all of it is shown."),
        new("jpg", photo).note("Lengths of the page are in pixels; without a height all of it is shown."),
    ]
}

fn capture(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let options = Options::read(work)?;
    progress.set(2.0, "Starting the browser")?;
    Handle::current().block_on(async {
        let proxy = Proxy::open(work)?;
        let (mut child, browser) = start(&proxy.socket())?;
        let ended = tokio::select! {
            made = shown(browser, &options, work, progress) => made,
            () = progress.cancelled() => Err(Failure::Cancelled),
        };
        process::kill(&mut child).await;
        match ended {
            Err(_) if proxy.is_spent() => Err(Failure::TooMuchOutput),
            ended => ended,
        }
    })
}

async fn shown(
    browser: Browser,
    options: &Options,
    work: &Work,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let mut page = page::Page::open(browser, options).await?;
    progress.set(20.0, "Loading the page")?;
    page.load(options, progress).await?;
    progress.set(60.0, "Showing the page")?;
    let shown = page.show(options, &work.output_format, progress).await?;
    tokio::fs::write(work.output(), shown).await.map_err(Failure::io)?;
    Ok(Outcome::Files(vec![work.output()]))
}

/// Starts the browser behind the relay.
fn start(socket: &Path) -> Result<(Child, Browser), Failure> {
    let lacks = |what: &str| Failure::Unavailable(format!("The conversion host has no {what}"));
    let program = own::itself().ok_or_else(|| lacks("worker that could be the relay of a browser"))?;
    let browser = browser::find().ok_or_else(|| lacks("browser any more"))?;
    let mut bwrap = browser::held();
    bwrap.arg("--ro-bind").arg(program).arg(PROGRAM).arg("--bind").arg(socket).arg(SOCKET).arg("--");
    bwrap.args([PROGRAM, RELAY, SOCKET]).arg(browser).args(browser::FLAGS).args(relay::FLAGS);
    browser::start(&bwrap)
}
