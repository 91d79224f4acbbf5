//! A page, printed such that all of it is on paper: what scrolls is as high as it is, and what is too wide is smaller.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::devtools::Browser;
use crate::engine::{Failure, Progress};

/// A function that shows all of a page, and says what [`Spread`] has.
const SPREAD: &str = include_str!("spread.js");
/// A function that says what [`Paper`] has.
const PAPER: &str = include_str!("paper.js");
/// That the page, its pictures and its fonts are there.
const LOADED: &str = "new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))\
    .then(() => document.fonts.ready).then(() => true)";
/// The part of a letter that is printed on, in pixels of CSS.
const LETTER: (f64, f64) = (740.0, 980.0);
/// The browser prints nothing smaller than by this.
const SMALLEST: f64 = 0.1;
/// Of a page from right to left that is printed smaller, the browser puts a part beside the paper, unless it is its body alone
/// that is from right to left.
const FROM_LEFT: &str = "if (document.body && getComputedStyle(document.documentElement).direction === 'rtl') {\
    document.documentElement.style.setProperty('direction', 'ltr', 'important');\
    document.body.style.setProperty('direction', 'rtl', 'important');}";

#[derive(Deserialize, Serialize)]
struct Paper {
    /// The part of the paper that is printed on.
    page: f64,
    height: f64,
    /// How wide a page may be for the browser itself to print it as much smaller as it takes.
    room: f64,
    /// Whether a page is printed as it is, however wide.
    fixed: bool,
}

#[derive(Deserialize)]
struct Spread {
    /// How wide the page would be, and how far text and pictures reach on it.
    width: f64,
    reach: f64,
    /// How many boxes cut off a part of their text.
    hidden: usize,
    /// How many fields show less than is in them, and how many frames cannot be looked into.
    cut: usize,
    closed: usize,
}

/// What the page says of itself on a screen of this size.
async fn ask<T: DeserializeOwned>(
    browser: &mut Browser,
    (width, height): (f64, f64),
    question: String,
) -> Result<T, Failure> {
    let whole = |side: f64| side.clamp(1.0, 10_000_000.0).floor();
    let screen = json!({
        "width": whole(width), "height": whole(height), "deviceScaleFactor": 1, "mobile": false,
    });
    browser.call("Emulation.setDeviceMetricsOverride", screen).await?;
    let call = json!({"expression": question, "returnByValue": true});
    let mut said = browser.call("Runtime.evaluate", call).await?;
    let broken = |_| Failure::BadInput("The page cannot be measured: the browser gave up on it".into());
    serde_json::from_value(said["result"]["value"].take()).map_err(broken)
}

impl Spread {
    /// Shows all of the page on a paper that is so wide; with `keep`, widths in parts of the paper stay what they are.
    async fn on(browser: &mut Browser, paper: &Paper, width: f64, keep: bool) -> Result<Self, Failure> {
        let mut how = json!(paper);
        how["widest"] = (paper.page / SMALLEST).into();
        how["keep"] = keep.into();
        let size = (width, paper.height * width / paper.page);
        ask(browser, size, format!("({SPREAD})({how})")).await
    }

    /// Tells what is not on paper, and what is smaller.
    fn tell(&self, part: f64, fits: bool, progress: &Progress) {
        if part < 1.0 {
            progress.warn(format!(
                "The page is wider than the paper, so it is printed at {:.0} % of its size",
                part * 100.0
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
    // What is measured on another paper may not be so on its own.
    let paper = ask(browser, LETTER, format!("({PAPER})()")).await?;
    let (spread, fitted) = fit(browser, &paper).await?;
    let (part, scale, fits) = match fitted {
        Fitted::Alone(width) => (paper.page / width, 1.0, true),
        Fitted::Scaled { width, fits } => {
            browser.call("Runtime.evaluate", json!({"expression": FROM_LEFT})).await?;
            let scale = (paper.page / width).clamp(SMALLEST, 1.0);
            (scale, scale, fits && paper.page / width >= SMALLEST)
        }
    };
    spread.tell(part.min(1.0), fits, progress);
    progress.set(70.0, "Printing the page")?;
    let how = json!({
        "printBackground": true, "preferCSSPageSize": true, "generateTaggedPDF": true, "generateDocumentOutline": true,
        "scale": scale,
    });
    let printed = browser.call("Page.printToPDF", how).await?;
    Browser::file(&printed)
}

/// How a page comes to be on its paper, and how wide it is then.
enum Fitted {
    /// As the browser prints it.
    Alone(f64),
    Scaled {
        width: f64,
        fits: bool,
    },
}

/// Finds how wide a paper would have to be for all of the page.
async fn fit(browser: &mut Browser, paper: &Paper) -> Result<(Spread, Fitted), Failure> {
    let first = Spread::on(browser, paper, paper.page, false).await?;
    if first.width <= paper.page + 1.0 {
        return Ok((first, Fitted::Alone(paper.page)));
    }
    let mut width = first.width;
    // A page becomes wider again where its parts are as wide as it says of the whole.
    for (keep, again) in [(false, false), (false, true), (true, false), (true, true)] {
        if keep && !again {
            width = paper.page;
        }
        let spread = Spread::on(browser, paper, width, keep).await?;
        if spread.reach <= width + 1.0 {
            let alone = !keep && !again && width <= paper.room;
            let fitted = if alone { Fitted::Alone(width) } else { Fitted::Scaled { width, fits: true } };
            return Ok((spread, fitted));
        }
        width = spread.width;
    }
    // What is placed by the width of the page goes along with it for ever.
    if first.width <= paper.room {
        let spread = Spread::on(browser, paper, first.width, false).await?;
        return Ok((spread, Fitted::Alone(first.width)));
    }
    let spread = Spread::on(browser, paper, width, true).await?;
    Ok((spread, Fitted::Scaled { width, fits: false }))
}
