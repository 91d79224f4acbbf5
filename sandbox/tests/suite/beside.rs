//! Pages of HTML that lose nothing on paper, beside what the browser prints of them by itself. These tests need one.

use std::process::Command;

use crate::browser::print;
use crate::pdf::{drawn, pages_of, pdftotext, text_of};
use crate::service::Service;

/// A page as the browser prints it by itself.
fn alone(page: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (source, pdf) = (folder.path().join("page.html"), folder.path().join("page.pdf"));
    std::fs::write(&source, page).unwrap();
    let mut browser = Command::new("chromium");
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"]);
    browser.arg(format!("--user-data-dir={}", folder.path().join("profile").display()));
    browser.arg(format!("--print-to-pdf={}", pdf.display()));
    let ended = browser.arg(format!("file://{}", source.display())).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    std::fs::read(pdf).unwrap()
}

/// The words of a PDF, and where they are.
fn words(pdf: &[u8]) -> Vec<String> {
    let told = pdftotext(pdf, "-bbox").stdout;
    String::from_utf8_lossy(&told).lines().filter(|line| line.contains("<word")).map(str::to_owned).collect()
}

/// Which part of two pictures is not the same.
fn different(one: &image::RgbImage, other: &image::RgbImage) -> f64 {
    if one.dimensions() != other.dimensions() {
        return 1.0;
    }
    let pairs = one.pixels().zip(other.pixels());
    let count = pairs.filter(|(a, b)| a.0[1].abs_diff(b.0[1]) > 40).count();
    f64::from(u32::try_from(count).unwrap()) / f64::from(one.width() * one.height())
}

fn whole(style: &str, body: &str) -> String {
    format!("<!DOCTYPE html><meta charset=utf-8><title>t</title><style>{style}</style>{body}")
}

const WORDS: &str =
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore. ";

#[tokio::test]
async fn ordinary_pages_are_as_the_browser_prints_them() {
    let service = Service::start().await;
    let text = format!("<p>{}</p>", WORDS.repeat(5));
    let items = "<div>Item</div>".repeat(120);
    for page in [
        // The page is wider than the paper: by itself, by a table, by a line of code, by a word, by what reaches beyond an edge.
        whole(
            "div{width:960px;background:#eee}table{width:900px}",
            &format!("<div>{text}</div><table border=1><tr><td>a<td>b</table>"),
        ),
        whole("pre{font:13px monospace}", &format!("{text}<pre>{}end</pre>", "-".repeat(97))),
        whole("", &format!("{text}<p>https://example.org/{}", "abcdefghij".repeat(8))),
        whole(
            "body{margin:0;overflow-x:hidden}.row{margin:0 -15px;background:#eee}.col{padding:0 15px}",
            &format!("<div class=row><div class=col>{text}</div></div>"),
        ),
        // Both the page and its body cut off at the sides.
        whole("html,body{overflow-x:hidden}", &text),
        // Small papers, with fields as wide as these.
        whole(
            "@page{size:A5;margin:10mm}select,input{width:100%;box-sizing:border-box}.s{width:60px}",
            &format!(
                "<select><option>A<option>B</select><input value=x>{text}<select class=s><option>1</select>"
            ),
        ),
        whole(
            "@page{size:80mm 200mm;margin:4mm}select{width:100%}",
            "<select><option>A</select><div style='overflow:auto;max-height:60px'>Thank you</div>",
        ),
        // Lines that are set tightly, and labels in boxes that are narrower than they are.
        whole(
            "h2{overflow:auto;line-height:1;margin:4px 0;width:400px}",
            &format!("<h2>Title gj</h2>{text}").repeat(6),
        ),
        whole(
            ".a{position:relative;height:40px}.a div{position:absolute;width:0}.n{width:12px;float:left}",
            &format!(
                "<div class=a><div style='left:20%'>1000000</div><div style='left:40%'>2000000</div></div><div class=n>1000</div>{text}"
            ),
        ),
        // Switches that are drawn larger than they are, and buttons.
        whole(
            ".t{appearance:none;width:40px;height:20px;background:#ccc;position:relative}\
             .t::before{content:'';position:absolute;width:26px;height:26px;left:20px;top:-3px;background:#0a0}\
             [type=range]{height:4px}",
            "<input type=checkbox class=t> <input type=range> <input type=button value='Wide label' style='width:20px'> <input type=file>",
        ),
        // Menus beside the page and menus that are closed.
        whole(
            "body{margin:0}nav{position:fixed;top:0;bottom:0;width:250px;overflow-y:auto}\
             .d{position:absolute;opacity:0;max-height:200px;overflow-y:auto}",
            &format!(
                "<nav style='left:-260px'>{items}</nav><nav style='right:-260px'>{items}</nav><div class=d>{items}</div>{text}"
            ),
        ),
        // Frames that ask how high they are, and pictures and frames that a page brings along.
        whole(
            "",
            &format!(
                "{text}<iframe width=600 height=120 srcdoc=\"<body style='height:100vh'>map\"></iframe>{text}"
            ),
        ),
        whole(
            "iframe,object{border:0;width:300px;height:80px}",
            "<iframe src='data:text/html,framed'></iframe>\
             <object data=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><rect width='200' height='60'/></svg>\">instead</object>",
        ),
    ] {
        let (ours, told) = print(&service, &page).await;
        let theirs = alone(&page);
        assert_eq!(pages_of(&ours), pages_of(&theirs), "{page}: {told}");
        assert_eq!(words(&ours), words(&theirs), "{page}: {told}");
        // Bars to scroll by are on paper only where the browser prints by itself.
        let other = different(&drawn(&ours, 40), &drawn(&theirs, 40));
        assert!(other < 0.01, "{other} of {page} looks different: {told}");
    }
}

