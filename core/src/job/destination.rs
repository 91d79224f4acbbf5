//! Where the output goes ("Output parameters").

use super::storage::Storage;
use crate::error::Error;
use crate::json::Value;

/// Where the service stores the output (`output`), instead of offering it for download.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Destination {
    /// The Dropbox that is connected to the account.
    Dropbox,
    /// The Google Drive that is connected to the account.
    GoogleDrive,
    /// A storage.
    Storage(Storage),
}

impl Destination {
    /// Reads `"dropbox"`, `"googledrive"` or `{"s3": {"bucket": …}}`.
    pub(super) fn read(value: &Value<'_>) -> Result<Self, Error> {
        match value.text() {
            Some("dropbox") => Ok(Self::Dropbox),
            Some("googledrive") => Ok(Self::GoogleDrive),
            _ => Storage::read(value).map(Self::Storage),
        }
    }

    pub(crate) fn write(&self) -> Value<'static> {
        match self {
            Self::Dropbox => "dropbox".into(),
            Self::GoogleDrive => "googledrive".into(),
            Self::Storage(storage) => storage.write(),
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Storage(storage) => storage.check(),
            _ => Ok(()),
        }
    }

    /// What may be saved: never credentials.
    pub(super) fn without_secrets(&self) -> Value<'static> {
        match self {
            Self::Storage(storage) => storage.kind().into(),
            other => other.write(),
        }
    }
}
