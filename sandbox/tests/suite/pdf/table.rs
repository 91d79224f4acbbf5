//! The table of the README: each cell of it, by doing what it says.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use serde_json::{Value, json};

use super::damaged::without_head;
use super::make::{Page, document};
use super::{locked, text_of};
use crate::service::{Answer, Service};
use crate::tables::cells;

/// What came out of a document of three pages.
struct Made {
    status: Answer,
    /// The note of the pair and the warnings.
    told: String,
    /// A PDF, a text, or the picture of the first page.
    file: Vec<u8>,
}

#[tokio::test]
async fn every_cell_is_what_happens() {
    let service = Service::start().await;
    let cells = cells("### What PDFs keep");
    assert_eq!(cells.len(), 11 * 4);
    for cell in cells.iter().filter(|cell| !cell.says.is_empty()) {
        let made = made(&service, cell.column, input(cell.row), cell.row == "a lock").await;
        let seen = match cell.column {
            "to pictures" => in_picture(cell.row, &made),
            "to text" => in_text(cell.row, &made),
            column => in_pdf(&service, cell.row, column, &made).await,
        };
        assert_eq!(seen, cell.says, "{}: {}: {}", cell.row, cell.column, made.status.text());
    }
}

/// A document that has what a row is about.
fn input(row: &str) -> Vec<u8> {
    let pages = |text| [Page(300, 200, 0, text), Page(300, 200, 90, "second"), Page(300, 200, 0, "third")];
    let whole = document("A title", &pages("first"));
    match row {
        "forms, attachments" => with(&whole, |document| {
            let field =
                document.add_object(dictionary! {"T" => Object::string_literal("field"), "FT" => "Tx"});
            let file = document.add_object(Stream::new(Dictionary::new(), b"attached".to_vec()));
            let spec = dictionary! {
                "Type" => "Filespec", "F" => Object::string_literal("a.txt"), "EF" => dictionary! {"F" => file},
            };
            let spec = document.add_object(spec);
            let names = vec![Object::string_literal("a.txt"), spec.into()];
            let catalog = document.catalog_mut().unwrap();
            catalog.set("AcroForm", dictionary! {"Fields" => vec![field.into()]});
            catalog.set("Names", dictionary! {"EmbeddedFiles" => dictionary! {"Names" => names}});
        }),
        "forms in XML (XFA)" => with(&whole, |document| {
            let form =
                dictionary! {"Fields" => Vec::<Object>::new(), "XFA" => Object::string_literal("<xdp/>")};
            document.catalog_mut().unwrap().set("AcroForm", form);
        }),
        "signatures" => with(&whole, |document| {
            let value = dictionary! {"Type" => "Sig", "ByteRange" => vec![0.into(), 9.into()]};
            let field = document.add_object(dictionary! {"FT" => "Sig", "V" => value});
            document.catalog_mut().unwrap().set("AcroForm", dictionary! {"Fields" => vec![field.into()]});
        }),
        "structure (tags)" => with(&whole, |document| {
            let tree = document.add_object(dictionary! {"Type" => "StructTreeRoot"});
            let catalog = document.catalog_mut().unwrap();
            catalog.set("StructTreeRoot", tree);
            catalog.set("MarkInfo", dictionary! {"Marked" => true});
        }),
        "a lock" => locked(),
        "damaged files" => {
            let table = whole.windows(9).rposition(|part| part == b"startxref").unwrap();
            whole[..table].to_vec()
        }
        "pages without text" => document("A title", &["", "", ""].map(|text| Page(300, 200, 0, text))),
        _ => whole,
    }
}

fn with(pdf: &[u8], change: impl Fn(&mut Document)) -> Vec<u8> {
    let mut document = Document::load_mem(pdf).unwrap();
    change(&mut document);
    let mut pdf = Vec::new();
    document.save_to(&mut pdf).unwrap();
    pdf
}

async fn made(service: &Service, column: &str, input: Vec<u8>, is_locked: bool) -> Made {
    let password = if is_locked { json!("secret") } else { Value::Null };
    let (status, types) = match column {
        "`combine`" => {
            let parameters = json!({"inputformat": "pdf", "outputformat": "pdf", "mode": "combine"});
            let process = service.create_with(parameters).await;
            let options = json!({"password": password});
            let order = json!({"files": ["a", "b"], "converteroptions": options});
            let started = service.post(&process, order).await;
            for _ in 0..2 {
                let place = format!("{}/x.pdf", started["upload"]["url"].as_str().unwrap());
                service.put(&place, input.clone()).await;
            }
            (service.wait(&process).await, "outputformat=pdf&mode=combine")
        }
        column => {
            let (output, types, range) = match column {
                "to pictures" => ("png", "outputformat=png&mode=convert", Value::Null),
                "to text" => ("txt", "outputformat=txt&mode=convert", Value::Null),
                // Of a locked file there is one page.
                _ => ("pdf", "outputformat=pdf&mode=convert", json!(if is_locked { "1" } else { "1-2" })),
            };
            let options = json!({"password": password, "page_range": range});
            let status = service.convert(("pdf", output), input, json!({"converteroptions": options})).await;
            (status, types)
        }
    };
    assert_eq!(status["step"], "finished", "{column}: {}", status.text());
    let note = service.get(&format!("/conversiontypes?inputformat=pdf&{types}")).await;
    let told = format!("{} {}", note.json()[0]["note"], status["warnings"]);
    let mut place = status["output"]["url"].as_str().unwrap().to_owned();
    if let Some(first) = status["output"]["files"][0].as_str() {
        place = format!("{place}/{first}");
    }
    Made { told, file: service.get(&place).await.body, status }
}

