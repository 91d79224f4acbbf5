//! Puts a WebAssembly in an order in which it is packed better. What it does stays the same.
//!
//! A packer finds again what stands near. So functions of about the same length and of the same type are neighbours, and
//! every access tells the natural alignment: elsewhere than in the code of a compiler it says nothing.

use std::convert::Infallible;

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, MemArg, Module};
use wasmparser::{CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef};

/// The same module in another order.
pub(crate) fn ordered(module: &[u8]) -> Result<Vec<u8>> {
    let mut found = Ordered::of(module).context("what the optimiser wrote cannot be read")?;
    let mut ordered = Module::new();
    found.parse_core_module(&mut ordered, Parser::new(0), module)?;
    Ok(ordered.finish())
}

/// The functions of a module.
#[derive(Default)]
struct Ordered<'m> {
    /// How many are imported. They come first.
    imported: u32,
    /// The numbers of their types.
    types: Vec<u32>,
    bodies: Vec<FunctionBody<'m>>,
    /// Which function stands at which place, without the imported ones.
    order: Vec<usize>,
    /// At which place which function stands.
    places: Vec<u32>,
}

impl<'m> Ordered<'m> {
    fn of(module: &'m [u8]) -> Result<Self> {
        let mut found = Self::default();
        for section in Parser::new(0).parse_all(module) {
            match section? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        found.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(types) => {
                    found.types = types.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::CodeSectionEntry(body) => found.bodies.push(body),
                _ => {}
            }
        }
        found.order = (0..found.bodies.len()).collect();
        found.order.sort_by_key(|at| {
            let length = found.bodies[*at].range().len();
            (length.ilog2(), found.types[*at], length)
        });
        found.places = vec![0; found.order.len()];
        for (place, at) in (0..).zip(&found.order) {
            found.places[*at] = place;
        }
        Ok(found)
    }
}

impl Reencode for Ordered<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let own = function.checked_sub(self.imported);
        Ok(own.map_or(function, |own| self.imported + self.places[own as usize]))
    }

    fn mem_arg(&mut self, access: wasmparser::MemArg) -> Result<MemArg, Error> {
        let memory_index = self.memory_index(access.memory)?;
        Ok(MemArg { offset: access.offset, align: access.max_align.into(), memory_index })
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        _: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        for at in &self.order {
            functions.function(self.types[*at]);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, _: CodeSectionReader<'_>) -> Result<(), Error> {
        for at in self.order.clone() {
            let body = self.bodies[at].clone();
            self.parse_function_body(code, body)?;
        }
        Ok(())
    }
}
