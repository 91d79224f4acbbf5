//! `/convert`: create and start in one, then a 303 to the process, or with `download` to the output.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;

use super::{create, is, params, query, start, upload};
use crate::app::{App, host};
use crate::error::ApiError;

pub(super) async fn convert(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let (headers, host) = (request.headers().clone(), host(request.headers()));
    let (params, process, file) = if is(&request, "multipart/form-data") {
        let mut params = query(&request);
        let key = app.authorize(&headers, &params)?;
        let process = create::new_process(&app, &key, &params)?;
        let file = upload::receive(&app, &process, request, &mut params).await?;
        (params, process, file)
    } else {
        let params = params(request).await?;
        let process = create::new_process(&app, &app.authorize(&headers, &params)?, &params)?;
        (params, process, None)
    };
    start::begin(&app, &process, &params, &host, file).await?;
    let answer = start::answer(&process, &params, &host).await?;
    if answer.status().is_success() { Ok(start::see_other(&process.url(&host))) } else { Ok(answer) }
}
