//! The table of the README: each cell of it, by doing what it says.

use super::pages::poppler;
use super::rows::{Check, row};
use super::{output_of, plainly, warnings, words};
use crate::pdf::text_of;
use crate::service::Service;
use crate::tables::cells;

#[tokio::test]
async fn every_cell_is_what_happens() {
    let service = Service::start().await;
    let cells = cells("### What texts keep");
    assert_eq!(cells.len(), 22 * 4);
    for cells in cells.chunks(4) {
        let name = cells[0].row;
        let row = row(name);
        let filled: Vec<_> = cells.iter().filter(|cell| !cell.says.is_empty()).collect();
        assert_eq!(filled.len(), row.columns.len(), "{name}");
        for (cell, check) in filled.into_iter().zip(&row.columns) {
            let what = format!("{name}: {}", cell.column);
            assert_eq!(cell.says, check.says, "{what}");
            let (inputs, output): (&[&str], _) = match cell.column {
                "Markdown to HTML" => (&["md"], "html"),
                "HTML, Markdown to text" => (&["html", "md"], "txt"),
                "HTML, Markdown to PDF" => (&["html", "md"], "pdf"),
                _ => (&["txt"], "pdf"),
            };
            let inputs = row.inputs.iter().filter(|(input, _)| inputs.contains(input));
            assert!(inputs.clone().count() > 0, "{what} is not tried");
            for (input, content) in inputs {
                look(&service, (input, output), content, check, &what).await;
            }
        }
    }
}

async fn look(service: &Service, pair: (&str, &str), content: &[u8], check: &Check, what: &str) {
    let status = service.convert(pair, content.to_vec(), plainly(pair)).await;
    let made = output_of(service, &status).await;
    let seen = if pair.1 == "pdf" { everything(&made) } else { String::from_utf8(made).unwrap() };
    for part in check.has {
        assert!(seen.contains(part), "{what} from {}: {part:?} is not in {seen}", pair.0);
    }
    for part in check.lacks {
        assert!(!seen.contains(part), "{what} from {}: {part:?} is in {seen}", pair.0);
    }
    let types = format!("/conversiontypes?inputformat={}&outputformat={}&mode=convert", pair.0, pair.1);
    let notes = service.get(&types).await;
    let notes = notes.json().as_array().unwrap().iter().map(|pair| pair["note"].to_string());
    let told = format!("{} {}", warnings(&status), notes.collect::<String>());
    assert!(told.contains(check.told), "{what} from {}: {told}", pair.0);
}

/// The text of a PDF, its title, its structure, its links and how it is written.
fn everything(pdf: &[u8]) -> String {
    let about = [&[][..], &["-struct-text"], &["-url"]].map(|arguments| poppler("pdfinfo", arguments, pdf));
    format!("{}\n{}\n{}", words(&text_of(pdf)), about.concat(), String::from_utf8_lossy(pdf))
}
