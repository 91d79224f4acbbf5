//! What a machine without programs cannot do, it says.

use reqwest::Method;
use serde_json::json;

use crate::program::{Program, command};
use crate::service::KEY;

#[tokio::test]
async fn what_has_to_be_installed() {
    let data = tempfile::tempdir().unwrap();
    let mut command = command(&["--listen", "127.0.0.1:0"]);
    command.env("PATH", "/nonexistent").args(["--key", KEY]).arg("--data").arg(data.path());
    let program = Program::of(command, data);
    for (operation, package) in [
        ("pdf/a", "ghostscript"),
        ("pdf/x", "ghostscript"),
        ("pdf/ocr", "tesseract-ocr"),
        ("capture-website", "chromium and bubblewrap"),
        ("metadata/write", "libimage-exiftool-perl"),
    ] {
        let tasks =
            json!({"tasks": {"it": {"operation": operation, "input": "it", "url": "https://example.org"}}});
        let answer = program.service.v2(Method::POST, "/v2/jobs", tasks).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        let said = answer["errors"]["tasks.it.operation"][0].as_str().unwrap();
        assert!(said.contains(operation) && said.contains(package), "{said}");
    }
    // What needs none, is there.
    let answer =
        program.service.get("/v2/operations?filter[operation]=watermark&filter[input_format]=png").await;
    assert_eq!(answer["data"].as_array().unwrap().len(), 1);
}
