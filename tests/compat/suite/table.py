"""The table of clients and scenarios in docs/compatibility.md: what must be proven, and what a run has proven."""

import difflib

from .clients import CLIENTS, ROOT
from .envelopes import COLUMNS, ENVELOPES, MEANINGS
from .server import MODES

DOCUMENT = ROOT / "docs" / "compatibility.md"

ROWS = {
    1: "rename, then a GET shows it",
    2: "names: 64 bytes, non-ASCII, empty, forbidden characters",
    3: "rename of what does not exist",
    4: "body without wrapper, of a wrong type, with more members",
    5: "create, poll, find what was made",
    6: "failed job, both wordings",
    7: "job slower than the client's patience",
    8: "list: filters, `limit`, `offset`, past the end",
    9: "list with `limit` by marker",
    10: "delete twice",
    11: "delete refused by state",
    12: "resource vanished before a refresh",
    13: "AK/SK: good, wrong secret, unknown key, stale date",
    14: "project by region: none, one, two",
    15: "password token, expiry with one new login",
    16: "catalog: two forms of URL, none, another region, two",
    17: "error bodies of other services",
    18: "the gateway's 404, 429, 502",
    19: "https: private authority, verification off",
    20: "header names, byte for byte",
    21: "resources of one kind stay apart",
    22: "50 renames at once",
    23: "kept and closed connections",
    24: "the catalog follows `Host`",
}

# Clients that no run has here: what is said of them was read in their published sources.
READ = (
    ("gopher", "gophertelekomcloud 0.9.4", {1, 2, 3, 5, 6, 7, 10, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24}),
    ("TF huawei", "terraform-provider-huaweicloud", {1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 18, 19, 21, 23}),
    ("TF otc", "terraform-provider-opentelekomcloud", {5, 6, 7, 10, 12, 13, 14, 15, 16, 18, 19, 21, 23, 24}),
)

# What each client must have run, in every mode.
REQUIRED = {
    "python": {1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 17, 18, 19, 21, 22, 23},
    "python-async": {22},
    "openstacksdk": {1, 2, 3, 5, 6, 8, 9, 10, 11, 15, 16, 17, 18, 19, 21, 22, 23, 24},
    "openstack": {5, 6, 15, 16, 17, 18, 19, 23, 24},
    "node": {1, 2, 3, 4, 5, 6, 8, 10, 11, 13, 14, 17, 18, 19, 21, 22, 23},
    "go": {1, 2, 3, 5, 6, 8, 10, 11, 13, 14, 17, 18, 19, 21, 22, 23},
    "java": {1, 2, 3, 5, 6, 8, 10, 11, 13, 14, 17, 18, 19, 21, 22, 23},
    "raw": {20},
}


def missing(results):
    """What had to run and did not, a line each."""
    seen = {(client, row, mode.letter) for client, row, mode, _, _ in results}
    wanted = ((client, row, mode.letter) for client, rows in REQUIRED.items() for row in sorted(rows) for mode in MODES)
    return [f"{client} did not pass row {row} in mode {letter}" for client, row, letter in wanted if (client, row, letter) not in seen]


def written(results):
    """The whole document."""
    return "\n".join([HEAD, *versions(), MATRIX, *matrix(results), LOSSES, *losses(results), BODIES, *bodies(), SENTENCES,
                      *sentences(results), ""])


def letters(modes):
    return "".join(mode.letter for mode in MODES if mode in modes)


def versions():
    yield "| column | client | version |\n|---|---|---|"
    for client in CLIENTS:
        yield f"| {client.key} | {client.title} | {client.version()} |"
    for column, title, _ in READ:
        yield f"| {column} | {title} | not run: read |"


def matrix(results):
    yield "| | " + " | ".join([client.key for client in CLIENTS] + [column for column, _, _ in READ]) + " |"
    yield "|---|" + "---|" * (len(CLIENTS) + len(READ))
    for row, title in ROWS.items():
        cells = [letters({mode for key, at, mode, _, _ in results if (key, at) == (client.key, row)}) for client in CLIENTS]
        cells += ["read" if row in rows else "" for _, _, rows in READ]
        yield f"| {row} {title} | " + " | ".join(cell or "–" for cell in cells) + " |"


def losses(results):
    yield "| client | loses | in |\n|---|---|---|"
    for client in CLIENTS:
        lost = {}
        for key, _, mode, _, notes in results:
            for note in notes if key == client.key else ():
                lost.setdefault(note, set()).add(mode)
        for note in sorted(lost):
            yield f"| {client.key} | {note} | {letters(lost[note])} |"


def bodies():
    yield "| body of a 400 | " + " | ".join(COLUMNS) + " |\n|---|" + "---|" * len(COLUMNS)
    for name, _, words in ENVELOPES:
        yield f"| {name} | " + " | ".join(words.split()) + " |"
    yield "\n| | the application gets |\n|---|---|"
    for word, meaning in MEANINGS.items():
        yield f"| {word} | {meaning} |"


def sentences(results):
    yield "| client | row | scenario | in |\n|---|---|---|---|"
    for client in CLIENTS:
        passed = {}
        for key, row, mode, sentence, _ in results:
            if key == client.key:
                passed.setdefault((0 if row == "–" else row, sentence), set()).add(mode)
        for (row, sentence), modes in sorted(passed.items()):
            yield f"| {client.key} | {row or '–'} | {sentence} | {letters(modes)} |"


def difference(results):
    """How the document differs from what the run saw; empty where it does not."""
    stands = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    lines = difflib.unified_diff(stands.splitlines(), written(results).splitlines(), str(DOCUMENT.name), "this run", lineterm="")
    return "\n".join(lines)


HEAD = """# Compatibility

What real, unmodified clients make of the mock. This page is written by `tests/compat/run --write`, from what a run has
seen; every run holds it against what it sees, and fails where they differ.

`D` is a server in dialect `documented` and `L` one in dialect `live`, both without a look at credentials; `S` is one in
dialect `live` with `--auth strict`. A letter in a cell says that the scenario passed there. `read` says that no run here
has shown it: what is known of the client was read in its published source. `–` is nothing at all: the client has no such
thing, or nothing is known.

## Clients
"""

MATRIX = """
## Scenarios
"""

LOSSES = """
Beside these rows the Python, Go and Java SDKs each call all 49 operations in every mode, and every member of every answer
is compared with what the SDK decoded. The Go and Java SDKs refuse an answer with any member of another type than their
models have, so this is the proof of the types.

## What clients lose

Each was seen in the run, and is the client's own doing: it loses the same with the clouds.
"""

BODIES = """
## What clients make of error bodies

Row 17. The bodies are sent through `raw` faults; the mock by itself sends the first two, `itemNotFound` in the manner of
`badrequest`, and the gateway's form with `request_id`. The `openstack` command prints one line for each of them, without
the message.
"""

SENTENCES = """
## All that was run
"""
