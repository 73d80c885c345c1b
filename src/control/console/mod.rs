//! The console: a page over the control plane, embedded in the program, that needs nothing from anywhere else.
//!
//! Its files lie beside this one and are served as they are; the build script packs them.

use axum::body::Body;
use axum::response::Response;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, Method, Response as Head, StatusCode};
use miniz_oxide::inflate::decompress_to_vec;

/// What the page may do: run and show what this server gives it, and talk to this server. No script and no style stands
/// in the page itself, so that nothing a client sends can ever become either.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of the console.
struct File {
    path: &'static str,
    content_type: &'static str,
    /// As the build script packed it.
    packed: &'static [u8],
}

/// Lists files of this folder under the paths that the page asks for them.
macro_rules! files {
    ($($path:literal => $name:literal, $content_type:expr;)*) => {
        &[$(File {
            path: $path,
            content_type: $content_type,
            packed: include_bytes!(concat!(env!("OUT_DIR"), "/console-", $name)),
        }),*]
    };
}

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const DRAWING: &str = "image/svg+xml";

/// Every file of the console; a test reads this table.
static FILES: &[File] = files! {
    "/_mock" => "index.html", HTML;
    "/_mock/" => "index.html", HTML;
    "/_mock/console/console.css" => "console.css", STYLE;
    "/_mock/console/icon.svg" => "icon.svg", DRAWING;
    "/_mock/console/main.js" => "main.js", SCRIPT;
    "/_mock/console/dom.js" => "dom.js", SCRIPT;
    "/_mock/console/failures.js" => "failures.js", SCRIPT;
    "/_mock/console/jobs.js" => "jobs.js", SCRIPT;
    "/_mock/console/journal.js" => "journal.js", SCRIPT;
    "/_mock/console/page.js" => "page.js", SCRIPT;
    "/_mock/console/report.js" => "report.js", SCRIPT;
    "/_mock/console/server.js" => "server.js", SCRIPT;
    "/_mock/console/topology.js" => "topology.js", SCRIPT;
    "/_mock/console/words.js" => "words.js", SCRIPT;
    "/_mock/console/world.js" => "world.js", SCRIPT;
};

/// Whether the console has something at this path; who asks for it need bring no token, for the page asks for one.
pub(super) fn has(path: &str) -> bool {
    FILES.iter().any(|file| file.path == path)
}

/// The file at this path, to be read and nothing else.
pub(super) fn answer(method: &Method, path: &str) -> Option<Response> {
    let file = FILES.iter().find(|file| file.path == path)?;
    let fields: [(HeaderName, &str); 5] = [
        (CONTENT_TYPE, file.content_type),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    let head = fields
        .into_iter()
        .fold(Head::builder(), |head, (name, value)| head.header(name, value));
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let answer = if reads {
        let text = decompress_to_vec(file.packed).expect("it was packed by the build script");
        head.body(Body::from(text))
    } else {
        let only = HeaderValue::from_static("GET, HEAD");
        head.status(StatusCode::METHOD_NOT_ALLOWED)
            .header(ALLOW, only)
            .body(Body::empty())
    };
    Some(answer.expect("all of its fields are constants"))
}
