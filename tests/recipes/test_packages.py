"""Recipes against the packages that they name: each compiles, or passes its type checker. Nothing is started.

Not part of the gate, for it fetches and compiles some hundreds of packages: `tests/recipes/run --packages`.
"""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path

import pytest

from snippets import block, pinned

PAGE = "testcontainers.md"


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path:
    """A folder that stays, so that what was fetched is fetched once."""
    folder = Path(os.environ["RECIPES_PACKAGES"]) / request.node.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run(folder: Path, *command: str, **variables: str) -> None:
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True, env=os.environ | variables)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


def test_java(folder: Path) -> None:
    (folder / "SdrsMock.java").write_text(block(PAGE, "java"))
    group, artifact, version = pinned(r"`(org\.testcontainers:testcontainers:\S+)`").split(":")
    (folder / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>recipe</groupId><artifactId>recipe</artifactId><version>1</version><dependencies><dependency>"
        f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
        "</dependency></dependencies></project>"
    )
    run(folder, "mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib")
    run(folder, "javac", "-Xlint:all,-serial", "-Werror", "-proc:none", "-cp", "lib/*", "-d", "classes", "SdrsMock.java")


def test_go(folder: Path) -> None:
    (folder / "recipe_test.go").write_text(block(PAGE, "go"))
    module, version = pinned(r"`(github\.com/testcontainers/testcontainers-go v\S+)`").split()
    (folder / "go.mod").write_text(f"module recipe\n\ngo 1.25\n\nrequire {module} {version}\n")
    run(folder, "go", "mod", "tidy")
    run(folder, "go", "vet", "./...")


def test_python(folder: Path) -> None:
    (folder / "recipe.py").write_text(block(PAGE, "python"))
    interpreter = folder / "venv" / "bin" / "python"
    if not interpreter.exists():
        venv.create(folder / "venv", with_pip=True)
    version = pinned(r"`(testcontainers==\S+)`")
    run(folder, str(interpreter), "-m", "pip", "install", "--quiet", version, "pytest==9.2.0", "mypy==2.4.1")
    run(folder, str(interpreter), "-m", "mypy", "--strict", "--python-executable", str(interpreter), "recipe.py")


def test_node(folder: Path) -> None:
    (folder / "recipe.mjs").write_text(block(PAGE, "js"))
    package = pinned(r"`(testcontainers@\S+)`")
    run(folder, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", package, "typescript@5.9.3", "@types/node@22")
    run(
        folder, "npx", "tsc", "--noEmit", "--allowJs", "--checkJs", "--strict", "--skipLibCheck",
        "--module", "nodenext", "--target", "es2022", "recipe.mjs",
    )  # fmt: skip


def test_rust(folder: Path) -> None:
    (folder / "src").mkdir(exist_ok=True)
    (folder / "src" / "lib.rs").write_text(block(PAGE, "rust"))
    version = pinned(r'`(testcontainers = "\S+")`')
    (folder / "Cargo.toml").write_text(
        f'[package]\nname = "recipe"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\n{version}\n\n[workspace]\n'
    )
    run(folder, "cargo", "check", "--quiet", RUSTFLAGS="-D warnings", CARGO_TARGET_DIR=str(folder / "target"))
