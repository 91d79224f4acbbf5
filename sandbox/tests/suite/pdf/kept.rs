//! What a PDF has besides its pages, and PDFs that are not as they should be.

use lopdf::{Document, Object, dictionary};
use serde_json::json;

use super::make::{Page, document};
use super::{pages_of, text_of};
use crate::service::{Answer, Service, options};

fn three() -> Vec<u8> {
    document(
        "A title",
        &[Page(300, 200, 0, "first"), Page(300, 200, 0, "second"), Page(300, 200, 0, "third")],
    )
}

async fn chosen(service: &Service, pdf: Vec<u8>, range: &str) -> (Vec<u8>, Answer) {
    let status = service.convert(("pdf", "pdf"), pdf, options(&json!({"page_range": range}))).await;
    assert_eq!(status["step"], "finished", "{}", status.text());
    (service.get(status["output"]["url"].as_str().unwrap()).await.body, status)
}

/// The titles of the bookmarks that lead to a page, and how many links there are: within, and to elsewhere.
fn leads(pdf: &[u8]) -> (Vec<String>, usize, usize) {
    let document = Document::load_mem(pdf).unwrap();
    let (mut bookmarks, mut inner, mut outer) = (Vec::new(), 0, 0);
    let inner_objects = |object: &Object| match object {
        Object::Dictionary(dictionary) => dictionary.iter().map(|(_, inner)| inner.clone()).collect(),
        Object::Array(array) => array.clone(),
        _ => Vec::new(),
    };
    let mut objects: Vec<Object> = document.objects.values().cloned().collect();
    while let Some(object) = objects.pop() {
        objects.extend(inner_objects(&object));
        let Ok(object) = object.as_dict() else { continue };
        let place = object.get(b"Dest").and_then(Object::as_array);
        let leads = place
            .is_ok_and(|place| place[0].as_reference().is_ok_and(|page| document.get_object(page).is_ok()));
        if let Ok(title) = object.get(b"Title").and_then(Object::as_str)
            && leads
        {
            bookmarks.push(String::from_utf8_lossy(title).into_owned());
        } else if leads {
            inner += 1;
        }
        outer += usize::from(object.has(b"A"));
    }
    bookmarks.sort();
    (bookmarks, inner, outer)
}

#[tokio::test]
async fn chosen_pages_keep_what_they_have_and_nothing_of_the_others() {
    let service = Service::start().await;
    // All pages are the file as it is.
    let (all, _) = chosen(&service, three(), "1-").await;
    assert_eq!(all, three());
    let (some, status) = chosen(&service, three(), "2-3").await;
    assert_eq!(leads(&some), (vec!["second".to_owned(), "third".to_owned()], 2, 2));
    assert_eq!(text_of(&some).split_whitespace().collect::<Vec<_>>(), ["second", "third"]);
    let first = |pdf: &[u8]| pdf.windows(7).any(|part| part == b"(first)");
    assert!(
        first(&all) && !String::from_utf8_lossy(&some).contains("(first) Tj"),
        "the first page is still there"
    );
    assert_eq!(status["warnings"].as_array().unwrap().len(), 1, "{}", status.text());
    // The last page, to which all links lead, is gone.
    let (some, status) = chosen(&service, three(), "1-2").await;
    assert_eq!(leads(&some), (vec!["first".to_owned(), "second".to_owned()], 0, 2));
    assert!(status.text().contains("lead nowhere"), "{}", status.text());
    let some = service.convert(("pdf", "pdf"), some, json!({"mode": "info"})).await;
    assert_eq!((&some["info"]["title"], &some["info"]["pages"]), (&json!("A title"), &json!(2)));
}

