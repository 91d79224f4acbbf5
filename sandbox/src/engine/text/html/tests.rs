use tokio_util::sync::CancellationToken;

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
    assert_eq!(texts("<ol type=i start=4><li>a</ol><ol type=A><li>b</ol>"), ["iv. a", "A. b"]);
}

#[test]
fn boxes_links_and_raised_text() {
    let boxes = "<ul><li><input type=checkbox checked disabled> done<li><input type=checkbox> open</ul>";
    assert_eq!(texts(boxes), ["[x] done", "[ ] open"]);
    assert_eq!(texts("x<sup>2</sup> H<sub>2</sub>O e<sup>ix</sup>"), ["x² H₂O e^ix"]);
    assert_eq!(texts("a<sup><a href=#fn>1</a></sup>"), ["a[1]"]);
    let (document, told) = read("<a href='HTTPS://Example.org/x'>up</a> <a href='javascript:x'>run</a>");
    let text = &document.blocks[0].text;
    assert_eq!(text.text, "up run");
    assert_eq!(text.marks, [(0..2, Mark::Link("HTTPS://Example.org/x".into()))]);
    assert_eq!(told.len(), 1);
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
        ("<meta name=a content='charset=no'>", None),
        ("<p>charset=no</p>", None),
    ] {
        assert_eq!(declared_encoding(page.as_bytes()).as_deref(), label, "{page}");
    }
}
