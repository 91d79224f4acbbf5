//! PDF for archives and printers, with text behind pictures, and small; these tests need Ghostscript and Tesseract.

use lopdf::{Document, Object};
use serde_json::{Value, json};

use super::{task, text};
use crate::pdf::text_of;
use crate::service::{Service, file};

fn intent(pdf: &[u8]) -> String {
    let document = Document::load_mem(pdf).unwrap();
    let intents = document.catalog().unwrap().get(b"OutputIntents").and_then(Object::as_array).unwrap();
    let (_, intent) = document.dereference(&intents[0]).unwrap();
    let intent = intent.as_dict().unwrap();
    assert!(document.dereference(intent.get(b"DestOutputProfile").unwrap()).unwrap().1.as_stream().is_ok());
    String::from_utf8(intent.get(b"S").unwrap().as_name().unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn pages_for_archives_and_printers() {
    let service = Service::start().await;
    let pdf = file("input.pdf");
    for (level, part) in [(json!(null), '2'), (json!("1b"), '1'), (json!("3b"), '3')] {
        let work = json!({"operation": "pdf/a", "conformance_level": level});
        let (ended, files) = service.made(("a.pdf", &pdf), work).await;
        assert_eq!(ended["status"], "finished", "{ended}");
        assert_eq!(intent(&files[0]), "GTS_PDFA1");
        let said = String::from_utf8_lossy(&files[0]).into_owned();
        assert!(said.contains(&format!("pdfaid:part='{part}'")) && said.contains("pdfaid:conformance='B'"));
        assert_eq!(Document::load_mem(&files[0]).unwrap().get_pages().len(), 12);
    }
    let (_, files) = service.made(("a.pdf", &pdf), json!({"operation": "pdf/x"})).await;
    assert_eq!(intent(&files[0]), "GTS_PDFX");
    assert!(String::from_utf8_lossy(&files[0]).contains("PDF/X-3:2002"));
    let (ended, _) = service.made(("a.pdf", b"%PDF-1.7 and no more"), json!({"operation": "pdf/a"})).await;
    assert_eq!(task(&ended, "work")["code"], "CONVERSION_FAILED", "{ended}");
}

/// A PDF of one page that is the picture of a text.
async fn scanned(service: &Service, turn: i64) -> Vec<u8> {
    let words = "The quick brown fox jumps over the lazy dog. ".repeat(12);
    let (ended, files) = service
        .made_by(json!({
            "in": {"operation": "import/raw", "file": words, "filename": "a.txt"},
            "pdf": {"operation": "convert", "input": "in", "output_format": "pdf"},
            "turned": {"operation": "pdf/rotate-pages", "input": "pdf", "rotation": turn},
            "picture": {"operation": "convert", "input": "turned", "output_format": "png", "density": 200},
            "out": {"operation": "export/url", "input": "scan"},
            "scan": {"operation": "convert", "input": "picture", "output_format": "pdf"},
        }))
        .await;
    assert_eq!(ended["status"], "finished", "{ended}");
    assert_eq!(text_of(&files[0]).trim(), "");
    files[0].clone()
}

#[tokio::test]
async fn text_is_recognized_where_it_stands() {
    let service = Service::start().await;
    let scan = scanned(&service, 180).await;
    let work = json!({"operation": "pdf/ocr", "language": ["eng"], "auto_orient": true});
    let (ended, files) = service.made(("a.pdf", &scan), work).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    assert!(text_of(&files[0]).contains("quick brown fox"), "{}", text_of(&files[0]));
    let document = Document::load_mem(&files[0]).unwrap();
    let page = document.get_dictionary(document.get_pages()[&1]).unwrap();
    assert_eq!(page.get(b"Rotate").and_then(Object::as_i64).unwrap(), 180);
    // What has text already, stays.
    let (_, again) = service.made(("a.pdf", &files[0]), json!({"operation": "pdf/ocr"})).await;
    assert_eq!(text_of(&again[0]), text_of(&files[0]));
    let wrong = json!({"operation": "pdf/ocr", "language": ["tlh"]});
    let (ended, _) = service.made(("a.pdf", &scan), wrong).await;
    assert!(text(&task(&ended, "work")["message"]).contains("tesseract-ocr-tlh"), "{ended}");
}

#[tokio::test]
async fn what_is_optimized_is_never_larger() {
    let service = Service::start().await;
    let jpeg = service.output(("png", "jpg"), file("input.png"), json!({})).await;
    for (name, work) in [
        ("a.jpg", json!({"operation": "optimize", "quality": 100})),
        ("input.pdf", json!({"operation": "optimize", "profile": "print"})),
        ("input.pdf", json!({"operation": "optimize", "engine": "lopdf"})),
        ("input.png", json!({"operation": "optimize"})),
    ] {
        let content = if name == "a.jpg" { jpeg.clone() } else { file(name) };
        let (ended, files) = service.made((name, &content), work.clone()).await;
        assert_eq!(ended["status"], "finished", "{ended}");
        assert!(files[0].len() <= content.len(), "{name}: {} of {}", files[0].len(), content.len());
        assert_eq!(task(&ended, "work").get("warnings"), None::<&Value>, "{ended}");
    }
    let layers = json!({"operation": "optimize", "profile": "mrc"});
    let (ended, _) = service.made(("input.pdf", &file("input.pdf")), layers).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    assert!(text(&task(&ended, "work")["warnings"][0]).contains("profile=mrc"), "{ended}");
}
