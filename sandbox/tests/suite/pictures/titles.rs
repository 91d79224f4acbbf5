//! What a PDF of pictures is called, whose it is, and in which language: as the picture says it, else by its file's name.

use image::DynamicImage;
use lopdf::{Document, Object};
use serde_json::{Value, json};
use tiff::encoder::{TiffEncoder, TiffValue, colortype};
use tiff::tags::Tag;

use super::make::{self, Says};
use super::parts::{jpeg_with, png_with};
use crate::service::Service;
use crate::texts::poppler;

const PACKET: &str = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
     <rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title><rdf:Alt><rdf:li xml:lang='de'>Meer</rdf:li>\
     <rdf:li xml:lang='x-default'>Größe &amp; Sea</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>Ada</rdf:li>\
     </rdf:Seq></dc:creator><dc:language><rdf:Bag><rdf:li>en-GB</rdf:li></rdf:Bag></dc:language></rdf:Description></rdf:RDF>\
     </x:xmpmeta>";

/// Title, author and language by the facts of a document and its catalogue; the same title has to be in its XMP.
fn about(pdf: &[u8]) -> [Option<String>; 3] {
    let said = poppler("pdfinfo", &[], pdf);
    let line = |name: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.map(|value| value.trim().to_owned())
    };
    let document = Document::load_mem(pdf).unwrap();
    let catalog = document.catalog().unwrap();
    let packet = catalog.get_deref(b"Metadata", &document).and_then(Object::as_stream).unwrap();
    let title = line("Title").unwrap();
    let packet = String::from_utf8_lossy(&packet.content).into_owned();
    assert!(packet.contains(&title.replace('&', "&amp;")), "{title}: {packet}");
    let language = catalog.get(b"Lang").and_then(Object::as_str).ok();
    [Some(title), line("Author"), language.map(|tag| String::from_utf8_lossy(tag).into_owned())]
}

fn says(title: &str, author: Option<&str>, language: Option<&str>) -> [Option<String>; 3] {
    [Some(title), author, language].map(|text| text.map(str::to_owned))
}

/// A TIFF with one more tag.
fn tiff_with(tag: u16, value: impl TiffValue) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    let mut image = encoder.new_image::<colortype::Gray8>(2, 1).unwrap();
    image.encoder().write_tag(Tag::Unknown(tag), value).unwrap();
    image.write_data(&[0, 255]).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn a_pdf_has_the_title_of_its_picture() {
    let service = Service::start().await;
    let sets = b"\x1c\x02\x05\0\x03Sea\x1c\x02\x50\0\x03Ada\x1c\x02\x87\0\x02de\0";
    let length = u8::try_from(sets.len() - 1).unwrap();
    let resource = [&b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0"[..], &[length], sets].concat();
    let text = |keyword: &str, text: &str| [keyword.as_bytes(), &[0], text.as_bytes()].concat();
    let in_segment = [b"http://ns.adobe.com/xap/1.0/\0", PACKET.as_bytes()].concat();
    let by_xmp = says("Größe & Sea", Some("Ada"), Some("en-GB"));
    let xmp = png_with(&[(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", PACKET.as_bytes()].concat())]);
    let texts = png_with(&[(b"tEXt", &text("Title", "Sea")), (b"tEXt", &text("Author", "Ada"))]);
    for (input, content, said) in [
        ("png", xmp.clone(), by_xmp.clone()),
        ("jpg", jpeg_with(0xe1, &in_segment), by_xmp.clone()),
        ("jpg", jpeg_with(0xed, &resource), says("Sea", Some("Ada"), Some("de"))),
        ("png", texts, says("Sea", Some("Ada"), None)),
        ("tiff", tiff_with(0x010d, "Sea"), says("Sea", None, None)),
        ("tiff", tiff_with(0x013b, "Ada"), says("input", Some("Ada"), None)),
        ("tiff", tiff_with(700, PACKET.as_bytes()), by_xmp),
    ] {
        // Taken as it is or as pixels, and as a JPEG made here.
        for options in [json!({}), json!({"quality": 90})] {
            let made =
                service.output((input, "pdf"), content.clone(), json!({"converteroptions": options})).await;
            assert_eq!(about(&made), said, "{input} {options}");
        }
    }
    let stripped = json!({"converteroptions": {"strip": true}});
    let made = service.output(("png", "pdf"), xmp, stripped).await;
    assert_eq!(about(&made), says("input", None, None));
}

#[tokio::test]
async fn a_pdf_of_several_pictures_has_the_name_of_its_file() {
    let service = Service::start().await;
    let plain = make::png(&DynamicImage::from(make::halves(20, 10)), &Says::default());
    let made = service.output(("png", "pdf"), plain.clone(), Value::Null).await;
    assert_eq!(about(&made), says("input", None, None));
    let xmp = png_with(&[(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", PACKET.as_bytes()].concat())]);
    let parameters = json!({"inputformat": "png", "outputformat": "pdf", "mode": "combine"});
    let process = service.create_with(parameters).await;
    let started = service.post(&process, json!({"files": ["all.png", "b.png"]})).await;
    let place = started["upload"]["url"].as_str().unwrap();
    for (name, content) in [("all.png", xmp), ("b.png", plain)] {
        service.put(&format!("{place}/{name}"), content).await;
    }
    let status = service.wait(&process).await;
    let name = status["output"]["filename"].as_str().unwrap().trim_end_matches(".pdf").to_owned();
    let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    assert_eq!(about(&made), says(&name, None, None), "{}", status.text());
}
