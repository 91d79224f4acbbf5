//! Texts, Markdown, HTML and PDF.

use super::Sample;

pub(super) const PARTS: &str = r#"
printf '%s\n' '<html lang=en><head><title>Report</title></head><body><h1>One</h1><p>See <a href=https://example.org/x>there</a>.</p><h2>Two</h2><p style=page-break-before:always>More words</p></body></html>' > report.html
chromium --headless --no-sandbox --disable-gpu --user-data-dir=chromium --no-pdf-header-footer \
  --export-tagged-pdf --generate-pdf-document-outline --print-to-pdf=report.pdf file://$PWD/report.html 2> chromium.log
rm -rf chromium
for size in '200 100' '400 700'; do set -- $size
  printf '%s' "<svg xmlns='http://www.w3.org/2000/svg' width='$1' height='$2'><rect width='$1' height='$2' fill='red'/><circle r='90' fill='blue'/></svg>" > $1.svg
done
rsvg-convert -f pdf -o page.pdf 200.svg; rsvg-convert -f pdf -o mixed.pdf 200.svg 400.svg
"#;

const TEXT: &str = "Zażółć gęślą jaźń; Größe, naïve, Ελληνικά, Русский, ½ € “quoted” — end";

pub(super) fn all() -> Vec<Sample> {
    texts().chain(markdown()).chain(pages()).chain(documents()).collect()
}

/// Encodings by the names of the samples, and a text that each has.
const ENCODINGS: [(&str, &str, &str); 9] = [
    ("utf-8", "UTF-8", TEXT),
    ("utf-16le", "UTF-16", TEXT),
    ("latin-1", "ISO-8859-1", "Größe, naïve, déjà vu, señor, façade"),
    ("latin-2", "ISO-8859-2", "Zażółć gęślą jaźń oraz kilka innych słów po polsku, które są dłuższe"),
    ("windows-1252", "WINDOWS-1252", "“Größe” – naïve… €"),
    ("windows-1251", "WINDOWS-1251", "Съешь же ещё этих мягких французских булок, да выпей чаю"),
    ("koi8-r", "KOI8-R", "Съешь же ещё этих мягких французских булок, да выпей чаю"),
    ("greek", "ISO-8859-7", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία και άλλα λόγια"),
    ("turkish", "WINDOWS-1254", "Pijamalı hasta yağız şoföre çabucak güvendi, İstanbul'da"),
];

/// The encoding of a file's text, where it is such a sample.
pub(in crate::compare) fn encoding(file: &str) -> Option<&'static str> {
    let name = file.strip_prefix("txt-")?.strip_suffix(".txt")?;
    ENCODINGS.iter().find(|(known, ..)| *known == name).map(|(_, encoding, _)| *encoding)
}

/// The words of a text, in encodings that have them.
fn texts() -> impl Iterator<Item = Sample> {
    ENCODINGS.into_iter().map(|(name, encoding, text)| {
        let line = format!(
            "printf '%s\\n' '{text}' | iconv -f UTF-8 -t {encoding} > $out",
            text = text.replace('\'', "’")
        );
        Sample::new(name, "txt", &["pdf"], line)
    })
}

fn markdown() -> impl Iterator<Item = Sample> {
    const ALL: &[&str] = &["html", "txt", "pdf"];
    let texts = [
        ("headings", "# One\n\nText\n\n## Two ##\n\nMore\n\nThree\n=====\n"),
        ("lists", "1. one\n2. two\n   - inner\n   - more\n\n7. seven\n\n* star\n+ plus\n"),
        ("numbers", "3. three\n4. four\n\ntext\n\n1. one\n"),
        ("tasks", "- [x] done\n- [ ] open\n"),
        ("table", "| Left | Right |\n|:-----|------:|\n| one | 1 |\n| two \\| bar | 2 |\n"),
        (
            "links",
            "[text](https://example.org/a \"title\") <https://example.org/b> [ref][r] www.example.org\n\n[r]: https://example.org/c\n",
        ),
        ("images", "![alternative words](picture.png \"title\")\n"),
        ("emphasis", "*one* **two** ***three*** ~~four~~ `five` _six_\n"),
        ("code", "```rust\nfn main() {}\n```\n\n    indented code\n"),
        ("quote", "> quoted words\n> > deeper words\n\n---\n"),
        ("footnotes", "Text[^1] and more[^note].\n\n[^1]: First words.\n[^note]: Second words.\n"),
        (
            "html",
            "H<sub>2</sub>O and x<sup>2</sup> <kbd>Enter</kbd> <details><summary>Sum</summary>Inner words</details>\n",
        ),
        ("entities", "&copy; &amp; &#x20AC; &frac12; AT&T 3 < 4\n"),
        ("breaks", "one  \ntwo\\\nthree\n"),
        ("scripts", "Zażółć, Русский, Ελληνικά, 日本語のテスト, שלום עולם, مرحبا بالعالم\n"),
    ];
    texts
        .into_iter()
        .map(|(name, text)| Sample::new(name, "md", ALL, format!("cat > $out <<'END'\n{text}END")))
}

