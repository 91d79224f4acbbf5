//! Every storage of the user's own that the service reads from and writes to.

use super::Versions::{Both, V1, V2};
use super::{DescribedStorage, StorageField};

/// A field without which the storage cannot be opened.
const fn needed(name: &'static str) -> StorageField {
    StorageField { name, is_needed: true, is_secret: false }
}

/// A needed field that opens the storage.
const fn secret(name: &'static str) -> StorageField {
    StorageField { name, is_needed: true, is_secret: true }
}

const fn optional(name: &'static str) -> StorageField {
    StorageField { name, is_needed: false, is_secret: false }
}

/// Every storage.
pub const STORAGES: &[DescribedStorage] = &[
    DescribedStorage {
        name: "s3",
        fields: &[
            secret("access_key_id"),
            secret("secret_access_key"),
            needed("bucket"),
            optional("region"),
            StorageField { is_secret: true, ..optional("session_token") },
            optional("acl"),
        ],
        versions: Both,
    },
    DescribedStorage {
        name: "openstack",
        fields: &[
            needed("auth_url"),
            secret("username"),
            secret("password"),
            needed("container"),
            optional("region"),
        ],
        versions: Both,
    },
    DescribedStorage {
        name: "azure",
        fields: &[
            needed("account_name"),
            secret("account_key"),
            StorageField { is_secret: true, ..optional("sas_token") },
            needed("container"),
        ],
        versions: Both,
    },
    DescribedStorage {
        name: "googlecloud",
        fields: &[needed("project_id"), needed("bucket"), secret("credentials")],
        versions: Both,
    },
    DescribedStorage {
        name: "ftp",
        fields: &[needed("host"), secret("user"), secret("password"), optional("port")],
        versions: V1,
    },
    DescribedStorage {
        name: "sftp",
        fields: &[
            needed("host"),
            secret("user"),
            secret("password"),
            StorageField { is_secret: true, ..optional("private_key") },
            optional("port"),
        ],
        versions: V2,
    },
];
