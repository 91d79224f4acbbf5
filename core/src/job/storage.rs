//! Storages of the user's own, and what opens them: where inputs come from ("Input parameters"), and outputs go.

mod spelling;

use std::fmt;

use crate::error::Error;
use crate::json::Value;
use spelling::spelled;

/// Every kind of storage, with the fields without which it cannot be opened: one of each row.
const KINDS: &[(&str, &[&[&str]])] = &[
    ("s3", &[&["accesskeyid"], &["secretaccesskey"], &["bucket"]]),
    ("openstack", &[&["authurl"], &["username"], &["password"], &["container"]]),
    #[cfg(not(feature = "v2"))]
    ("azure", &[&["accountname"], &["accountkey"], &["container"]]),
    #[cfg(feature = "v2")]
    ("azure", &[&["accountname"], &["accountkey", "sastoken"], &["container"]]),
    ("googlecloud", &[&["projectid"], &["bucket"], &["credentials"]]),
    ("ftp", &[&["host"], &["user"], &["password"]]),
    #[cfg(feature = "v2")]
    ("sftp", &[&["host"], &["user"], &["password", "privatekey"]]),
];

/// A storage of the user's own: made from [`S3`], [`OpenStack`], [`Azure`], [`GoogleCloud`], [`Ftp`] or [`Sftp`].
///
/// ```
/// use cloudconvert_core::{Ftp, Storage};
/// let server = Ftp { host: "ftp.example.org".into(), user: "me".into(), password: "SECRET".into(), port: None };
/// let films = Storage::from(server).path("films/");
/// assert_eq!(format!("{films:?}"), "ftp");
/// ```
#[derive(Clone, PartialEq)]
pub struct Storage(Box<Parts>);

/// Few conversions have a storage, so that it stands in a box.
#[derive(Clone, PartialEq)]
struct Parts {
    kind: &'static str,
    object: Value<'static>,
}

impl Storage {
    fn new(kind: &'static str, fields: &[(&'static str, Value<'static>)]) -> Self {
        let mut object = Value::object();
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            object.set(*name, value.clone());
        }
        Self(Box::new(Parts { kind, object }))
    }

    /// The name of its kind, as the API writes it: `s3`.
    pub fn kind(&self) -> &'static str {
        self.0.kind
    }

    /// Its fields, as version 1 of the API names them.
    #[cfg(feature = "v2")]
    pub(crate) fn fields(&self) -> &Value<'static> {
        &self.0.object
    }

    /// `path`, of outputs: the name of the file, with folders; one that ends in `/` is a folder.
    #[must_use]
    pub fn path(self, path: &str) -> Self {
        self.with("path", path.to_owned())
    }

    /// A further field of the storage, such as `acl` of S3, for what has no name here.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value<'static>>) -> Self {
        self.0.object.remove(name);
        self.0.object.set(name.to_owned(), value);
        self
    }

    /// Reads `{"s3": {"bucket": …}}`. Names of several words are also read with underscores or capitals between them, as
    /// languages write them. Where both spellings are there, the API's counts.
    pub(super) fn read(value: &Value<'_>) -> Result<Self, Error> {
        let [(named, object)] = value.members() else { return Err(unknown()) };
        let (kind, needed) = KINDS.iter().find(|(kind, _)| kind == named).ok_or_else(unknown)?;
        let fields = spelled(object, needed);
        let lacks = |row: &&&[&str]| row.iter().all(|field| fields.get(field).is_empty());
        if let Some(missing) = needed.iter().find(lacks) {
            let missing = if cfg!(feature = "v2") { missing.join("` or `") } else { missing.concat() };
            return Err(Error::bad_request(["the storage `", kind, "` needs `", &missing, "`"].concat()));
        }
        Ok(Self(Box::new(Parts { kind, object: fields })))
    }

    pub(crate) fn write(&self) -> Value<'static> {
        let mut storage = Value::object();
        storage.set(self.0.kind, self.0.object.clone());
        storage
    }

    /// Refuses what no service could open.
    pub(super) fn check(&self) -> Result<(), Error> {
        Self::read(&self.write()).map(|_| ())
    }
}

/// Credentials are left out.
impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind)
    }
}

/// A kind of storage: its fields, and their names on the wire.
macro_rules! storage {
    ($(#[$doc:meta])* $name:ident $kind:literal {
        $($(#[$about:meta])* $field:ident: $type:ty = $wire:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq)]
        pub struct $name {
            $($(#[$about])* pub $field: $type,)*
        }

        impl From<$name> for Storage {
            fn from(storage: $name) -> Self {
                Self::new($kind, &[$(($wire, storage.$field.into())),*])
            }
        }

        /// Credentials are left out.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

storage! {
    /// Amazon S3, and what speaks like it.
    S3 "s3" {
        /// The access key's ID.
        access_key_id: String = "accesskeyid",
        /// The secret that belongs to it.
        secret_access_key: String = "secretaccesskey",
        /// The token of a temporary access key.
        session_token: Option<String> = "sessiontoken",
        /// The bucket.
        bucket: String = "bucket",
        /// Its region; the service takes `us-east-1` where there is none.
        region: Option<String> = "region",
    }
}

storage! {
    /// OpenStack Object Storage (Swift).
    OpenStack "openstack" {
        /// The URL of the identity endpoint, without a version.
        auth_url: String = "authurl",
        /// The user's name.
        username: String = "username",
        /// The user's password.
        password: String = "password",
        /// The container.
        container: String = "container",
        /// Its region.
        region: Option<String> = "region",
    }
}

storage! {
    /// Azure Blob Storage.
    Azure "azure" {
        /// The account's name.
        account_name: String = "accountname",
        /// One of the account's access keys; empty where there is a shared access signature.
        account_key: String = "accountkey",
        /// A shared access signature, instead of an access key. Version 2 only.
        sas_token: Option<String> = "sastoken",
        /// The container.
        container: String = "container",
    }
}

storage! {
    /// Google Cloud Storage.
    GoogleCloud "googlecloud" {
        /// The project's ID.
        project_id: String = "projectid",
        /// The bucket.
        bucket: String = "bucket",
        /// The JSON key file of a service account, as an object.
        credentials: Value<'static> = "credentials",
    }
}

storage! {
    /// A server that speaks FTP.
    Ftp "ftp" {
        /// The server's name or address.
        host: String = "host",
        /// Its port; the service takes 21 where there is none.
        port: Option<u64> = "port",
        /// The user's name.
        user: String = "user",
        /// The user's password.
        password: String = "password",
    }
}

storage! {
    /// A server that speaks SFTP. Version 2 only.
    Sftp "sftp" {
        /// The server's name or address.
        host: String = "host",
        /// Its port; the service takes 22 where there is none.
        port: Option<u64> = "port",
        /// The user's name.
        user: String = "user",
        /// The user's password.
        password: Option<String> = "password",
        /// The user's private key, instead of a password.
        private_key: Option<String> = "privatekey",
    }
}

fn unknown() -> Error {
    Error::bad_request(
        "a storage is an object with one member: s3, openstack, azure, googlecloud, ftp or sftp; outputs go to dropbox and googledrive too",
    )
}
