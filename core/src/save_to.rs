//! Where outputs are written: what the path means that the user named for them.
//!
//! The host tells what stands there, and does what follows: it makes the folder, it writes, and it gives the names.

use crate::choice::{name_of, pick};
use crate::error::{Code, Error};
use crate::json::Value;

/// What stands at a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Present {
    /// Nothing, or a link that leads nowhere.
    #[default]
    Nothing,
    /// A file. Under the names of a folder, where links are not followed: a link too.
    File,
    /// A folder.
    Folder,
    /// What bytes go through: a pipe, a terminal, another device of characters, a stream of the language.
    Stream,
    /// What no output can be: a socket, a disk.
    Other,
}

/// What is done at the path that the user named for outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveTo {
    /// The only output becomes this file. What is there is replaced in one step when all of it is whole. Where the path is a link
    /// to a file, that file is replaced, and the link stays.
    File,
    /// Outputs become files in this folder, under the names that the service gives them ([`Present::gives_way`],
    /// [`numbered_name`](crate::numbered_name)).
    Folder {
        /// There is none yet: the host makes it, with the folders above it.
        make: bool,
    },
    /// The only output is written into this when all of it is whole. Nothing takes the place of it.
    Stream,
}

impl Present {
    const NAMES: &[(&str, Self)] = &[
        ("nothing", Self::Nothing),
        ("file", Self::File),
        ("folder", Self::Folder),
        ("stream", Self::Stream),
        ("other", Self::Other),
    ];

    /// What a host calls so: `nothing`, `file`, `folder`, `stream` or `other`; anything else is nothing.
    pub fn from_name(name: &str) -> Self {
        pick(&name.into(), Self::NAMES).unwrap_or_default()
    }

    /// What [`Present::from_name`] reads.
    pub fn name(self) -> &'static str {
        name_of(self, Self::NAMES)
    }

    /// Whether an output takes the name in a folder under which this stands; links are not followed there. Only a file is
    /// replaced, and only where the user wants that. Otherwise the output gets the next name of
    /// [`numbered_name`](crate::numbered_name).
    ///
    /// ```
    /// use cloudconvert_core::Present;
    /// assert!(Present::File.gives_way(true));
    /// assert!(!Present::File.gives_way(false) && !Present::Folder.gives_way(true));
    /// ```
    pub const fn gives_way(self, overwrite: bool) -> bool {
        match self {
            Self::Nothing => true,
            Self::File => overwrite,
            Self::Folder | Self::Stream | Self::Other => false,
        }
    }
}

impl SaveTo {
    /// What a path means.
    ///
    /// `path` is what the user wrote: with a slash at its end it is a folder. `present` is what it leads to. `has_parent` says
    /// whether the folder is there that it would stand in. `each` says whether each output is downloaded on its own.
    ///
    /// | written | there | one output | each |
    /// |---|---|---|---|
    /// | any | a folder | this folder | this folder |
    /// | `out/x` | nothing | a file, where `out` is there | a folder to make |
    /// | `out/x/` | nothing | a folder to make | a folder to make |
    /// | `out/x` | a file | a file | refused |
    /// | `out/x` | a pipe, a device | a stream | refused |
    ///
    /// # Errors
    /// `bad_request` for what contradicts itself, `output` for what cannot be written.
    ///
    /// ```
    /// use cloudconvert_core::{Present, SaveTo};
    /// assert_eq!(SaveTo::of("photo.jpg", Present::Nothing, true, false)?, SaveTo::File);
    /// assert_eq!(SaveTo::of("out/", Present::Nothing, true, false)?, SaveTo::Folder { make: true });
    /// assert!(SaveTo::of("photo.jpg", Present::File, true, true).is_err());
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    pub fn of(path: &str, present: Present, has_parent: bool, each: bool) -> Result<Self, Error> {
        let folder = each || path.ends_with(['/', '\\']);
        match present {
            Present::Folder => Ok(Self::Folder { make: false }),
            Present::Nothing if path.is_empty() => {
                Err(Error::bad_request("the path for the output is empty; name a file or a folder"))
            }
            Present::Nothing if folder => Ok(Self::Folder { make: true }),
            Present::Nothing if has_parent => Ok(Self::File),
            Present::Nothing => Err(unwritable(path, "there is no folder for it; make that first, or name another path")),
            _ if folder => Err(Error::bad_request(
                [shown(path), ": this has to be a folder, and is none; name another path, or download the output as a whole"]
                    .concat(),
            )),
            Present::File => Ok(Self::File),
            Present::Stream => Ok(Self::Stream),
            Present::Other => {
                Err(unwritable(path, "this is neither a file nor a pipe; name another path"))
            }
        }
    }