#[tokio::test]
async fn joined_documents_keep_their_bookmarks_and_links() {
    let service = Service::start().await;
    let process =
        service.create_with(json!({"inputformat": "pdf", "outputformat": "pdf", "mode": "combine"})).await;
    let started = service.post(&process, json!({"files": ["a", "b"]})).await;
    let other = document("Other", &[Page(100, 100, 90, "fourth"), Page(400, 300, 0, "fifth")]);
    for content in [three(), other] {
        service.put(&format!("{}/x.pdf", started["upload"]["url"].as_str().unwrap()), content).await;
    }
    let status = service.wait(&process).await;
    let joined = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    assert_eq!(pages_of(&joined), 5);
    let words = text_of(&joined);
    assert_eq!(words.split_whitespace().collect::<Vec<_>>(), ["first", "second", "third", "fourth", "fifth"]);
    let names = ["fifth", "first", "fourth", "second", "third"].map(str::to_owned).to_vec();
    assert_eq!(leads(&joined), (names, 5, 5));
    let outlines = Document::load_mem(&joined).unwrap().get_toc().unwrap();
    let titles: Vec<_> = outlines.toc.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["first", "second", "third", "fourth", "fifth"]);
}

#[tokio::test]
async fn pages_of_all_sizes_and_turned() {
    let service = Service::start().await;
    let pages =
        [Page(200, 100, 0, "a"), Page(200, 100, 90, "b"), Page(200, 100, 180, "c"), Page(72, 720, 270, "d")];
    let pdf = document("Sizes", &pages);
    let info = service.convert(("pdf", "pdf"), pdf.clone(), json!({"mode": "info"})).await;
    let size = |width: f64, height: f64, rotation: i64| json!({"width": width, "height": height, "rotation": rotation});
    let sizes = json!([
        size(200.0, 100.0, 0),
        size(100.0, 200.0, 90),
        size(200.0, 100.0, 180),
        size(720.0, 72.0, 270)
    ]);
    assert_eq!(info["info"]["page_sizes"], sizes, "{}", info.text());
    let status = service.convert(("pdf", "png"), pdf, options(&json!({"density": 72}))).await;
    let place = status["output"]["url"].as_str().unwrap().to_owned();
    for (number, wanted) in [(1, (200, 100)), (2, (100, 200)), (3, (200, 100)), (4, (720, 72))] {
        let page = service.get(&format!("{place}/input-{number}.png")).await.body;
        let page = image::load_from_memory(&page).unwrap();
        assert_eq!((page.width(), page.height()), wanted, "page {number}");
    }
}

#[tokio::test]
async fn broken_files_are_repaired_where_that_is_possible() {
    let service = Service::start().await;
    let whole = three();
    let table = whole.windows(9).rposition(|part| part == b"startxref").unwrap();
    let without_table = whole[..table].to_vec();
    let wrong_start = [&whole[..table], b"startxref\n7\n%%EOF\n"].concat();
    // What an editor of texts makes: everything behind a change is at another place than the table says.
    let mut shifted = whole.clone();
    let box_of_page = shifted.windows(9).position(|part| part == b"/MediaBox").unwrap();
    shifted.splice(box_of_page..box_of_page, *b"/CropBox [0 0 150 150] ");
    let rubbish = [b"HTTP/1.1 200 OK\r\n\r\n", &whole[..]].concat();
    for (what, broken) in [
        ("no end", without_table),
        ("a wrong place", wrong_start),
        ("rubbish before", rubbish),
        ("shifted", shifted),
    ] {
        let text = service.output(("pdf", "txt"), broken.clone(), json!({})).await;
        assert!(String::from_utf8_lossy(&text).contains("second"), "{what}");
        let (some, _) = chosen(&service, broken.clone(), "2").await;
        assert_eq!(text_of(&some).trim(), "second", "{what}");
        let picture = service.output(("pdf", "png"), broken, options(&json!({"page_range": "1"}))).await;
        assert!(picture.starts_with(b"\x89PNG"), "{what}");
    }
    for output in ["txt", "pdf", "png"] {
        let nothing = service.convert(("pdf", output), b"%PDF-1.7\nand no more".to_vec(), json!({})).await;
        nothing.assert_error(422, "");
    }
}

