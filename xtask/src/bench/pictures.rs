//! Pictures through the service, beside the programs that do the same by themselves: a photo of 12 megapixels beside libvips,
//! a drawing beside librsvg, pages of a PDF beside Poppler.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::process::{command, run};
use crate::sandbox::Sandbox;
use crate::tools;

/// How many are converted at once, and how often each is measured; the median counts, because machines do other things
/// too. Both sides take turns.
const AT_ONCE: [usize; 3] = [1, 2, 8];
const ROUNDS: usize = 5;

/// What is done: the input, the output format, the options of the service, and how another program does it.
struct Task {
    name: &'static str,
    input: &'static str,
    output: &'static str,
    options: &'static str,
    peer: fn(&Path, &Path) -> Command,
}

const TASKS: [Task; 5] = [
    Task {
        name: "JPEG to WebP",
        input: "photo.jpg",
        output: "webp",
        options: "&converteroptions[quality]=80",
        peer: |input, output| vips_copy(input, output, "[Q=80]"),
    },
    Task {
        name: "PNG to JPEG",
        input: "photo.png",
        output: "jpg",
        options: "&converteroptions[quality]=85",
        peer: |input, output| vips_copy(input, output, "[Q=85]"),
    },
    Task {
        name: "thumbnail of 320 pixels",
        input: "photo.jpg",
        output: "jpg",
        options: "&converteroptions[width]=320",
        peer: |input, output| {
            let mut program = Command::new("vipsthumbnail");
            program.arg(input).args(["--size", "320x", "-o"]).arg(output);
            program
        },
    },
    Task {
        name: "SVG to PNG",
        input: "drawing.svg",
        output: "png",
        options: "&converteroptions[width]=2000",
        peer: |input, output| {
            let mut program = Command::new("rsvg-convert");
            program.args(["--width", "2000", "--keep-aspect-ratio", "-o"]).arg(output).arg(input);
            program
        },
    },
    Task {
        name: "PDF page to PNG",
        input: "page.pdf",
        output: "png",
        options: "",
        peer: |input, output| {
            let mut program = Command::new("pdftoppm");
            program.args(["-png", "-r", "150", "-singlefile"]).arg(input).arg(output.with_extension(""));
            program
        },
    },
];

/// Measures, and shows how many times as long the service takes.
pub(crate) fn beside_others() -> Result<()> {
    tools::debian(&[
        ("vips", "libvips-tools"),
        ("rsvg-convert", "librsvg2-bin"),
        ("pdftoppm", "poppler-utils"),
        ("curl", "curl"),
    ])?;
    let sandbox = Sandbox::release()?;
    let folder = tempfile::tempdir()?;
    photo(folder.path())?;
    drawing(folder.path())?;
    println!("\n{:<26} {:>8} {:>10} {:>10} {:>7}", "", "at once", "service", "others", "ratio");
    for task in &TASKS {
        for count in AT_ONCE {
            let (mut service, mut others) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                service.push(all(count, |number| by_service(&sandbox, task, folder.path(), number))?);
                others.push(all(count, |number| {
                    let output = folder.path().join(format!("other-{number}.{}", task.output));
                    (task.peer)(&folder.path().join(task.input), &output)
                })?);
            }
            let (service, others) = (median(service), median(others));
            println!(
                "{:<26} {count:>8} {service:>7.0} ms {others:>7.0} ms {:>7.2}",
                task.name,
                service / others
            );
        }
    }
    Ok(())
}

/// In milliseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// How long these programs take together.
fn all(count: usize, program: impl Fn(usize) -> Command) -> Result<Duration> {
    let start = Instant::now();
    let running: Vec<_> = (0..count)
        .map(|number| program(number).stdout(Stdio::null()).spawn().context("a program does not start"))
        .collect::<Result<_>>()?;
    for mut program in running {
        ensure!(program.wait()?.success(), "a program failed");
    }
    Ok(start.elapsed())
}

fn by_service(sandbox: &Sandbox, task: &Task, folder: &Path, number: usize) -> Command {
    let format = task.input.rsplit_once('.').map_or("", |(_, format)| format);
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--fail", "--globoff", "--location", "--form"]);
    curl.arg(format!("file=@{}", folder.join(task.input).display()));
    curl.arg("--output").arg(folder.join(format!("service-{number}.{}", task.output)));
    curl.arg(sandbox.convert_url(&format!(
        "inputformat={format}&outputformat={}{}&download=true",
        task.output, task.options
    )));
    curl
}

fn vips_copy(input: &Path, output: &Path, options: &str) -> Command {
    let mut program = Command::new("vips");
    program.arg("copy").arg(input).arg(format!("{}{options}", output.display()));
    program
}

/// Clouds in three colours, of which no two pixels are the same and few are far apart, as in photos.
fn photo(folder: &Path) -> Result<()> {
    let vips = |arguments: &[&str]| run(command("vips", arguments).current_dir(folder));
    for (name, seed) in [("r.v", "1"), ("g.v", "2"), ("b.v", "3")] {
        vips(&["perlin", name, "4000", "3000", "--cell-size", "128", "--seed", seed])?;
    }
    vips(&["bandjoin", "r.v g.v b.v", "clouds.v"])?;
    vips(&["linear", "clouds.v", "bytes.v", "120", "128", "--uchar"])?;
    vips(&["copy", "bytes.v", "photo.v", "--interpretation", "srgb"])?;
    vips(&["copy", "photo.v", "photo.jpg[Q=92]"])?;
    vips(&["copy", "photo.v", "photo.png"])
}

/// A page of text, curves and gradients, and the same as a PDF.
fn drawing(folder: &Path) -> Result<()> {
    use std::fmt::Write as _;
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"1100\"><linearGradient id=\"g\"><stop stop-color=\"red\"/>\
         <stop offset=\"1\" stop-color=\"blue\"/></linearGradient>",
    );
    for line in 0..50 {
        let y = 20 + line * 21;
        write!(
            svg,
            "<text x=\"20\" y=\"{y}\" font-family=\"DejaVu Sans\" font-size=\"14\">Line {line} of a page that has quite some words</text>"
        )?;
        for curve in 0..10 {
            let x = 450 + curve * 33;
            write!(
                svg,
                "<path d=\"M{x} {y}q10 -20 15 0t15 0\" fill=\"none\" stroke=\"url(#g)\" stroke-width=\"2\"/>"
            )?;
        }
    }
    svg.push_str("</svg>");
    std::fs::write(folder.join("drawing.svg"), svg)?;
    let pdf = ["--format", "pdf", "--output", "page.pdf", "drawing.svg"];
    run(command("rsvg-convert", &pdf).current_dir(folder))
}
