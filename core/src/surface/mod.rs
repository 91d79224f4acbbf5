//! What the kit offers, described once: options, storages, error codes and calls.
//!
//! The tables hold nothing that a conversion needs. The tests below hold them to the core, and `cargo xtask faces` holds
//! every language to them, and prints from them what each language has.

mod call_options;
mod calls;
mod codes;
mod modes;
mod operations;
mod options;
mod storages;

pub use call_options::CALL_OPTIONS;
pub use calls::CALLS;
pub use codes::CODES;
pub use modes::MODES;
pub use operations::OPERATIONS;
pub use options::OPTIONS;
pub use storages::STORAGES;

/// What an option of an operation takes, as the core checks it.
pub use crate::wire::v2::Takes;

/// The versions of the API that have something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Versions {
    /// Version 1 alone.
    V1,
    /// Version 2 alone.
    V2,
    /// Both.
    Both,
}

/// What an option belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The wish: it goes to the service.
    Job,
    /// The patience of the client, and what it does with the output.
    Policy,
    /// Many conversions: how they run together.
    Batch,
    /// A shell: what no other part of the core reads.
    Shell,
}

/// An option of a conversion.
#[derive(Clone, Copy, Debug)]
pub struct DescribedOption {
    /// Its name in the core.
    pub name: &'static str,
    /// What it belongs to.
    pub owner: Owner,
    /// What it takes, with the unit.
    pub takes: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// What it does.
    pub does: &'static str,
    /// When somebody sets it.
    pub when: &'static str,
    /// The versions that have it.
    pub versions: Versions,
}

/// What can be done with an input.
#[derive(Clone, Copy, Debug)]
pub struct DescribedMode {
    /// Its name, as options write it.
    pub name: &'static str,
    /// What comes out.
    pub does: &'static str,
    /// Whether it has to be told the format of its output.
    pub needs_to: bool,
    /// Whether it takes several inputs.
    pub takes_many: bool,
    /// The versions that have it.
    pub versions: Versions,
}

/// A mode that is an operation of version 2.
#[derive(Clone, Copy, Debug)]
pub struct DescribedOperation {
    /// The mode.
    pub mode: &'static str,
    /// The formats that it makes, where it makes these alone.
    pub to: &'static [&'static str],
    /// Its options that are known.
    pub options: &'static [OperationOption],
}

/// An option of an operation.
#[derive(Clone, Copy, Debug)]
pub struct OperationOption {
    /// Its name, as the API writes it.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What holds without it; `needed` where it, or another one that stands for it, has to be there.
    pub default: &'static str,
    /// What it does.
    pub does: &'static str,
    /// When somebody sets it.
    pub when: &'static str,
}

/// A storage of the user's own.
#[derive(Clone, Copy, Debug)]
pub struct DescribedStorage {
    /// Its name, as options write it.
    pub name: &'static str,
    /// Its fields, as version 1 writes them.
    pub fields: &'static [StorageField],
    /// The versions that read inputs from it.
    pub versions: Versions,
}

/// A field of a storage.
#[derive(Clone, Copy, Debug)]
pub struct StorageField {
    /// Its name, in words that an underscore divides.
    pub name: &'static str,
    /// Whether the storage cannot be opened without it, or without another field that stands for it.
    pub is_needed: bool,
    /// Whether it is never shown, logged or saved.
    pub is_secret: bool,
}

/// A code of an error.
#[derive(Clone, Copy, Debug)]
pub struct DescribedCode {
    /// The code, the same in every language.
    pub name: &'static str,
    /// What happened.
    pub means: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Something that a client can be asked to do.
#[derive(Clone, Copy, Debug)]
pub struct DescribedCall {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// Whether it needs an API key with version 1.
    pub needs_key: bool,
    /// The versions that have it.
    pub versions: Versions,
}

/// An option of a single call.
#[derive(Clone, Copy, Debug)]
pub struct CallOption {
    /// The name of the call.
    pub call: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// What holds without it; `needed` where it has to be there.
    pub default: &'static str,
    /// When somebody sets it.
    pub when: &'static str,
    /// The versions that have it.
    pub versions: Versions,
}

#[cfg(all(test, feature = "native", feature = "v1", feature = "v2"))]
mod sent;
#[cfg(test)]
mod tests;
