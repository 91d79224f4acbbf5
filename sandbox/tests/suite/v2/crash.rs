//! An engine that ends in the middle of its work.

use cloudconvert_sandbox::Config;
use nix::sys::signal::{Signal, kill};
use serde_json::json;

use super::{page, task};
use crate::program::workers;
use crate::service::Service;

/// A small drawing that takes hours.
const SLOW: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="9999" height="9999"><filter id="f"><feTurbulence baseFrequency=".01" numOctaves="99999"/></filter><rect width="9999" height="9999" filter="url(#f)"/></svg>"#;

#[tokio::test]
async fn an_engine_that_dies_takes_its_task_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let data = Some(folder.path().to_owned());
    let service = Service::with(Config { data, engines: 2, ..Config::default() }).await;
    let job = service
        .job(json!({
            "in": {"operation": "import/raw", "file": SLOW, "filename": "a.svg"},
            "work": {"operation": "convert", "input": "in", "output_format": "png"},
            "out": {"operation": "export/url", "input": "work"},
        }))
        .await;
    let other = service.job(page()).await;
    assert_eq!(service.ended(&other).await["status"], "finished");
    // What is left is the engine of the drawing.
    let engine = loop {
        match workers(folder.path())[..] {
            [found, ..] => break found,
            [] => tokio::task::yield_now().await,
        }
    };
    // Not by SIGSEGV: where no memory was touched, Rust's own handler goes on.
    kill(engine, Signal::SIGABRT).unwrap();
    let ended = service.ended(&job).await;
    assert_eq!(ended["status"], "error", "{ended}");
    assert_eq!(task(&ended, "work")["code"], "CONVERSION_FAILED");
    assert_eq!(task(&ended, "out")["code"], "INPUT_TASK_FAILED");
    let again = service.ended(&service.job(page()).await).await;
    assert_eq!(again["status"], "finished");
}
