"""Runs the `openstack` command: reads environment and arguments, a JSON line each, and writes what it printed.

What the command runs is imported once, for that takes most of its time; each command then is a process of its own.
"""

import json
import os
import sys
import tempfile

from openstackclient import shell


def run(environment, arguments):
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    child = os.fork()
    if child == 0:
        os.environ.update(environment)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        code = 1
        try:
            code = shell.main(arguments)
        except SystemExit as leave:
            code = leave.code
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code or 0)
    _, status = os.waitpid(child, 0)
    printed = []
    for stream in (out, err):
        stream.seek(0)
        printed.append(stream.read().decode())
    return {"exit": os.waitstatus_to_exitcode(status), "stdout": printed[0], "stderr": printed[1]}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps([run(asked["client"], call) for call in asked["calls"]]), flush=True)