#[tokio::test]
async fn info_tells_what_pdfinfo_tells() {
    let service = Service::start().await;
    let open = service.convert(("pdf", "pdf"), three(), json!({"mode": "info"})).await;
    let info = &open["info"];
    assert_eq!((&info["title"], &info["version"]), (&json!("A title"), &json!("1.5")), "{}", open.text());
    assert_eq!((&info["encrypted"], &info["tagged"]), (&json!(false), &json!(false)));
    assert_eq!(info["size"], json!(three().len()));
    let locked = service.convert(("pdf", "pdf"), super::locked(), json!({"mode": "info"})).await;
    locked.assert_error(422, "locked");
    let with = json!({"mode": "info", "converteroptions": {"password": "secret"}});
    let opened = service.convert(("pdf", "pdf"), super::locked(), with).await;
    assert_eq!((&opened["info"]["encrypted"], &opened["info"]["pages"]), (&json!(true), &json!(1)));
}

/// Everybody can open it, and not do all with it.
#[tokio::test]
async fn info_tells_what_a_lock_allows() {
    let service = Service::start().await;
    let lock = json!({"operation": "pdf/encrypt", "set_owner_password": "owner", "allow_extract": false});
    let (ended, files) = service.made(("a.pdf", &three()), lock).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    let status = service.convert(("pdf", "pdf"), files[0].clone(), json!({"mode": "info"})).await;
    let info = &status["info"];
    assert_eq!(info["encrypted"], true, "{}", status.text());
    assert!(info["encryption"].as_str().unwrap().contains("AES"), "{info}");
    assert_eq!((&info["permissions"]["copy"], &info["permissions"]["print"]), (&json!(false), &json!(true)));
}

/// Large plans have units of more than a point.
#[tokio::test]
async fn units_of_pages_that_are_no_points() {
    let service = Service::start().await;
    let with_units = |units: [f32; 3], packed: bool| {
        let pages = [Page(200, 100, 0, "a"), Page(200, 100, 90, "b"), Page(200, 100, 0, "c")];
        let mut document = Document::load_mem(&document("Units", &pages)).unwrap();
        for (page, unit) in document.get_pages().into_values().zip(units) {
            document.get_dictionary_mut(page).unwrap().set("UserUnit", unit);
        }
        let mut pdf = Vec::new();
        if packed {
            document.save_modern(&mut pdf).unwrap();
        } else {
            document.save_to(&mut pdf).unwrap();
        }
        pdf
    };
    let (three, two, half) =
        (with_units([1.0, 3.0, 1.0], false), with_units([2.0; 3], true), with_units([0.5; 3], false));
    for (pdf, sizes) in [
        (three, [(200, 100), (300, 600), (200, 100)]),
        (two, [(400, 200), (200, 400), (400, 200)]),
        (half, [(100, 50), (50, 100), (100, 50)]),
    ] {
        let info = service.convert(("pdf", "pdf"), pdf.clone(), json!({"mode": "info"})).await;
        let status = service.convert(("pdf", "png"), pdf, options(&json!({"density": 72}))).await;
        let place = status["output"]["url"].as_str().unwrap().to_owned();
        for (at, wanted) in sizes.into_iter().enumerate() {
            let said = &info["info"]["page_sizes"][at];
            let said = (said["width"].as_f64(), said["height"].as_f64());
            assert_eq!(said, (Some(f64::from(wanted.0)), Some(f64::from(wanted.1))), "{}", info.text());
            let page = service.get(&format!("{place}/input-{}.png", at + 1)).await.body;
            let page = image::load_from_memory(&page).unwrap();
            assert_eq!((page.width(), page.height()), wanted, "page {at}");
        }
    }
}

