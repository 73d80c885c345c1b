//! What a connection's bytes go through: the socket itself, or TLS on it.

use std::io::{self, IoSlice, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// A connection, plain or secured.
pub(super) enum Stream {
    /// The socket.
    Plain(TcpStream),
    /// TLS on it.
    Secure(Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// The socket below.
    pub(super) fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Secure(secure) => secure.get_ref().0,
        }
    }

    /// Ready once the client has left, where nobody reads and nobody will: what still comes over TLS is thrown away.
    pub(super) fn poll_left(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 64];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            match self {
                Self::Plain(socket) => {
                    let peeked = ready!(socket.poll_peek(cx, &mut buffer));
                    return if peeked.is_ok_and(|read| read > 0) {
                        Poll::Pending
                    } else {
                        Poll::Ready(())
                    };
                }
                // A goodbye is bytes too, so it takes more than a look at the socket.
                Self::Secure(secure) => {
                    let read = ready!(Pin::new(secure).poll_read(cx, &mut buffer));
                    if read.is_err() || buffer.filled().is_empty() {
                        return Poll::Ready(());
                    }
                }
            }
        }
    }

    /// Says goodbye, as TLS demands, as far as that needs no waiting: who only sees the socket close takes it for an attack.
    pub(super) fn say_goodbye(&mut self) {
        if let Self::Secure(secure) = self {
            let (socket, session) = secure.get_mut();
            session.send_close_notify();
            while session.wants_write() && session.write_tls(&mut Now(socket)).is_ok_and(|written| written > 0) {}
        }
    }
}

/// A socket that takes what it takes at once.
struct Now<'s>(&'s TcpStream);

impl Write for Now<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_read(cx, buffer),
            Self::Secure(secure) => Pin::new(secure).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write(cx, bytes),
            Self::Secure(secure) => Pin::new(secure).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write_vectored(cx, slices),
            Self::Secure(secure) => Pin::new(secure).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_flush(cx),
            Self::Secure(secure) => Pin::new(secure).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_shutdown(cx),
            Self::Secure(secure) => Pin::new(secure).poll_shutdown(cx),
        }
    }
}
