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
