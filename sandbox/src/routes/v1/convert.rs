//! `/convert`: create and start in one, then a 303 to the process, or with `download` to the output.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::asked::Download;
use super::create::new_process;
use super::extract::Wish;
use super::start::begin;
use super::status::download_url;
use crate::app::App;
use crate::error::ApiError;
use crate::routes::form::MAX_FILES;
use crate::serve::{Host, Seat};

pub(super) async fn convert(
    State(app): State<Arc<App>>,
    host: Host,
    seat: Seat,
    Wish { key, params, files }: Wish<MAX_FILES>,
) -> Result<Response, ApiError> {
    let (download, wait) = (Download::asked(&params), params.flag("wait"));
    let process = new_process(&app, &key, &params)?;
    begin(&app, &process, params, &host, false, files).await?;
    if wait && process.awaits_upload().is_err() {
        // Where too many wait already, the client waits at the place to which it is sent.
        let _ = seat.wait(process.0.wait()).await;
    }
    let url = match (download, download_url(&process, &host.public)) {
        (Some(Download::Attachment), Some(url)) => url,
        (Some(Download::Inline), Some(url)) => format!("{url}?inline"),
        _ => process.url(&host.public),
    };
    Ok(see_other(&url))
}

fn see_other(url: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(url) = HeaderValue::from_str(url) {
        response.headers_mut().insert(header::LOCATION, url);
    }
    response
}
