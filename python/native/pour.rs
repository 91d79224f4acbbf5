//! Pipes and devices as outputs. What is written into them cannot be taken back, so all of an output comes first, and it
//! counts as written when the last byte was taken.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use crate::piece::PIECE;
use crate::place::OUT;

/// As much as whatever takes something takes at once.
const LEAST: usize = 4 << 10;

/// Whether it is still waited for: an error where it is not.
pub(crate) type GoOn<'a> = dyn Fn() -> io::Result<()> + 'a;

/// Writes all of a file into what stands at a path. Waits for a reader, and for as long as it takes its time.
pub(crate) fn pour(mut from: &File, path: &Path, go_on: &GoOn<'_>) -> io::Result<()> {
    let is_out = path.as_os_str() == OUT;
    let mut into = if is_out { standard_output()? } else { open(path, go_on)? };
    from.rewind()?;
    let mut buffer = vec![0; PIECE];
    loop {
        let filled = from.read(&mut buffer)?;
        if filled == 0 {
            return into.flush();
        }
        // Others have it too, so it may not be opened as one that waits for nothing: little is written at once, when that fits.
        for piece in buffer[..filled].chunks(if is_out { LEAST } else { PIECE }) {
            if is_out {
                wait(&into, go_on)?;
            }
            write(&mut into, piece, go_on)?;
        }
    }
}

#[cfg(unix)]
fn standard_output() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(windows)]
fn standard_output() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
}

#[cfg(target_os = "linux")]
fn open(path: &Path, go_on: &GoOn<'_>) -> io::Result<File> {
    use rustix::{fs::OFlags, io::Errno};
    use std::os::unix::fs::OpenOptionsExt;
    use std::time::Duration;

    // What the standard output was redirected to may have content, behind which this belongs.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    loop {
        match OpenOptions::new().append(true).custom_flags(flags).open(path) {
            Err(error) if Errno::from_io_error(&error) == Some(Errno::NXIO) => {
                go_on()?;
                std::thread::sleep(Duration::from_millis(20));
            }
            opened => return opened,
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn open(path: &Path, _: &GoOn<'_>) -> io::Result<File> {
    OpenOptions::new().append(true).open(path)
}

fn write(into: &mut File, mut piece: &[u8], go_on: &GoOn<'_>) -> io::Result<()> {
    while !piece.is_empty() {
        match into.write(piece) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => piece = &piece[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait(into, go_on)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Waits until it takes more.
#[cfg(target_os = "linux")]
fn wait(into: &File, go_on: &GoOn<'_>) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    loop {
        go_on()?;
        let slice = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
        match poll(&mut [PollFd::new(into, PollFlags::OUT)], Some(&slice)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn wait(_: &File, go_on: &GoOn<'_>) -> io::Result<()> {
    go_on()
}