/// A document whose pages are called so, by ranges from these pages on.
fn called(pages: &[&'static str], ranges: &[(i64, lopdf::Dictionary)], layer: Option<&str>) -> Vec<u8> {
    let pages: Vec<Page> = pages.iter().map(|text| Page(200, 100, 0, text)).collect();
    let mut document = Document::load_mem(&document("Called", &pages)).unwrap();
    let numbers = ranges.iter().flat_map(|(page, range)| [Object::from(*page), range.clone().into()]);
    let numbers = numbers.collect::<Vec<_>>();
    if !numbers.is_empty() {
        document.catalog_mut().unwrap().set("PageLabels", dictionary! {"Nums" => numbers});
    }
    if let Some(name) = layer {
        let group = dictionary! {"Type" => "OCG", "Name" => Object::string_literal(name)};
        let group = document.add_object(group);
        let off = dictionary! {"OFF" => vec![group.into()], "Order" => vec![group.into()]};
        let layers = dictionary! {"OCGs" => vec![group.into()], "D" => off};
        document.catalog_mut().unwrap().set("OCProperties", layers);
    }
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// The ranges of what pages are called: from which page on, in which style, after which words, from which number.
fn names(pdf: &[u8]) -> Vec<(i64, String, String, i64)> {
    let document = Document::load_mem(pdf).unwrap();
    let Ok(labels) = document.catalog().unwrap().get(b"PageLabels") else { return Vec::new() };
    let numbers = labels.as_dict().unwrap().get(b"Nums").unwrap().as_array().unwrap();
    let pairs = numbers.chunks_exact(2).map(|pair| {
        let range = pair[1].as_dict().unwrap();
        let style = range.get(b"S").and_then(Object::as_name).unwrap_or_default();
        let prefix = range.get(b"P").and_then(Object::as_str).unwrap_or_default();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (pair[0].as_i64().unwrap(), text(style), text(prefix), range.get(b"St").unwrap().as_i64().unwrap())
    });
    pairs.collect()
}

/// Pages keep the names that readers show, and layers that are not shown stay so.
#[tokio::test]
async fn names_of_pages_and_layers_are_kept() {
    let service = Service::start().await;
    let roman = || dictionary! {"S" => "r"};
    let plain = || dictionary! {"S" => "D"};
    let appendix = || dictionary! {"S" => "D", "P" => Object::string_literal("A-"), "St" => 5};
    let row =
        |at: i64, style: &str, prefix: &str, number: i64| (at, style.to_owned(), prefix.to_owned(), number);
    let book = called(
        &["i", "ii", "one", "two", "a"],
        &[(0, roman()), (2, plain()), (4, appendix())],
        Some("Secret"),
    );
    for (range, wanted) in [
        ("2-4", vec![row(0, "r", "", 2), row(1, "D", "", 1)]),
        ("4-5", vec![row(0, "D", "", 2), row(1, "D", "A-", 5)]),
    ] {
        let (made, _) = chosen(&service, book.clone(), range).await;
        assert_eq!(names(&made), wanted, "{range}");
    }
    let (made, _) = chosen(&service, three(), "2-3").await;
    assert_eq!(names(&made), []);

    let other = called(&["x", "y"], &[], Some("Draft"));
    for (inputs, wanted, layers) in [
        (
            [&book, &other],
            vec![row(0, "r", "", 1), row(2, "D", "", 1), row(4, "D", "A-", 5), row(5, "D", "", 1)],
            2,
        ),
        (
            [&other, &book],
            vec![row(0, "D", "", 1), row(2, "r", "", 1), row(4, "D", "", 1), row(6, "D", "A-", 5)],
            2,
        ),
        ([&other, &three()], vec![], 1),
    ] {
        let create = json!({"inputformat": "pdf", "outputformat": "pdf", "mode": "combine"});
        let process = service.create_with(create).await;
        let started = service.post(&process, json!({"files": ["a", "b"]})).await;
        for content in inputs {
            service
                .put(&format!("{}/x.pdf", started["upload"]["url"].as_str().unwrap()), content.clone())
                .await;
        }
        let status = service.wait(&process).await;
        let joined = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        assert_eq!(names(&joined), wanted, "{}", status.text());
        let document = Document::load_mem(&joined).unwrap();
        let of_all = document.catalog().unwrap().get(b"OCProperties").unwrap().as_dict().unwrap();
        let first = of_all.get(b"D").unwrap().as_dict().unwrap();
        for list in [of_all.get(b"OCGs"), first.get(b"OFF"), first.get(b"Order")] {
            assert_eq!(list.unwrap().as_array().unwrap().len(), layers);
        }
    }
}
