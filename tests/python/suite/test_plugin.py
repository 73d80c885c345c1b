"""The plugin, as suites that use it see it: each test here runs pytest on tests of its own."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from sdrs_mock import Server

EXAMPLE = Path(__file__).parent.parent / "example"

USES_IT = """
def test_it(sdrs_mock):
    assert sdrs_mock.clock()["mode"] == "real"
"""

SLIPS = """
import urllib.request

def test_slip(sdrs_mock):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(sdrs_mock.request_url("disaster-recovery-drills?limt=1"))
"""


def copied(pytester: pytest.Pytester) -> Path:
    for file in EXAMPLE.glob("*.py"):
        shutil.copy(file, pytester.path)
    pytester.makeini("[pytest]")
    return pytester.path


def test_twenty_tests_on_four_workers_share_one_server_and_no_world(pytester: pytest.Pytester) -> None:
    folder = copied(pytester)
    result = pytester.runpytest_subprocess("-n", "4", "--sdrs-mock-strict", "--sdrs-mock-coverage", "covered.json")
    result.assert_outcomes(passed=19, failed=1)
    result.stdout.fnmatch_lines([
        "*test_a_misspelt_parameter_passes_unless_the_run_is_strict*",
        "*ListDisasterRecoveryDrills does not read the parameter limt (unread-parameter, 1 times)",
        "sdrs-mock: * of 49 operations and * refusals, see *covered.json and covered.md",
    ])  # fmt: skip

    workers, origins, projects = zip(*(line.split() for line in (folder / "seen.txt").read_text().splitlines()))
    assert len(set(workers)) == 4
    assert len(set(origins)) == 1
    assert len(set(projects)) == 20

    # Twelve renames, two that were tried again, one whose answer was lost: of all workers together.
    covered = {row["operation"]: row for row in json.loads((folder / "covered.json").read_text())["covered"]}
    rename = covered["UpdateDisasterRecoveryDrillName"]
    assert rename["success"] == 13
    seen = {refusal["code"]: refusal["seen"] for refusal in rename["refusals"] if refusal["seen"]}
    assert seen["SDRS.1902"] == 1
    assert sum(seen.values()) == 3
    assert "| UpdateDisasterRecoveryDrillName | 13 |" in (folder / "covered.md").read_text()


def test_without_strictness_all_twenty_pass_on_one_process(pytester: pytest.Pytester) -> None:
    folder = copied(pytester)
    (folder / "conftest.py").write_text(
        (folder / "conftest.py").read_text().replace("worker_id: str, ", "").replace("{worker_id}", "alone")
    )
    result = pytester.runpytest_subprocess("-p", "no:xdist", "--sdrs-mock-coverage", "made/covered.json")
    result.assert_outcomes(passed=20)
    assert json.loads((folder / "made" / "covered.json").read_text())["operations"]["seen"] >= 4


def test_a_server_for_each_worker_covers_into_one_document(pytester: pytest.Pytester) -> None:
    folder = copied(pytester)
    arguments = ("-n", "2", "--sdrs-mock-per-worker", "--sdrs-mock-coverage", "covered.json")
    pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=20)
    seen = {tuple(line.split()[:2]) for line in (folder / "seen.txt").read_text().splitlines()}
    assert len({origin for _, origin in seen}) == len(seen) == 2
    covered = {row["operation"]: row for row in json.loads((folder / "covered.json").read_text())["covered"]}
    assert covered["UpdateDisasterRecoveryDrillName"]["success"] == 13


def test_strictness_can_stand_in_the_ini_file_and_be_lifted_by_a_marker(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nsdrs_mock_strict = true")
    lifted = "import pytest\npytestmark = pytest.mark.sdrs_mock(strict=False)\n"
    pytester.makepyfile(test_strict=SLIPS, test_lifted=lifted + SLIPS, test_clean=USES_IT)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*mend the client, or exempt the test with @pytest.mark.sdrs_mock(strict=False)"])


def test_a_test_that_fails_by_itself_shows_its_requests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SLIPS + "    assert False\n")
    result = pytester.runpytest_subprocess("--sdrs-mock-strict")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*sdrs-mock: requests of project*", "GET /v1/*/disaster-recovery-drills[?]limt=1 -> 200"])
    result.stdout.no_fnmatch_line("*mend the client*")


def test_the_same_test_gets_the_same_ids_in_each_run(pytester: pytest.Pytester) -> None:
    copied(pytester)
    pytester.makepyfile(
        test_ids="""
        def test_ids(sdrs, sdrs_mock):
            print("ID:", sdrs_mock.id, sdrs.create("new"))
        """
    )
    runs = [pytester.runpytest_subprocess("-rP", *more, "test_ids.py") for more in ((), ("-n", "1"))]
    ids = [[line for line in run.outlines if line.startswith("ID:")] for run in runs]
    assert len(ids[0]) == 1
    assert ids[0] == ids[1]


def test_the_arguments_of_the_server_stand_in_the_ini_file(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nsdrs_mock_args = --dialect live --seed 7")
    pytester.makepyfile(
        """
        def test_dialect(sdrs_mock_server):
            info = sdrs_mock_server.info()
            assert (info["dialect"], info["seed"]) == ("live", 7)
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_server_that_does_not_start_fails_only_tests_that_want_it(pytester: pytest.Pytester, workers: str) -> None:
    pytester.makeini("[pytest]\nsdrs_mock_args = --dialect klingon")
    pytester.makepyfile(USES_IT + "\ndef test_other():\n    pass\n")
    result = pytester.runpytest_subprocess("-n", workers)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*NotStarted: *--dialect klingon did not become ready: *invalid value 'klingon'*"])


