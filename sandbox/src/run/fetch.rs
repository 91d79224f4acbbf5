//! Inputs that are downloaded from a URL (`input=download`).

use std::time::Duration;

use futures_util::StreamExt;
use percent_encoding::percent_decode_str;

use crate::app::App;
use crate::disposition;
use crate::error::ApiError;
use crate::process::Process;

/// How long one file may take.
const MAX_TIME: Duration = Duration::from_hours(1);

/// Fetches inputs one after another, never larger than the limit.
pub(super) async fn fetch(app: &App, process: &Process, urls: &[reqwest::Url]) -> Result<(), ApiError> {
    for url in urls {
        let response = app.egress.get(url, MAX_TIME).await.map_err(|error| failed(&error.message))?;
        if !response.status().is_success() {
            let message = format!("The URL of the input file answers {}", response.status());
            return Err(ApiError::new(422, message));
        }
        let mut file = app.inbox.open(name(&response)).await?;
        file.announced(response.content_length())?;
        let mut body = response.bytes_stream();
        while let Some(chunk) = body.next().await {
            file.write(&chunk.map_err(|_| failed("its server broke off"))?).await?;
        }
        process.add_inputs(vec![file.finish().await?])?;
    }
    Ok(())
}

/// What the file is called: as its server says, or as its URL ends.
pub(crate) fn name(response: &reqwest::Response) -> Option<String> {
    disposition::file_name(response.headers()).filter(|name| !name.is_empty()).or_else(|| {
        let last = response.url().path_segments()?.next_back()?;
        Some(percent_decode_str(last).decode_utf8_lossy().into_owned())
    })
}

/// Why a URL cannot be fetched; the URL itself may be private.
fn failed(why: &str) -> ApiError {
    ApiError::new(422, format!("The input file could not be downloaded from its URL: {why}"))
}
