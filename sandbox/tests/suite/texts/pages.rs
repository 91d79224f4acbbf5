//! Texts on pages: letters of every script, and what a PDF has besides.

use std::process::Command;

use serde_json::json;

use super::{converted, plainly, words};
use crate::service::Service;

#[tokio::test]
async fn letters_of_every_script() {
    let service = Service::start().await;
    for text in [
        "Zażółć gęślą jaźń. Příliš žluťoučký kůň. İstanbul, Ağrı, Şişli. Őrült. Țară.",
        "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Съешь ещё этих мягких французских булок.",
        "a\u{301} e\u{328}",
        "שלום עולם",
    ] {
        for input in ["txt", "md", "html"] {
            let content =
                if input == "html" { format!("<meta charset=utf-8><p>{text}") } else { text.to_owned() };
            let (shown, told) = converted(&service, (input, "pdf"), content).await;
            let shown: String = words(&shown);
            assert!(!shown.contains('?') && !shown.contains('\u{fffd}'), "{shown}");
            // Poppler puts letters and their accents together.
            if !text.contains('\u{301}') {
                assert_eq!(shown, text, "{input}");
            }
            assert_eq!(told, "", "{input}");
        }
    }
    // What no font here has is text none the less, and told: letters that Unicode has for private use.
    let (shown, told) = converted(&service, ("txt", "pdf"), "Customer: \u{10fffd}\u{10fffc}, Tokyo").await;
    assert!(shown.contains("Customer: \u{10fffd}\u{10fffc}, Tokyo"), "{shown}");
    assert!(told.contains("U+10FFFC") && told.contains("Install a font"), "{told}");
}

pub(crate) fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new(program).args(arguments).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn pages_have_title_language_bookmarks_links_and_structure() {
    let service = Service::start().await;
    let html = "<html lang=de><title>Ein Titel</title><h1>Eins</h1><p>Zu <a href='https://example.org/a?b=c'>einer Seite</a>, zu <a href='#z'>zwei</a>.\
        <h2 id=z>Zwei</h2><ol><li>Punkt</ol><table><tr><th>Kopf<tr><td>Zelle</table>";
    let markdown = "---\ntitle: Ein Titel\nlang: de\n---\n# Eins\n\nZu [einer Seite](https://example.org/a?b=c), zu [zwei](#zwei).\n\n## Zwei\n\n1. Punkt\n\n| Kopf |\n|---|\n| Zelle |\n";
    for (input, content) in [("html", html), ("md", markdown)] {
        let pdf = service.output((input, "pdf"), content, plainly((input, "pdf"))).await;
        let info = poppler("pdfinfo", &[], &pdf);
        for part in ["Ein Titel", "Tagged:          yes"] {
            assert!(info.contains(part), "{part} is not in {info}");
        }
        let structure = poppler("pdfinfo", &["-struct-text"], &pdf);
        for part in ["H1", "H2", "Link", "Lbl", "LBody", "TH", "TD", "\"einer Seite\""] {
            assert!(structure.contains(part), "{part} is not in {structure}");
        }
        let links = poppler("pdfinfo", &["-url"], &pdf);
        assert!(links.contains("https://example.org/a?b=c"), "{links}");
        let raw = String::from_utf8_lossy(&pdf);
        for part in ["/Outlines", "/Title(Zwei)", "/Lang(de)", "/ToUnicode", "/FontFile"] {
            assert!(raw.contains(part), "{part} is not in {input}");
        }
        // The link to a heading leads to a place on the page.
        assert_eq!(raw.matches("/Subtype/Link").count(), 2, "{input}");
        let fonts = poppler("pdffonts", &[], &pdf);
        let rows = fonts.lines().skip(2);
        assert!(rows.clone().count() >= 2 && rows.clone().all(|row| row.contains("yes yes yes")), "{fonts}");
    }
    // Where nothing says a title, the name of the file is one.
    let pdf = service.output(("txt", "pdf"), "text", json!({"filename": "Brief.txt"})).await;
    assert!(poppler("pdfinfo", &[], &pdf).contains("Brief"));
}