fn pages() -> impl Iterator<Item = Sample> {
    const BOTH: &[&str] = &["txt", "pdf"];
    let bodies = [
        (
            "title",
            "<html><head><title>Words of the title</title></head><body><h1>Heading words</h1><p>Text words",
        ),
        (
            "lists",
            "<ol start=3><li>three<li>four</ol><ul><li>dot<ul><li>inner</ul></ul><dl><dt>term<dd>meaning</dl>",
        ),
        (
            "table",
            "<table><caption>Caption</caption><thead><tr><th>Head<th>Other</thead><tr><td rowspan=2>left<td>right<tr><td>below</table>",
        ),
        (
            "links",
            "<p><a href='https://example.org/x'>link words</a> <a href='mailto:a@example.org'>mail words</a>",
        ),
        (
            "images",
            "<p><img src=x.png alt='alternative words'> <picture><img src=y alt='other words'></picture>",
        ),
        ("entities", "<p>&copy; &euro; &frac12; &#8212; 3 &lt; 4 &amp; &nbsp;space"),
        (
            "hidden",
            "<p>shown words<script>var hidden</script><style>p{color:red}</style><template>x</template><!-- comment -->",
        ),
        ("pre", "<pre>  one\n    two\n</pre><code>inline words</code>"),
        (
            "forms",
            "<form><label>Label words <input value='typed'></label><select><option selected>chosen<option>other</select><textarea>area words</textarea><button>press</button></form>",
        ),
        (
            "styles",
            "<style>p{color:red;font-size:40px} .b{background:blue;color:white;padding:20px}</style><p>red words<div class=b>blue box",
        ),
        ("scripts", "<p>Zażółć Русский Ελληνικά 日本語 שלום עולם مرحبا"),
    ];
    bodies.into_iter().map(|(name, body)| {
        let line =
            format!("cat > $out <<'END'\n<!DOCTYPE html><html lang=en><meta charset=utf-8>{body}\nEND");
        Sample::new(name, "html", BOTH, line)
    })
}

fn documents() -> impl Iterator<Item = Sample> {
    const ALL: &[&str] = &["png", "jpg", "txt", "pdf"];
    [
        ("report", "cp report.pdf $out"),
        ("rotated", "qpdf report.pdf --rotate=90 $out"),
        ("rotated-one", "qpdf report.pdf --rotate=270:2 $out"),
        ("mixed", "cp mixed.pdf $out"),
        ("linear", "qpdf --linearize report.pdf $out"),
        ("streams", "qpdf --object-streams=generate report.pdf $out"),
        ("old", "qpdf --object-streams=disable --force-version=1.3 report.pdf $out"),
        ("no-table", "qpdf --qdf --object-streams=disable report.pdf $out; sed -i 's/^xref$/xxxx/' $out"),
        ("wrong-start", "cp report.pdf $out; printf 'startxref\\n12\\n%%%%EOF\\n' >> $out"),
        ("rubbish-before", "(printf 'HTTP rubbish\\n'; cat report.pdf) > $out"),
        ("attachment", "qpdf report.pdf --add-attachment base.png -- $out"),
        ("cropped", "qpdf --qdf page.pdf $out; sed -i 's|/MediaBox|/CropBox [0 0 50 50] /MediaBox|' $out"),
    ]
    .into_iter()
    .map(|(name, line)| Sample::new(name, "pdf", ALL, line))
    .chain(["128", "256"].into_iter().map(|bits| {
        let line = format!("qpdf --allow-weak-crypto --encrypt secret owner {bits} -- report.pdf $out");
        Sample::new(if bits == "128" { "locked-128" } else { "locked-256" }, "pdf", ALL, line)
            .option("password", "secret")
    }))
}
