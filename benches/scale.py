"""What size costs: a page far back in a long list beside the first one, a rename among many drills beside few."""

import contextlib
import json
import pathlib
import sys
import tempfile

from common import ROOT, WARM_UP, Trouble, compared, in_turn, load, serving

# The reaches, checked by --check.
PAGE = 1.5  # times what the first page costs, at most
RENAME = 1.2  # times what a rename among few costs, at most

MANY, FEW = 100_000, 10
GROUP = "c2aee29a-2959-4d01-9755-01cc76a4d17d"  # the group of all drills
# Rows of a page, what else its query has, and connections: a walk to a far page would not show beside what a thousand
# rows cost; and few connections do not keep the server's core busy with small pages, while many large ones take memory.
LISTS = ((1_000, "", 4), (10, "", 32), (10, f"&server_group_id={GROUP}", 32))
FAR = MANY // 2
RENAMED = "e472d26f-9624-42fb-8bfc-717d4714c225"  # the drill that the load renames


def figures(programs, arguments):
    """All figures, each the median of the ratios of its rounds."""
    with tempfile.TemporaryDirectory() as folder:
        worlds = {count: write_world(pathlib.Path(folder), count) for count in (FEW, MANY)}
        connections = max(arguments.connections)
        rows = []
        for length, query, at_once in LISTS:
            what = f"Page of {length:,} of {MANY:,} drills{' of a group' if query else ''}, at {FAR:,} and at 0"
            path = f"/disaster-recovery-drills?limit={length}{query}&offset="
            one = lambda number, asked=(path, at_once): pages(programs, worlds, *asked, number, arguments)  # noqa: E731
            rows.append(figure(f"{what}, µs, {at_once} connections", rounds(what, one, arguments), PAGE))
        what = f"Rename among {MANY:,} drills and among {FEW}"
        seen = rounds(what, lambda number: renames(programs, worlds, connections, number, arguments), arguments)
        return [*rows, figure(f"{what}, µs, {connections} connections", seen, RENAME)]


def write_world(folder, count):
    """A fixture whose template has one group and this many drills, the one that is renamed in their middle."""
    default = json.loads((ROOT / "fixtures/default.json").read_text())["template"]
    sample = next(drill for drill in default["disaster_recovery_drills"] if drill["id"] == RENAMED)
    group = next(group for group in default["server_groups"] if group["id"] == GROUP)
    # Rows of one length, so that pages are of one length too.
    drills = [
        sample | {"id": f"d0000000-0000-4000-8000-{n:012}", "name": f"drill-{n:06}", "drill_servers": []}
        for n in range(count)
    ]
    drills[count // 2]["id"] = RENAMED
    template = {"server_groups": [group], "disaster_recovery_drills": drills}
    path = folder / f"{count}.json"
    path.write_text(json.dumps({"schema_version": 1, "template": template}))
    return path


def serving_world(programs, world, arguments):
    """The server in this world, on the servers' core."""
    return serving([*programs.command("server", 0), "--fixtures", str(world)], arguments.cores[0])


def loaded(programs, addresses, options, arguments):
    """Load these in turn, and say what a request cost each, in µs: the server's core has nothing else to do."""
    options = [*options, "--seconds", arguments.seconds, "--warm-up", WARM_UP]
    seen = load(programs, addresses, arguments.cores[1], *options)
    return [result | {"us": 1e6 / result["rps"]} for result in seen]


def pages(programs, worlds, path, connections, number, arguments):
    """One server, two pages of this list in turn; the path ends where the offset belongs."""
    names = in_turn(number, ("far", "near"))
    gets = [f"--get={path}{FAR if name == 'far' else 0}" for name in names]
    with serving_world(programs, worlds[MANY], arguments) as (_, address):
        seen = loaded(programs, [address] * 2, ["--connections", connections, *gets], arguments)
    if len({result["answer_bytes"] for result in seen}) != 1:
        raise Trouble("the pages differ in length, so they compare nothing")
    return dict(zip(names, seen, strict=True))


def renames(programs, worlds, connections, number, arguments):
    """Two servers in turn, one with many drills and one with few; the first rename of each is not counted."""
    names = in_turn(number, ("far", "near"))
    with contextlib.ExitStack() as both:
        running = [serving_world(programs, worlds[{"far": MANY, "near": FEW}[name]], arguments) for name in names]
        addresses = [both.enter_context(server)[1] for server in running]
        seen = loaded(programs, addresses, ["--connections", connections], arguments)
    return dict(zip(names, seen, strict=True))


def rounds(what, one, arguments):
    """What each of the rounds saw."""
    seen = []
    for number in range(arguments.rounds):
        seen.append(one(number))
        far, near = (seen[-1][name]["us"] for name in ("far", "near"))
        step = f"{what}, round {number + 1} of {arguments.rounds}"
        print(f"{step}: {far:,.1f} / {near:,.1f} µs = {far / near:.3f}", file=sys.stderr)
    return seen


def figure(what, seen, most):
    """The row of what may cost this many times as much."""
    row, ratio = compared(what, seen, "us", "{:,.1f}", ("far", "near"))
    row.reach, row.reached = f"≤ {most}", ratio <= most
    return row
