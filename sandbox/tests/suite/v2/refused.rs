//! What is asked for is done, told, or refused by its name, in the words of version 2.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::{page, task, text};
use crate::service::{Service, file};

/// What a creation of a job says is wrong.
async fn wrong(service: &Service, body: Value) -> Vec<String> {
    let answer = service.v2(Method::POST, "/v2/jobs", body).await;
    assert_eq!((answer.status, answer.str("code")), (422, "INVALID_DATA"), "{}", answer.text());
    answer["errors"].as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn members_of_another_type_are_named() {
    let service = Service::start().await;
    for (member, value) in [
        ("tag", json!({"a": 1})),
        ("tag", json!(7)),
        ("webhook_url", json!(["https://example.org"])),
        ("redirect", json!("perhaps")),
    ] {
        let mut body = json!({"tasks": page()});
        body[member] = value;
        assert_eq!(wrong(&service, body).await, [member]);
    }
    for (name, member, value) in [
        ("in", "filename", json!(7)),
        ("in", "file", json!({})),
        ("work", "input", json!({"in": true})),
        ("work", "input", json!(["in", 7])),
        ("work", "input_format", json!(["md"])),
        ("work", "output_format", json!(7)),
        ("work", "filename", json!(["a.html"])),
        ("work", "engine", json!(7)),
        ("work", "engine_version", json!(1.5)),
        ("work", "ignore_error", json!("perhaps")),
        ("work", "timeout", json!("long")),
        ("out", "inline", json!("perhaps")),
        ("out", "archive_multiple_files", json!(2)),
    ] {
        let mut tasks = page();
        tasks[name][member] = value;
        assert_eq!(wrong(&service, json!({ "tasks": tasks })).await, [format!("tasks.{name}.{member}")]);
    }
    let merge = json!({"one": page()["in"], "it": {"operation": "merge", "input": "one"}});
    assert_eq!(wrong(&service, json!({ "tasks": merge })).await, ["tasks.it.output_format"]);
    let mut tasks = page();
    tasks["work"]["ignore_error"] = json!("false");
    tasks["out"]["inline"] = json!(0);
    tasks["in"]["redirect"] = Value::Null;
    let body = json!({"tasks": tasks, "tag": "", "webhook_url": null, "redirect": "false"});
    assert_eq!(service.v2(Method::POST, "/v2/jobs", body).await.status, 201);
}

#[tokio::test]
async fn a_version_that_is_not_there_is_told() {
    let service = Service::start().await;
    let mut tasks = page();
    tasks["work"]["engine_version"] = json!("0.0.1");
    let ended = service.ended(&service.job(tasks.clone()).await).await;
    let work = task(&ended, "work");
    assert!(text(&work["warnings"][0]).contains("no version 0.0.1 of comrak"), "{work}");
    tasks["work"]["engine_version"] = work["engine_version"].clone();
    let ended = service.ended(&service.job(tasks).await).await;
    assert!(task(&ended, "work").get("warnings").is_none(), "{ended}");
}

#[tokio::test]
async fn wrong_options_are_told_in_words_of_this_version() {
    let service = Service::start().await;
    let (pdf, png) = (file("input.pdf"), file("input.png"));
    for (name, content, work, code, said) in [
        ("a.pdf", &pdf, json!({"output_format": "png", "pages": "x"}), "INVALID_DATA", "pages has to be"),
        ("a.pdf", &pdf, json!({"output_format": "png", "pages": "99"}), "INVALID_DATA", "pages begins after"),
        ("a.png", &png, json!({"output_format": "jpg", "quality": 101}), "INVALID_DATA", "quality has to be"),
        (
            "a.png",
            &png,
            json!({"output_format": "jpg", "background": "x"}),
            "INVALID_DATA",
            "background has to be",
        ),
        ("a.png", &png, json!({"output_format": "mp3"}), "INVALID_CONVERSION_TYPE", "convert: png to mp3"),
        ("a.xyz", &png, json!({"output_format": "png"}), "INVALID_CONVERSION_TYPE", "format is not known"),
    ] {
        let mut work = work;
        work["operation"] = json!("convert");
        let (ended, _) = service.made((name, content), work).await;
        let work = task(&ended, "work");
        assert_eq!(work["code"], code, "{work}");
        assert!(text(&work["message"]).contains(said), "{work}");
        for word in ["converteroptions", "conversiontype", "page_range", "mode ", "process"] {
            assert!(!text(&work["message"]).contains(word), "{work}");
        }
    }
    // An option of version 1 is none of this one.
    let asked = json!({"operation": "convert", "output_format": "png", "page_range": "1"});
    let (ended, _) = service.made(("a.pdf", &pdf), asked).await;
    assert!(text(&task(&ended, "work")["warnings"][0]).contains("page_range has no effect"), "{ended}");
}

#[tokio::test]
async fn options_of_another_type_are_named_before_anything_runs() {
    let service = Service::start().await;
    let page = json!({"operation": "import/raw", "file": "# Hello", "filename": "a.md"});
    for (operation, option, value) in [
        ("convert", "quality", json!("x")),
        ("convert", "quality", json!(7.5)),
        ("convert", "width", json!(true)),
        ("convert", "pages", json!([])),
        ("convert", "progressive", json!("perhaps")),
        ("merge", "width", json!("wide")),
        ("watermark", "opacity", json!({})),
        ("watermark", "rotation", json!("right")),
        ("watermark", "position_vertical", json!(["top"])),
        ("metadata/write", "metadata", json!("Title")),
        ("pdf/encrypt", "set_password", json!(["secret"])),
        ("pdf/rotate-pages", "rotation", json!("45")),
        ("pdf/rotate-pages", "rotation", json!(45)),
        ("pdf/a", "conformance_level", json!("4")),
        ("convert", "fit", json!("fill")),
        ("watermark", "position_vertical", json!("left")),
        ("optimize", "profile", json!("small")),
        ("watermark", "layer", json!("beside")),
        ("convert", "output_format", json!("docx")),
        // What the service itself means by these is no format.
        ("convert", "output_format", json!("*")),
        ("convert", "output_format", json!("=")),
        ("thumbnail", "output_format", json!("*")),
        ("archive", "output_format", json!("=")),
        ("pdf/encrypt", "output_format", json!("*")),
        ("archive", "output_format", json!("rar")),
        ("thumbnail", "output_format", json!("gif")),
        ("pdf/encrypt", "set_password", json!({"a": "secret"})),
        ("pdf/encrypt", "allow_print", json!([1])),
        ("pdf/rotate-pages", "rotation", json!(true)),
        ("pdf/ocr", "language", json!(true)),
        ("pdf/ocr", "language", json!([1])),
    ] {
        let mut work = json!({
            "operation": operation, "input": ["in", "also"], "output_format": "pdf", "text": "x", "rotation": 90,
            "metadata": {"Title": "x"}, "set_password": "x",
        });
        work[option] = value;
        let tasks = json!({"in": page, "also": page, "work": work});
        assert_eq!(wrong(&service, json!({ "tasks": tasks })).await, [format!("tasks.work.{option}")]);
    }
    // A number and a truth may be texts, and a whole number may have a point.
    let written = json!({"operation": "convert", "input": "in", "output_format": "jpg", "quality": "75", "width": "10.0",
        "progressive": "True", "timeout": ""});
    let picture = json!({"operation": "import/base64", "file": STANDARD.encode(file("input.png")), "filename": "a.png"});
    let ended = service.ended(&service.job(json!({"in": picture, "work": written})).await).await;
    assert_eq!(ended["status"], "finished", "{ended}");
}

#[tokio::test]
async fn what_an_operation_needs_is_asked_for_before_anything_runs() {
    let service = Service::start().await;
    for (operation, needed) in [
        ("metadata/write", "metadata"),
        ("watermark", "text"),
        ("pdf/encrypt", "set_password"),
        ("pdf/rotate-pages", "rotation"),
        ("pdf/extract-pages", "pages"),
    ] {
        for nothing in [Value::Null, json!("")] {
            let mut work = json!({"operation": operation, "input": "in"});
            work[needed] = nothing;
            let alone = service.v2(Method::POST, &format!("/v2/{operation}"), work.clone()).await;
            assert!(alone["errors"][needed].is_array(), "{}", alone.text());
            let body = json!({"tasks": {"in": page()["in"], "work": work}});
            assert_eq!(wrong(&service, body).await, [format!("tasks.work.{needed}")]);
        }
    }
    // One file cannot be joined; several of one task can.
    let merge = json!({"operation": "merge", "input": "in", "output_format": "pdf"});
    let mut tasks = json!({"in": page()["in"], "work": merge});
    assert_eq!(wrong(&service, json!({ "tasks": tasks })).await, ["tasks.work.input"]);
    tasks["in"] = json!({"operation": "archive/extract", "input": "zip"});
    tasks["zip"] = json!({"operation": "import/upload"});
    service.job(tasks).await;
}

#[tokio::test]
async fn an_import_has_no_input_and_parameters_of_no_other_type() {
    let service = Service::start().await;
    for (member, value) in [
        ("input", json!("nobody")),
        ("input", json!(["work"])),
        ("input", json!({})),
        ("timeout", json!("long")),
        ("timeout", json!(0)),
        ("engine", json!(7)),
        ("input_format", json!(["md"])),
        ("ignore_error", json!("perhaps")),
    ] {
        for import in [page()["in"].clone(), json!({"operation": "import/upload"})] {
            let mut tasks = page();
            tasks["in"] = import;
            tasks["in"][member] = value.clone();
            assert_eq!(wrong(&service, json!({ "tasks": tasks })).await, [format!("tasks.in.{member}")]);
        }
    }
    let mut tasks = page();
    tasks["in"]["input"] = json!([]);
    service.job(tasks).await;
}

#[tokio::test]
async fn a_name_of_another_format_is_told() {
    let service = Service::start().await;
    let picture = file("input.png");
    for (name, is_told) in
        [("nodot", true), ("a.gif", true), ("a.jpg", false), ("A.JPEG", false), ("a.b.jpg", false)]
    {
        let work = json!({"operation": "convert", "output_format": "jpg", "filename": name});
        let (ended, _) = service.made(("a.png", &picture), work).await;
        let work = task(&ended, "work");
        assert_eq!(
            (&work["status"], &work["result"]["files"][0]["filename"]),
            (&json!("finished"), &json!(name))
        );
        let told = work["warnings"].to_string();
        assert_eq!(told.contains("does not end in .jpg"), is_told, "{name}: {told}");
    }
}

#[tokio::test]
async fn names_count_as_what_a_job_keeps() {
    let service = Service::start().await;
    let mut tasks = serde_json::Map::new();
    tasks.insert("a".repeat(1 << 20), json!({"operation": "import/upload"}));
    assert_eq!(wrong(&service, json!({ "tasks": tasks })).await, ["tasks"]);
}
