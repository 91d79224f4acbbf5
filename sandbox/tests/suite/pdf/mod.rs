//! PDF: from and to pictures, by pages.

mod damaged;
mod forms;
mod kept;
pub(crate) mod make;
mod table;

use std::process::{Command, Output};

use serde_json::json;

use crate::service::{Service, file, options};

/// The first page as a picture.
pub(crate) fn drawn(pdf: &[u8], density: u32) -> image::RgbImage {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    let mut program = Command::new("pdftoppm");
    program
        .args(["-png", "-singlefile", "-r", &density.to_string()])
        .arg(&path)
        .arg(folder.path().join("page"));
    assert!(program.status().unwrap().success());
    image::open(folder.path().join("page.png")).unwrap().into_rgb8()
}

/// What Poppler says of the text of a PDF.
pub(crate) fn pdftotext(pdf: &[u8], option: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    Command::new("pdftotext").arg(option).arg(&path).arg("-").output().unwrap()
}

/// The text of a PDF, as Poppler reads it.
pub(crate) fn text_of(pdf: &[u8]) -> String {
    let output = pdftotext(pdf, "-layout");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn pages_of(pdf: &[u8]) -> usize {
    text_of(pdf).matches('\x0c').count()
}

#[tokio::test]
async fn pages_become_pictures() {
    let service = Service::start().await;
    let all = service.convert(("pdf", "jpg"), file("input.pdf"), options(&json!({"density": 30}))).await;
    let names: Vec<String> = (1..=12).map(|number| format!("input-{number}.jpg")).collect();
    assert_eq!(all["output"]["files"], json!(names));
    assert_eq!(all["converter"]["type"], "pdftoppm");
    let some =
        service.convert(("pdf", "png"), file("input.pdf"), options(&json!({"page_range": "11-20"}))).await;
    assert_eq!(some["output"]["files"], json!(["input-11.png", "input-12.png"]));
    let one = service
        .convert(("pdf", "png"), file("input.pdf"), options(&json!({"page_range": 2, "density": 72})))
        .await;
    assert_eq!(one["output"]["filename"], "input.png");
    let page = service.get(one["output"]["url"].as_str().unwrap()).await.body;
    // As large on paper as the page: 72 pixels per inch are 2835 per metre.
    let head = png::Decoder::new(std::io::Cursor::new(&page)).read_info().unwrap();
    let size = head.info().pixel_dims.unwrap();
    assert_eq!((size.xppu, size.yppu, size.unit), (2835, 2835, png::Unit::Meter));
    let page = image::load_from_memory(&page).unwrap();
    assert_eq!((page.width(), page.height()), (200, 120));
    for range in ["0", "13-", "2-1", "all"] {
        let wrong =
            service.convert(("pdf", "jpg"), file("input.pdf"), options(&json!({"page_range": range}))).await;
        wrong.assert_error(400, "page_range");
    }
    service
        .convert(("pdf", "jpg"), "no pages", json!({}))
        .await
        .assert_error(422, "not a PDF that can be read");
}

#[tokio::test]
async fn pages_are_chosen_and_combined() {
    let service = Service::start().await;
    let some =
        service.output(("pdf", "pdf"), file("input.pdf"), options(&json!({"page_range": "2-4"}))).await;
    assert_eq!(pages_of(&some), 3);
    let text = service.output(("pdf", "txt"), file("input.pdf"), options(&json!({"page_range": "3"}))).await;
    assert!(!text.is_empty());
    let process =
        service.create_with(json!({"inputformat": "pdf", "outputformat": "pdf", "mode": "combine"})).await;
    let started = service.post(&process, json!({"files": ["a", "b"]})).await;
    for content in [some, file("input.pdf")] {
        service.put(&format!("{}/x.pdf", started["upload"]["url"].as_str().unwrap()), content).await;
    }
    let combined = service.wait(&process).await;
    let combined = service.get(combined["output"]["url"].as_str().unwrap()).await;
    assert_eq!(pages_of(&combined.body), 15);
}

#[tokio::test]
async fn pictures_become_pages() {
    let service = Service::start().await;
    let one = service.output(("png", "pdf"), file("input.png"), json!({})).await;
    assert_eq!(pages_of(&one), 1);
    // And the page shows the picture.
    let back = service.output(("pdf", "png"), one, options(&json!({"density": 96}))).await;
    let back = image::load_from_memory(&back).unwrap();
    let picture = service.output(("png", "jpg"), file("input.png"), options(&json!({"quality": 100}))).await;
    let picture = image::load_from_memory(&picture).unwrap();
    assert_eq!((back.width(), back.height()), (picture.width(), picture.height()));
    let pixels = back.to_rgb8().into_raw().into_iter().zip(picture.to_rgb8().into_raw());
    let different = pixels.filter(|(a, b)| a.abs_diff(*b) > 40).count();
    assert!(different < 500, "{different} values differ");

    let process =
        service.create_with(json!({"inputformat": "png", "outputformat": "pdf", "mode": "combine"})).await;
    let started = service.post(&process, json!({"files": ["a.png", "b.png", "c.png"]})).await;
    for _ in 0..3 {
        service
            .put(&format!("{}/a.png", started["upload"]["url"].as_str().unwrap()), file("input.png"))
            .await;
    }
    let combined = service.wait(&process).await;
    let combined = service.get(combined["output"]["url"].as_str().unwrap()).await;
    assert_eq!(pages_of(&combined.body), 3);
    let alone = service.convert(("png", "pdf"), file("input.png"), json!({"mode": "combine"})).await;
    alone.assert_error(400, "files");
}

/// A page that says "Unlocked", whose password is `secret` (standard security handler, RC4 of 40 bits).
fn locked() -> Vec<u8> {
    let owner = "92fe0f4454ad4c9644693f33c07cb54f587dce1e2682fe9ecea6107a1ef630dd";
    let user = "902d6c0d6b77adef97ca1c71e49308c613b917b2ad6ef711a0cb410737994360";
    let content = "2270ba61f2d0d0f91305e021b07975497a504f6991390f7c615165750e536bd700b0515431";
    let content: Vec<u8> = content
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let id = "30313233343536373839616263646566";
    let stream = [&b"<</Length 37>>stream\n"[..], &content, b"\nendstream"].concat();
    let objects: [&[u8]; 6] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 120]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        &stream,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        &format!("<</Filter/Standard/V 1/R 2/O<{owner}>/U<{user}>/P -4>>").into_bytes(),
    ];
    let (mut pdf, mut places) = (b"%PDF-1.4\n".to_vec(), Vec::new());
    for (at, object) in objects.iter().enumerate() {
        places.push(format!("{:010} 00000 n \n", pdf.len()));
        pdf.extend([format!("{} 0 obj\n", at + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    let start = pdf.len();
    let end = format!(
        "xref\n0 7\n0000000000 65535 f \n{}trailer\n<</Root 1 0 R/Encrypt 6 0 R/Size 7/ID[<{id}><{id}>]>>\nstartxref\n{start}\n%%EOF\n",
        places.concat()
    );
    pdf.extend(end.into_bytes());
    pdf
}

#[tokio::test]
async fn locked_files_need_their_password() {
    let service = Service::start().await;
    for output in ["txt", "png", "pdf"] {
        let without = service.convert(("pdf", output), locked(), json!({})).await;
        without.assert_error(422, "locked: it needs a password");
        let wrong = service.convert(("pdf", output), locked(), options(&json!({"password": "no"}))).await;
        wrong.assert_error(422, "the password is wrong");
        let open = service.convert(("pdf", output), locked(), options(&json!({"password": "secret"}))).await;
        assert_eq!(open["step"], "finished", "{}", open.text());
        let content = service.get(open["output"]["url"].as_str().unwrap()).await.body;
        match output {
            "txt" => assert!(String::from_utf8_lossy(&content).contains("Unlocked")),
            "pdf" => assert!(text_of(&content).contains("Unlocked")),
            _ => assert!(content.starts_with(b"\x89PNG")),
        }
    }
}
