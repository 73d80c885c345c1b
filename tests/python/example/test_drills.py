"""Twenty tests as a client team would write them; they run side by side, each in a world of its own."""

from __future__ import annotations

import pytest
from sdrs_mock import Project, effects, jobs

from conftest import Sdrs

DRILL = "e472d26f-9624-42fb-8bfc-717d4714c225"


@pytest.mark.parametrize("number", range(12))
def test_a_rename_shows_in_this_world_only(sdrs: Sdrs, number: int) -> None:
    before = next(drill for drill in sdrs.drills() if drill["id"] == DRILL)
    assert before["name"] == "dr_drill_test"
    assert sdrs.rename(DRILL, f"drill-{number}")[0] == 200
    after = next(drill for drill in sdrs.drills() if drill["id"] == DRILL)
    assert after["name"] == f"drill-{number}"


def test_a_refused_rename_is_tried_again(sdrs: Sdrs, sdrs_mock: Project) -> None:
    sdrs_mock.refuse("UpdateDisasterRecoveryDrillName", 409, first=1)
    statuses = [sdrs.rename(DRILL, "tried-again")[0] for _ in range(2)]
    assert statuses == [409, 200]
    sdrs_mock.verify("UpdateDisasterRecoveryDrillName", exactly=2)


def test_a_slow_job_ends_when_the_clock_says_so(sdrs: Sdrs, sdrs_mock: Project) -> None:
    sdrs_mock.freeze("2026-01-01T00:00:00Z")
    sdrs_mock.job_rule(jobs.after("10m"), name="slow")
    job = sdrs.create("slow")
    assert sdrs.job(job)["status"] == "INIT"
    assert [ended["job_id"] for ended in sdrs_mock.advance("10m")] == [job]
    assert sdrs.job(job)["end_time"] == "2026-01-01T00:10:00.000Z"


def test_a_failed_job_says_why(sdrs: Sdrs, sdrs_mock: Project) -> None:
    sdrs_mock.job_rule(outcome=jobs.fail("SDRS.1922"), job_type="createDisasterRecoveryDrill")
    job = sdrs.job(sdrs.create("doomed"))
    assert (job["status"], job["error_code"]) == ("FAIL", "SDRS.1922")


def test_a_missing_drill_is_told_by_its_code(sdrs: Sdrs) -> None:
    status, answer = sdrs.rename("00000000-0000-4000-8000-000000000000", "nobody")
    assert (status, answer["itemNotFound"]["code"]) == (404, "SDRS.1902")


@pytest.mark.sdrs_mock(world="empty")
def test_an_empty_world_has_no_drills(sdrs: Sdrs) -> None:
    assert sdrs.drills() == []


@pytest.mark.sdrs_mock(world="scenario:failed-over-group")
def test_a_scenario_is_where_a_test_starts(sdrs: Sdrs) -> None:
    groups = sdrs.call("GET", "/server-groups")[1]["server_groups"]
    assert [group["status"] for group in groups] == ["failed-over"]


def test_a_lost_answer_was_carried_out(sdrs: Sdrs, sdrs_mock: Project) -> None:
    sdrs_mock.fault(effects.apply_then_fail(504), on={"method": "PUT"}, first=1)
    assert sdrs.rename(DRILL, "applied")[0] == 504
    assert sdrs.drills()[-1]["name"] == "applied"


def test_a_misspelt_parameter_passes_unless_the_run_is_strict(sdrs: Sdrs) -> None:
    assert sdrs.call("GET", "/disaster-recovery-drills?limt=1")[0] == 200
