//! `/convert`: create and start in one, then a 303 to the process, or with `download` to the output.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::create;
use super::extract::Wish;
use super::form::MAX_FILES;
use super::start::{Download, begin};
use crate::app::App;
use crate::error::ApiError;
use crate::serve::{Host, Seat};

pub(super) async fn convert(
    State(app): State<Arc<App>>,
    host: Host,
    seat: Seat,
    Wish { key, params, files }: Wish<MAX_FILES>,
) -> Result<Response, ApiError> {
    let (host, download, wait) = (host.public, Download::asked(&params), params.flag("wait"));
    let process = create::new_process(&app, &key, &params)?;
    begin(&app, &process, params, &host, false, files).await?;
    if wait && process.state.borrow().awaits_upload().is_err() {
        // Where too many wait already, the client waits at the place to which it is sent.
        let _ = seat.wait(process.ended()).await;
    }
    Ok(see_other(&match download {
        Some(Download::Attachment) => process.download_url(&host),
        Some(Download::Inline) => format!("{}?inline", process.download_url(&host)),
        None => process.url(&host),
    }))
}

fn see_other(url: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(url) = HeaderValue::from_str(url) {
        response.headers_mut().insert(header::LOCATION, url);
    }
    response
}
