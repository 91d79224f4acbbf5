//! HTML to PDF with its styles, where there is a browser; these tests need one.

use serde_json::json;

use crate::pdf::{drawn, text_of};
use crate::service::{Service, options, serve};
use crate::texts::poppler;

/// The colour of the middle of the first page.
fn middle(pdf: &[u8]) -> [u8; 3] {
    let page = drawn(pdf, 20);
    page.get_pixel(page.width() / 2, page.height() / 2).0
}

const BLUE: &str = "<!DOCTYPE html><html lang=de><style>div{background:#00f;height:2000px;-webkit-print-color-adjust:exact}</style><h1>Kopf</h1><div>Größe</div>";

#[tokio::test]
async fn a_page_looks_as_in_a_browser() {
    let service = Service::start().await;
    let status = service.convert(("html", "pdf"), BLUE, json!({"filename": "Brief.html"})).await;
    assert_eq!(
        (&status["converter"]["type"], &status["step"]),
        (&json!("chromium"), &json!("finished")),
        "{}",
        status.text()
    );
    assert_eq!(status["warnings"], json!([]));
    let pdf = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    assert_eq!(middle(&pdf), [0, 0, 255]);
    assert!(text_of(&pdf).contains("Größe"));
    let info = service.convert(("pdf", "pdf"), pdf, json!({"mode": "info"})).await;
    assert_eq!(
        (&info["info"]["tagged"], &info["info"]["title"]),
        (&json!(true), &json!("Brief")),
        "{}",
        info.text()
    );
    let plain = service.output(("html", "pdf"), BLUE, options(&json!({"styles": false}))).await;
    assert_eq!(middle(&plain), [255, 255, 255]);
}

#[tokio::test]
async fn a_page_reaches_nothing() {
    let service = Service::start().await;
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let server = serve({
        let asked = asked.clone();
        move |_| {
            asked.store(true, std::sync::atomic::Ordering::Relaxed);
            Vec::new()
        }
    })
    .await;
    let page = format!(
        "<title>t</title><p id=p>shown<img src={server}/x.png><iframe src=file:///etc/passwd></iframe>\
         <link rel=stylesheet href={server}/a.css><script>document.getElementById('p').textContent = 'run'</script>"
    );
    let status = service.convert(("html", "pdf"), page, json!({})).await;
    assert_eq!(status["step"], "finished", "{}", status.text());
    let pdf = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let text = text_of(&pdf);
    assert!(text.contains("shown") && !text.contains("root:") && !text.contains("run"), "{text}");
    assert!(!asked.load(std::sync::atomic::Ordering::Relaxed));
    for told in ["scripts", "x.png", "a.css", "file:///etc/passwd"] {
        assert!(status.text().contains(told), "{told}: {}", status.text());
    }
}

#[tokio::test]
async fn letters_that_no_font_has_stay_in_the_text() {
    let service = Service::start().await;
    let page = "<meta charset=utf-8><p>Customer: \u{10fffd}, Tokyo";
    let status = service.convert(("html", "pdf"), page, json!({})).await;
    let pdf = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    assert!(text_of(&pdf).contains("Customer: \u{10fffd}, Tokyo"));
    assert!(
        status.text().contains("styles") && status.text().contains("Install a font"),
        "{}",
        status.text()
    );
}

