//! What is asked for.

use serde_json::{Map, Value, json};

use crate::engine::{Failure, Work};

const CENTIMETRES_PER_INCH: f64 = 2.54;
const MILLIMETRES_PER_INCH: f64 = 25.4;
/// How long may be waited after the page has loaded, in milliseconds.
const MAX_WAIT: u32 = 120_000;
/// The longest side of a screen in pixels.
const MAX_SIDE: u32 = 10_000;
const MAX_TEMPLATE: usize = 64 << 10;

pub(super) struct Options {
    pub(super) url: String,
    /// The word of the browser for what is waited for.
    pub(super) until: &'static str,
    pub(super) element: Option<String>,
    pub(super) wait: u32,
    /// To be sent where the page comes from, and nowhere else.
    pub(super) headers: Vec<(String, String)>,
    pub(super) zoom: f64,
    /// In pixels, for pictures.
    pub(super) screen: (u32, Option<u32>),
    pub(super) quality: u32,
    /// As the browser takes it for printing.
    pub(super) paper: Value,
}

impl Options {
    pub(super) fn read(work: &Work) -> Result<Self, Failure> {
        let url = work.word("url").ok_or_else(|| wrong("url has to be a full URL, with https://"))?;
        let until = match work.one_of("wait_until")? {
            Some("domcontentloaded") => "DOMContentLoaded",
            Some("networkidle0") => "networkIdle",
            Some("networkidle2") => "networkAlmostIdle",
            _ => "load",
        };
        let prints = work.output_format == "pdf";
        let (screen, paper) =
            if prints { ((1440, None), paper(work)?) } else { (screen(work)?, Value::Null) };
        Ok(Self {
            url,
            until,
            element: work.word("wait_for_element"),
            wait: work.number("wait_time", 0, MAX_WAIT)?.unwrap_or(0),
            headers: headers(work)?,
            zoom: length(work, "zoom", 0.1..=10.0)?.unwrap_or(1.0),
            screen,
            quality: work.number("quality", 1, 100)?.unwrap_or(85),
            paper,
        })
    }
}

fn screen(work: &Work) -> Result<(u32, Option<u32>), Failure> {
    let width = work.number("page_width", 1, MAX_SIDE)?.unwrap_or(1440);
    Ok((width, work.number("page_height", 1, MAX_SIDE)?))
}

fn paper(work: &Work) -> Result<Value, Failure> {
    let mut paper = Map::new();
    for (name, word, default) in [("page_width", "paperWidth", 21.0), ("page_height", "paperHeight", 29.7)] {
        let length = length(work, name, 1.0..=500.0)?.unwrap_or(default);
        paper.insert(word.to_owned(), json!(length / CENTIMETRES_PER_INCH));
    }
    for (name, word) in [
        ("margin_top", "marginTop"),
        ("margin_bottom", "marginBottom"),
        ("margin_left", "marginLeft"),
        ("margin_right", "marginRight"),
    ] {
        let length = length(work, name, 0.0..=1000.0)?.unwrap_or(10.0);
        paper.insert(word.to_owned(), json!(length / MILLIMETRES_PER_INCH));
    }
    for (name, word) in [("header_template", "headerTemplate"), ("footer_template", "footerTemplate")] {
        // Without one, the browser would print the date and the URL.
        let template = work.word(name).unwrap_or_else(|| "<span></span>".to_owned());
        if template.len() > MAX_TEMPLATE {
            return Err(wrong(&format!("{name} has more than {MAX_TEMPLATE} bytes")));
        }
        paper.insert(word.to_owned(), template.into());
    }
    if let Some(pages) = work.word("pages") {
        paper.insert("pageRanges".to_owned(), pages.into());
    }
    let scale = length(work, "zoom", 0.1..=2.0)?.unwrap_or(1.0);
    paper.extend([
        ("scale".to_owned(), json!(scale)),
        ("displayHeaderFooter".to_owned(), work.flag("display_header_footer")?.into()),
        ("printBackground".to_owned(), work.choice("print_background")?.unwrap_or(true).into()),
        ("generateTaggedPDF".to_owned(), true.into()),
        ("generateDocumentOutline".to_owned(), true.into()),
    ]);
    Ok(paper.into())
}

fn length(work: &Work, name: &str, within: std::ops::RangeInclusive<f64>) -> Result<Option<f64>, Failure> {
    let Some(text) = work.word(name) else { return Ok(None) };
    let number = text.parse::<f64>().ok().filter(|number| within.contains(number));
    let wrong = || wrong(&format!("{name} has to be a number from {} to {}", within.start(), within.end()));
    number.map(Some).ok_or_else(wrong)
}

fn headers(work: &Work) -> Result<Vec<(String, String)>, Failure> {
    let headers = work.options.get("headers").and_then(Value::as_object);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let pairs = headers.into_iter().flatten().map(|(name, value)| Some((name.clone(), text(value)?)));
    pairs.collect::<Option<_>>().ok_or_else(|| wrong("headers have to be an object of names and texts"))
}

fn wrong(message: &str) -> Failure {
    Failure::BadParameter(message.to_owned())
}