async fn in_pdf(service: &Service, row: &str, column: &str, made: &Made) -> &'static str {
    let combined = column == "`combine`";
    let info =
        service.convert(("pdf", "pdf"), made.file.clone(), json!({"mode": "info"})).await["info"].clone();
    let document = Document::load_mem(&made.file).unwrap();
    let catalog = document.catalog().unwrap();
    let has = |name: &str| String::from_utf8_lossy(&made.file).contains(name);
    let text = text_of(&made.file);
    let words: Vec<_> = text.split_whitespace().collect();
    let expected: &[&str] = if combined {
        &["first", "second", "third", "first", "second", "third"]
    } else {
        &["first", "second"]
    };
    match row {
        "text, pictures" if words == expected => "kept",
        "sizes of pages, how they are turned" if info["page_sizes"][1]["rotation"] == 90 => "kept",
        "title, author and the like" if info["title"] == "A title" => {
            if combined {
                "those of the first"
            } else {
                "kept"
            }
        }
        "links, bookmarks" => {
            let bookmarks = document.get_toc().unwrap().toc.len();
            match (combined, bookmarks, has("example.org"), made.told.contains("lead nowhere")) {
                (false, 2, true, true) => "kept; those to pages that are left out are told",
                (true, 6, true, false) => "kept",
                _ => "wrong",
            }
        }
        "forms, attachments" => {
            let fields = catalog.get_deref(b"AcroForm", &document).and_then(Object::as_dict);
            let fields =
                fields.and_then(|form| form.get_deref(b"Fields", &document)).and_then(Object::as_array);
            let specs =
                document.objects.values().filter(|object| object.as_dict().is_ok_and(|dict| dict.has(b"EF")));
            match (fields.unwrap().len(), specs.count(), made.told.contains("have forms")) {
                (1, 1, false) => "kept",
                (2, 2, true) => "kept; told where several have forms",
                _ => "wrong",
            }
        }
        "forms in XML (XFA)" if made.told.contains("(XFA) is lost") && !has("xdp") => {
            if combined {
                "lost, told"
            } else {
                "lost where pages are left out, told"
            }
        }
        "signatures" if made.told.contains("do not hold for the output") => "broken, told",
        "structure (tags)" if catalog.has(b"StructTreeRoot") => "kept",
        "structure (tags)" if made.told.contains("structure") => "lost, as the note says",
        "a lock" if text.contains("Unlocked") && !document.is_encrypted() => {
            if combined {
                "opened by `password`"
            } else {
                "opened by `password`, and left out"
            }
        }
        "damaged files" if words == expected && combined => "repaired",
        "damaged files" if words == expected && made.told.contains("repaired") => {
            let drawn = service.convert(("pdf", "pdf"), without_head(), json!({})).await;
            if drawn["warnings"].to_string().contains("were drawn anew") {
                "repaired; drawn anew where that fails, told"
            } else {
                "wrong"
            }
        }
        "pages without text" if info["pages"] == if combined { 6 } else { 2 } => "kept",
        _ => "wrong",
    }
}

fn in_picture(row: &str, made: &Made) -> &'static str {
    let image = image::load_from_memory(&made.file).unwrap().into_luma8();
    let drawn = image.pixels().any(|pixel| pixel.0[0] < 128);
    let told = |what: &str| if made.told.contains(what) { "lost, as the note says" } else { "wrong" };
    match row {
        "text, pictures" if drawn => "drawn",
        "sizes of pages, how they are turned" if image.dimensions() == (625, 417) => "kept",
        "title, author and the like" => told("title"),
        "links, bookmarks" => told("links, bookmarks"),
        "forms, attachments" => told("forms, attachments"),
        "forms in XML (XFA)" => told("forms"),
        "signatures" => told("signatures"),
        "structure (tags)" => told("structure"),
        "a lock" if drawn => "opened by `password`",
        "damaged files" if drawn => "as far as they can be drawn",
        "pages without text" if image.dimensions() == (625, 417) => "drawn",
        _ => "wrong",
    }
}

fn in_text(row: &str, made: &Made) -> &'static str {
    let text = String::from_utf8_lossy(&made.file);
    let told = |what: &str| if made.told.contains(what) { "lost, as the note says" } else { "wrong" };
    match row {
        "text, pictures" if text.contains("third") && made.told.contains("no pictures") => {
            "text alone, as the note says"
        }
        "title, author and the like" => told("title"),
        "links, bookmarks" => told("links, bookmarks"),
        "forms, attachments" => told("forms, attachments"),
        "forms in XML (XFA)" => told("forms"),
        "signatures" => told("signatures"),
        "structure (tags)" => told("structure"),
        "a lock" if text.contains("Unlocked") => "opened by `password`",
        "damaged files" if text.contains("third") => "as far as they can be read",
        "pages without text" if made.told.contains("no text") => "told",
        _ => "wrong",
    }
}
