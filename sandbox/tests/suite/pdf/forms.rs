//! Forms of PDFs that are joined and parted, and signatures, which outlive none of that.

use lopdf::{Dictionary, Document, Object, dictionary};
use serde_json::{Value, json};

use super::make::{Page, document};
use crate::service::{Answer, Service, options};
use crate::v2::task;

/// A document of two pages with a form: a field, a font that it calls F, and what it says besides.
fn form(name: &str, font: &str, field: &Dictionary, more: &Dictionary) -> Vec<u8> {
    let pages = [Page(300, 200, 0, "first"), Page(300, 200, 0, "second")];
    let mut document = Document::load_mem(&document("Form", &pages)).unwrap();
    let font = dictionary! {"Type" => "Font", "Subtype" => "Type1", "BaseFont" => font};
    let font = document.add_object(font);
    let mut field = field.clone();
    field.set("T", Object::string_literal(name));
    let field = document.add_object(field);
    let resources = dictionary! {"Font" => dictionary! {"F" => font}};
    let mut form = dictionary! {
        "Fields" => vec![field.into()], "DR" => resources, "DA" => Object::string_literal("/F 12 Tf 0 g"),
    };
    form.extend(more);
    document.catalog_mut().unwrap().set("AcroForm", form);
    let mut pdf = Vec::new();
    document.save_to(&mut pdf).unwrap();
    pdf
}

fn text_field() -> Dictionary {
    dictionary! {"FT" => "Tx", "V" => Object::string_literal("value")}
}

async fn joined(service: &Service, inputs: &[&[u8]]) -> (Document, String) {
    let create = json!({"inputformat": "pdf", "outputformat": "pdf", "mode": "combine"});
    let process = service.create_with(create).await;
    let names: Vec<String> = (0..inputs.len()).map(|number| number.to_string()).collect();
    let started = service.post(&process, json!({ "files": names })).await;
    for content in inputs {
        let place = format!("{}/x.pdf", started["upload"]["url"].as_str().unwrap());
        service.put(&place, content.to_vec()).await;
    }
    let status = service.wait(&process).await;
    assert_eq!(status["step"], "finished", "{}", status.text());
    let file = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    (Document::load_mem(&file).unwrap(), status["warnings"].to_string())
}

fn form_of(document: &Document) -> &Dictionary {
    document.catalog().unwrap().get_deref(b"AcroForm", document).unwrap().as_dict().unwrap()
}

/// The fields of a form: their names, and the font that each is written in.
fn fonts(document: &Document) -> Vec<(String, String)> {
    let form = form_of(document);
    let fonts = form.get_deref(b"DR", document).unwrap().as_dict().unwrap();
    let fonts = fonts.get_deref(b"Font", document).unwrap().as_dict().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let fields = form.get_deref(b"Fields", document).unwrap().as_array().unwrap();
    let named = fields.iter().map(|field| {
        let field = document.dereference(field).unwrap().1.as_dict().unwrap();
        let appearance = field.get(b"DA").or(form.get(b"DA")).unwrap().as_str().unwrap();
        let font = appearance.split(|byte| *byte == b' ').next().unwrap().strip_prefix(b"/").unwrap();
        let font = fonts.get_deref(font, document).unwrap().as_dict().unwrap();
        (
            text(field.get(b"T").unwrap().as_str().unwrap()),
            text(font.get(b"BaseFont").unwrap().as_name().unwrap()),
        )
    });
    named.collect()
}

#[tokio::test]
async fn fields_of_joined_forms_keep_their_fonts() {
    let service = Service::start().await;
    let nothing = Dictionary::new();
    let one = form("one", "Helvetica", &text_field(), &nothing);
    let mut own = text_field();
    own.set("DA", Object::string_literal("/F 8 Tf 1 g"));
    let order = dictionary! {"NeedAppearances" => true, "Q" => 2};
    let two = form("two", "Courier", &own, &order);
    let three = form("three", "Times-Roman", &text_field(), &nothing);
    let wanted = [("one", "Helvetica"), ("two", "Courier"), ("three", "Times-Roman")];
    let wanted = wanted.map(|(name, font)| (name.to_owned(), font.to_owned()));
    let (made, _) = joined(&service, &[&one, &two, &three]).await;
    assert_eq!(fonts(&made), wanted);
    let form = form_of(&made);
    assert!(form.get(b"NeedAppearances").unwrap().as_bool().unwrap());
    // What a form says of all its fields, it says of no others.
    let sides = form.get_deref(b"Fields", &made).unwrap().as_array().unwrap().iter().map(|field| {
        let field = made.dereference(field).unwrap().1.as_dict().unwrap();
        field.get(b"Q").and_then(Object::as_i64).ok()
    });
    assert_eq!(sides.collect::<Vec<_>>(), [None, Some(2), None]);
    let (made, _) = joined(&service, &[&three, &one]).await;
    assert_eq!(fonts(&made), [wanted[2].clone(), wanted[0].clone()]);
}

