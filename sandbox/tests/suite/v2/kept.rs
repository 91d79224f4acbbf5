//! The table of the README of what operations on PDFs keep: each cell of it, by doing what it says.

use lopdf::{Document, Object, Stream, dictionary};
use serde_json::{Value, json};

use super::task;
use crate::pdf::make::{Page, document};
use crate::pdf::text_of;
use crate::service::Service;
use crate::tables::cells;
use crate::texts::poppler;

/// A document that has something of each row.
fn rich() -> Vec<u8> {
    let pages = [Page(300, 200, 0, "first"), Page(300, 200, 90, "second")];
    let mut document = Document::load_mem(&document("A title", &pages)).unwrap();
    let on_page = |name: &str| {
        dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "T" => Object::string_literal(name), "F" => 4,
            "Rect" => vec![10.into(), 100.into(), 100.into(), 120.into()],
        }
    };
    let mut text = on_page("field");
    text.set("FT", "Tx");
    let mut signature = on_page("signature");
    signature.set("FT", "Sig");
    signature.set("V", dictionary! {"Type" => "Sig", "ByteRange" => vec![0.into(), 9.into()]});
    let fields: Vec<Object> =
        [text, signature].into_iter().map(|field| document.add_object(field).into()).collect();
    let file = document.add_object(Stream::new(dictionary! {"Type" => "EmbeddedFile"}, b"attached".to_vec()));
    let spec = dictionary! {
        "Type" => "Filespec", "F" => Object::string_literal("a.txt"), "EF" => dictionary! {"F" => file},
    };
    let spec = document.add_object(spec);
    let tree = document.add_object(dictionary! {"Type" => "StructTreeRoot"});
    let first = document.get_pages()[&1];
    let links: Vec<Object> =
        document.get_dictionary(first).unwrap().get(b"Annots").unwrap().as_array().unwrap().clone();
    // The link to elsewhere is printed.
    let outer = links[1].as_reference().unwrap();
    document.get_dictionary_mut(outer).unwrap().set("F", 4);
    document.get_dictionary_mut(first).unwrap().set("Annots", [links, fields.clone()].concat());
    // What belongs to nothing, so that the output is smaller.
    document.add_object(Stream::new(dictionary! {}, vec![b' '; 200_000]));
    let names = vec![Object::string_literal("a.txt"), spec.into()];
    let catalog = document.catalog_mut().unwrap();
    catalog.set("AcroForm", dictionary! {"Fields" => fields});
    catalog.set("Names", dictionary! {"EmbeddedFiles" => dictionary! {"Names" => names}});
    catalog.set("StructTreeRoot", tree);
    catalog.set("MarkInfo", dictionary! {"Marked" => true});
    catalog.set("PageLabels", dictionary! {"Nums" => vec![0.into(), dictionary! {"S" => "r"}.into()]});
    let mut pdf = Vec::new();
    document.save_to(&mut pdf).unwrap();
    pdf
}

fn works(column: &str) -> Vec<Value> {
    match column {
        "pages turned, chosen" => vec![
            json!({"operation": "pdf/rotate-pages", "rotation": 90}),
            json!({"operation": "pdf/extract-pages", "pages": "1-2"}),
        ],
        "`watermark`" => vec![json!({"operation": "watermark", "text": "x"})],
        "`pdf/ocr`" => vec![json!({"operation": "pdf/ocr"})],
        "`optimize` by `lopdf`" => vec![json!({"operation": "optimize", "engine": "lopdf"})],
        "`optimize`" => vec![json!({"operation": "optimize"})],
        "`pdf/a`" => vec![json!({"operation": "pdf/a"})],
        "`pdf/x`" => vec![json!({"operation": "pdf/x"})],
        column => panic!("the column {column} is not tested"),
    }
}

#[tokio::test]
async fn every_cell_is_what_happens() {
    let service = Service::start().await;
    let pdf = rich();
    let cells = cells("### What operations on PDFs keep");
    assert_eq!(cells.len(), 8 * 7);
    for column in cells[..7].iter().map(|cell| cell.column) {
        for work in works(column) {
            let (ended, files) = service.made(("a.pdf", &pdf), work.clone()).await;
            assert_eq!(ended["status"], "finished", "{ended}");
            assert!(files[0] != pdf, "{column}");
            let told = task(&ended, "work").get("warnings").map_or(String::new(), Value::to_string);
            let note = service.note(&work, ("pdf", "pdf")).await;
            for cell in cells.iter().filter(|cell| cell.column == column) {
                let seen = seen(cell.row, &files[0], &told, &note);
                assert_eq!(seen, cell.says, "{}: {column}: {told} {note}", cell.row);
            }
        }
    }
}

/// What became of a part, in the words of the table.
fn seen(row: &str, pdf: &[u8], told: &str, note: &str) -> &'static str {
    let document = Document::load_mem(pdf).unwrap();
    let catalog = document.catalog().unwrap();
    let list = |of: &[u8], name: &[u8]| {
        let inner = catalog.get_deref(of, &document).and_then(Object::as_dict);
        let list = inner.and_then(|inner| inner.get_deref(name, &document)).and_then(Object::as_array);
        list.map_or(0, Vec::len)
    };
    let names = catalog.get_deref(b"Names", &document).and_then(Object::as_dict);
    let (is_kept, word) = match row {
        "text, pictures" => {
            (text_of(pdf).contains("first") && text_of(pdf).contains("second"), "the text as such")
        }
        "title" => (poppler("pdfinfo", &[], pdf).contains("A title"), "title"),
        "links" => (poppler("pdfinfo", &["-url"], pdf).contains("https://example.org/x"), "links"),
        "bookmarks, what pages are called" => (
            document.get_toc().is_ok_and(|toc| toc.toc.len() == 2) && catalog.has(b"PageLabels"),
            "bookmarks",
        ),
        "attachments" => (names.is_ok_and(|names| names.has(b"EmbeddedFiles")), "attachments"),
        "forms" => (list(b"AcroForm", b"Fields") == 2, "orms"),
        "structure (tags)" => (catalog.has(b"StructTreeRoot"), "structure (tags)"),
        "signatures" if told.contains("signatures of the PDF do not hold") => return "broken, told",
        "signatures" => (false, "signatures"),
        row => panic!("the row {row} is not tested"),
    };
    match (is_kept, note.contains(word)) {
        (true, true) => "kept, but for what the note says",
        (true, false) => "kept",
        (false, true) => "lost, as the note says",
        (false, false) => "lost without a word",
    }
}
