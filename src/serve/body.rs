//! Reads a request's body once, within its size and its time.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;
use hyper::body::Body as _;

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It is larger than the limit.
    TooLarge,
    /// It did not come in time.
    TimedOut,
    /// The client closed before the end that it had announced, or sent chunks that are none.
    Broken(axum::Error),
}

/// The whole body; one that came with the head is taken as it is, without copying it.
pub(crate) async fn read(body: Body, headers: &HeaderMap, limit: usize, time: Duration) -> Result<Bytes, Unread> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Unread::TooLarge);
    }
    let mut whole = pin!(collect(body, limit));
    // Most bodies came with the head: nobody waits for them, so no timer is made.
    if let Poll::Ready(whole) = std::future::poll_fn(|cx| Poll::Ready(whole.as_mut().poll(cx))).await {
        return whole;
    }
    tokio::time::timeout(time, whole).await.unwrap_or(Err(Unread::TimedOut))
}

async fn collect(mut body: Body, limit: usize) -> Result<Bytes, Unread> {
    let mut first = Bytes::new();
    while let Some(frame) = body.frame().await {
        // Trailers are no part of a body.
        let Ok(data) = frame.map_err(Unread::Broken)?.into_data() else {
            continue;
        };
        if data.len() > limit {
            return Err(Unread::TooLarge);
        }
        if body.is_end_stream() {
            return Ok(data);
        }
        if !data.is_empty() {
            first = data;
            break;
        }
    }
    let mut whole = BytesMut::from(first);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(Unread::Broken)?.into_data() else {
            continue;
        };
        if whole.len() + data.len() > limit {
            return Err(Unread::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}
