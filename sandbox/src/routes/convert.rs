//! `/convert`: create and start in one, then a 303 to the process, or with `download` to the output.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::start::{Download, begin};
use super::{body, create};
use crate::app::App;
use crate::error::ApiError;

pub(super) async fn convert(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let (headers, host) = (request.headers().clone(), app.host(request.uri(), request.headers()));
    let (params, files) = body::read(request, &app.inbox, |params| {
        // Who is not allowed to, is told so before the file is read.
        app.check_key(&headers, params).map(drop)
    })
    .await?;
    let process = create::new_process(&app, &app.authorize(&headers, &params)?, &params)?;
    begin(&app, &process, &params, &host, files).await?;
    if params.flag("wait") && process.state.borrow().awaits_upload().is_err() {
        process.ended().await;
    }
    Ok(see_other(&match Download::asked(&params) {
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
