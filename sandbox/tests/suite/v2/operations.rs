//! Operations that version 1 has not.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lopdf::{Document, Object};
use reqwest::Method;
use serde_json::{Value, json};

use super::{task, text};
use crate::pdf::text_of;
use crate::service::{Answer, Service, file};

/// The files of the task `out`, by a job that does this with a PDF of three pages.
async fn with_pages(service: &Service, work: Value) -> (Value, Vec<Vec<u8>>) {
    let mut work = work;
    work["input"] = json!("pdf");
    service
        .made_by(json!({
            "in": {"operation": "import/raw", "file": "one\u{c}two\u{c}three", "filename": "a.txt"},
            "pdf": {"operation": "convert", "input": "in", "output_format": "pdf"},
            "work": work,
            "out": {"operation": "export/url", "input": "work"},
        }))
        .await
}

fn turns(pdf: &[u8]) -> Vec<i64> {
    let document = Document::load_mem(pdf).unwrap();
    let turn = |page| {
        let dictionary = document.get_dictionary(page).unwrap();
        dictionary.get(b"Rotate").and_then(Object::as_i64).unwrap_or(0)
    };
    document.get_pages().into_values().map(turn).collect()
}

#[tokio::test]
async fn pages_are_parted_chosen_and_turned() {
    let service = Service::start().await;
    let (ended, files) = with_pages(&service, json!({"operation": "pdf/split-pages"})).await;
    assert_eq!(files.len(), 3, "{ended}");
    assert!(files.iter().all(|pdf| turns(pdf) == [0]));
    let names = task(&ended, "work")["result"]["files"].as_array().unwrap().iter();
    assert_eq!(
        names.map(|file| text(&file["filename"])).collect::<Vec<_>>(),
        ["a-1.pdf", "a-2.pdf", "a-3.pdf"]
    );
    let (ended, files) =
        with_pages(&service, json!({"operation": "pdf/extract-pages", "pages": "1,3"})).await;
    assert_eq!(turns(&files[0]), [0, 0], "{ended}");
    let rotate = json!({"operation": "pdf/rotate-pages", "pages": "2-3", "rotation": "+90"});
    let (ended, files) = with_pages(&service, rotate).await;
    assert_eq!(turns(&files[0]), [0, 90, 90], "{ended}");
    let (ended, _) = with_pages(&service, json!({"operation": "pdf/extract-pages", "pages": "4"})).await;
    let work = task(&ended, "work");
    assert_eq!(work["code"], "INVALID_DATA");
    assert!(text(&work["message"]).contains("from 1 to 3"), "{work}");
}

#[tokio::test]
async fn a_pdf_is_locked_and_unlocked() {
    let service = Service::start().await;
    let lock = json!({"operation": "pdf/encrypt", "set_password": "open", "allow_print": false});
    let (ended, files) = with_pages(&service, lock).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    assert!(Document::load_mem(&files[0]).is_err() || Document::load_mem(&files[0]).unwrap().is_encrypted());
    let unlock = async |password: Value| {
        let work = json!({"operation": "pdf/decrypt", "input": "in", "password": password});
        let job = service.job(json!({"in": {"operation": "import/upload"}, "work": work, "out": {"operation": "export/url", "input": "work"}})).await;
        service.send(&task(&job, "in")["result"]["form"], "locked.pdf", &files[0]).await;
        service.ended(&job).await
    };
    let opened = unlock(json!("open")).await;
    let url = text(&task(&opened, "out")["result"]["files"][0]["url"]);
    assert_eq!(turns(&Answer::of(service.http.get(url)).await.body), [0, 0, 0]);
    for wrong in [json!("wrong"), Value::Null] {
        let refused = unlock(wrong).await;
        assert!(text(&task(&refused, "work")["message"]).contains("locked"), "{refused}");
    }
}

#[tokio::test]
async fn a_password_is_one_that_opens_the_pdf_again() {
    let service = Service::start().await;
    let mut document = Document::load_mem(&file("input.pdf")).unwrap();
    document.trailer.remove(b"ID");
    let mut pdf = Vec::new();
    document.save_to(&mut pdf).unwrap();
    let has_id = |pdf: &[u8]| pdf.windows(4).any(|word| word == b"/ID[");
    assert!(!has_id(&pdf));
    // An `a` with a point above it is one letter of two bytes, whether it was written as one or as two.
    for password in ["p".repeat(127), "\u{227}".repeat(63), "a\u{307}".repeat(63)] {
        let lock = json!({"operation": "pdf/encrypt", "set_password": password});
        let (ended, locked) = service.made(("a.pdf", &pdf), lock).await;
        assert_eq!(ended["status"], "finished", "{ended}");
        assert!(has_id(&locked[0]));
        let open = json!({"operation": "pdf/decrypt", "password": password});
        let (ended, _) = service.made(("a.pdf", &locked[0]), open).await;
        assert_eq!(ended["status"], "finished", "{ended}");
    }
    for option in ["set_password", "set_owner_password"] {
        for (wrong, said) in [
            ("p".repeat(128), "more than 127 bytes"),
            ("\u{e4}".repeat(64), "more than 127 bytes"),
            ("wrong\0".to_owned(), "control characters"),
            // A hyphen that is not seen, alone.
            ("\u{ad}".to_owned(), "do not count"),
            // A private letter.
            ("wrong\u{e000}".to_owned(), "letters that a password of a PDF may not have"),
        ] {
            let mut lock = json!({"operation": "pdf/encrypt", "set_password": "right"});
            lock[option] = json!(wrong);
            let (ended, _) = service.made(("a.pdf", &pdf), lock).await;
            let work = task(&ended, "work");
            assert_eq!(work["code"], "INVALID_DATA", "{work}");
            let message = text(&work["message"]);
            assert!(message.contains(said) && message.contains(option), "{work}");
        }
    }
}

