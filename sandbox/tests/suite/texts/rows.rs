//! The rows of the table of texts: contents, and what becomes of them.

/// What a cell says, and how it is seen.
pub(super) struct Check {
    pub(super) says: &'static str,
    /// What is in the output.
    pub(super) has: &'static [&'static str],
    /// What is not.
    pub(super) lacks: &'static [&'static str],
    /// What is told before, in the note, or after, in the warnings.
    pub(super) told: &'static str,
}

const fn says(says: &'static str) -> Check {
    Check { says, has: &[], lacks: &[], told: "" }
}

impl Check {
    const fn has(self, has: &'static [&'static str]) -> Self {
        Self { has, ..self }
    }

    const fn lacks(self, lacks: &'static [&'static str]) -> Self {
        Self { lacks, ..self }
    }

    const fn told(self, told: &'static str) -> Self {
        Self { told, ..self }
    }
}

const UNSEEN: &[(&str, &[u8])] = &[
    ("md", "All \u{10fffd} Zoo".as_bytes()),
    ("html", "<meta charset=utf-8><p>All \u{10fffd} Zoo".as_bytes()),
    ("txt", "All \u{10fffd} Zoo".as_bytes()),
];

const HEBREW: &[(&str, &[u8])] = &[
    ("md", "שלום e\u{328}".as_bytes()),
    ("html", "<meta charset=utf-8><p>שלום e\u{328}".as_bytes()),
    ("txt", "שלום e\u{328}".as_bytes()),
];

/// Contents by their format, and what becomes of them in the columns of the table.
pub(super) struct Row {
    pub(super) inputs: &'static [(&'static str, &'static [u8])],
    pub(super) columns: Vec<Check>,
}

