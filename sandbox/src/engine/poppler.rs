//! PDF to pictures, text and PDF, by the programs of Poppler where they are on the PATH.

use std::path::PathBuf;

use serde_json::{Value, json};
use tokio::process::Command;

use super::command::{self, Installed};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};

/// How many pages may become pictures at once, and how many pixels a picture may have.
const MAX_PAGES: u32 = 2000;
const MAX_PIXELS: f64 = 1e8;

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    let has = |program: &str| installed.program(program);
    let new = |program, output, run| {
        let pair = ConversionType::new("document", program, ("pdf", output), run);
        pair.options(json!({"page_range": Value::Null, "password": Value::Null})).program()
    };
    let mut types = Vec::new();
    if !has("pdfinfo") {
        return types;
    }
    if has("pdftoppm") {
        for output in ["jpg", "jpeg", "png"] {
            let mut options = json!({"page_range": Value::Null, "password": Value::Null, "density": 150});
            if output != "png" {
                options["quality"] = 85.into();
            }
            types.push(new("pdftoppm", output, pictures).options(options));
        }
    }
    if has("pdftotext") {
        types.push(new("pdftotext", "txt", text));
    }
    if has("pdftocairo") {
        types.push(new("pdftocairo", "pdf", pages));
    }
    if has("pdfunite") {
        let unite = ConversionType::new("document", "pdfunite", ("pdf", "pdf"), combine);
        types.push(unite.mode(Mode::Combine).program());
    }
    types
}

/// One picture for each page: `stem.jpg`, or `stem-1.jpg`, `stem-2.jpg` and so on, numbered as the pages are.
fn pictures(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let density = work.number("density", 10, 600)?.unwrap_or(150);
    let quality = work.number("quality", 1, 100)?.unwrap_or(85);
    let range = Range::of(work, progress)?;
    if range.count() > MAX_PAGES {
        return Err(Failure::BadParameter(format!(
            "converteroptions: these are {} pages, at most {MAX_PAGES} become pictures; choose some by page_range",
            range.count()
        )));
    }
    let inches = f64::from(density) / 72.0;
    if range.largest_page(work, progress)? * inches * inches > MAX_PIXELS {
        return Err(Failure::BadParameter("converteroptions: a page is too large for this density".into()));
    }
    let mut pdftoppm = command::program("pdftoppm");
    if work.output_format == "png" {
        pdftoppm.arg("-png");
    } else {
        pdftoppm.args(["-jpeg", "-jpegopt", &format!("quality={quality}")]);
    }
    pdftoppm.args(["-progress", "-cropbox", "-r", &density.to_string()]).args(range.arguments());
    pdftoppm.args(unlock(work)).arg(&work.input()?.path).arg(work.output_dir.join("page"));
    progress.set(5.0, "Drawing the pages")?;
    // It tells of every page: its number, the number of the last, and the file.
    command::run(&mut pdftoppm, progress, |line| {
        if let Some(page) = line.split(' ').next().and_then(|page| page.parse::<u32>().ok()) {
            let done = (page + 1).saturating_sub(range.first);
            progress.percent(5.0 + 90.0 * f64::from(done) / f64::from(range.count()));
        }
    })?;
    rename(work)
}

/// Gives the pages their names, in order.
fn rename(work: &Work) -> Result<Outcome, Failure> {
    let files = std::fs::read_dir(&work.output_dir).map_err(Failure::io)?;
    let mut pages: Vec<(usize, PathBuf)> = files
        .filter_map(|file| {
            let path = file.ok()?.path();
            let number = path.file_stem()?.to_str()?.rsplit_once('-')?.1.parse().ok()?;
            Some((number, path))
        })
        .collect();
    pages.sort();
    let single = pages.len() == 1;
    let named = pages.into_iter().map(|(number, page)| {
        let path = if single { work.output() } else { work.numbered_output(number) };
        std::fs::rename(page, &path).map(|()| path)
    });
    Ok(Outcome::Files(named.collect::<Result<_, _>>().map_err(Failure::io)?))
}

fn text(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let mut pdftotext = command::program("pdftotext");
    pdftotext.args(["-enc", "UTF-8"]);
    simply(work, progress, pdftotext)
}

/// PDF to PDF: the pages that are chosen.
fn pages(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let mut pdftocairo = command::program("pdftocairo");
    pdftocairo.arg("-pdf");
    simply(work, progress, pdftocairo)
}

