//! What a task can be asked to do, read from its parameters and checked.
//!
//! API documentation: <https://cloudconvert.com/api/v2/import>, `…/convert`, `…/export`.

use serde_json::{Map, Value};

use super::work::{check_shared, work, works};
use super::wrong::{Wrong, flag, headers, invalid, required, text, url};
use crate::engine::{CommandEngine, Engines, Mode};
use crate::jobs::{Bundle, Export, Naming, Operation};
use crate::params::from_base64;

/// What a task was asked to do, and the content that came with it.
pub(super) struct Asked {
    pub(super) operation: Operation,
    pub(super) content: Option<Vec<u8>>,
}

impl From<Operation> for Asked {
    fn from(operation: Operation) -> Self {
        Self { operation, content: None }
    }
}

/// What engines do not do.
const MOVES: [&str; 5] = ["import/url", "import/upload", "import/raw", "import/base64", "export/url"];

/// Whether there is such an operation, be it on this machine or not.
pub(super) fn is_known(name: &str) -> bool {
    MOVES.contains(&name) || works().any(|(known, _)| known == name)
}

impl Asked {
    /// Reads the parameters of a task.
    pub(super) fn read(engines: &Engines, name: &str, task: &Map<String, Value>) -> Result<Self, Wrong> {
        let need = |field: &str| text(task, field)?.map(str::to_owned).ok_or_else(|| required(field));
        let naming = || {
            let filename = text(task, "filename")?.map(str::to_owned);
            Ok::<_, Wrong>(Naming { filename, format: None })
        };
        check_shared(task)?;
        match name {
            "import/url" => {
                let url = url("url", &need("url")?)?;
                Ok(Operation::Fetch { urls: vec![url], headers: headers(task)?, naming: naming()? }.into())
            }
            "import/upload" => {
                text(task, "redirect")?.map(|page| url("redirect", page)).transpose()?;
                Ok(Operation::Receive { files: 1, naming: Naming::default() }.into())
            }
            "import/raw" | "import/base64" => {
                // A file may be empty.
                let file = task.get("file").and_then(Value::as_str).map(str::to_owned);
                let file = file.map_or_else(|| need("file"), Ok)?;
                need("filename")?;
                let content = if name == "import/raw" { file.into_bytes() } else { decode(&file)? };
                let operation = Operation::Receive { files: 1, naming: naming()? };
                Ok(Self { operation, content: Some(content) })
            }
            "export/url" => Ok(Operation::Export(export(task)?).into()),
            _ => match works().find(|(known, _)| *known == name) {
                Some((_, mode)) if engines.have(mode) => {
                    if mode == Mode::Command {
                        check_command(engines, task)?;
                    }
                    work(engines, (name, mode), task).map(|work| Operation::Work(work).into())
                }
                Some((_, mode)) => Err(invalid("operation", &lacks(name, mode))),
                None => Err(invalid("operation", &format!("{name} is not offered by this service"))),
            },
        }
    }
}

/// Refuses commands of engines that are not allowed.
fn check_command(engines: &Engines, task: &Map<String, Value>) -> Result<(), Wrong> {
    let text = |field: &str| task.get(field).and_then(Value::as_str).ok_or_else(|| required(field));
    let (engine, command) = (text("engine")?, text("command")?);
    let Some(allowed) = engines.commands().find(|allowed| allowed.as_str() == engine) else {
        let allowed: Vec<&str> = engines.commands().map(CommandEngine::as_str).collect();
        let allowed = allowed.join(", ");
        return Err(invalid(
            "engine",
            &format!("{engine} is not allowed by this service; allowed: {allowed}"),
        ));
    };
    if !allowed.commands().contains(&command) {
        let known = allowed.commands().join(", ");
        return Err(invalid("command", &format!("of {engine} has to be one of these: {known}")));
    }
    Ok(())
}

/// What to say of an operation that this machine cannot do yet.
fn lacks(name: &str, mode: Mode) -> String {
    if mode == Mode::Command {
        return format!("{name} is not offered by this service: its operator allows no engine for it");
    }
    let packages = mode.needs();
    format!("{name} is not offered by this service: it needs {packages} (packages of Debian)")
}

fn export(task: &Map<String, Value>) -> Result<Export, Wrong> {
    let bundle = if flag(task, "archive_multiple_files")? { Bundle::Instead } else { Bundle::No };
    Ok(Export { inline: flag(task, "inline")?, bundle, once: false })
}

fn decode(text: &str) -> Result<Vec<u8>, Wrong> {
    from_base64(text).ok_or_else(|| invalid("file", "is not base64"))
}