#[tokio::test]
async fn facts_are_written_into_a_picture() {
    let service = Service::start().await;
    let write = json!({"operation": "metadata/write", "input": "in", "metadata": {"XMP:Title": "Größe", "Artist": "me"}});
    let job = service
        .job(json!({"in": {"operation": "import/upload"}, "work": write,
        "read": {"operation": "metadata", "input": "work"}}))
        .await;
    service.send(&task(&job, "in")["result"]["form"], "input.png", &file("input.png")).await;
    let ended = service.ended(&job).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    let facts = task(&ended, "read")["result"]["metadata"].to_string();
    assert!(facts.contains("Größe") && facts.contains("me"), "{facts}");
}

/// What a file is, `input_format` tells where its name does not.
#[tokio::test]
async fn facts_are_written_into_a_file_without_an_extension() {
    let service = Service::start().await;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("picture", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&file("input.png")).unwrap();
    let zip = STANDARD.encode(zip.finish().unwrap().into_inner());
    let (ended, files) = service
        .made_by(json!({
            "in": {"operation": "import/base64", "file": zip, "filename": "a.zip"},
            "found": {"operation": "archive/extract", "input": "in"},
            "work": {"operation": "metadata/write", "input": "found", "input_format": "png", "metadata": {"Title": "Sea"}},
            "out": {"operation": "export/url", "input": "work"},
        }))
        .await;
    assert_eq!((&ended["status"], files.len()), (&json!("finished"), 1), "{ended}");
    assert_eq!(task(&ended, "work")["result"]["files"][0]["filename"], "picture.png");
    assert!(files[0].windows(3).any(|text| text == b"Sea"));
}

#[tokio::test]
async fn facts_that_are_not_written_are_told() {
    let service = Service::start().await;
    let jpg = service.output(("png", "jpg"), file("input.png"), json!({})).await;
    let write = |metadata: Value| json!({"operation": "metadata/write", "metadata": metadata});
    for (name, content) in [("a.jpg", &jpg), ("a.png", &file("input.png"))] {
        for (wrong, said) in [
            (json!({"Nope": "x"}), "Nope"),
            (json!({"PDF:Title": "x", "Nope": "x"}), "PDF:Title, Nope"),
            (json!({"XMP:Rating": "many"}), "XMP:Rating"),
            (json!({"csv": "/etc/passwd"}), "csv"),
            (json!({"all": ""}), "all"),
            (json!({"XMP:All": null}), "XMP:All"),
            (json!({"FileModifyDate": "2001:01:01 00:00:00"}), "FileModifyDate"),
            (json!({"HardLink": "b.jpg"}), "HardLink"),
        ] {
            let (ended, _) = service.made((name, content), write(wrong)).await;
            let work = task(&ended, "work");
            assert_eq!(work["code"], "INVALID_DATA", "{work}");
            assert!(text(&work["message"]).contains(said), "{work}");
        }
        let some = write(json!({"Title": "y", "Nope": "x", "PDF:Title": "z", "Comment": null}));
        let (ended, files) = service.made((name, content), some).await;
        assert_eq!((&ended["status"], files.len()), (&json!("finished"), 1), "{ended}");
        let told = task(&ended, "work")["warnings"].to_string();
        assert!(told.contains("Nope is not in") && told.contains("PDF:Title is not in"), "{told}");
        assert!(!told.contains("\"Title is not in") && !told.contains("Comment"), "{told}");
        assert!(!told.contains('/'), "{told}");
        let several = write(json!({"Title": ["y", "z"], "XMP:Subject": ["y", "z"]}));
        let (ended, _) = service.made((name, content), several).await;
        let told = task(&ended, "work")["warnings"].to_string();
        assert!(told.contains("Title has 1 of its 2 values") && !told.contains("Subject"), "{told}");
        // Nothing is left to delete, which is what was wanted.
        let (ended, _) = service.made((name, content), write(json!({"Comment": null}))).await;
        assert_eq!(ended["status"], "finished", "{ended}");
    }
}

