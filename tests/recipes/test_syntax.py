"""Recipes that need more than there is to run: that they parse, and say what a user has to know."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from snippets import ROOT, block, blocks, page

CONTAINERS = "testcontainers.md"
SERVICES = "ci-services.md"


@pytest.mark.parametrize("language", ["java", "go", "python", "js", "rust"])
def test_every_container_names_dialect_port_and_ready_condition(language: str) -> None:
    snippet = block(CONTAINERS, language)
    for said in ("SDRS_MOCK_DIALECT", "live", "7705"):
        assert said in snippet
    assert "/_mock/ready" in snippet or '" ready on "' in snippet


def test_the_python_recipe_parses() -> None:
    ast.parse(block(CONTAINERS, "python"))


@pytest.mark.parametrize(
    ("language", "command", "name"),
    [
        ("js", ["node", "--check"], "recipe.mjs"),
        ("go", ["gofmt", "-d", "-e"], "recipe.go"),
        ("rust", ["rustfmt", "--check", "--edition", "2024", "--config", "max_width=120"], "recipe.rs"),
    ],
)
def test_a_recipe_parses_and_looks_as_its_language_has_it(
    language: str, command: list[str], name: str, tmp_path: Path
) -> None:
    assert shutil.which(command[0]), f"{command[0]} is not installed"
    (tmp_path / name).write_text(block(CONTAINERS, language))
    checked = subprocess.run([*command, name], cwd=tmp_path, capture_output=True, text=True)
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stdout + checked.stderr


def test_the_services_name_dialect_image_and_ready_condition() -> None:
    actions, gitlab = (yaml.safe_load(text) for text in blocks(SERVICES, "yaml"))
    job = actions["jobs"]["test"]
    service = job["services"]["sdrs-mock"]
    assert service["image"].endswith("/sdrs-mock:0.1.0")
    assert service["env"] == {"SDRS_MOCK_DIALECT": "live"}
    assert service["ports"] == ["7705:7705"]
    # There is no shell in the image that could run one.
    assert "options" not in service
    assert "/_mock/ready" in job["steps"][0]["run"]
    (service,) = gitlab["test"]["services"]
    assert service["variables"] == {"SDRS_MOCK_DIALECT": "live"}
    assert gitlab["test"]["variables"]["SDRS_MOCK_URL"] == f"http://{service['alias']}:7705"
    assert "/_mock/ready" in gitlab["test"]["script"][0]


def test_the_version_is_that_of_the_program() -> None:
    version = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    assert version
    named = re.findall(r'sdrs-mock(?:"?, "|:)(\d+\.\d+\.\d+)', page(CONTAINERS) + page(SERVICES))
    named += re.findall(r"newTag: (\S+)", (ROOT / "deploy" / "kustomization.yaml").read_text())[:1]
    assert len(named) >= 8
    assert set(named) == {version[1]}


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_workflows_pin_their_actions_and_ask_for_no_more_rights_than_they_need(workflow: Path) -> None:
    text = workflow.read_text()
    document = yaml.safe_load(text)
    assert document["permissions"] == {"contents": "read"}
    steps = [step for job in document["jobs"].values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
        assert re.search(rf"{re.escape(action)} # v\d+\.\d+\.\d+$", text, re.MULTILINE), action
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_a_release_has_a_build_for_each_machine_that_is_supported() -> None:
    release = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
    built = {row["target"]: row["static"] for row in release["jobs"]["build"]["strategy"]["matrix"]["include"]}
    assert built == {
        "x86_64-unknown-linux-gnu": True, "aarch64-unknown-linux-gnu": True,
        "x86_64-apple-darwin": False, "aarch64-apple-darwin": False,
    }  # fmt: skip
    platforms = {row["platform"] for row in release["jobs"]["image"]["strategy"]["matrix"]["include"]}
    assert platforms == {"linux/amd64", "linux/arm64"}
    # What is pinned in several places is pinned to the same.
    pyproject = (ROOT / "pyproject.toml").read_text()
    assert f"maturin=={release['env']['MATURIN']}" in pyproject
    flags = "-C target-feature=+crt-static -C relocation-model=static"
    assert flags in release["jobs"]["build"]["env"]["RUSTFLAGS"]
    assert flags in (ROOT / ".ci" / "run").read_text()
    assert flags in (ROOT / "tests" / "python" / "run").read_text()
