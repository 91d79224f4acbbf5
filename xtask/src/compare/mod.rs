//! `cargo xtask compare`: 200 files, made here, converted by the service and beside it by `ImageMagick`, `FFmpeg`, Poppler,
//! librsvg, pandoc, `LibreOffice` and the archivers; and what either kept. What they keep and the service loses without a word is an
//! error.
//!
//! `samples` makes the files, `peer` converts them by others, `facts` reads what a file says by programs that are neither
//! side's, `verdict` compares, and `told` knows by which sentences a loss is told.

mod facts;
mod peer;
mod samples;
mod service;
mod told;
mod verdict;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};

use crate::sandbox::Sandbox;
use crate::tools;
use facts::Facts;
use samples::Sample;
use service::{Converted, Notes};
use verdict::{Kept, Verdict};

/// How many are converted at once.
const AT_ONCE: usize = 2;

const PROGRAMS: [(&str, &str); 15] = [
    ("convert", "imagemagick"),
    ("exiftool", "libimage-exiftool-perl"),
    ("ffmpeg", "ffmpeg"),
    ("pdftoppm", "poppler-utils"),
    ("qpdf", "qpdf"),
    ("rsvg-convert", "librsvg2-bin"),
    ("pandoc", "pandoc"),
    ("soffice", "libreoffice-writer-nogui"),
    ("vips", "libvips-tools"),
    ("img2pdf", "img2pdf"),
    ("chromium", "chromium"),
    ("curl", "curl"),
    ("zip", "zip"),
    ("unzip", "unzip"),
    ("7z", "p7zip-full"),
];

/// Compares all samples whose names contain one of these words; all without words.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    tools::debian(&PROGRAMS)?;
    let sandbox = Sandbox::start()?;
    let folder =
        tempfile::Builder::new().disable_cleanup(std::env::var_os("COMPARE_KEEP").is_some()).tempdir()?;
    samples::prepare(folder.path())?;
    let wanted = |sample: &Sample| words.is_empty() || words.iter().any(|word| sample.name.contains(word));
    let samples: Vec<Sample> = samples::all().into_iter().filter(wanted).collect();
    let notes = service::notes(&sandbox)?;
    let converted = at_once(&samples, |sample| convert(sample, folder.path(), &sandbox, &notes));
    let metadata = facts::Metadata::below(folder.path())?;
    let found = at_once(&converted, |sample| {
        let pairs = sample.as_ref().map_err(|error| anyhow::anyhow!("{error:#}"))?;
        let Some(first) = pairs.first() else { return Ok(Vec::new()) };
        let says = facts::of(std::slice::from_ref(&first.input), &metadata)?;
        pairs.iter().map(|pair| judge(pair, &says, &metadata)).collect::<Result<Vec<_>>>()
    });
    report(samples.iter().map(|sample| sample.name.clone()).zip(found).collect(), words.is_empty())
}

/// Does something for each, several at once; the results in order.
fn at_once<T: Sync, U: Send>(things: &[T], work: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(thing) = things.get(at) else { break };
                    let result = work(thing);
                    done.lock().expect("no thread panics").push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no thread panics");
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// A file, and what the two sides made of it.
struct Pair {
    input: PathBuf,
    output: &'static str,
    here: Converted,
    there: Vec<PathBuf>,
}

/// One file into all formats that it is compared in.
fn convert(sample: &Sample, folder: &Path, sandbox: &Sandbox, notes: &Notes) -> Result<Vec<Pair>> {
    let input = samples::make(sample, folder)?;
    let pair = |output: &'static str| -> Result<Pair> {
        let place = |side: &str| -> Result<PathBuf> {
            let place = folder.join(side).join(format!("{}.{output}", sample.name));
            std::fs::create_dir_all(&place)?;
            Ok(place)
        };
        let here = service::convert(sandbox, &input, output, &sample.options, &place("service")?, notes)?;
        let there = peer::convert(&input, output, &place("peer")?);
        Ok(Pair { input: input.clone(), output, here, there })
    };
    sample.outputs.iter().copied().map(pair).collect()
}

fn judge(pair: &Pair, says: &Facts, metadata: &facts::Metadata) -> Result<Verdict> {
    let of = |files: &[PathBuf]| match pair.output {
        "files" => Ok(facts::contents(files)),
        _ => facts::of(files, metadata),
    };
    // What these programs cannot read is not kept.
    let by_peer = of(&pair.there).unwrap_or_default();
    let by_service = match &pair.here {
        Converted::Files { files, .. } => of(files)?,
        Converted::Refused(_) => Facts::new(),
    };
    Ok(Verdict::of(says, &by_peer, &by_service, &pair.here, pair.output))
}

/// A table by what files say, and every loss.
fn report(found: Vec<(String, Result<Vec<Verdict>>)>, is_whole: bool) -> Result<()> {
    let samples = found.len();
    let mut table: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    let (mut lost, mut broken, mut pairs, mut alone) = (0, 0, 0, Vec::new());
    for (name, verdicts) in found {
        let verdicts = match verdicts {
            Ok(verdicts) => verdicts,
            Err(error) => {
                broken += 1;
                println!("{name}: {error:#}");
                continue;
            }
        };
        for verdict in verdicts {
            pairs += 1;
            if verdict.alone {
                alone.push(format!("{name} to {}", verdict.output));
            }
            for (fact, kept) in &verdict.facts {
                let row = table.entry(facts::kind(fact).to_owned()).or_default();
                row[0] += 1;
                match kept {
                    Kept::Here => row[1] += 1,
                    Kept::Told => row[2] += 1,
                    Kept::Lost { wanted, have } => {
                        row[3] += 1;
                        lost += 1;
                        println!("{name} to {}: {fact}: {have:?} instead of {wanted:?}", verdict.output);
                    }
                }
            }
        }
    }
    println!("\nThe others made nothing of {}: {}", alone.len(), alone.join(", "));
    println!("\n{samples} files in {pairs} conversions; of what the others keep, the service:\n");
    println!("{:<24} {:>8} {:>8} {:>8} {:>8}", "", "others", "keeps", "tells", "loses");
    for (fact, [all, kept, told, lost]) in &table {
        println!("{fact:<24} {all:>8} {kept:>8} {told:>8} {lost:>8}");
    }
    // Where the others make nothing, nothing is compared.
    if is_whole && alone.len() * 4 > pairs {
        bail!("the others made nothing of {} in {pairs} conversions: are their programs whole?", alone.len());
    }
    if lost + broken > 0 {
        bail!("{lost} losses are not told, and {broken} files could not be compared");
    }
    Ok(())
}

/// The output of a shell's line, in a folder; an error where it fails.
fn shell(line: &str, folder: &Path) -> Result<String> {
    let said = std::process::Command::new("timeout")
        .args(["600", "sh", "-ec", line])
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .stdin(std::process::Stdio::null())
        .output()
        .context("a shell is needed")?;
    if !said.status.success() {
        bail!("`{line}`: {}", String::from_utf8_lossy(&said.stderr).lines().last().unwrap_or_default());
    }
    Ok(String::from_utf8_lossy(&said.stdout).into_owned())
}