#[tokio::test]
async fn options_without_effect_are_told_and_operations_that_are_not_offered_are_named() {
    let service = Service::start().await;
    let mut job = super::page();
    job["work"]["optimize_print"] = json!(true);
    let ended = service.ended(&service.job(job).await).await;
    assert!(text(&task(&ended, "work")["warnings"][0]).contains("optimize_print"), "{ended}");
    for operation in [
        "command",
        "import/s3",
        "import/azure/blob",
        "import/google-cloud-storage",
        "import/openstack",
        "import/sftp",
        "export/s3",
        "export/azure/blob",
        "export/google-cloud-storage",
        "export/openstack",
        "export/sftp",
        "export/upload",
        "no/operation",
        "none/of/the/operations",
    ] {
        let asked = json!({"operation": operation, "input": "it"});
        let in_a_job = json!({"tasks": {"it": asked}});
        for (path, body, field) in [
            ("/v2/jobs".to_owned(), in_a_job, "tasks.it.operation"),
            (format!("/v2/{operation}"), asked, "operation"),
        ] {
            let answer = service.v2(Method::POST, &path, body).await;
            assert_eq!((answer.status, answer.str("code")), (422, "INVALID_DATA"), "{}", answer.text());
            assert!(text(&answer["errors"][field][0]).contains(operation), "{}", answer.text());
        }
    }
    let operations = service
        .v2(Method::GET, "/v2/operations?filter[operation]=pdf/encrypt&include=options", Value::Null)
        .await;
    assert_eq!(operations["data"].as_array().unwrap().len(), 1);
    assert!(operations.text().contains("set_owner_password"));
    let mut job = super::page();
    job["work"]["engine"] = json!("pandoc");
    let ended = service.ended(&service.job(job).await).await;
    let work = task(&ended, "work");
    assert!(text(&work["warnings"][0]).contains("no engine pandoc"), "{work}");
    assert_eq!(work["engine"], "comrak");
}

#[tokio::test]
async fn pdfs_are_joined_and_one_is_not_enough() {
    let service = Service::start().await;
    let raw = |content: &str| json!({"operation": "import/raw", "file": content, "filename": "a.txt"});
    let pdf = |input: &str| json!({"operation": "convert", "input": input, "output_format": "pdf"});
    let tasks = json!({
        "one": raw("one"), "two": raw("two\u{c}three"), "first": pdf("one"), "second": pdf("two"),
        "work": {"operation": "pdf/merge", "input": ["first", "second"]},
        "out": {"operation": "export/url", "input": "work"},
    });
    let (ended, files) = service.made_by(tasks.clone()).await;
    assert_eq!((&ended["status"], files.len()), (&json!("finished"), 1), "{ended}");
    assert_eq!(turns(&files[0]), [0, 0, 0]);
    let told = text_of(&files[0]);
    assert!(told.find("one") < told.find("two") && told.find("two") < told.find("three"), "{told}");
    for operation in ["merge", "pdf/merge"] {
        let mut alone = tasks.clone();
        alone["work"] = json!({"operation": operation, "input": "first", "output_format": "pdf"});
        let (ended, _) = service.made_by(alone).await;
        let work = task(&ended, "work");
        assert_eq!(work["code"], "INVALID_DATA", "{work}");
        assert!(text(&work["message"]).contains("At least two"), "{work}");
    }
}

/// What is no PDF becomes one before.
#[tokio::test]
async fn files_of_several_formats_are_merged() {
    let service = Service::start().await;
    let import = |name: &str, content: &[u8]| json!({"operation": "import/base64", "file": STANDARD.encode(content), "filename": name});
    let merge = |inputs: &[&str], more: Value| {
        let mut merge = json!({"operation": "merge", "input": inputs, "output_format": "pdf"});
        merge.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        merge
    };
    let picture = file("input.png");
    let (_, pdf) = with_pages(&service, json!({"operation": "pdf/split-pages"})).await;
    for (inputs, pages) in
        [(&["png", "pdf"][..], 2), (&["pdf", "md", "png"], 3), (&["md", "md2"], 2), (&["txt", "html"], 2)]
    {
        let (ended, files) = service
            .made_by(json!({
                "png": import("b.png", &picture), "pdf": import("c.pdf", &pdf[0]), "md": import("d.md", b"# Hello"),
                "md2": import("e.md", b"# Again"), "txt": import("f.txt", b"Text"), "html": import("g.html", b"<p>Page"),
                "work": merge(inputs, json!({"width": 50, "colour": "red"})),
                "out": {"operation": "export/url", "input": "work"},
            }))
            .await;
        let work = task(&ended, "work");
        assert_eq!((files.len(), &work["status"]), (1, &json!("finished")), "{ended}");
        assert_eq!(Document::load_mem(&files[0]).unwrap().get_pages().len(), pages, "{inputs:?}");
        // An option is for the files that have it, and told where none has.
        let told = work["warnings"].to_string();
        assert!(told.contains("colour"), "{told}");
        assert_eq!(told.contains("width"), !inputs.contains(&"png"), "{told}");
    }
    let (ended, _) = service
        .made_by(json!({
            "pdf": import("c.pdf", &pdf[0]), "zip": import("d.zip", b"PK"), "work": merge(&["pdf", "zip"], json!({})),
            "out": {"operation": "export/url", "input": "work"},
        }))
        .await;
    let work = task(&ended, "work");
    assert_eq!(work["code"], "INVALID_CONVERSION_TYPE", "{ended}");
    assert!(text(&work["message"]).contains("zip to pdf"), "{work}");
}