#[tokio::test]
async fn a_form_in_xml_is_told_where_its_pages_change() {
    let service = Service::start().await;
    let more = dictionary! {"XFA" => Object::string_literal("<xdp/>")};
    let pdf = form("one", "Helvetica", &text_field(), &more);
    let plain = form("two", "Helvetica", &text_field(), &Dictionary::new());
    for (inputs, is_told) in [([&pdf, &plain], true), ([&plain, &pdf], true), ([&plain, &plain], false)] {
        let (made, told) = joined(&service, &inputs.map(Vec::as_slice)).await;
        assert!(!form_of(&made).has(b"XFA"));
        assert_eq!(told.contains("XFA"), is_told, "{told}");
        assert_eq!(fonts(&made).len(), 2);
    }
    for (range, is_lost) in [("1", true), ("1-2", false)] {
        let status =
            service.convert(("pdf", "pdf"), pdf.clone(), options(&json!({"page_range": range}))).await;
        let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        let made = Document::load_mem(&made).unwrap();
        assert_eq!(form_of(&made).has(b"XFA"), !is_lost, "{range}");
        assert_eq!(status.text().contains("XFA"), is_lost, "{}", status.text());
    }
}

/// What is in the dictionary of a signature, as far as it matters here.
fn signature() -> Dictionary {
    let value = dictionary! {
        "Type" => "Sig", "Filter" => "Adobe.PPKLite", "ByteRange" => vec![0.into(), 10.into(), 20.into(), 10.into()],
        "Contents" => Object::string_literal("signed"),
    };
    dictionary! {"FT" => "Sig", "V" => value}
}

#[tokio::test]
async fn signatures_that_break_are_told() {
    const TOLD: &str = "signatures of the PDF do not hold";
    let service = Service::start().await;
    let flags = dictionary! {"SigFlags" => 3};
    let signed = form("signed", "Helvetica", &signature(), &flags);
    let plain = form("plain", "Helvetica", &text_field(), &Dictionary::new());
    for (pdf, is_signed) in [(&signed, true), (&plain, false)] {
        let some = |range: &str| options(&json!({"page_range": range}));
        let told = |status: &Answer| status["warnings"].to_string().contains(TOLD);
        assert_eq!(told(&service.convert(("pdf", "pdf"), pdf.clone(), some("2")).await), is_signed);
        // All pages are the file as it is.
        assert!(!told(&service.convert(("pdf", "pdf"), pdf.clone(), some("1-")).await));
        for inputs in [[pdf, &plain], [&plain, pdf]] {
            let (_, said) = joined(&service, &inputs.map(Vec::as_slice)).await;
            assert_eq!(said.contains(TOLD), is_signed, "{said}");
        }
        for work in [
            json!({"operation": "pdf/rotate-pages", "rotation": 90}),
            json!({"operation": "pdf/extract-pages", "pages": "1"}),
            json!({"operation": "pdf/split-pages"}),
            json!({"operation": "pdf/encrypt", "set_password": "secret"}),
            json!({"operation": "watermark", "text": "Draft"}),
            json!({"operation": "optimize", "engine": "lopdf"}),
        ] {
            let (ended, files) = service.made(("a.pdf", pdf), work.clone()).await;
            assert_eq!(ended["status"], "finished", "{ended}");
            assert!(!files.is_empty() && files.iter().all(|file| file != pdf), "{work}");
            let said = task(&ended, "work").get("warnings").map_or(String::new(), Value::to_string);
            assert_eq!(said.contains(TOLD), is_signed, "{work}: {said}");
        }
    }
}
