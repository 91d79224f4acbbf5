//! What the machine can do, and whose key it is.

use reqwest::Method;
use serde_json::{Value, json};

use super::text;
use crate::service::Service;

#[tokio::test]
async fn formats_need_no_key_and_have_filters() {
    let service = Service::start().await;
    let all = service.get("/v2/convert/formats").await;
    assert_eq!(all.status, 200);
    let one = service.get("/v2/convert/formats?filter[input_format]=png&filter[output_format]=jpg&include=options,engine_versions").await;
    let found = one["data"].as_array().unwrap();
    assert_eq!((found.len(), &found[0]["operation"]), (1, &"convert".into()));
    assert!(found[0]["options"].is_array() && found[0]["engine_versions"].is_array());
    assert!(all["data"].as_array().unwrap().len() > 20 && all["data"][0].get("options").is_none());
    let pages =
        "/v2/operations?filter[operation]=convert&filter[input_format]=html&filter[output_format]=pdf";
    let engines = async |more: &str| {
        let found = service.get(&format!("{pages}{more}")).await;
        let found = found["data"].as_array().unwrap().clone();
        found.iter().map(|entry| text(&entry["engine"]).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(engines("").await, ["chromium"]);
    assert_eq!(engines("&alternatives=true").await, ["chromium", "krilla"]);
    assert_eq!(engines("&filter[engine]=krilla").await, ["krilla"]);
    for operation in ["thumbnail", "optimize", "watermark", "capture-website", "pdf/a", "pdf/x", "pdf/ocr"] {
        let found =
            service.get(&format!("/v2/operations?filter[operation]={operation}&include=options")).await;
        let found = found["data"].as_array().unwrap().clone();
        assert!(
            !found.is_empty() && found.iter().all(|entry| entry["operation"] == operation),
            "{operation}"
        );
    }
    let merges = service.get("/v2/operations?filter[operation]=merge").await;
    assert!(merges["data"].as_array().unwrap().iter().all(|entry| entry["operation"] == "merge"));
}

#[tokio::test]
async fn the_account_is_shown_to_its_key() {
    let service = Service::start().await;
    assert_eq!(service.get("/v2/users/me").await.status, 401);
    let me = service.v2(Method::GET, "/v2/users/me", Value::Null).await;
    assert!(me["data"]["id"].is_i64() && me["data"]["credits"].is_i64());
}

#[tokio::test]
async fn engines_have_versions_and_options_have_types() {
    let service = Service::start().await;
    for (filter, engine) in [
        ("operation]=convert&filter[input_format]=svg&filter[output_format]=png", "resvg"),
        ("operation]=convert&filter[input_format]=mov&filter[output_format]=mp4", "ffmpeg"),
        ("operation]=convert&filter[input_format]=html&filter[output_format]=pdf", "chromium"),
        ("operation]=pdf/ocr", "tesseract"),
        ("operation]=pdf/a", "ghostscript"),
        ("operation]=metadata/write&filter[input_format]=jpg", "exiftool"),
    ] {
        let found = service.get(&format!("/v2/operations?filter[{filter}&include=engine_versions")).await;
        let entry = &found["data"][0];
        assert_eq!(entry["engine"], engine, "{}", found.text());
        let versions = entry["engine_versions"].as_array().unwrap();
        assert_eq!(versions.len(), 1, "{entry}");
        let version = text(&versions[0]["version"]);
        assert!(version.split('.').count() >= 2 && version.bytes().all(|b| b == b'.' || b.is_ascii_digit()));
        assert_eq!((&versions[0]["default"], &versions[0]["latest"]), (&true.into(), &true.into()));
        let of = async |version: &str| {
            let path = format!("/v2/operations?filter[{filter}&filter[engine_version]={version}");
            service.get(&path).await["data"].as_array().unwrap().len()
        };
        assert_eq!((of(version).await, of("0.0").await), (1, 0), "{engine}");
    }
    // A task says which one worked on it.
    let job = service.job(super::page()).await;
    let ended = service.ended(&job).await;
    assert!(text(&super::task(&ended, "work")["engine_version"]).contains('.'), "{ended}");

    let option = async |filter: &str, name: &str| {
        let found = service.get(&format!("/v2/operations?filter[{filter}&include=options")).await;
        let options = found["data"][0]["options"].as_array().unwrap().clone();
        let found = options.into_iter().find(|option| option["name"] == name);
        let found = found.unwrap_or_else(|| panic!("{filter} has no {name}"));
        (text(&found["type"]).to_owned(), found["possible_values"].clone())
    };
    let picture = "operation]=convert&filter[input_format]=png&filter[output_format]=webp";
    for (filter, name, kind, values) in [
        (picture, "fit", "enum", json!(["max", "crop", "scale", "pad"])),
        (picture, "width", "integer", Value::Null),
        (picture, "quality", "integer", Value::Null),
        (picture, "lossless", "boolean", Value::Null),
        (picture, "background", "string", Value::Null),
        ("operation]=pdf/a", "conformance_level", "enum", json!(["1b", "2b", "3b"])),
        ("operation]=pdf/rotate-pages", "rotation", "enum", json!(["+90", "-90", "180"])),
        ("operation]=watermark&filter[input_format]=pdf", "layer", "enum", json!(["above", "below"])),
        ("operation]=watermark&filter[input_format]=pdf", "rotation", "float", Value::Null),
        ("operation]=metadata/write", "metadata", "dictionary", Value::Null),
        ("operation]=capture-website", "headers", "dictionary", Value::Null),
    ] {
        assert_eq!(option(filter, name).await, (kind.to_owned(), values), "{filter} {name}");
    }
}

#[tokio::test]
async fn a_format_that_may_be_any_is_null_and_found_by_each() {
    let service = Service::start().await;
    let found = async |query: &str| {
        let found = service.get(&format!("/v2/operations?{query}&include=options")).await;
        assert!(!found.text().contains("\"*\"") && !found.text().contains("page_range"), "{}", found.text());
        found["data"].as_array().unwrap().clone()
    };
    let archives =
        found("filter[operation]=archive&filter[input_format]=docx&filter[output_format]=zip").await;
    assert_eq!(archives.len(), 1);
    assert_eq!((&archives[0]["input_format"], &archives[0]["output_format"]), (&Value::Null, &"zip".into()));
    let captures = found("filter[operation]=capture-website&filter[output_format]=pdf").await;
    assert!(captures.len() == 1 && captures[0]["input_format"].is_null());
    assert!(found("filter[operation]=capture-website&filter[input_format]=docx").await.is_empty());
    let metadata = found("filter[operation]=metadata&filter[input_format]=png").await;
    assert!(metadata.iter().all(|entry| entry["output_format"].is_null()) && !metadata.is_empty());
    let pages = found("filter[operation]=convert&filter[input_format]=pdf&filter[output_format]=png").await;
    let options = pages[0]["options"].as_array().unwrap();
    assert!(options.iter().any(|option| option["name"] == "pages"), "{pages:?}");
}
