"""What each client makes of each error body that has been seen in the wild: row 17 of the table.

The bodies come through `raw` faults, so they are the same in every mode.
"""

import json

from .trial import RENAME, equal

S, M = "SDRS.0201", "a message"

FLAT = {"error_code": S, "error_msg": M}
PAGE = "<html><body><h1>Bad Request</h1></body></html>"

# What the application gets, in words that `FOUND` spells out.
COLUMNS = ("python", "node", "go", "java", "openstacksdk")

# Each row: its name, the body, and what the clients of COLUMNS make of it.
ENVELOPES = (
    ("`error`", {"error": {"code": S, "message": M}}, "full full full full message"),
    ("`badrequest`", {"badrequest": {"code": S, "message": M}}, "full lost full full message"),
    ("`badRequest`, numeric code", {"badRequest": {"code": 400, "message": M}}, "number lost raw digits message"),
    ("`error_code`, `error_msg`", FLAT, "full full full full code"),
    ("the same with `request_id`", {**FLAT, "request_id": "0" * 32}, "full full full full code"),
    ("`errorCode`, `errorMsg`", {"errorCode": S, "errorMsg": M}, "full lost raw raw raw"),
    ("`code`, `message`", {"code": S, "message": M}, "full lost full full message"),
    ("`error`, numeric code and `title`", {"error": {"code": 400, "message": M, "title": "t"}}, "number number raw digits message"),
    ("`error` around `error_code`, `error_msg`", {"error": FLAT}, "full lost full full code"),
    ("`error`, code `null`", {"error": {"code": None, "message": M}}, "message message raw crash message"),
    ("`error`, a text", {"error": M}, "raw lost raw raw raw"),
    ("`detail`", {"detail": M}, "raw lost raw raw raw"),
    ("a list", [FLAT], "raw lost raw raw raw"),
    ("HTML", PAGE, "raw lost raw raw stripped"),
    ("a text", M, "raw lost raw raw reason"),
    ("nothing", "", "raw lost raw nothing reason"),
    ("`encoded_authorization_message`", {**FLAT, "encoded_authorization_message": "e"}, "full full full full code"),
)

# What a client says that found no code.
NO_CODE = {"python": "400", "node": None, "go": "", "java": None, "openstacksdk": None}

# Code and message for each word, by the client's own `none` and the body's text.
FOUND = {
    "full": lambda none, text: (S, M),
    "message": lambda none, text: (none, M),
    "number": lambda none, text: (400, M),
    "digits": lambda none, text: ("400", M),
    "code": lambda none, text: (none, S),
    "raw": lambda none, text: (none, text),
    "stripped": lambda none, text: (none, "Bad Request"),
    "reason": lambda none, text: (none, "Bad Request"),
    "lost": lambda none, text: (none, "Request failed with status code 400"),
    "nothing": lambda none, text: (none, None),
    "crash": lambda none, text: (None, None),
}

# The same words for the reader of the document.
MEANINGS = {
    "full": "code and message",
    "message": "the message; code lost",
    "number": "the code as a number, and the message",
    "digits": "the number as a text, and the message",
    "code": "the code in the place of the message; the text is lost",
    "raw": "the whole body as message; no code",
    "stripped": "the text of the page as message; no code",
    "reason": "the reason phrase as message; no code",
    "lost": "neither code nor message",
    "nothing": "neither code, nor message, nor request ID",
    "crash": "a `NullPointerException` instead of a refusal",
}


def text(body):
    return body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))


def effect(body):
    """The fault that answers so."""
    kind = "text/html" if body == PAGE else "text/plain" if isinstance(body, str) else "application/json"
    return {"kind": "raw", "status": 400, "headers": {"Content-Type": kind}, "body": text(body)}


def every_error_body_ends_as_this_client_takes_it(t):
    client = t.client.removesuffix("-async")
    for name, body, words in ENVELOPES:
        word = words.split()[COLUMNS.index(client)]
        t.fault(RENAME, effect(body))
        refusal = t.refusal(t.rename, "x")
        equal((name, refusal.code, refusal.message), (name, *FOUND[word](NO_CODE[client], text(body))))
        if word == "crash":
            equal((name, refusal.kind), (name, "NullPointerException"))
        elif client == "openstacksdk":
            equal((name, refusal.kind, refusal.status), (name, "BadRequestException", 400))
        else:
            equal((name, refusal.status, bool(refusal.request_id)), (name, 400, word != "nothing"))


SCENARIOS = [(17, ("python", "python-async", "node", "go", "java", "openstacksdk"), every_error_body_ends_as_this_client_takes_it)]
