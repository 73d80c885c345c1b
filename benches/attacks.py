"""What a hostile or broken client does to a socket: each attack is tried once by a call, which says what came of it."""

import json
import socket
import struct

from wire import DRILLS

PROJECT = "hostile"
PATH = f"/v1/{PROJECT}/disaster-recovery-drills/{DRILLS[0]}"
HEAD = f"PUT {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
GET = f"GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def opened(address):
    """A connection on which nothing waits longer than ten seconds."""
    return socket.create_connection(address, timeout=10)


def answer(connection):
    """The status of the one answer before the server closes, or `closed` where there is none."""
    seen = b""
    try:
        while b"\r\n" not in seen:
            piece = connection.recv(65536)
            if not piece:
                break
            seen += piece
    except ConnectionError:
        pass
    return seen.split(b" ", 2)[1].decode() if seen.startswith(b"HTTP/1.1 ") else "closed"


def sent(address, *pieces):
    """What is answered to these bytes, or to as many as the server wants."""
    with opened(address) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except ConnectionError:
            pass
        return answer(connection)


def renaming(name):
    """A whole request."""
    body = json.dumps({"disaster_recovery_drill": {"name": name}})
    return f"{HEAD}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def pipelining(address, _):
    """Fifty requests in one write; all are answered, in full."""
    with opened(address) as connection:
        connection.sendall(GET * 50)
        connection.shutdown(socket.SHUT_WR)
        seen = bytearray()
        while piece := connection.recv(65536):
            seen += piece
    return f"{seen.count(b'HTTP/1.1 200 OK')} answers"


def chunked_nonsense(address, number):
    """Chunks whose sizes are no numbers, too large, negative, or not what follows."""
    sizes = (b"zz\r\n", b"ffffffffffffffffff\r\n", b"-1\r\nx\r\n0\r\n\r\n", b"5\r\nabcdefghij\r\n0\r\n\r\n")
    return sent(address, f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode(), sizes[number % len(sizes)])


def header_flood(address, number):
    """Ten thousand headers, or one of a megabyte."""
    flood = b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) if number % 2 else b"X: " + b"y" * 1_000_000 + b"\r\n"
    return sent(address, HEAD.encode(), flood, b"\r\n")


def announced_gibibyte(address, _):
    """A body of 1 GiB by its announcement, and the beginning of it."""
    return sent(address, f"{HEAD}Content-Length: {1 << 30}\r\n\r\n".encode(), b'{"' + b"x" * 65_536)


def nested(address, number):
    """A hundred thousand lists or objects in one another, where the name should be or beside it."""
    deep = b"[" * 100_000 if number % 2 else b'{"a":' * 100_000
    body = (b'{"disaster_recovery_drill":{"name":' if number % 3 else b'{"other":') + deep
    return sent(address, f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode(), body)


def half_head(address, _):
    """Half a head, then nothing more for ever: the writing half is closed."""
    with opened(address) as connection:
        connection.sendall(HEAD.encode())
        connection.shutdown(socket.SHUT_WR)
        return answer(connection)


def reset(address, _):
    """A body that breaks off with a reset."""
    with opened(address) as connection:
        connection.sendall(renaming("never")[:-9])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return "reset"


def half_closed(address, number):
    """A whole rename from a client that then closes its writing half and is answered all the same."""
    with opened(address) as connection:
        connection.sendall(renaming(f"half-{number}"))
        connection.shutdown(socket.SHUT_WR)
        return answer(connection)


# Each with all that may come of it.
ATTACKS = {
    pipelining: {"50 answers"},
    chunked_nonsense: {"400", "closed"},
    header_flood: {"431", "closed"},
    announced_gibibyte: {"413"},
    nested: {"400"},
    half_head: {"400", "closed"},
    reset: {"reset"},
    half_closed: {"200"},
}
