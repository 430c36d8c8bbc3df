//! A stream whose other end has to take what it is sent.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::connections::Line;

/// A stream that fails where its other end does not take what it is sent: as long as it takes less
/// than is there, it has to take the least rate's worth in each period.
#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: S,
    period: Duration,
    /// Bytes to be taken in a period.
    least: u64,
    /// The period under way, where not all that is to be sent was taken.
    late: Option<Late>,
    line: Arc<Line>,
}

#[derive(Debug)]
struct Late {
    /// Ends the period.
    end: Pin<Box<Sleep>>,
    /// Bytes taken in it.
    taken: u64,
}

impl<S> Paced<S> {
    /// `stream`, at `rate` bytes a second, over periods of `period`.
    pub(super) fn new(stream: S, period: Duration, rate: u32, line: Arc<Line>) -> Self {
        let least = (f64::from(rate) * period.as_secs_f64()) as u64;
        Self { stream, period, least: least.max(1), late: None, line }
    }

    /// Notes how a write ended, and fails where the other end is too slow.
    fn judge(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                if let Some(late) = &mut self.late {
                    late.taken += bytes as u64;
                    self.line.touch();
                }
                written
            }
            Poll::Ready(Err(_)) => written,
            Poll::Pending => {
                let period = self.period;
                let late = self.late.get_or_insert_with(|| Late {
                    end: Box::pin(tokio::time::sleep(period)),
                    taken: 0,
                });
                self.line.set_stuck(true);
                while late.end.as_mut().poll(context).is_ready() {
                    if late.taken < self.least {
                        let why = "the client does not take its answer";
                        return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, why)));
                    }
                    late.taken = 0;
                    late.end.as_mut().reset(Instant::now() + period);
                }
                Poll::Pending
            }
        }
    }

    /// Everything is with the operating system: nobody is late.
    fn in_time(&mut self) {
        if self.late.take().is_some() {
            self.line.set_stuck(false);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.judge(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            self.in_time();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const PERIOD: Duration = Duration::from_millis(200);

    /// A stream that takes 100 bytes in each period, with room for 16 bytes on the way.
    fn paced() -> (Paced<tokio::io::DuplexStream>, tokio::io::DuplexStream) {
        let (near, far) = duplex(16);
        let line = Arc::new(Line::new(Instant::now()));
        (Paced::new(near, PERIOD, 500, line), far)
    }

    #[tokio::test]
    async fn who_never_reads_is_given_up_after_a_period() {
        let (mut near, _far) = paced();
        let start = Instant::now();
        let error = near.write_all(&[0; 1000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(start.elapsed() >= PERIOD);
    }

    #[tokio::test]
    async fn a_byte_now_and_then_is_not_enough_and_the_least_rate_is() {
        for (bytes, served) in [(1, false), (16, true)] {
            let (mut near, mut far) = paced();
            let reader = tokio::spawn(async move {
                let mut buffer = vec![0; bytes];
                while far.read_exact(&mut buffer).await.is_ok() {
                    tokio::time::sleep(PERIOD / 20).await;
                }
            });
            assert_eq!(near.write_all(&[0; 480]).await.is_ok(), served, "{bytes} bytes");
            reader.abort();
        }
    }

    #[tokio::test]
    async fn pauses_between_answers_are_nobodys_fault() {
        let (mut near, mut far) = paced();
        let mut buffer = [0; 16];
        for _ in 0..3 {
            near.write_all(&[0; 16]).await.unwrap();
            near.flush().await.unwrap();
            far.read_exact(&mut buffer).await.unwrap();
            tokio::time::sleep(PERIOD * 2).await;
        }
    }
}
