//! Where pointers of C are read and written, and where texts for C live.

use std::borrow::Cow;
use std::ffi::{CStr, c_char};
use std::{ptr, slice};

use cloudconvert_core::name_from_bytes;

use crate::failure::{Code, Failure};

/// Reads a string that has to be there.
///
/// # Safety
/// `text` is NULL or a NUL-terminated string that lives as long as the answer is used.
pub(crate) unsafe fn text<'a>(text: *const c_char, name: &str) -> Result<&'a str, Failure> {
    // SAFETY: the same promise.
    unsafe { optional_text(text, name) }?.ok_or_else(|| Failure::null(name))
}

/// Reads the name of a file, which has to be there but need not be UTF-8.
///
/// # Safety
/// `text` is NULL or a NUL-terminated string.
pub(crate) unsafe fn file_name(text: *const c_char, name: &str) -> Result<String, Failure> {
    if text.is_null() {
        return Err(Failure::null(name));
    }
    // SAFETY: not NULL, so it is a string by the caller's promise.
    Ok(name_from_bytes(unsafe { CStr::from_ptr(text) }.to_bytes()))
}

/// Reads a string that may be NULL.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn optional_text<'a>(text: *const c_char, name: &str) -> Result<Option<&'a str>, Failure> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, so it is a string by the caller's promise.
    let text = unsafe { CStr::from_ptr(text) }.to_str();
    text.map(Some)
        .map_err(|_| Failure::new(Code::NotUtf8, ["`", name, "` is not UTF-8: encode it so"].concat()))
}

/// Reads an array, which may be NULL if it is empty.
///
/// # Safety
/// `items` is NULL or has `count` items that live as long as the answer is used.
pub(crate) unsafe fn array<'a, T>(items: *const T, count: usize, name: &str) -> Result<&'a [T], Failure> {
    if count == 0 {
        return Ok(&[]);
    }
    if items.is_null() {
        return Err(Failure::null(name));
    }
    let fits = count.checked_mul(size_of::<T>()).is_some_and(|bytes| isize::try_from(bytes).is_ok());
    if !fits {
        return Err(Failure::new(
            Code::OutOfRange,
            ["`", name, "` is longer than memory can be: check its size"].concat(),
        ));
    }
    // SAFETY: not NULL and of a possible length, so it is an array by the caller's promise.
    Ok(unsafe { slice::from_raw_parts(items, count) })
}

/// Room that the caller lends. What is in it may be uninitialised, so it is cleared.
///
/// # Safety
/// `bytes` is NULL or has room for `count` bytes, which nothing else uses as long as the answer is used.
pub(crate) unsafe fn room<'a>(bytes: *mut c_char, count: usize, name: &str) -> Result<&'a mut [u8], Failure> {
    if bytes.is_null() {
        return Err(Failure::null(name));
    }
    if isize::try_from(count).is_err() {
        return Err(Failure::new(
            Code::OutOfRange,
            ["`", name, "` is longer than memory can be: check its size"].concat(),
        ));
    }
    // SAFETY: not NULL and of a possible length, so there is room by the caller's promise; it is initialised first.
    unsafe {
        ptr::write_bytes(bytes, 0, count);
        Ok(slice::from_raw_parts_mut(bytes.cast(), count))
    }
}

/// Refuses what a later version may mean by reserved space, and what was never cleared.
pub(crate) fn unused(reserved: &[u64]) -> Result<(), Failure> {
    if reserved.iter().all(|word| *word == 0) {
        return Ok(());
    }
    Err(Failure::new(
        Code::OutOfRange,
        "`reserved` is not zero: fill the struct with zeros before you use it",
    ))
}

/// Writes a text into room that the caller lends, NUL-terminated.
pub(crate) fn fill(room: &mut [u8], text: &str) -> Result<(), Failure> {
    let no_room = || Failure::new(Code::OutOfRange, "`size` is too small for the text: make it larger");
    let (written, end) = room.split_at_mut_checked(text.len()).ok_or_else(no_room)?;
    let end = end.first_mut().ok_or_else(no_room)?;
    written.copy_from_slice(text.as_bytes());
    *end = 0;
    Ok(())
}

/// A place of the caller for one value.
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// # Safety
    /// `place` is NULL or can be written for as long as this lives.
    pub(crate) unsafe fn new(place: *mut T, name: &str) -> Result<Self, Failure> {
        if place.is_null() { Err(Failure::null(name)) } else { Ok(Self(place)) }
    }

    pub(crate) fn set(self, value: T) {
        // SAFETY: by the promise of `new`. What is there may be uninitialised, so it is not dropped.
        unsafe { self.0.write(value) }
    }
}

impl<H> Out<*mut H> {
    /// Writes the handle that `make` gives; NULL if it fails.
    pub(crate) fn set_handle(self, make: impl FnOnce() -> Result<*mut H, Failure>) -> Result<(), Failure> {
        let handle = make();
        self.set(*handle.as_ref().unwrap_or(&ptr::null_mut()));
        handle.map(drop)
    }
}

