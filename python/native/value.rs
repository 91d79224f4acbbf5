//! Python's values as the core's, and back.

use cloudconvert_core::{Value, name_from_bytes};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};

/// How deep lists and mappings may nest.
const DEEPEST: u8 = 64;

/// Reads `None`, `bool`, `int`, `float`, `str`, lists, tuples, and mappings with strings as keys.
pub(crate) fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Value<'static>> {
    read(object, DEEPEST)
}

fn read(object: &Bound<'_, PyAny>, levels: u8) -> PyResult<Value<'static>> {
    if object.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(flag) = object.cast::<PyBool>() {
        return Ok(Value::Bool(flag.is_true()));
    }
    if object.is_instance_of::<PyInt>() {
        let integer = object.extract();
        return integer.map(Value::Integer).map_err(|_| {
            PyValueError::new_err("numbers have to fit into 64 bits: write larger ones as texts")
        });
    }
    if let Ok(number) = object.cast::<PyFloat>() {
        if !number.value().is_finite() {
            return Err(PyValueError::new_err(
                "JSON has neither infinite numbers nor NaN: give another number",
            ));
        }
        return Ok(Value::Float(number.value()));
    }
    if let Ok(text) = object.cast::<PyString>() {
        return Ok(Value::from(unicode(text)?));
    }
    let inside = levels.checked_sub(1).ok_or_else(|| {
        PyValueError::new_err(format!(
            "options may have {DEEPEST} levels; these have more, or contain themselves: leave that out"
        ))
    });
    if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
        let inside = inside?;
        let items = object.try_iter()?.map(|item| read(&item?, inside));
        return Ok(Value::Array(items.collect::<PyResult<_>>()?));
    }
    let Ok(mapping) = object.cast::<PyMapping>() else {
        let kind = object.get_type().name()?.to_string();
        return Err(PyTypeError::new_err(format!("options are made of what JSON can hold, not of {kind}")));
    };
    let inside = inside?;
    let mut value = Value::object();
    for item in mapping.items()?.iter() {
        let (name, member): (Bound<'_, PyString>, Bound<'_, PyAny>) = item.extract()?;
        value.set(unicode(&name)?, read(&member, inside)?);
    }
    Ok(value)
}

/// A text. Names of files may hold bytes that are no Unicode, which Python hands on as surrogates (PEP 383).
pub(crate) fn unicode(text: &Bound<'_, PyString>) -> PyResult<String> {
    if let Ok(text) = text.to_cow() {
        return Ok(text.into_owned());
    }
    let encode = |errors| text.call_method1("encode", ("utf-8", errors));
    let bytes = encode("surrogateescape").or_else(|_| encode("surrogatepass"))?;
    Ok(name_from_bytes(bytes.cast::<PyBytes>()?.as_bytes()))
}

/// The same value for Python.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        Value::Integer(number) => number.into_pyobject(py)?.into_any(),
        Value::Float(number) => number.into_pyobject(py)?.into_any(),
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(items) => {
            let items = items.iter().map(|item| to_python(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, items)?.into_any()
        }
        Value::Object(members) => {
            let dict = PyDict::new(py);
            for (name, member) in members {
                dict.set_item(name.as_ref(), to_python(py, member)?)?;
            }
            dict.into_any()
        }
    })
}
