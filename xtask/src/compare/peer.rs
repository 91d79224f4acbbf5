//! The same conversions by other programs, each as its manual says, without settings of its own.

use std::path::{Path, PathBuf};

use super::shell;

const PICTURES: [&str; 9] = ["png", "jpg", "gif", "bmp", "webp", "tiff", "tif", "ico", "apng"];
const FILMS: [&str; 12] =
    ["mp4", "mov", "mkv", "webm", "avi", "gif", "mp3", "wav", "ogg", "flac", "m4a", "flv"];

/// The files that another program makes; none where it fails, or where none is known.
pub(super) fn convert(input: &Path, output: &str, folder: &Path) -> Vec<PathBuf> {
    let name = input.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let format = name.rsplit('.').next().unwrap_or_default();
    let (file, made) = (format!("'{}'", input.display()), format!("out.{output}"));
    let line = match (format, output) {
        ("svg" | "svgz", _) => {
            // ImageMagick makes black of what is transparent, where the output has no such thing.
            let paper = if output == "jpg" { "-b white" } else { "" };
            format!(
                "rsvg-convert {paper} -o page.png {file} && convert page.png {made} && rm -f page.png; ls {made}"
            )
        }
        ("pdf", "png") => format!("pdftoppm -cropbox -png -r 150 {file} out"),
        ("pdf", "jpg") => format!("pdftoppm -cropbox -jpeg -r 150 {file} out"),
        ("pdf", "txt") => format!("pdftotext {file} {made}"),
        ("pdf", "pdf") => format!("qpdf {file} {made} || test $? = 3"),
        // A line above footnotes is pandoc's own.
        ("md" | "markdown", "html") => format!(
            "pandoc -f gfm -t html {file} | sed -z 's|\\(<section [^>]*footnotes[^>]*>\\)\\s*<hr />|\\1|' > {made}"
        ),
        ("md", "txt") => format!("pandoc -f gfm -t plain --wrap=none {file} -o {made}"),
        ("md", "pdf") => {
            format!("pandoc -f gfm {file} -o out.docx && {}; rm -f out.docx", office("out.docx"))
        }
        ("txt", "pdf") => office(&file),
        ("html", "txt") => format!("pandoc -f html -t plain --wrap=none {file} -o {made}"),
        ("html", "pdf") => format!(
            "chromium --headless --no-sandbox --disable-gpu --user-data-dir=profile --no-pdf-header-footer \
             --print-to-pdf={made} file://{file}; rm -rf profile"
        ),
        ("zip", "files") => unzip(&file),
        ("gz", "files") => format!("tar xzf {file}"),
        ("zip", "tar.gz") => {
            format!("mkdir in && cd in && {{ {}; }} && tar czf ../{made} * && rm -r ../in", unzip(&file))
        }
        ("gz", "zip") => {
            format!("mkdir in && cd in && tar xzf {file} && zip -qry ../{made} . && cd .. && rm -r in")
        }
        (from, to) if PICTURES.contains(&from) && PICTURES.contains(&to) => format!("convert {file} {made}"),
        (from, "pdf") if PICTURES.contains(&from) => format!("img2pdf {file} -o {made}"),
        (from, to) if FILMS.contains(&from) && FILMS.contains(&to) => {
            format!("ffmpeg -nostdin -v error -y -i {file} {made}")
        }
        _ => return Vec::new(),
    };
    if shell(&line, folder).is_err() {
        return Vec::new();
    }
    let mut made = files(folder);
    made.sort();
    made
}

/// All of a ZIP: by the program of this name, else by one that knows more methods.
pub(super) fn unzip(file: &str) -> String {
    format!("unzip -q -P secret {file} || test $? = 1 || 7z x -y -psecret {file} > /dev/null")
}

/// A PDF by `LibreOffice`, which keeps its settings in a folder of its own.
fn office(file: &str) -> String {
    format!(
        "soffice --headless -env:UserInstallation=file://$PWD/profile --convert-to pdf --outdir . {file}; rm -rf profile"
    )
}

/// The files below a folder.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_folder = |path: &PathBuf| path.is_dir() && !path.is_symlink();
    entries.flat_map(|path| if is_folder(&path) { files(&path) } else { vec![path] }).collect()
}
