"""``python -m sdrs_mock``: the program itself, wherever the package put it."""

import os
import subprocess
import sys

from .server import binary


def main() -> int:
    """Runs the program with the arguments of this one, in its place where the system can."""
    command = [str(binary()), *sys.argv[1:]]
    if os.name == "nt":
        return subprocess.call(command)
    os.execv(command[0], command)


if __name__ == "__main__":
    sys.exit(main())
