//! Within the browser's walls: a port of its own network on which it finds the proxy, which is a file there.

use std::ffi::OsString;
use std::io;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, UnixStream};
use tokio::process::Command;

/// There is nothing else in that network, so that it is always free.
const PORT: u16 = 1080;
/// That the browser asks the proxy for everything, also for this machine, and looks up no name by itself.
pub(super) const FLAGS: [&str; 3] = [
    "--proxy-server=socks5://127.0.0.1:1080",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

/// Runs a program beside the port. The arguments are the file and the program with its own.
pub(in crate::engine) fn relay(arguments: &[OsString]) -> io::Result<()> {
    let [socket, program, rest @ ..] = arguments else { return Err(io::ErrorKind::InvalidInput.into()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let status = runtime.block_on(async {
        let port = TcpListener::bind(("127.0.0.1", PORT)).await?;
        let mut program = Command::new(program).args(rest).spawn()?;
        loop {
            tokio::select! {
                status = program.wait() => return status,
                Ok((mut connection, _)) = port.accept() => {
                    let socket = socket.clone();
                    tokio::spawn(async move {
                        let mut proxy = UnixStream::connect(socket).await?;
                        copy_bidirectional(&mut connection, &mut proxy).await
                    });
                }
            }
        }
    })?;
    std::process::exit(status.code().unwrap_or(1));
}