def test_a_suite_that_does_not_use_it_starts_no_server(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDRS_MOCK_BINARY", "/nowhere/sdrs-mock")
    pytester.makepyfile("def test_other():\n    pass\n")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_server_that_is_there_is_used_and_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(USES_IT)
    with Server.start("--control-token", "secret", control_token=None) as server:
        arguments = ("--sdrs-mock-url", server.origin)
        result = pytester.runpytest_subprocess(*arguments)
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*Refused: *token*"])

        os.environ["SDRS_MOCK_CONTROL_TOKEN"] = "secret"
        try:
            for more in ((), ("-n", "2")):
                pytester.runpytest_subprocess(*arguments, *more).assert_outcomes(passed=1)
            server = Server.connect(server.origin)
        finally:
            del os.environ["SDRS_MOCK_CONTROL_TOKEN"]
        assert server.info()["projects"] == 0


def test_nothing_is_there_where_the_url_leads(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(USES_IT)
    result = pytester.runpytest_subprocess("--sdrs-mock-url", "http://127.0.0.1:1")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*Unreachable: no answer to GET http://127.0.0.1:1/_mock/info*is the server running?"])


def test_a_coverage_file_of_another_kind_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(USES_IT)
    result = pytester.runpytest_subprocess("--sdrs-mock-coverage", "covered.txt")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--sdrs-mock-coverage covered.txt: expected the name of a file that ends with .json*"])


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_coverage_file_that_cannot_be_written_fails_the_run(pytester: pytest.Pytester, workers: str) -> None:
    pytester.makepyfile(USES_IT)
    (pytester.path / "file").touch()
    result = pytester.runpytest_subprocess("-n", workers, "--sdrs-mock-coverage", "file/covered.json")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["sdrs-mock: --sdrs-mock-coverage: *covered.json cannot be written: *"])


def test_a_misspelt_marker_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\npytestmark = pytest.mark.sdrs_mock(wrold='empty')\n" + USES_IT)
    result = pytester.runpytest_subprocess()
    result.stdout.fnmatch_lines(["*the marker sdrs_mock takes strict, world, region, each by its name; not wrold*"])
    assert result.ret != 0