/// What is lost where the browser prints by itself is there, and nothing else is smaller or elsewhere for it.
#[tokio::test]
async fn what_scrolls_makes_nothing_else_smaller() {
    let service = Service::start().await;
    let text = format!("<p>before</p><p>{}</p>", WORDS.repeat(3));
    let cards =
        (1..=9).map(|card| format!("<div class=k>card{card} {WORDS}</div>")).collect::<Vec<_>>().concat();
    let row = format!("<div class=c>{cards}</div>");
    let subjects = (1..=60)
        .map(|line| format!("<p class=t>subject{line} {}</p>", WORDS.repeat(6)))
        .collect::<Vec<_>>()
        .concat();
    for (style, body, last) in [
        // Cards beside each other, in every way to set them so.
        (".c{display:flex;overflow-x:auto}.k{flex:0 0 220px}", row.clone(), "card9"),
        (".c{display:flex;overflow-x:auto}.k{flex:0 0 100%}", row.clone(), "card9"),
        (
            ".s{overflow-x:auto}.c{display:flex;width:max-content}.k{width:220px}",
            format!("<div class=s>{row}</div>"),
            "card9",
        ),
        (
            ".c{display:grid;grid-auto-flow:column;grid-auto-columns:220px;overflow-x:auto}",
            row.clone(),
            "card9",
        ),
        // A list that scrolls, with subjects that are cut off.
        (
            ".a{display:flex;height:100vh;overflow:hidden}.m{flex:1;overflow-y:auto}.t{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}",
            format!("<div class=a><div>nav</div><div class=m>{subjects}<p>last</p></div></div>"),
            "last",
        ),
        // Code within its own element.
        (
            "pre{overflow:auto}code{white-space:pre}",
            format!("<pre><code>begin {} end</code></pre>", "word(), ".repeat(30)),
            "end",
        ),
        // A frame on a small paper.
        (
            "@page{size:A5}iframe{width:100%;height:60px}",
            "<iframe srcdoc='<p>1<p>2<p>3<p>4<p>lastframed'></iframe>".to_owned(),
            "lastframed",
        ),
        // What is hidden far away, on either side.
        (".f{position:absolute;left:9999px}", "<div class=f>far</div>last".to_owned(), "last"),
        (
            ":root{direction:rtl}.f{position:absolute;left:-9999px}",
            "<div class=f>far</div>last".to_owned(),
            "last",
        ),
        // What is beside a float stays there.
        (
            "aside{float:left;width:200px;height:300px}.m{overflow:auto;height:50px}",
            format!("<aside>side</aside><div class=m>{}<p>last</p></div>", WORDS.repeat(9)),
            "last",
        ),
    ] {
        let page = whole(style, &format!("{text}{body}"));
        let (pdf, told) = print(&service, &page).await;
        assert!(text_of(&pdf).contains(last), "{last} of {page} is not there: {told}");
        assert!(!told.contains("wider") && !told.contains("too wide"), "{page}: {told}");
    }
}

/// Of a page from right to left that is printed smaller, all is on the paper.
#[tokio::test]
async fn wide_pages_from_right_to_left() {
    let service = Service::start().await;
    let cells = (1..=12).map(|cell| format!("<td>cell{cell}")).collect::<Vec<_>>().concat();
    for (root, width) in [("<html dir=rtl>", 1000), ("<html dir=rtl>", 1800), ("<html><body dir=rtl>", 1000)]
    {
        let page = format!(
            "<!DOCTYPE html>{root}<title>t</title><table style='width:{width}px'><tr>{cells}</table><p>after"
        );
        let (pdf, told) = print(&service, &page).await;
        let text = text_of(&pdf);
        for part in ["cell1", "cell6", "cell12", "after"] {
            assert!(text.contains(part), "{part} of {page} is not in {text}");
        }
        assert!(told.contains("wider than the paper"), "{told}");
    }
}

/// Symbols of a font that a page brings along are no reason to leave its styles out.
#[tokio::test]
async fn symbols_of_fonts_of_the_page() {
    let service = Service::start().await;
    let page = whole(
        "@font-face{font-family:I;src:url(data:font/woff2;base64,AAAA)}i{font-family:I}",
        "<i>\u{f007}</i> user",
    );
    let (pdf, told) = print(&service, &page).await;
    assert!(text_of(&pdf).contains("user") && !told.contains("styles"), "{told}");
}