#[allow(clippy::too_many_lines)] // A table.
pub(super) fn row(name: &str) -> Row {
    let all = |check: fn() -> Check, count: usize| (0..count).map(|_| check()).collect();
    let row = |inputs, columns| Row { inputs, columns };
    match name.split([',', ':']).next().unwrap() {
        "letters" => row(
            &[("md", b"Gr\xf6\xdfe"), ("html", b"<p>Gr\xf6\xdfe"), ("txt", b"Gr\xf6\xdfe")],
            all(|| says("kept; told where it is a guess").has(&["Größe"]).told("encoding"), 4),
        ),
        "bytes that are wrong in UTF-8" => row(
            &[
                ("md", b"\xe4 \xc5\x81\xc3\xb3d\xc5\xba"),
                ("html", b"<meta charset=utf-8>\xe4 \xc5\x81\xc3\xb3d\xc5\xba"),
                ("txt", b"\xe4 \xc5\x81\xc3\xb3d\xc5\xba"),
            ],
            all(|| says("read as windows-1252, told").has(&["ä Łódź"]).told("not UTF-8"), 4),
        ),
        "letters that no font of the machine has" => row(
            UNSEEN,
            vec![
                says("kept").has(&["All \u{10fffd} Zoo"]),
                says("kept").has(&["All \u{10fffd} Zoo"]),
                unseen(),
                unseen(),
            ],
        ),
        "letters from right to left" => row(
            HEBREW,
            vec![
                says("kept").has(&["שלום e\u{328}"]),
                says("kept").has(&["שלום e\u{328}"]),
                says("set as they are written").has(&["שלום"]),
                says("set as they are written").has(&["שלום"]),
            ],
        ),
        "headings" => row(
            &[("md", b"# One\n\nx"), ("html", b"<h1>One</h1><p>x")],
            vec![
                says("kept, with IDs").has(&["<h1 id=\"one\">One</h1>"]),
                says("lines").has(&["One\n\nx"]),
                says("headings, bookmarks and structure").has(&["One x", "H1", "/Title(One)"]),
            ],
        ),
        "lists with their numbers" => row(
            &[
                ("md", b"7. seven\n8. eight\n\n- [x] done\n- [ ] open"),
                (
                    "html",
                    b"<ol start=7><li>seven<li>eight</ol><ul><li><input type=checkbox checked> done<li><input type=checkbox> open</ul>",
                ),
            ],
            vec![
                says("kept").has(&["<ol start=\"7\">", "checked"]),
                says("kept").has(&["7. seven\n8. eight", "[x] done", "[ ] open"]),
                says("kept, with structure").has(&["7. seven 8. eight", "[x] done", "[ ] open", "LBody"]),
            ],
        ),
        "tables" => row(
            &[
                ("md", b"| name | sum |\n|---|--:|\n| 1 | 2 |"),
                ("html", b"<table><tr><th>name<th align=right>sum<tr><td>1<td align=right>2</table>"),
            ],
            vec![
                says("kept").has(&["<th>name</th>", "<td>1</td>", "align=\"right\""]),
                says("columns, as they are aligned").has(&["name   sum", "1        2"]),
                says("columns, as they are aligned; structure").has(&["name sum", "1 2", "TH", "TD"]),
            ],
        ),
        "footnotes" => row(
            &[("md", b"x[^n]\n\n[^n]: A note.")],
            vec![
                says("kept").has(&["href=\"#fn-n\"", "A note."]),
                says("numbers in brackets").has(&["x[1]", "A note."]),
                says("numbers in brackets that lead to them").has(&["x[1]", "A note.", "/Subtype/Link"]),
            ],
        ),
        "links" => row(
            &[
                ("md", b"[up](HTTPS://Example.org/y)"),
                ("html", b"<a href='HTTPS://Example.org/y'>up</a>"),
            ],
            vec![
                says("kept as they are").has(&["href=\"HTTPS://Example.org/y\""]),
                says("text and address").has(&["up (HTTPS://Example.org/y)"]),
                says("kept").has(&["up", "HTTPS://Example.org/y"]),
            ],
        ),
        "links that run scripts" => row(
            &[
                ("md", b"[b](javascript:run) <script>run()</script>"),
                ("html", b"<a href='javascript:run'>b</a><script>run()</script>"),
            ],
            all(|| says("left out, told").lacks(&["javascript:run", "run()"]).told("script"), 3),
        ),
        "bold" => row(
            &[("md", b"**bold** *slanted* `code`"), ("html", b"<b>bold</b> <em>slanted</em> <code>code</code>")],
            vec![
                says("kept").has(&["<strong>bold</strong>", "<em>slanted</em>", "<code>code</code>"]),
                says("lost, as the note says").has(&["bold slanted code"]).told("styles"),
                says("kept").has(&["bold slanted code", "Mono"]),
            ],
        ),
        "deleted text" => row(
            &[("md", b"~~gone~~"), ("html", b"<del>gone</del>")],
            vec![
                says("kept").has(&["<del>gone</del>"]),
                says("between `~~`").has(&["~~gone~~"]),
                says("struck through").has(&["gone"]).lacks(&["~~"]),
            ],
        ),
        "inserted text" => row(
            &[("md", b"<ins>new</ins>"), ("html", b"<ins>new</ins>")],
            vec![
                says("kept").has(&["<ins>new</ins>"]),
                says("lost, as the note says").has(&["new"]).told("styles"),
                says("underlined").has(&["new"]),
            ],
        ),
        "what abbreviations are short for" => row(
            &[("md", b"<abbr title='long form'>LF</abbr>"), ("html", b"<abbr title='long form'>LF</abbr>")],
            vec![
                says("kept").has(&["<abbr title=\"long form\">LF</abbr>"]),
                says("in brackets").has(&["LF (long form)"]),
                says("in brackets").has(&["LF (long form)"]),
            ],
        ),
        "titles of links and words" => row(
            &[
                ("md", b"[up](HTTPS://Example.org/y 'to the top')"),
                ("html", b"<a href='HTTPS://Example.org/y' title='to the top'>up</a>"),
            ],
            vec![
                says("kept").has(&["title=\"to the top\""]),
                says("in brackets").has(&["up (to the top) (HTTPS://Example.org/y)"]),
                says("in brackets").has(&["up (to the top)", "HTTPS://Example.org/y"]),
            ],
        ),
        "formulas" => row(
            &[
                ("md", b"$a/b*c*d$"),
                ("html", b"<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>"),
            ],
            vec![
                says("kept").has(&["$a/b*c*d$"]),
                says("in a line").has(&["a/b"]),
                says("in a line").has(&["a/b"]),
            ],
        ),
        "text above and below the line" => row(
            &[("md", b"H<sub>2</sub>O, e<sup>Q</sup>"), ("html", b"<p>H<sub>2</sub>O, e<sup>Q</sup>")],
            vec![
                says("kept").has(&["H<sub>2</sub>O, e<sup>Q</sup>"]),
                says("Unicode's characters, or behind `^` and `_`").has(&["H₂O", "e^"]),
                says("Unicode's characters, or behind `^` and `_`").has(&["H₂O", "e^"]),
            ],
        ),
        "pictures" => row(
            &[("md", b"![words](a.png)"), ("html", b"<img src=a.png alt=words>")],
            vec![
                says("kept by their links").has(&["src=\"a.png\"", "alt=\"words\""]),
                says("alternative text, told").has(&["words"]).told("1 picture"),
                says("alternative text, told").has(&["words"]).told("1 picture"),
            ],
        ),
        "styles" => row(
            &[
                ("md", b"<p style='color:red'>red</p>"),
                ("html", b"<style>p{color:red}</style><p style='color:red'>red"),
            ],
            all(|| says("left out, as the note says").has(&["red"]).lacks(&["color"]).told("style"), 3),
        ),
        "comments" => row(
            &[
                ("md", b"---\nauthor: hidden\n---\nshown <!-- hidden --> <b hidden>hidden</b>\n\n<div style='display:none'>hidden</div>"),
                ("html", b"<meta name=author content=hidden><p hidden>hidden</p>shown <!-- hidden -->"),
            ],
            all(|| says("not published").has(&["shown"]).lacks(&["hidden"]), 3),
        ),
        "title" => row(
            &[
                ("md", b"---\ntitle: Name\nlang: de\n---\nx"),
                ("html", b"<html lang=de><title>Name</title><p>x"),
                ("txt", b"x"),
            ],
            vec![
                says("kept").has(&["<title>Name</title>", "lang=\"de\""]),
                says("lost, as the note says").has(&["x"]).lacks(&["Name"]).told("itle"),
                says("kept; the file's name where there is no title").has(&["Name", "/Lang(de)"]),
                says("the file's name").has(&["Title:           input"]),
            ],
        ),
        "form feeds" => row(
            &[("txt", b"one\x0ctwo")],
            vec![says("new pages").has(&["Pages:           2"])],
        ),
        name => panic!("the row {name} is not tested"),
    }
}

const fn unseen() -> Check {
    says("in the text, not to be seen; told with the package to install")
        .has(&["All \u{10fffd} Zoo"])
        .told("on Debian by the package")
}
