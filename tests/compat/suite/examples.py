"""The files of examples/, each run as it stands."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from .trial import equal

EXAMPLES = Path(__file__).parents[3] / "examples"
CLIENT = Path(__file__).parents[1] / "clients" / "python"

SCENARIOS = []


def scenario(client):
    """Registers a function as a scenario beyond the table's rows; its name is the sentence that is printed."""

    def register(function):
        SCENARIOS.append(("–", (client,), function))
        return function

    return register


def run(t, *command, folder=EXAMPLES, **variables):
    """What a command prints that ends with 0."""
    surroundings = {**os.environ, **t.surroundings, "SDRS_ENDPOINT": t.server.url, **variables}
    ended = subprocess.run(
        [word.format(work=surroundings["COMPAT_WORK"]) for word in command], cwd=folder, env=surroundings, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


@scenario("python")
def the_example_for_pytest_passes(t):
    options = ("-q", "-p", "no:cacheprovider")
    out = run(t, "{work}/venv/bin/python", "-m", "pytest", *options, "test_rename.py", folder=EXAMPLES / "python")
    assert "3 passed" in out, out


@scenario("python")
def retries_settings_from_outside_and_the_readme_are_as_this_sdk_has_them(t):
    if t.mode.is_strict:
        return  # the examples of the README are for a server that looks at no credentials
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as regions:
        regions.write(f"SDRS:\n  - id: cn-east-3\n    endpoint: {t.server.url}\n")
        regions.flush()
        # The two ways to send an application elsewhere that only names a region.
        where = {"HUAWEICLOUD_SDK_REGIONS_FILE": regions.name, "HUAWEICLOUD_SDK_REGION_SDRS_CN_NORTH_4": t.server.url}
        run(t, "{work}/venv/bin/python", "scenarios.py", t.server.url, t.mode.dialect, folder=CLIENT, **where)


@scenario("node")
def the_example_for_nodes_test_runner_passes(t):
    # It asks for its packages beside itself, as an application's own tests do.
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(EXAMPLES / "node/rename.test.js", folder)
        os.symlink(Path(t.surroundings["COMPAT_WORK"]) / "node_modules", Path(folder) / "node_modules")
        out = run(t, "node", "--test", "rename.test.js", folder=folder)
    assert "fail 0" in out and "pass 2" in out, out


@scenario("go")
def the_example_for_gos_tests_passes(t):
    equal(run(t, "{work}/example").strip(), "PASS")


@scenario("java")
def the_example_for_java_prints_what_it_should(t):
    out = run(t, "java", "-XX:TieredStopAtLevel=1", "-cp", "{work}/classes:{work}/lib/*", "Rename")
    assert out.endswith("new_dr_drill_name\n400 SDRS.0202\n"), out


@scenario("openstack")
def the_example_for_the_command_line_prints_what_it_should(t):
    clouds = (EXAMPLES / "openstack/clouds.yaml").read_text().replace("http://localhost:7705", t.server.url)
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(clouds)
        file.flush()
        path = f"{t.surroundings['COMPAT_WORK']}/venv/bin:{os.environ['PATH']}"
        out = run(t, "./show-job.sh", folder=EXAMPLES / "openstack", PATH=path, OS_CLIENT_CONFIG_FILE=file.name, OS_CLOUD="sdrs-mock")
    equal(out, "ActiveactiveDomain\nSUCCESS\n")
