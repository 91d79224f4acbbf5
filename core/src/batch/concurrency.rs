//! How many conversions run at once.

use crate::error::Error;
use crate::json::Value;

/// How many conversions of a [`Batch`](crate::Batch) run at once, in every language: five where nobody says, and never none.
///
/// ```
/// use cloudconvert_core::Concurrency;
///
/// assert_eq!(Concurrency::default().get(), 5);
/// assert_eq!(Concurrency::new(20)?.get(), 20);
/// let error = Concurrency::new(0).unwrap_err();
/// assert_eq!(error.message, "`concurrency` is a whole number from 1 on: 0 would convert nothing");
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concurrency(usize);

impl Concurrency {
    /// Five, as nobody has said otherwise.
    pub const DEFAULT: Self = Self(5);

    /// So many at once.
    ///
    /// # Errors
    /// `bad_request` for none.
    pub fn new(conversions: usize) -> Result<Self, Error> {
        if conversions == 0 {
            return Err(wrong("0 would convert nothing"));
        }
        Ok(Self(conversions))
    }

    /// As a host was told. Nothing is the default.
    ///
    /// # Errors
    /// `bad_request` for what is no whole number from 1 on.
    pub fn from_value(value: &Value<'_>) -> Result<Self, Error> {
        match value {
            Value::Null => Ok(Self::default()),
            Value::Integer(number) if *number < 0 => Err(wrong("check what is given")),
            Value::Integer(number) => Self::new(usize::try_from(*number).unwrap_or(usize::MAX)),
            _ => Err(wrong("check what is given")),
        }
    }

    /// The number.
    pub const fn get(self) -> usize {
        self.0
    }
}

impl Default for Concurrency {
    fn default() -> Self {
        Self::DEFAULT
    }
}

fn wrong(why: &str) -> Error {
    Error::bad_request(["`concurrency` is a whole number from 1 on: ", why].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_host_is_told_is_a_whole_number_from_one_on() {
        for (told, at_once) in
            [(Value::Null, Some(5)), (Value::Integer(1), Some(1)), (Value::Integer(1_000), Some(1_000))]
                .into_iter()
                .chain(
                    [Value::Integer(0), Value::Integer(-1), Value::Float(1.5), "3".into()]
                        .map(|no| (no, None)),
                )
        {
            assert_eq!(Concurrency::from_value(&told).ok().map(Concurrency::get), at_once, "{told:?}");
        }
    }
}
