use tokio_util::sync::CancellationToken;

use super::super::Align;
use super::reader::MAX_DEPTH;
use super::*;

fn read(html: &str) -> (Document, Vec<String>) {
    let progress = Progress::new(CancellationToken::new());
    (document(html, &progress), progress.warnings())
}

fn shown(html: &str) -> Vec<(Kind, String, usize)> {
    let blocks = read(html).0.blocks.into_iter();
    blocks.map(|block| (block.kind, block.text.text, block.depth)).collect()
}

fn texts(html: &str) -> Vec<String> {
    shown(html)
        .into_iter()
        .map(|(kind, text, _)| match kind {
            Kind::Item(marker) => format!("{marker} {text}"),
            _ => text,
        })
        .collect()
}

fn item(marker: &str) -> Kind {
    Kind::Item(marker.to_owned())
}

#[test]
fn what_is_shown_and_how() {
    let html = "<!doctype html><title>A\n title</title><style>no</style><h1>A\n  heading</h1>\
        <p>One<br>two &amp; <b>three</b><p>four<ul><li>a<li>b<ol><li>c</ol></ul><hr>\
        <pre>\n x\n  y\n</pre><script>no</script><blockquote>five</blockquote>";
    let expected = [
        (Kind::Heading(1), "A heading", 0),
        (Kind::Paragraph, "One\ntwo & three", 0),
        (Kind::Paragraph, "four", 0),
        (item("•"), "a", 1),
        (item("•"), "b", 1),
        (item("1."), "c", 2),
        (Kind::Rule, "", 0),
        (Kind::Code, " x\n  y", 0),
        (Kind::Paragraph, "five", 1),
    ];
    assert_eq!(shown(html), expected.map(|(kind, text, depth)| (kind, text.to_owned(), depth)));
    assert_eq!(read(html).0.title.as_deref(), Some("A title"));
    assert_eq!(read("<html lang=de>").0.language.as_deref(), Some("de"));
}

#[test]
fn soup_is_read_to_its_end() {
    assert_eq!(shown("</p></ul></table></td><p>a</div></b>"), [(Kind::Paragraph, "a".into(), 0)]);
    assert_eq!(shown("a<script>b"), [(Kind::Paragraph, "a".into(), 0)]);
    let deep = format!("{}x", "<ul><li>".repeat(10_000));
    assert_eq!(shown(&deep), [(item("•"), "x".into(), MAX_DEPTH)]);
    assert!(shown("").is_empty());
    let tables = format!("{}x", "<table><tr><td>".repeat(1000));
    assert!(matches!(&shown(&tables)[..], [(Kind::Table(rows), ..)] if rows[0][0].text.text == "x"));
}

#[test]
fn numbers_of_items() {
    assert_eq!(texts("<ol start=3><li>a<li value=7>b<li>c</ol>"), ["3. a", "7. b", "8. c"]);
    assert_eq!(texts("<ol reversed><li>a<ul><li>x</ul><li>b</ol>"), ["2. a", "• x", "1. b"]);
    assert_eq!(texts("<ol style='list-style: upper-roman inside'><li>a</ol>"), ["I. a"]);
    assert_eq!(texts("<ol type=i start=4><li>a</ol><ol type=A><li>b</ol>"), ["iv. a", "A. b"]);
}

#[test]
fn boxes_links_and_raised_text() {
    let boxes = "<ul><li><input type=checkbox checked disabled> done<li><input type=checkbox> open</ul>";
    assert_eq!(texts(boxes), ["[x] done", "[ ] open"]);
    assert_eq!(texts("x<sup>2</sup> H<sub>2</sub>O e<sup>ix</sup>"), ["x² H₂O e^ix"]);
    assert_eq!(texts("x<sup>a+b</sup> y<sub>n, m</sub> z<sup>*</sup>"), ["x^(a+b) y_(n, m) z^*"]);
    assert_eq!(texts("a<sup><a href=#fn>1</a></sup> b<sup><a href=#n>[2]</a></sup>"), ["a[1] b[2]"]);
    let (document, told) = read("<a href='HTTPS://Example.org/x'>up</a> <a href='javascript:x'>run</a>");
    let text = &document.blocks[0].text;
    assert_eq!(text.text, "up run");
    assert_eq!(text.marks, [(0..2, Mark::Link("HTTPS://Example.org/x".into()))]);
    assert_eq!(told.len(), 1);
}

/// Fields stand apart, as they do on the screen.
#[test]
fn fields_of_a_form_side_by_side() {
    let html = "<label>Name<input value=Ann></label><textarea>two words</textarea><button>Send</button>";
    assert_eq!(texts(html), ["Name Ann two words Send"]);
    assert_eq!(texts("<button>Yes</button><button>No</button>"), ["Yes No"]);
    assert_eq!(texts("<input placeholder=City><input type=submit value=Go>"), ["City Go"]);
}

