//! What is said of PDFs that are locked.

use crate::engine::{Failure, Work};

const WRONG: &str = "The PDF is locked, and the password is wrong";
const LOCKED: &str = "The PDF is locked: it needs a password. Give it by the converter's option password";

pub(in crate::engine) fn locked(work: &Work) -> Failure {
    let said = if work.word("password").is_some() { WRONG } else { LOCKED };
    Failure::BadInput(said.into())
}

pub(in crate::engine) fn is_locked(failure: &Failure) -> bool {
    matches!(failure, Failure::BadInput(said) if said == WRONG || said == LOCKED)
}
