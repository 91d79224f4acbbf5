//! What the programs of Poppler are given: the input, without a lock.

use std::path::Path;

use tempfile::NamedTempFile;

use super::super::range::PageRange;
use super::super::{Failure, Progress, Work, pdf, program};

pub(super) struct Source<'a> {
    work: &'a Work,
    /// Its copy without a lock or damage.
    unlocked: Option<NamedTempFile>,
    /// Whether it had a lock.
    pub(super) was_locked: bool,
    pub(super) pages: u32,
    /// What `pdfinfo` says of it, line by line.
    pub(super) said: Vec<String>,
    /// How many points the unit of each page is, where they are not all points.
    units: Vec<f64>,
}

impl<'a> Source<'a> {
    pub(super) fn of(work: &'a Work, progress: &Progress) -> Result<Self, Failure> {
        let input = work.input()?;
        let unlocked = work.word("password").map(|_| pdf::unlocked(input, work)).transpose();
        let unlocked = match unlocked {
            // It may be damaged and not locked at all.
            Err(failure) if !pdf::is_locked(&failure) => None,
            unlocked => unlocked?,
        };
        let mut source =
            Self { work, unlocked, was_locked: false, pages: 0, said: Vec::new(), units: Vec::new() };
        source.was_locked = source.unlocked.is_some();
        let said = match source.look(progress) {
            // What Poppler does not read, may be repaired.
            Err(Failure::BadInput(said)) if source.unlocked.is_none() => {
                source.unlocked = Some(pdf::unlocked(input, work).map_err(|_| Failure::BadInput(said))?);
                progress.warn("The PDF is damaged, and was repaired; what could not be found is missing");
                source.look(progress)?
            }
            said => said?,
        };
        if said.iter().any(|line| line.contains("Incorrect password")) {
            return Err(pdf::locked(work));
        }
        let pages = said.iter().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok());
        let none = || Failure::BadInput("The input file has no pages".into());
        source.pages = pages.filter(|pages| *pages > 0).ok_or_else(none)?;
        source.said = said;
        source.units = pdf::units(source.path());
        Ok(source)
    }

    /// What `pdfinfo` says, also of a lock.
    fn look(&self, progress: &Progress) -> Result<Vec<String>, Failure> {
        let mut said = Vec::new();
        let mut pdfinfo = program::named("pdfinfo");
        let read = program::run(pdfinfo.args(["-isodates"]).arg(self.path()), progress, |line| {
            said.push(line.to_owned());
        });
        let has = |words: &str| said.iter().any(|line| line.contains(words));
        if has("Incorrect password") {
            return Ok(said);
        }
        if has("Wrong page range") {
            return Err(Failure::BadInput("The input file has no pages".into()));
        }
        if read.is_err() && has("Couldn't read xref table") {
            return Err(Failure::corrupt("PDF", "the directory of its parts is missing"));
        }
        read.map(|()| said)
    }

    pub(super) fn path(&self) -> &Path {
        match &self.unlocked {
            Some(file) => file.path(),
            None => self.work.inputs.first().map_or(Path::new(""), |input| &input.path),
        }
    }

    /// The width and height of pages in points, and by how many degrees they are turned, clockwise.
    pub(super) fn sizes(
        &self,
        range: PageRange,
        progress: &Progress,
    ) -> Result<Vec<(f64, f64, i64)>, Failure> {
        let mut sizes: Vec<(f64, f64, i64)> = Vec::new();
        let mut units = (range.first..).map(|page| self.unit(page));
        let mut pdfinfo = program::named("pdfinfo");
        program::run(pdfinfo.args(arguments(range)).arg(self.path()), progress, |line| {
            // Page    1 size:  595 x 842 pts (A4)
            // Page    1 rot:   90
            if let Some((_, size)) = page_line(line, " size:") {
                let mut numbers = size.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
                let unit = units.next().unwrap_or(1.0);
                let mut length = || numbers.next().unwrap_or(0.0) * unit;
                sizes.push((length(), length(), 0));
            } else if let Some((_, turn)) = page_line(line, " rot:")
                && let Some(last) = sizes.last_mut()
            {
                last.2 = turn.trim().parse().unwrap_or(0);
            }
        })?;
        Ok(sizes)
    }

    /// How many points the unit of a page is.
    pub(super) fn unit(&self, page: u32) -> f64 {
        let at = usize::try_from(page).unwrap_or(usize::MAX).saturating_sub(1);
        self.units.get(at).copied().unwrap_or(1.0)
    }
}

/// A line about one page, around this word.
fn page_line<'a>(line: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    line.split_once(word).filter(|(page, _)| page.starts_with("Page "))
}

pub(super) fn arguments(range: PageRange) -> [String; 4] {
    ["-f".into(), range.first.to_string(), "-l".into(), range.last.to_string()]
}