/// What stands in attributes belongs to what is read.
#[test]
fn long_forms_directions_and_gauges() {
    assert_eq!(
        texts(
            "<abbr title='World  Health Organization'>WHO</abbr>, <abbr title='World Health Organization'>WHO</abbr> <dfn title=b>a</dfn> <abbr title=x>x</abbr> <abbr>y</abbr>"
        ),
        ["WHO (World Health Organization), WHO a (b) x y"]
    );
    assert_eq!(
        texts("a <bdo dir=rtl>bc</bdo> <bdi>d</bdi> <span dir=ltr>e</span> <span>f</span>"),
        ["a \u{202e}bc\u{202c} \u{2068}d\u{2069} \u{2066}e\u{2069} f"]
    );
    assert_eq!(
        texts("<meter value=0.6>60 %</meter> <progress value=7 max=10></progress> <meter value=3></meter>"),
        ["60 % 7/10 3"]
    );
    assert_eq!(texts("x = <math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>."), ["x = a/b."]);
}

#[test]
fn what_has_no_text_of_its_own_is_named() {
    assert_eq!(
        texts("<a href=https://e.org/x><img src=y></a> <a href=#t></a><a name=z></a>end"),
        ["https://e.org/x end"]
    );
    assert_eq!(texts("<listing>a\n  b</listing><xmp><i>\n  x</xmp>"), ["a\n  b", "<i>\n  x"]);
    let cells = shown("<table><tr><td><ol><li>a<li>b</ol><ul><li>c</ul><td>d</table>");
    let Kind::Table(rows) = &cells[0].0 else { panic!("{cells:?}") };
    assert_eq!(rows[0][0].text.text, "1. a\n2. b\n• c");
}

#[test]
fn links_start_from_the_base() {
    let (document, _) = read(
        "<base href=https://example.org/d/><base href=https://other.example/><a href=b>1</a><a href=/c>2</a><a href=#d>3</a><a href='http://e/'>4</a>",
    );
    let links = document.blocks[0].text.marks.iter().map(|(_, mark)| match mark {
        Mark::Link(target) => target.as_str(),
        _ => "",
    });
    let wanted = ["https://example.org/d/b", "https://example.org/c", "#d", "http://e/"];
    assert_eq!(links.collect::<Vec<_>>(), wanted);
}

#[test]
fn what_the_author_hid_is_not_shown() {
    let html = "<!-- no --><p>a</p><p hidden>no<p>b</p><div style='display: none'>no<div>no</div></div>\
        <template>no</template><dialog>no</dialog><input type=hidden value=no>c<svg><text>no</text></svg>";
    assert_eq!(texts(html), ["a", "b", "c"]);
}

#[test]
fn tables() {
    let html =
        "<table><caption>T</caption><tr><th>a<th>b<tr><td rowspan=2>1<td>2<tr><td><p>3<p>4</table>after";
    let blocks = shown(html);
    assert_eq!((blocks[0].1.as_str(), blocks[2].1.as_str()), ("T", "after"));
    let Kind::Table(rows) = &blocks[1].0 else { panic!("{blocks:?}") };
    let rows: Vec<Vec<&str>> =
        rows.iter().map(|row| row.iter().map(|cell| cell.text.text.as_str()).collect()).collect();
    assert_eq!(rows, [vec!["a", "b"], vec!["1", "2"], vec!["", "3\n4"]]);
    let rows = |html: &str| match shown(&format!("<table>{html}</table>")).remove(0).0 {
        Kind::Table(rows) => rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.text.text.as_str()).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    for html in [
        "<tfoot><tr><td>foot<tbody><tr><td>body<thead><tr><th>head",
        "<thead><tr><th>head</thead><tfoot><tr><td>foot</tfoot><tr><td>body</tr>",
        "<tr><td>body</tr><tfoot><tr><td>foot</tfoot><thead><tr><th>head</thead>",
    ] {
        assert_eq!(rows(html), ["head", "body", "foot"], "{html}");
    }
    assert_eq!(rows("<tr><td rowspan=0>a<td>1<tr><td>2<tbody><tr><td>3"), ["a 1", " 2", "3"]);
}

#[test]
fn cells_are_aligned() {
    let blocks = shown(
        "<table><tr align=center><td>a<td align=right>b<td style='color:red; text-align: Left'>c</table>",
    );
    let Kind::Table(rows) = &blocks[0].0 else { panic!("{blocks:?}") };
    let aligned: Vec<_> = rows[0].iter().map(|cell| cell.align).collect();
    assert_eq!(aligned, [Align::Center, Align::End, Align::Start]);
}

#[test]
fn declared_encodings() {
    for (page, label) in [
        ("<meta charset=Shift_JIS>", Some("Shift_JIS")),
        (
            "<!-- <meta charset=no> --><META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=EUC-KR'>",
            Some("euc-kr"),
        ),
        ("<?xml version='1.0' encoding='ISO-8859-2'?><html>", Some("ISO-8859-2")),
        ("<?xml version='1.0'?><meta charset=koi8-r>", Some("koi8-r")),
        ("<meta name=a content='charset=no'>", None),
        ("<p>charset=no</p>", None),
    ] {
        assert_eq!(declared_encoding(page.as_bytes()).as_deref(), label, "{page}");
        let late = format!("<!-- {} -->{page}", "x".repeat(2000));
        if !page.starts_with("<?xml") {
            assert_eq!(declared_encoding(late.as_bytes()).as_deref(), label, "{page}");
        }
    }
}
