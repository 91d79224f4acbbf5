//! HTML, token by token.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).flatten()
}
