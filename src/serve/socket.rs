//! What only a socket can do: know whether it is read from or written to, and close without losing an answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::connection::{Progress, alarm};
use super::stream::Stream;

/// For how long a client that is still sending is listened to after it was answered.
const LINGER: Duration = Duration::from_secs(5);

/// A connection's socket, which tells [`Progress`] of every byte.
pub(super) struct Socket {
    stream: Stream,
    progress: Arc<Progress>,
    lingering: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    /// The socket as hyper takes it.
    pub(super) fn new(stream: Stream, progress: Arc<Progress>) -> TokioIo<Self> {
        TokioIo::new(Self {
            stream,
            progress,
            lingering: None,
        })
    }

    /// Reads on and throws away, until the client has closed too or its time is over.
    ///
    /// A socket that is closed with unread bytes in it resets the connection, and the answer is lost on the client.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.lingering.get_or_insert_with(|| Box::pin(alarm(LINGER)));
        if deadline.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let mut bytes = [0; 8192];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.progress.broken() != Some(true) {
            self.stream.say_goodbye();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.progress.read();
        }
        Poll::Ready(Ok(()))
    }
}

impl Socket {
    /// Refuses to write where a fault has broken the connection: it is then dropped, and with it closed or reset.
    fn check(&self) -> io::Result<()> {
        let Some(resets) = self.progress.broken() else {
            return Ok(());
        };
        if resets {
            self.stream.socket().set_zero_linger()?;
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.progress.written();
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, slices))?;
        self.progress.written();
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Half a connection may be closed while an answer is awaited, so nobody reads meanwhile: where the answer is held
        // back, this is the one place that can see that the client has left.
        if self.progress.is_held() && self.stream.poll_left(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        if self.progress.lingers() {
            ready!(self.poll_linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}