    /// The same of a value: `{"path", "present", "has_parent"}`; nothing of none. A stream of the language has no path.
    ///
    /// # Errors
    /// As [`SaveTo::of`].
    pub fn from_value(value: &Value<'_>, each: bool) -> Result<Option<Self>, Error> {
        if value == &Value::Null {
            return Ok(None);
        }
        let text = |name| value.get(name).text().unwrap_or_default();
        let present = Present::from_name(text("present"));
        Self::of(text("path"), present, value.get("has_parent").flag(), each).map(Some)
    }

    /// A word for it: `file`, `stream`, `folder`, or `make` for a folder that is not there yet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Folder { make: false } => "folder",
            Self::Folder { make: true } => "make",
            Self::Stream => "stream",
        }
    }

    /// Whether there is a place for one output only.
    pub const fn takes_one(self) -> bool {
        !matches!(self, Self::Folder { .. })
    }
}

/// A stream of the language has no path.
fn shown(path: &str) -> &str {
    if path.is_empty() { "the stream" } else { path }
}

fn unwritable(path: &str, why: &str) -> Error {
    Error::new(Code::Output, ["the output cannot be written: ", path, ": ", why].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const THERE: [Present; 5] =
        [Present::Nothing, Present::File, Present::Folder, Present::Stream, Present::Other];

    fn all(path: &str, each: bool) -> [Result<SaveTo, Code>; 5] {
        THERE.map(|present| SaveTo::of(path, present, true, each).map_err(|error| error.code))
    }

    #[test]
    fn one_output_takes_what_is_there() {
        let folder = Ok(SaveTo::Folder { make: false });
        assert_eq!(
            all("out/x", false),
            [Ok(SaveTo::File), Ok(SaveTo::File), folder, Ok(SaveTo::Stream), Err(Code::Output)]
        );
    }

    #[test]
    fn what_has_to_be_a_folder_is_nothing_else() {
        let refused = Err(Code::BadRequest);
        let folders = [
            Ok(SaveTo::Folder { make: true }),
            refused,
            Ok(SaveTo::Folder { make: false }),
            refused,
            refused,
        ];
        for (path, each) in [("out/x", true), ("out/x/", true), ("out/x/", false), ("out\\x\\", false)] {
            assert_eq!(all(path, each), folders, "{path} {each}");
        }
    }

    #[test]
    fn a_file_needs_its_folder_and_a_new_folder_does_not() {
        let code = |path, each| SaveTo::of(path, Present::Nothing, false, each).map_err(|error| error.code);
        assert_eq!(code("out/x", false), Err(Code::Output));
        assert_eq!(code("out/x", true), Ok(SaveTo::Folder { make: true }));
        assert_eq!(code("", false), Err(Code::BadRequest));
    }

    #[test]
    fn a_stream_of_the_language_takes_one_output() {
        assert_eq!(SaveTo::of("", Present::Stream, false, false), Ok(SaveTo::Stream));
        let error = SaveTo::of("", Present::Stream, false, true).unwrap_err();
        assert!(error.code == Code::BadRequest && error.message.starts_with("the stream: "), "{error}");
    }

    #[test]
    fn only_a_file_gives_way_and_only_where_that_is_wanted() {
        assert_eq!(THERE.map(|present| present.gives_way(true)), [true, true, false, false, false]);
        assert_eq!(THERE.map(|present| present.gives_way(false)), [true, false, false, false, false]);
    }
}