/// What nobody can open on paper is open, what is there for readers without scripts is shown, and links are what they were.
#[tokio::test]
async fn what_a_page_has_for_other_readers() {
    let service = Service::start().await;
    let page = "<?xml version='1.0'?><!DOCTYPE html><title>t</title><details><summary>Short</summary>inside</details>\
        <noscript>without scripts</noscript><p><abbr title='World Health Organization'>WHO</abbr>\
        <a href='b.html'>1</a> <a href='../c'>2</a> <a href='/d?e'>3</a> <a href='//e.example/f'>4</a> <a href='https://g.example/'>5</a>";
    let status = service.convert(("html", "pdf"), page, json!({})).await;
    assert_eq!(status["converter"]["type"], "chromium", "{}", status.text());
    let pdf = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let text = text_of(&pdf);
    for part in ["Short", "inside", "without scripts", "WHO"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(status.text().contains("1 abbreviations"), "{}", status.text());
    let urls = poppler("pdfinfo", &["-url"], &pdf);
    let urls: Vec<&str> = urls.lines().skip(1).filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(urls, ["b.html", "../c", "/d?e", "//e.example/f", "https://g.example/"]);
}

/// A page as a PDF: its text, and the status.
async fn printed(service: &Service, page: &str) -> (String, String) {
    let page = format!("<!DOCTYPE html><meta charset=utf-8><title>t</title>{page}");
    let (pdf, told) = print(service, &page).await;
    (text_of(&pdf), told)
}

/// A page as the service prints it by the browser, and what it tells.
pub(crate) async fn print(service: &Service, page: &str) -> (Vec<u8>, String) {
    let status = service.convert(("html", "pdf"), page.to_owned(), json!({})).await;
    assert_eq!(status["step"], "finished", "{}", status.text());
    assert_eq!(status["converter"]["type"], "chromium", "{}", status.text());
    let pdf = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    (pdf, status["warnings"].to_string())
}

#[tokio::test]
async fn what_scrolls_is_all_on_paper() {
    let service = Service::start().await;
    let lines = |count: usize| (1..=count).map(|line| format!("line{line}")).collect::<Vec<_>>().join("<br>");
    let short = lines(9);
    let long = lines(120);
    for (page, parts) in [
        (format!("<div style='height:30px;overflow:auto'>{short}</div>after"), ["line1", "line9", "after"]),
        (
            format!("<style>html,body{{height:100%;overflow:hidden}}main{{height:100vh;display:flex;flex-flow:column}}section{{flex:1;min-height:0;overflow:auto}}</style><main>top<section>{long}</section>end</main>"),
            ["top", "line120", "end"],
        ),
        (
            format!("<div style='position:relative;height:2em'><div style='position:absolute;inset:0;overflow:auto'>{short}</div></div>after"),
            ["line1", "line9", "after"],
        ),
        (format!("<div style='position:fixed;inset:3em;overflow:auto'>{long}</div>"), ["line1", "line61", "line120"]),
        ("<textarea rows=2>one\ntwo\nthree\nfour</textarea>".to_owned(), ["one", "three", "four"]),
        (
            "<input style='width:3em' value='first and last'><select style='width:2em'><option>chosen one</select>\
             <select multiple size=2><option>a<option>b<option>lastly</select>"
                .to_owned(),
            ["first and last", "chosen one", "lastly"],
        ),
        (format!("<iframe srcdoc='{short}'></iframe>after"), ["line1", "line9", "after"]),
        (
            format!("<div><template shadowrootmode=open><p style='height:1em;overflow:scroll'>{short}</template></div>after"),
            ["line1", "line9", "after"],
        ),
    ] {
        let (text, told) = printed(&service, &page).await;
        for part in parts {
            assert!(text.contains(part), "{part} of {page} is not in {text}");
        }
        for word in ["fields", "frames", "boxes"] {
            assert!(!told.contains(word), "{page}: {told}");
        }
    }
    // What a page cuts off is cut off, and told.
    for page in [
        format!("<div style='max-height:3em;overflow:hidden'>{short}</div>after"),
        format!("<div style='height:2em;overflow:clip'>{short}</div>after"),
        "<p style='width:5em;white-space:nowrap;overflow:hidden;text-overflow:ellipsis'>begin of a long line end".to_owned(),
    ] {
        let (_, told) = printed(&service, &page).await;
        assert!(told.contains("1 boxes"), "{page}: {told}");
    }
    let hidden = "<p>shown<span style='position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)'>for ears</span>";
    let (text, _) = printed(&service, hidden).await;
    assert!(text.contains("shown"), "{text}");
    let (_, told) = printed(&service, "<iframe sandbox srcdoc='<p>x'></iframe>").await;
    assert!(told.contains("1 frames"), "{told}");
}

/// What looks as it should on a screen looks so on paper.
#[tokio::test]
async fn what_is_cut_off_on_purpose_changes_nothing() {
    let service = Service::start().await;
    let words = "word ".repeat(150);
    for (page, parts) in [
        // A name that is too long for its row, pictures that are cropped, slides beside each other, and what is drawn beyond.
        (
            format!("<div style='display:flex'><b>Name</b><span style='overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0'>{words}</span><i>last</i></div>"),
            ["Name", "last"],
        ),
        (
            "one<div style='width:80px;height:80px;border-radius:50%;overflow:hidden'><svg width=900 height=900></svg></div>two".to_owned(),
            ["one", "two"],
        ),
        (
            "<div style='overflow:hidden;display:flex'><p style='flex:0 0 100%'>slide</p><p style='flex:0 0 100%'>other</p></div>two".to_owned(),
            ["slide", "two"],
        ),
        (
            "<section style='overflow:hidden;position:relative'>hero<b style='position:absolute;left:90%;width:999px;height:9px'></b></section>two".to_owned(),
            ["hero", "two"],
        ),
        // Lines that go down, other papers, and a frame that is as high as itself.
        (format!("<style>html{{writing-mode:vertical-rl}}</style>begin {words}{words} end"), ["begin", "end"]),
        (
            "<style>@page{size:A4}@page land{size:A4 landscape}.wide{page:land;width:950px}</style>small<div class=wide>wide</div>".to_owned(),
            ["small", "wide"],
        ),
        ("<iframe srcdoc=\"<div style='height:200vh'>framed</div>\"></iframe>after".to_owned(), ["framed", "after"]),
    ] {
        let (text, told) = printed(&service, &page).await;
        for part in parts {
            assert!(text.contains(part), "{part} of {page} is not in {text}");
        }
        assert!(!told.contains("wider than the paper") && !told.contains("too wide"), "{page}: {told}");
    }
}

/// Letters may be higher than a line of their size.
#[tokio::test]
async fn a_box_that_scrolls_by_the_height_of_letters_alone_does_not_grow() {
    let service = Service::start().await;
    for style in [
        "height:24px",
        "overflow:hidden",
        "overflow:auto",
        "display:flow-root;overflow:auto;white-space:nowrap",
    ] {
        // They fill a page.
        let titles = "<h2>Title gÅ</h2>".repeat(40);
        let page = format!(
            "<!DOCTYPE html><meta charset=utf-8><title>t</title><style>body{{margin:0}}\
             h2{{margin:0;font:24px/1 'DejaVu Sans',sans-serif;{style}}}</style>{titles}"
        );
        let pdf = service.output(("html", "pdf"), page, json!({})).await;
        let info = service.convert(("pdf", "pdf"), pdf, json!({"mode": "info"})).await;
        assert_eq!(info["info"]["pages"], 1, "{style}: {}", info.text());
    }
}

#[tokio::test]
async fn what_is_wider_than_paper_is_all_on_it() {
    let service = Service::start().await;
    let cells = (1..=60).map(|cell| format!("<td>cell{cell}")).collect::<Vec<_>>().join("</td>");
    let long = format!("<pre>begin {} end</pre>", "x ".repeat(400));
    let word = format!("<p>begin {} end", "x".repeat(400));
    for (page, parts, smaller) in [
        (format!("<table><tr>{cells}</table>"), ["cell1", "cell60"], true),
        (format!("<div style='overflow-x:auto;width:300px'><table><tr>{cells}</table></div>"), ["cell1", "cell60"], true),
        ("<div style='min-width:1800px'>left<p style='text-align:right'>right".to_owned(), ["left", "right"], true),
        ("<div style='width:160%;text-align:right'>right</div>left".to_owned(), ["left", "right"], true),
        (
            "<style>@page{size:A5 landscape;margin:1in}</style><div style='width:900px;text-align:right'>right</div>left"
                .to_owned(),
            ["left", "right"],
            true,
        ),
        ("<div style='display:flex;width:300px;overflow:auto'><p style='flex:0 0 900px'>one<p>two</div>".to_owned(), ["one", "two"], true),
        (long, ["begin", "end"], false),
        (word, ["begin", "end"], false),
    ] {
        let (text, told) = printed(&service, &page).await;
        for part in parts {
            assert!(text.contains(part), "{part} of {page} is not in {text}");
        }
        assert_eq!(told.contains("wider than the paper"), smaller, "{page}: {told}");
    }
    let (text, told) =
        printed(&service, "<div style='width:30000px'>left<p style='text-align:right'>right").await;
    assert!(text.contains("left") && told.contains("too wide"), "{told}: {text}");
}
