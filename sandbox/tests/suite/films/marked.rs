//! The table of what a mark leaves of a film: each cell of it, by doing what it says.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::{Value, json};

use super::table::{Input, Made, input, kind, seen};
use crate::service::Service;
use crate::tables::cells;
use crate::v2::task;

const FORMATS: [&str; 5] = ["mp4", "mov", "mkv", "webm", "avi"];

#[tokio::test]
async fn every_cell_is_what_happens() {
    let service = Service::start().await;
    let cells = cells("### What marks leave of films");
    assert_eq!(cells.len(), 12 * 5);
    let folder = tempfile::tempdir().unwrap();
    let mut outputs = HashMap::new();
    for cell in cells.iter().filter(|cell| !cell.says.is_empty()) {
        let kind = kind(cell.row);
        let (before, made) = match outputs.entry((kind, cell.column)) {
            Entry::Occupied(outputs) => outputs.into_mut(),
            Entry::Vacant(place) => {
                let before = before(&service, input(kind, folder.path()), cell.column).await;
                let made = marked(&service, &before).await;
                place.insert((before, made))
            }
        };
        let seen = seen(cell, before, made);
        assert_eq!(seen, cell.says, "{} of {}: {}", cell.row, cell.column, made.told);
    }
}

/// A film in this format: as it was made, or as it becomes one.
async fn before(service: &Service, film: Input, column: &str) -> Input {
    let format = FORMATS.into_iter().find(|format| format.eq_ignore_ascii_case(column)).unwrap();
    if film.format == format {
        return film;
    }
    Input { format, content: service.output((film.format, format), film.content, json!({})).await }
}

async fn marked(service: &Service, film: &Input) -> Made {
    let mark = json!({"operation": "watermark", "text": "x"});
    let (ended, mut files) = service.made((&format!("a.{}", film.format), &film.content), mark).await;
    assert_eq!((&ended["status"], files.len()), (&json!("finished"), 1), "{}: {ended}", film.format);
    let told = task(&ended, "work").get("warnings").map_or(String::new(), Value::to_string);
    Made::of(film.format, files.remove(0), told)
}
