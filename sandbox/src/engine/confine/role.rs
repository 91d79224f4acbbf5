//! What processes are for.

/// What a process is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Role {
    /// An engine within this program: it starts nothing.
    Engine,
    /// It starts the programs of an engine, one after another.
    Starter,
    /// A program, right before it takes the place of this one.
    Program,
    /// It starts a browser, which `bwrap` holds in: within the other rules it could not.
    Browser,
}
