//! Inputs that are downloaded from a URL (`input=download`).

use futures_util::StreamExt;
use percent_encoding::percent_decode_str;

use crate::app::App;
use crate::error::ApiError;
use crate::process::Process;

/// Fetches inputs one after another, never larger than the limit. The client that fetches has time limits of its own.
pub(super) async fn fetch(app: &App, process: &Process, urls: &[reqwest::Url]) -> Result<(), ApiError> {
    for url in urls {
        let response = app.fetch(url).send().await.map_err(|error| failed(&error))?;
        if !response.status().is_success() {
            let message = format!("The URL of the input file answers {}", response.status());
            return Err(ApiError::new(422, message));
        }
        let name = response.url().path_segments().and_then(|mut path| path.next_back().map(str::to_owned));
        let name = name.map(|name| percent_decode_str(&name).decode_utf8_lossy().into_owned());
        let mut file = app.inbox.open(name).await?;
        let mut body = response.bytes_stream();
        while let Some(chunk) = body.next().await {
            file.write(&chunk.map_err(|error| failed(&error))?).await?;
        }
        process.add_inputs(vec![file.finish().await?])?;
    }
    Ok(())
}

/// Why a URL cannot be fetched; the URL itself may be private.
fn failed(error: &reqwest::Error) -> ApiError {
    let why = if error.is_timeout() {
        "it takes too long"
    } else if error.is_redirect() {
        "it redirects too often"
    } else if error.is_connect() {
        "there is no connection to its server"
    } else {
        "its server broke off"
    };
    ApiError::new(422, format!("The input file could not be downloaded from its URL: {why}"))
}
