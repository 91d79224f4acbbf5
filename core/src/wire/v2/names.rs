//! Storages: their operations and the names of their fields, for imports and exports.
//!
//! API documentation: <https://cloudconvert.com/api/v2/import>, <https://cloudconvert.com/api/v2/export>.

use crate::error::Error;
use crate::job::Storage;
use crate::json::Value;

/// One kind of storage.
pub(super) struct Kind {
    /// Its name in a wish.
    name: &'static str,
    /// What stands behind `import/` and `export/`.
    operation: &'static str,
    /// Names in a wish, and in a task.
    fields: &'static [(&'static str, &'static str)],
    /// Fields without which the operation is refused, named as in a wish.
    needs: &'static [&'static str],
    /// The member that names the file, and the one that names a folder.
    file: (&'static str, &'static str),
}

impl Kind {
    /// The member that names a file or a folder.
    fn named(&self, path: &str) -> &'static str {
        if path.ends_with('/') { self.file.1 } else { self.file.0 }
    }
}

const KINDS: &[Kind] = &[
    Kind {
        name: "s3",
        operation: "s3",
        fields: &[
            ("accesskeyid", "access_key_id"),
            ("secretaccesskey", "secret_access_key"),
            ("sessiontoken", "session_token"),
        ],
        needs: &[],
        file: ("key", "key_prefix"),
    },
    Kind {
        name: "azure",
        operation: "azure/blob",
        fields: &[
            ("accountname", "storage_account"),
            ("accountkey", "storage_access_key"),
            ("sastoken", "sas_token"),
        ],
        needs: &[],
        file: ("blob", "blob_prefix"),
    },
    Kind {
        name: "googlecloud",
        operation: "google-cloud-storage",
        fields: &[("projectid", "project_id")],
        needs: &[],
        file: ("file", "file_prefix"),
    },
    Kind {
        name: "openstack",
        operation: "openstack",
        fields: &[("authurl", "auth_url")],
        needs: &["region"],
        file: ("file", "file_prefix"),
    },
    Kind {
        name: "sftp",
        operation: "sftp",
        fields: &[("user", "username"), ("privatekey", "private_key")],
        needs: &[],
        file: ("file", "path"),
    },
];

/// The task that reads one file, or a folder, whose name ends in `/`.
pub(super) fn import(storage: &Storage, file: &str) -> Result<Value<'static>, Error> {
    let (kind, mut task) = open(storage, "import/")?;
    task.set(kind.named(file), file.to_owned());
    Ok(task)
}

/// The task that writes the outputs; a `path` that ends in `/` is a folder.
pub(super) fn export(storage: &Storage) -> Result<Value<'static>, Error> {
    let (kind, mut task) = open(storage, "export/")?;
    if let Some(path) = storage.fields().get("path").text() {
        task.set(kind.named(path), path.to_owned());
    }
    Ok(task)
}

/// The kind of a storage, with all that it needs.
///
/// # Errors
/// `bad_request` for a kind that this version does not have, and for a field that is missing.
pub(super) fn kind(storage: &Storage) -> Result<&'static Kind, Error> {
    let kind = KINDS
        .iter()
        .find(|kind| kind.name == storage.kind())
        .ok_or_else(|| super::lacks("plain FTP", "use sftp"))?;
    let fields = storage.fields();
    if let Some(missing) = kind.needs.iter().find(|field| fields.get(field).is_empty()) {
        return Err(Error::bad_request(
            ["version 2 of the API needs the `", missing, "` of the storage `", kind.name, "`"].concat(),
        ));
    }
    Ok(kind)
}

fn open(storage: &Storage, direction: &str) -> Result<(&'static Kind, Value<'static>), Error> {
    let kind = kind(storage)?;
    let fields = storage.fields();
    let mut task = Value::object();
    task.set("operation", [direction, kind.operation].concat());
    for (name, value) in fields.members() {
        match name.as_ref() {
            "path" => {}
            // The key file of a service account: only two of its members are asked for.
            "credentials" => {
                for member in ["client_email", "private_key"] {
                    task.set(member, value.get(member).clone());
                }
            }
            name => {
                let known = kind.fields.iter().find(|(wish, _)| *wish == name);
                task.set(known.map_or(name, |(_, task)| task).to_owned(), value.clone());
            }
        }
    }
    if kind.name == "s3" && fields.get("region").is_empty() {
        // The region that version 1 takes where there is none.
        task.set("region", "us-east-1");
    }
    Ok((kind, task))
}
