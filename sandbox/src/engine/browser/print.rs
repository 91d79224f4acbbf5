//! A page, printed such that all of it is on paper: what scrolls is as high as it is, and what is too wide is smaller.

use serde::Deserialize;
use serde_json::json;

use super::devtools::Browser;
use crate::engine::{Failure, Progress};

/// A function that shows all of a page, and says what [`Spread`] has.
const SPREAD: &str = include_str!("spread.js");
/// That the page, its pictures and its fonts are there.
const LOADED: &str = "new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))\
    .then(() => document.fonts.ready).then(() => true)";
/// The part of a letter that is printed on, in pixels of CSS.
const LETTER: (f64, f64) = (740.0, 980.0);
/// The browser prints nothing smaller than by this.
const SMALLEST: f64 = 0.1;

#[derive(Deserialize)]
struct Spread {
    /// The part of the paper that is printed on.
    page: f64,
    height: f64,
    /// How wide what is on it would be.
    width: f64,
    /// How many boxes cut off a part of their text.
    hidden: usize,
    /// How many fields show less than is in them, and how many frames cannot be looked into.
    cut: usize,
    closed: usize,
}

impl Spread {
    /// Shows all of the page on a paper of this size; with `keep`, widths in parts of the paper stay what they are.
    async fn on(browser: &mut Browser, (width, height): (f64, f64), keep: bool) -> Result<Self, Failure> {
        let whole = |side: f64| side.clamp(1.0, 10_000_000.0).floor();
        let screen = json!({
            "width": whole(width), "height": whole(height), "deviceScaleFactor": 1, "mobile": false,
        });
        browser.call("Emulation.setDeviceMetricsOverride", screen).await?;
        let call = json!({"expression": format!("({SPREAD})({keep})"), "returnByValue": true});
        let mut said = browser.call("Runtime.evaluate", call).await?;
        let broken = |_| Failure::BadInput("The page cannot be measured: the browser gave up on it".into());
        serde_json::from_value(said["result"]["value"].take()).map_err(broken)
    }

    /// Tells what is not on paper, and what is smaller.
    fn tell(&self, scale: f64, fits: bool, progress: &Progress) {
        if scale < 1.0 {
            progress.warn(format!(
                "The page is wider than the paper, so it is printed at {:.0} % of its size",
                scale * 100.0
            ));
        }
        if !fits {
            progress.warn("The page is too wide for the paper, however small: what stands at its right may be missing. Make the page narrower");
        }
        if self.hidden > 0 {
            progress.warn(format!(
                "{} boxes of the page show only a part of their text, as they do in a browser",
                self.hidden
            ));
        }
        if self.cut > 0 {
            progress.warn(format!("{} fields of the page show only a part of what is in them", self.cut));
        }
        if self.closed > 0 {
            progress.warn(format!(
                "{} frames are closed to the rest of the page, so they are shown as far as they fit, or not at all; put what is in them into the page",
                self.closed
            ));
        }
    }
}

/// The page at this address as a PDF.
pub(super) async fn print(
    browser: &mut Browser,
    address: &str,
    progress: &Progress,
) -> Result<Vec<u8>, Failure> {
    browser.open().await?;
    browser.call("Emulation.setEmulatedMedia", json!({"media": "print"})).await?;
    browser.call("Page.navigate", json!({"url": address})).await?;
    browser.call("Runtime.evaluate", json!({"expression": LOADED, "awaitPromise": true})).await?;
    progress.set(50.0, "Fitting the page on paper")?;
    let mut spread = Spread::on(browser, LETTER, false).await?;
    let (mut width, mut fits) = (spread.page, false);
    let alone = spread.width;
    // A page becomes wider again where its parts are as wide as it says of the whole.
    for keep in [false, false, true, true] {
        spread = Spread::on(browser, (width, spread.height * width / spread.page), keep).await?;
        fits = spread.width <= width + 1.0;
        if fits {
            // A page that stays as wide as the paper may need less than one that grew with it.
            if keep {
                width = spread.width.max(spread.page);
            }
            break;
        }
        width = spread.width;
    }
    // What is placed by the width of the page goes along with it for ever. The browser itself makes a little room for it.
    if !fits && alone <= spread.page * 1.5 {
        (width, fits) = (alone.max(spread.page), true);
    }
    let scale = (spread.page / width).clamp(SMALLEST, 1.0);
    spread.tell(scale, fits && spread.page / width >= SMALLEST, progress);
    progress.set(70.0, "Printing the page")?;
    let paper = json!({
        "printBackground": true, "preferCSSPageSize": true, "generateTaggedPDF": true, "generateDocumentOutline": true,
        "scale": scale,
    });
    let printed = browser.call("Page.printToPDF", paper).await?;
    Browser::file(&printed)
}
