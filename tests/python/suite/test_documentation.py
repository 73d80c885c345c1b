"""Each Python block of docs/python.md is a module of tests that passes as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sdrs_mock import Project, plugin

PAGE = (Path(__file__).parents[3] / "docs" / "python.md").read_text(encoding="utf-8")


def test_every_block_of_the_page_passes(pytester: pytest.Pytester) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == PAGE.count("```python") == 3
    for number, block in enumerate(blocks):
        pytester.makepyfile(**{f"test_block_{number}": block})
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=sum(block.count("def test_") for block in blocks))


def test_the_page_names_every_call_and_option(pytestconfig: pytest.Config) -> None:
    calls = [name for name in vars(Project) if not name.startswith("_")]
    missing = [name for name in calls if f"`{name}`" not in PAGE and f"sdrs_mock.{name}" not in PAGE]
    assert missing == ["request_url", "delete"]
    options = re.findall(r'"(--sdrs-mock-[a-z-]+)"', Path(plugin.__file__).read_text(encoding="utf-8"))
    assert len(options) == 4
    assert all(f"`{option}" in PAGE for option in options)
