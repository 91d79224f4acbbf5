//! A whole host, with a plain blocking HTTP client: `cargo run --example blocking photo.png jpg`.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::time::{Instant, SystemTime};

use cloudconvert_core::{
    Action, Api, Body, Conversion, Event, Input, InputFile, Job, Piece, Place, Policy, Reason, Request,
    Response, Sink, Timestamp, safe_name,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let (path, to) = (std::env::args().nth(1).ok_or("a file")?, std::env::args().nth(2).ok_or("a format")?);
    let (base, key) = (std::env::var("CLOUDCONVERT_BASE_URL")?, std::env::var("CLOUDCONVERT_API_KEY")?);
    let (_, from) = path.rsplit_once('.').ok_or("a file with an extension")?;
    let file = InputFile { name: safe_name(&path), size: Some(File::open(&path)?.metadata()?.len()) };
    let job = Job::new(Input::Upload { files: vec![file] }, from, &to);
    // A clock that only goes forward, whatever becomes of the system's.
    let (start, begun) = (Timestamp::from(SystemTime::now()), Instant::now());
    let now = || start + begun.elapsed();
    let api = Api::new(&base, Some(&key))?;
    let mut conversion = Conversion::new(&api, job, Policy::default(), start.as_millis())?;
    loop {
        match conversion.poll(now()) {
            Action::Send(request) => {
                let event = send(&request, &path)
                    .map(|response| Event::Response { id: request.id, response })
                    .unwrap_or(Event::Failed { id: request.id, reason: Reason::Connection });
                conversion.handle(now(), event);
            }
            // All of them are whole, and the service still has them.
            Action::Settle { id } => conversion.handle(
                now(),
                name(&conversion).map_or_else(
                    |error| Event::Failed { id, reason: Reason::Sink(error.to_string()) },
                    |()| Event::Settled { id },
                ),
            ),
            Action::Wait { until } => std::thread::sleep(until - now()),
            Action::Busy { .. } => unreachable!("a blocking client has always answered by now"),
            Action::Done(result) => {
                result?.files.iter().for_each(|file| println!("{}", file.name));
                return Ok(());
            }
        }
    }
}

/// Writes the outputs to the disk, then gives them their names.
fn name(conversion: &Conversion) -> std::io::Result<()> {
    conversion.verified().try_for_each(|name| File::open(part(name))?.sync_all())?;
    conversion.verified().try_for_each(|name| std::fs::rename(part(name), name))?;
    File::open(".")?.sync_all()
}

/// What an output is called until all are whole.
fn part(name: &str) -> String {
    format!(".{name}.part")
}

fn send(request: &Request, path: &str) -> Result<Response> {
    let mut body = Vec::new();
    match &request.body {
        Body::Empty => {}
        Body::Bytes(bytes) => body.extend(bytes),
        Body::Stream { pieces, .. } => {
            for piece in pieces {
                match piece {
                    Piece::Bytes(bytes) => body.extend(bytes),
                    Piece::File(_) => drop(File::open(path)?.read_to_end(&mut body)?),
                }
            }
        }
    }
    let mut call = ureq::http::Request::builder().method(request.method.as_str()).uri(&request.url);
    for (name, value) in &request.headers {
        call = call.header(*name, value);
    }
    let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
    let answer = agent.new_agent().run(call.body(body)?)?;
    let headers =
        answer.headers().iter().map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into()));
    let mut response =
        Response { status: answer.status().as_u16(), headers: headers.collect(), ..Response::default() };
    answer.into_body().into_reader().read_to_end(&mut response.body)?;
    if let (Place::File { offset }, Sink::File { name, .. }) = (request.sink.place(&response), &request.sink)
    {
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(part(name))?;
        file.set_len(offset)?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(&response.body)?;
        response.received = offset + response.body.len() as u64;
    }
    Ok(response)
}
