//! What the machine can do, and whose key it is.

use reqwest::Method;
use serde_json::Value;

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
