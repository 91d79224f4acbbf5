//! The only way out of the browser: a SOCKS proxy (RFC 1928) that connects to addresses that may be asked.

use std::fs::File;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::egress::Allowed;
use crate::engine::{Failure, Work};

const VERSION: u8 = 5;
const WITHOUT_KEY: u8 = 0;
const CONNECT: u8 = 1;
/// All that can go wrong is answered alike, so that no page finds out what there is where it may not ask.
const REFUSED: [u8; 10] = [VERSION, 2, 0, 1, 0, 0, 0, 0, 0, 0];
const CONNECTED: [u8; 10] = [VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0];
/// The most connections at once.
const MAX_CONNECTIONS: usize = 256;
const PATIENCE: Duration = Duration::from_secs(10);

/// A proxy that ends with this.
pub(super) struct Proxy {
    folder: TempDir,
    left: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Opens it; as many bytes may pass as an output may have.
    pub(super) fn open(work: &Work) -> Result<Self, Failure> {
        let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
        // The path of a socket may have only a hundred letters.
        let opened = File::open(folder.path()).map_err(Failure::io)?;
        let short = format!("/proc/self/fd/{}/proxy", opened.as_raw_fd());
        let listener = UnixListener::bind(short).map_err(Failure::io)?;
        let left = Arc::new(AtomicU64::new(work.limits.output));
        let allowed = Arc::new(Allowed::new(work.reach.clone()));
        let task = tokio::spawn(serve(listener, allowed, left.clone()));
        Ok(Self { folder, left, task })
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.folder.path().join("proxy")
    }

    /// Whether as much has passed as may.
    pub(super) fn is_spent(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: UnixListener, allowed: Arc<Allowed>, left: Arc<AtomicU64>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    while let (Ok(place), Ok((stream, _))) = (places.clone().acquire_owned().await, listener.accept().await) {
        let (allowed, left) = (allowed.clone(), left.clone());
        tokio::spawn(async move {
            let _place = place;
            let _ = connection(stream, &allowed, &left).await;
        });
    }
}

async fn connection(mut inside: UnixStream, allowed: &Allowed, left: &AtomicU64) -> io::Result<()> {
    let asked = tokio::time::timeout(PATIENCE, asked(&mut inside)).await.map_err(io::Error::other)??;
    let outside = tokio::time::timeout(PATIENCE, connect(asked, allowed)).await;
    let Ok(Ok(mut outside)) = outside else {
        return inside.write_all(&REFUSED).await;
    };
    inside.write_all(&CONNECTED).await?;
    let (mut from_inside, mut to_inside) = inside.split();
    let (mut from_outside, mut to_outside) = outside.split();
    tokio::try_join!(
        pass(&mut from_inside, &mut to_outside, left),
        pass(&mut from_outside, &mut to_inside, left),
    )?;
    Ok(())
}

/// Where a connection is to go.
enum Target {
    Address(IpAddr, u16),
    Name(String, u16),
}

/// Reads the greeting and what is asked for.
async fn asked(stream: &mut UnixStream) -> io::Result<Target> {
    let wrong = || io::Error::from(io::ErrorKind::InvalidData);
    let version = stream.read_u8().await?;
    let mut methods = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut methods).await?;
    if version != VERSION || !methods.contains(&WITHOUT_KEY) {
        return Err(wrong());
    }
    stream.write_all(&[VERSION, WITHOUT_KEY]).await?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    if head[..2] != [VERSION, CONNECT] {
        return Err(wrong());
    }
    Ok(match head[3] {
        1 => Target::Address(Ipv4Addr::from(stream.read_u32().await?).into(), stream.read_u16().await?),
        3 => {
            let mut name = vec![0; stream.read_u8().await?.into()];
            stream.read_exact(&mut name).await?;
            Target::Name(String::from_utf8(name).map_err(|_| wrong())?, stream.read_u16().await?)
        }
        4 => Target::Address(Ipv6Addr::from(stream.read_u128().await?).into(), stream.read_u16().await?),
        _ => return Err(wrong()),
    })
}

/// Connects to the first address that may be asked and answers.
async fn connect(target: Target, allowed: &Allowed) -> io::Result<TcpStream> {
    let found: Vec<SocketAddr> = match target {
        Target::Address(address, port) => vec![(address, port).into()],
        Target::Name(name, port) => tokio::net::lookup_host((name, port)).await?.collect(),
    };
    for address in found.into_iter().filter(|address| allowed.address(address.ip())) {
        if let Ok(stream) = TcpStream::connect(address).await {
            return Ok(stream);
        }
    }
    Err(io::ErrorKind::ConnectionRefused.into())
}

/// Hands bytes on, as long as there are some left to be handed on.
async fn pass(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    left: &AtomicU64,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        let spend = |left: u64| Some(left.saturating_sub(count as u64));
        let before = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).unwrap_or(0);
        if before <= count as u64 {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        to.write_all(&buffer[..count]).await?;
    }
}
