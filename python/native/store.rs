//! The outputs of one conversion while they come in: small ones into memory, others into files.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use bytes::Bytes;
use tempfile::NamedTempFile;

use crate::output::{Content, Download};
use crate::part::Part;
use crate::pour::GoOn;
use crate::target::Target;

/// The longest output that is kept in memory, in bytes.
const SMALL: u64 = 1 << 20;

/// The outputs of one conversion.
pub(crate) struct Store {
    /// What the user named; without that, outputs wait to be fetched.
    target: Option<Target>,
    outputs: Vec<Output>,
    /// The request that may write.
    writer: u64,
}

struct Output {
    name: String,
    content: Content,
}

impl Store {
    pub(crate) fn new(target: Option<Target>) -> Self {
        Self { target, outputs: Vec::new(), writer: 0 }
    }

    /// One that goes on after a process that gave outputs these names in its own target.
    pub(crate) fn after(self, target: Option<&Target>, named: &[(String, String)]) -> Self {
        let Some(target) = target else { return self };
        let outputs = named.iter().map(|(output, name)| Output {
            name: output.clone(),
            content: Content::Final(target.place(name).path()),
        });
        Self { outputs: outputs.collect(), ..self }
    }

    /// Writes the outputs to the disk. Tells by what they are known again once they have their names.
    pub(crate) fn flush(&self) -> io::Result<Vec<(String, String)>> {
        let marks = self.outputs.iter().filter_map(|output| match &output.content {
            Content::Part(part) => {
                part.flush().transpose().map(|mark| mark.map(|mark| (output.name.clone(), mark)))
            }
            _ => None,
        });
        marks.collect()
    }

    /// Whether the present output is written without waiting for a disk.
    pub(crate) fn is_memory(&self, size: Option<u64>) -> bool {
        self.target.is_none() && size.is_some_and(|size| size <= SMALL)
    }

    /// Goes to this byte of the output of this name, and cuts off what is behind it. From now on this request writes.
    pub(crate) fn begin(
        &mut self,
        writer: u64,
        name: &str,
        size: Option<u64>,
        offset: u64,
    ) -> io::Result<()> {
        self.writer = writer;
        if self.outputs.last().is_none_or(|output| output.name != name) {
            let content = self.create(name, size)?;
            self.outputs.push(Output { name: name.to_owned(), content });
        }
        match self.outputs.last_mut().map(|output| &mut output.content) {
            Some(Content::Memory(bytes)) => bytes.truncate(usize::try_from(offset).unwrap_or(usize::MAX)),
            Some(Content::Temporary(file)) => cut(file.as_file(), offset)?,
            Some(Content::Part(part)) => cut(part.file(), offset)?,
            _ => return Err(io::Error::other("it is finished already; please report this as a defect")),
        }
        Ok(())
    }

    /// Appends to the present output, unless another request has begun since.
    pub(crate) fn write(&mut self, writer: u64, pieces: &[Bytes]) -> io::Result<()> {
        let Some(output) = self.outputs.last_mut().filter(|_| writer == self.writer) else { return Ok(()) };
        for piece in pieces {
            if let Content::Memory(bytes) = &output.content
                && (bytes.len() + piece.len()) as u64 > SMALL
            {
                output.content = spill(bytes)?;
            }
            match &mut output.content {
                Content::Memory(bytes) => bytes.extend_from_slice(piece),
                Content::Temporary(file) => file.write_all(piece)?,
                Content::Part(part) => part.file().write_all(piece)?,
                Content::Final(_) => {}
            }
        }
        Ok(())
    }

    /// Gives the outputs their final names, and tells each of them. `is_output` knows by their marks those that another process
    /// named.
    ///
    /// # Errors
    /// Where one of them cannot be named. Of those that then have no names nothing stays.
    pub(crate) fn settle(
        &mut self,
        mut named: impl FnMut(&str, &str),
        is_output: impl Fn(&str, &str) -> bool,
        go_on: &GoOn<'_>,
    ) -> io::Result<()> {
        for Output { name, content } in std::mem::take(&mut self.outputs) {
            let content = match content {
                Content::Part(part) => {
                    let path = part.keep(&|mark| is_output(&name, mark), go_on)?;
                    named(&name, &path.file_name().unwrap_or_default().to_string_lossy());
                    Content::Final(path)
                }
                content => content,
            };
            self.outputs.push(Output { name, content });
        }
        Ok(())
    }

    /// The outputs, for Python. What is not whole is not one.
    pub(crate) fn take(&mut self) -> Vec<Download> {
        let outputs = std::mem::take(&mut self.outputs).into_iter();
        let whole = outputs.filter(|output| !matches!(output.content, Content::Part(_)));
        whole.map(|Output { name, content }| Download::new(name, content)).collect()
    }

    fn create(&self, name: &str, size: Option<u64>) -> io::Result<Content> {
        let Some(target) = &self.target else {
            return if size.is_none_or(|size| size <= SMALL) {
                Ok(Content::Memory(Vec::new()))
            } else {
                spill(&[])
            };
        };
        Ok(Content::Part(Part::of(target.place(name))?))
    }
}

/// A temporary file that begins with what was in memory.
fn spill(bytes: &[u8]) -> io::Result<Content> {
    let mut file = NamedTempFile::with_prefix("cloudconvert-kit-")?;
    file.write_all(bytes)?;
    Ok(Content::Temporary(file))
}

fn cut(mut file: &File, length: u64) -> io::Result<()> {
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length)).map(drop)
}
