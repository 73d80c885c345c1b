//! The `Accept` header: whether a client takes JSON.

use http::HeaderValue;

/// Whether these header values admit `application/json`: the most specific range that covers it decides, `q=0`
/// excludes, and no header at all admits everything.
pub fn admits_json<'h>(values: impl IntoIterator<Item = &'h HeaderValue>) -> bool {
    let mut best: Option<(u8, bool)> = None;
    let mut empty = true;
    for value in values {
        let value = value.as_bytes();
        match value {
            b"application/json" => return true,
            // Not the last word: another header line may exclude JSON by name.
            b"*/*" => {
                empty = false;
                best = best.max(Some((0, true)));
                continue;
            }
            _ => {}
        }
        for range in value
            .split(|&byte| byte == b',')
            .map(<[u8]>::trim_ascii)
            .filter(|range| !range.is_empty())
        {
            empty = false;
            let mut parts = range.split(|&byte| byte == b';').map(<[u8]>::trim_ascii);
            let specificity = match parts.next().unwrap_or_default().to_ascii_lowercase().as_slice() {
                b"application/json" => 2,
                b"application/*" => 1,
                b"*/*" => 0,
                _ => continue,
            };
            let admitted = !parts.any(is_zero_weight);
            best = best.max(Some((specificity, admitted)));
        }
    }
    empty || best.is_some_and(|(_, admitted)| admitted)
}

/// Whether this parameter is `q=0`, with however many zeros behind the point.
fn is_zero_weight(parameter: &[u8]) -> bool {
    let Some((b'q' | b'Q', weight)) = parameter.split_first() else {
        return false;
    };
    let Some((b'=', weight)) = weight.trim_ascii_start().split_first() else {
        return false;
    };
    match weight.trim_ascii() {
        [b'0'] => true,
        [b'0', b'.', fraction @ ..] => fraction.iter().all(|&digit| digit == b'0'),
        _ => false,
    }
}
