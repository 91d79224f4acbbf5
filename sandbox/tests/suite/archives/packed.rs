//! The table of what is packed into new archives: each cell of it, by doing what it says.

use serde_json::{Value, json};

use super::table::{of_tar, of_zip};
use crate::service::Service;
use crate::tables::cells;
use crate::v2::task;

#[tokio::test]
async fn every_cell_is_what_happens() {
    let service = Service::start().await;
    let cells = cells("### What new archives have");
    assert_eq!(cells.len(), 5 * 2);
    for cell in cells {
        let (files, sentence) = files(cell.row);
        let output = if cell.column == "ZIP" { "zip" } else { "tar.gz" };
        let (warnings, archive) = packed(&service, output, files).await;
        let members = if output == "zip" { of_zip(archive) } else { of_tar(&archive) };
        let have: Vec<(&str, &str)> =
            members.iter().map(|member| (member.name.as_str(), member.content.as_str())).collect();
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        let seen = match cell.row {
            "content" if have == files => "kept",
            "names, in every script" if have == files => "kept, as UTF-8",
            "names that Windows does not take (`CON`, `a:b`)" if have == files => "kept, told",
            _ if have == [(names[0], "1"), (numbered(names[1]).as_str(), "2")] => "get a number, told",
            _ => "wrong",
        };
        let what = format!("{} in {output}: {have:?} {warnings}", cell.row);
        assert_eq!(seen, cell.says, "{what}");
        assert_eq!(warnings.is_empty(), sentence.is_empty(), "{what}");
        assert!(warnings.contains(sentence), "{what}");
    }
}

fn numbered(name: &str) -> String {
    name.replace('.', "-2.")
}

/// What a row is about, and how it is told.
fn files(row: &str) -> (&'static [(&'static str, &'static str)], &'static str) {
    match row {
        "content" => (&[("a.txt", "one"), ("b.txt", "two")], ""),
        "names, in every script" => (&[("Größe.txt", "1"), ("日本 שלום.txt", "2")], ""),
        "several files of the same name" => {
            (&[("a.txt", "1"), ("a.txt", "2")], "Several members have the same name: a.txt is called a-2.txt")
        }
        "names that differ only in case, or in how accents are written" => {
            (&[("é.txt", "1"), ("E\u{301}.txt", "2")], "Names differ only in case")
        }
        "names that Windows does not take (`CON`, `a:b`)" => (
            &[("CON.txt", "1"), ("a:b.txt", "2")],
            "Names are kept that Windows does not take: CON.txt, a:b.txt",
        ),
        row => panic!("the row {row} is not tested"),
    }
}

/// The warnings, and the archive.
async fn packed(service: &Service, output: &str, files: &[(&str, &str)]) -> (String, Vec<u8>) {
    let mut tasks = json!({"out": {"operation": "export/url", "input": "work"}});
    let mut inputs = Vec::new();
    for (number, (name, content)) in files.iter().enumerate() {
        inputs.push(format!("in-{number}"));
        tasks[inputs[number].as_str()] =
            json!({"operation": "import/raw", "file": content, "filename": name});
    }
    tasks["work"] = json!({"operation": "archive", "input": inputs, "output_format": output});
    let (ended, mut made) = service.made_by(tasks).await;
    assert_eq!((&ended["status"], made.len()), (&json!("finished"), 1), "{ended}");
    let warnings = task(&ended, "work").get("warnings").map_or(String::new(), Value::to_string);
    (warnings, made.remove(0))
}