/// Runs a program that reads the input and writes one output.
fn simply(work: &Work, progress: &Progress, mut program: Command) -> Result<Outcome, Failure> {
    progress.set(5.0, "Reading the pages")?;
    let range = Range::of(work, progress)?;
    let output = work.output();
    progress.set(20.0, "Converting the pages")?;
    program.args(range.arguments()).args(unlock(work)).arg(&work.input()?.path).arg(&output);
    command::run(&mut program, progress, |_| ())?;
    Ok(Outcome::Files(vec![output]))
}

fn combine(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let inputs = work.several()?;
    let output = work.output();
    progress.set(5.0, "Combining the files")?;
    let mut pdfunite = command::program("pdfunite");
    command::run(pdfunite.args(inputs.iter().map(|input| &input.path)).arg(&output), progress, |_| ())?;
    Ok(Outcome::Files(vec![output]))
}

/// The password of the input, if there is one.
fn unlock(work: &Work) -> Vec<String> {
    work.word("password").map_or_else(Vec::new, |password| vec!["-upw".into(), password])
}

fn locked(work: &Work) -> Failure {
    Failure::BadInput(match work.word("password") {
        Some(_) => "The PDF is locked, and the password is wrong".into(),
        None => "The PDF is locked: it needs a password. Give it by the converter's option password".into(),
    })
}

/// The pages that are wanted.
struct Range {
    first: u32,
    last: u32,
}

impl Range {
    /// The option `page_range`, `2`, `1-3` or `3-`, as far as the input has these pages; all pages without it.
    fn of(work: &Work, progress: &Progress) -> Result<Self, Failure> {
        let range = work.word("page_range").map(|range| parse(&range)).transpose()?;
        let (first, last) = range.unwrap_or((1, u32::MAX));
        let (mut count, mut is_locked) = (None, false);
        let mut pdfinfo = command::program("pdfinfo");
        let read = command::run(pdfinfo.args(unlock(work)).arg(&work.input()?.path), progress, |line| {
            let pages = line.strip_prefix("Pages:").and_then(|pages| pages.trim().parse::<u32>().ok());
            count = pages.or(count);
            is_locked |= line.contains("Incorrect password");
        });
        if is_locked {
            return Err(locked(work));
        }
        read?;
        let count = count.filter(|count| *count > 0);
        let count = count.ok_or_else(|| Failure::BadInput("The input file has no pages".into()))?;
        if first > count {
            return Err(Failure::BadParameter(format!(
                "converteroptions: page_range begins after the last page, which is {count}"
            )));
        }
        Ok(Self { first, last: last.min(count) })
    }

    /// The area of the largest page, in square points.
    fn largest_page(&self, work: &Work, progress: &Progress) -> Result<f64, Failure> {
        let mut largest = 0.0_f64;
        let mut pdfinfo = command::program("pdfinfo");
        command::run(
            pdfinfo.args(self.arguments()).args(unlock(work)).arg(&work.input()?.path),
            progress,
            |line| {
                // Page    1 size:  595 x 842 pts (A4)
                if let Some((_, size)) = line.split_once(" size:") {
                    let sides = size.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
                    largest = largest.max(sides.take(2).product());
                }
            },
        )?;
        Ok(largest)
    }

    fn count(&self) -> u32 {
        self.last - self.first + 1
    }

    fn arguments(&self) -> [String; 4] {
        ["-f".into(), self.first.to_string(), "-l".into(), self.last.to_string()]
    }
}

fn parse(range: &str) -> Result<(u32, u32), Failure> {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let last = if last.trim().is_empty() { Ok(u32::MAX) } else { last.trim().parse() };
    match (first.trim().parse(), last) {
        (Ok(first), Ok(last)) if 1 <= first && first <= last => Ok((first, last)),
        _ => Err(Failure::BadParameter(
            "converteroptions: page_range has to be like 2, 1-3 or 3-; the first page is 1".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_ranges() {
        assert_eq!(parse("2").unwrap(), (2, 2));
        assert_eq!(parse("1-3").unwrap(), (1, 3));
        assert_eq!(parse("3 -").unwrap(), (3, u32::MAX));
        for wrong in ["", "0", "0-1", "3-2", "a", "-2", "1,3", "1-2-3"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
