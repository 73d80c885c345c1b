"""The code blocks of a page in docs/."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def page(name: str) -> str:
    """The text of a page."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """All blocks of a page in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page(name), re.DOTALL | re.MULTILINE)


def block(name: str, language: str) -> str:
    """The one block of a page in this language."""
    (found,) = blocks(name, language)
    return found


def pinned(pattern: str) -> str:
    """The version that the page of containers names for a package."""
    found = re.search(pattern, page("testcontainers.md"))
    assert found, pattern
    return found[1]