/// NUL-terminated texts in one allocation. They are written first and pointed to when all of them are there, or written
/// where room was made for all of them.
#[derive(Default)]
pub(crate) struct Texts(Vec<u8>);

/// Where a text of [`Texts`] begins; none for NULL.
#[derive(Clone, Copy)]
pub(crate) struct Mark(Option<usize>);

impl Texts {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Forgets all texts, and makes room for so many bytes. There is enough for most, so that it rarely grows.
    pub(crate) fn clear(&mut self, bytes: usize) {
        self.0.clear();
        self.0.reserve(bytes.max(512));
    }

    /// Adds a text that others wrote, where it is not known how many bytes all will have.
    pub(crate) fn push(&mut self, text: &str) -> Mark {
        let begin = self.0.len();
        self.0.extend_from_slice(clean(text).as_bytes());
        self.0.push(0);
        Mark(Some(begin))
    }

    pub(crate) fn push_some(&mut self, text: Option<&str>) -> Mark {
        text.map_or(Mark(None), |text| self.push(text))
    }

    /// The text's address. It stays until the texts are dropped or pushed to.
    pub(crate) fn at(&self, mark: Mark) -> *const c_char {
        mark.0.and_then(|begin| self.0.get(begin..)).map_or(ptr::null(), |text| text.as_ptr().cast())
    }

    /// Adds a text that has no NUL inside, where there is room for all of them: so its address stays until they are dropped or
    /// cleared.
    pub(crate) fn write(&mut self, text: &str) -> *const c_char {
        let begin = self.0.len();
        assert!(text.len() < self.0.capacity() - begin, "there is room for every text");
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(0);
        self.0.as_ptr().wrapping_add(begin).cast()
    }

    pub(crate) fn write_some(&mut self, text: Option<&str>) -> *const c_char {
        text.map_or(ptr::null(), |text| self.write(text))
    }
}

/// A NUL inside would cut a text short for C, and no text of the API has one. The core's own texts have none: URLs, headers, the
/// names of sinks, saved states.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.as_bytes().contains(&0) { text.replace('\0', "?").into() } else { text.into() }
}

/// Items in a row: where they are few, as most are, in the struct itself, so that they need no allocation.
pub(crate) struct Row<T, const FEW: usize> {
    few: [T; FEW],
    many: Vec<T>,
}

impl<T: Copy, const FEW: usize> Row<T, FEW> {
    pub(crate) const fn new(none: T) -> Self {
        Self { few: [none; FEW], many: Vec::new() }
    }

    /// Takes other items; where they are, and how many. They stay there until the next call, as long as the row is not moved.
    pub(crate) fn fill(&mut self, items: impl ExactSizeIterator<Item = T>) -> (*const T, usize) {
        let count = items.len();
        if count > FEW {
            self.many.clear();
            self.many.extend(items);
            return (self.many.as_ptr(), self.many.len());
        }
        for (place, item) in self.few.iter_mut().zip(items) {
            *place = item;
        }
        (self.few.as_ptr(), count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_terminated_once() {
        let mut texts = Texts::default();
        let (first, second, none) = (texts.push("a\0b"), texts.push(""), texts.push_some(None));
        // SAFETY: the texts are terminated and not pushed to any more.
        let read = |mark| unsafe { CStr::from_ptr(texts.at(mark)) };
        assert_eq!((read(first), read(second)), (c"a?b", c""));
        assert!(texts.at(none).is_null());
    }

    #[test]
    fn texts_stay_where_there_was_room() {
        let mut texts = Texts::default();
        for round in 0..2 {
            texts.clear(600);
            let first = texts.write("a");
            let long = "b".repeat(597);
            let (second, none) = (texts.write(&long), texts.write_some(None));
            // SAFETY: there was room for both, so the first has not moved.
            let read = unsafe { (CStr::from_ptr(first), CStr::from_ptr(second)) };
            assert_eq!((read.0, read.1.to_bytes()), (c"a", long.as_bytes()), "round {round}");
            assert!(none.is_null());
        }
    }

    #[test]
    #[should_panic(expected = "room")]
    fn texts_never_move_those_before() {
        let mut texts = Texts::default();
        texts.clear(512);
        texts.write(&"a".repeat(texts.0.capacity()));
    }

    #[test]
    fn a_row_has_few_and_many() {
        let mut row = Row::<u8, 2>::new(0);
        for count in [2, 3, 0, 1] {
            let (items, length) = row.fill((0..count).collect::<Vec<_>>().into_iter());
            // SAFETY: the row is neither moved nor filled in between.
            let items = unsafe { slice::from_raw_parts(items, length) };
            assert_eq!(items, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_impossible_array_is_refused() {
        let one = 1_u64;
        // SAFETY: refused before it is read.
        assert!(unsafe { array(&raw const one, usize::MAX, "items") }.is_err());
        // SAFETY: an empty array is not read.
        assert!(unsafe { array(ptr::null::<u64>(), 0, "items") }.unwrap().is_empty());
    }
}
