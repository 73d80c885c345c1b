//! One request on the wire: the rename as the vendor's Python SDK sends it, or a GET; and exactly one answer read back.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Fallible;

/// The project that the documentation's samples leave open.
const PROJECT: &str = "0123456789abcdef0123456789abcdef";
/// The drill of the documentation's sample, which every server holds from its start.
const DRILL: &str = "e472d26f-9624-42fb-8bfc-717d4714c225";
/// The body of the documentation's sample.
const BODY: &str = r#"{"disaster_recovery_drill":{"name":"new_dr_drill_name"}}"#;
/// How many bytes stand behind the name's changing part, `name`: a quote and two braces.
const BEHIND_NAME: usize = 3;

/// What an answer weighs; alike for all answers of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Bytes of the status line and the headers.
    pub(crate) head: usize,
    /// Bytes of the body, as `Content-Length` says.
    pub(crate) body: usize,
}

/// The whole rename with these header fields beside its own, one a line, ready to be written.
pub(crate) fn request(address: SocketAddr, headers: &str) -> Vec<u8> {
    let length = BODY.len();
    let headers: String = headers.lines().flat_map(|line| [line, "\r\n"]).collect();
    format!(
        "PUT /v1/{PROJECT}/disaster-recovery-drills/{DRILL} HTTP/1.1\r\n\
         User-Agent: huaweicloud-usdk-python/3.0\r\n\
         Accept: */*\r\n\
         Content-Type: application/json;charset=utf-8\r\n\
         X-Project-Id: {PROJECT}\r\n\
         Host: {address}\r\n\
         {headers}Content-Length: {length}\r\n\r\n{BODY}"
    )
    .into_bytes()
}

/// A GET of what has this path below the project, ready to be written.
pub(crate) fn get(address: SocketAddr, path: &str) -> Vec<u8> {
    format!("GET /v1/{PROJECT}{path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n\r\n").into_bytes()
}

/// Puts a number of four digits where the sample says `name`, so that the length stays.
pub(crate) fn vary(request: &mut [u8], number: u64) {
    let end = request.len() - BEHIND_NAME;
    let mut rest = number;
    for digit in request[end - 4..end].iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
    }
}

/// Sends the request and reads its answer, which has to be a 200 and nothing behind it; the buffer grows to hold it.
pub(crate) async fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> Fallible<Answer> {
    stream.write_all(request).await?;
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err(format!("the connection ended after {filled} bytes of an answer").into());
        }
        filled += read;
        let Some(answer) = parse(&buffer[..filled])? else {
            continue;
        };
        // One byte more than the answer has, so that what follows it would be seen.
        buffer.resize(buffer.len().max(answer.head + answer.body + 1), 0);
        match filled.cmp(&(answer.head + answer.body)) {
            std::cmp::Ordering::Less => {}
            std::cmp::Ordering::Equal => return Ok(answer),
            std::cmp::Ordering::Greater => return Err("bytes followed the answer".into()),
        }
    }
}

/// The weights that a head announces, or none while it is incomplete.
fn parse(bytes: &[u8]) -> Fallible<Option<Answer>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = &bytes[..end];
    if !head.starts_with(b"HTTP/1.1 200 ") {
        return Err(format!("answered with {}", String::from_utf8_lossy(bytes)).into());
    }
    let body = head
        .split(|byte| *byte == b'\n')
        .find_map(|line| {
            line.split_at_checked(15)
                .filter(|(name, _)| name.eq_ignore_ascii_case(b"content-length:"))
        })
        .and_then(|(_, value)| str::from_utf8(value).ok()?.trim().parse().ok())
        .ok_or("an answer without Content-Length")?;
    Ok(Some(Answer { head: end + 4, body }))
}
