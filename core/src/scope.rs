//! What a build runs: conversions, or only uploads to what another program prepared.
//!
//! A page that only uploads loads a part of the core. What always is the same there is asked for by functions that say so: the
//! compiler sees the one answer, and leaves out whatever follows from another one.

/// Whether there is more than uploads.
pub(crate) const CONVERTS: bool = cfg!(feature = "conversions");
