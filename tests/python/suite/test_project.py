"""A project's calls, against a running server: what they send, what they give, what they raise."""

from __future__ import annotations

import http.client
import json
import pickle
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import pytest
from sdrs_mock import NotVerified, Project, Refused, Undecided, coverage, effects, jobs

DRILL = "e472d26f-9624-42fb-8bfc-717d4714c225"
GROUP = "decf224d-87fe-403a-8721-037a1a45c287"


def send(project: Project, method: str, path: str, body: object = None) -> tuple[int, object]:
    """Sends a request as a client of the project would: the status, and the JSON of the answer."""
    connection = http.client.HTTPConnection(urlsplit(project.origin).netloc, timeout=10)
    payload = None if body is None else json.dumps(body)
    connection.request(method, f"/v1/{project.id}{path}", payload, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None


def rename(project: Project, name: str) -> int:
    return send(project, "PUT", f"/disaster-recovery-drills/{DRILL}", {"disaster_recovery_drill": {"name": name}})[0]


def create(project: Project, name: str) -> str:
    new = {"server_group_id": GROUP, "name": name}
    status, answer = send(project, "POST", "/disaster-recovery-drills", {"disaster_recovery_drill": new})
    assert status == 200 and isinstance(answer, dict), answer
    return str(answer["job_id"])


BROKEN = (http.client.HTTPException, ConnectionError)


@pytest.mark.parametrize(
    ("effect", "status"),
    [
        (effects.error(503, "SDRS.0013", retry_after="1s"), 503),
        (effects.error(429, retry_after=timedelta(seconds=2)), 429),
        (effects.reset(), None),
        (effects.empty(), None),
        (effects.truncate(3), None),
        (effects.slow_body(1000, "1ms"), 200),
        (effects.raw(502, '{"by": "proxy"}', {"Content-Type": "application/json"}), 502),
        (effects.patch({"disaster_recovery_drill": None}), 200),
        (effects.apply_then_fail(), None),
        (effects.apply_then_fail(500, "SDRS.0013"), 500),
        (effects.none(), 200),
        ({"kind": "error", "status": 409}, 409),
    ],
    ids=lambda value: value.get("kind") if isinstance(value, dict) else str(value),
)
def test_every_effect_is_met_once(sdrs_mock: Project, effect: effects.Effect, status: int | None) -> None:
    # What does nothing else must at least delay.
    delay = "1ms" if effect["kind"] == "none" else None
    sdrs_mock.fault(effect, on="UpdateDisasterRecoveryDrillName", first=1, delay=delay)
    if status is None:
        with pytest.raises(BROKEN):
            rename(sdrs_mock, "broken")
    else:
        assert rename(sdrs_mock, "answered") == status
    assert [fault["hits"] for fault in sdrs_mock.faults()] == [1]
    assert rename(sdrs_mock, "after-it") == 200


def test_a_held_request_is_held_until_the_client_leaves(sdrs_mock: Project) -> None:
    sdrs_mock.fault(effects.timeout(), on={"method": "GET"}, first=1)
    connection = http.client.HTTPConnection(urlsplit(sdrs_mock.origin).netloc, timeout=0.2)
    connection.request("GET", f"/v1/{sdrs_mock.id}/sdrs/quotas")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert send(sdrs_mock, "GET", "/sdrs/quotas")[0] == 200


@pytest.mark.parametrize(
    ("choice", "statuses"),
    [
        ({"first": 2}, [503, 503, 200, 200]),
        ({"every": 2}, [200, 503, 200, 503]),
        ({"after": 3}, [200, 200, 200, 503]),
        ({"once_per_token": True}, [503, 200, 200, 200]),
        ({"probability": 1.0, "seed": 7}, [503, 503, 503, 503]),
    ],
)
def test_a_fault_picks_among_the_requests(sdrs_mock: Project, choice: dict[str, object], statuses: list[int]) -> None:
    sdrs_mock.fault(effects.error(503), on="ShowQuota", delay=timedelta(milliseconds=1), ttl="1h", **choice)  # type: ignore[arg-type]
    assert [send(sdrs_mock, "GET", "/sdrs/quotas")[0] for _ in range(4)] == statuses
    sdrs_mock.clear_faults()
    assert sdrs_mock.faults() == []


def test_a_refused_call_says_what_where_and_what_was_meant(sdrs_mock: Project) -> None:
    with pytest.raises(Refused) as caught:
        sdrs_mock.refuse("UpdateDisasterRecoveryDrilName", 409)
    refused = caught.value
    assert (refused.status, refused.code, refused.pointer) == (400, "unknown_operation", "/match/operation")
    assert refused.hint == "did you mean UpdateDisasterRecoveryDrillName?"
    assert str(refused).startswith("unknown_operation: ") and refused.message in str(refused)
    assert "at '/match/operation'; did you mean" in str(refused)
    assert vars(pickle.loads(pickle.dumps(refused))) == vars(refused)


def test_jobs_end_when_and_how_their_rules_say(sdrs_mock: Project) -> None:
    sdrs_mock.freeze(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))
    for progression, name in [(jobs.manual(), "m*"), (jobs.polls(2), "p*"), (jobs.after(timedelta(minutes=1)), "a*")]:
        sdrs_mock.job_rule(progression, name=name)
    sdrs_mock.job_rule(outcome=jobs.false_negative("SDRS.1922", "because"), name="f*", times=1)
    sdrs_mock.job_rule(outcome=jobs.stuck(), name="s*")
    sdrs_mock.job_rule(jobs.immediate(), jobs.success())
    ids = {name: create(sdrs_mock, name) for name in ("manual", "manual-2", "polls", "after", "false", "stuck", "other")}

    def status(name: str) -> object:
        answer = send(sdrs_mock, "GET", f"/jobs/{ids[name]}")[1]
        assert isinstance(answer, dict)
        return answer["status"]

    assert [status("polls"), status("polls")] == ["INIT", "SUCCESS"]
    assert (status("false"), status("other"), status("stuck")) == ("FAIL", "SUCCESS", "INIT")
    assert sdrs_mock.clock()["next_due"] == "2026-01-01T00:01:00.000Z"
    assert [job["job_id"] for job in sdrs_mock.advance_to_next_due()] == [ids["after"]]
    assert {job["job_id"] for job in sdrs_mock.jobs("RUNNING")} >= {ids["manual"]}
    assert sdrs_mock.complete(ids["manual"])["status"] == "SUCCESS"
    failed = sdrs_mock.fail(ids["manual-2"], "SDRS.1922", "told to")
    assert (failed["status"], failed["error_code"], failed["fail_reason"]) == ("FAIL", "SDRS.1922", "told to")
    sdrs_mock.clear_job_rules()
    assert status("manual-2") == "FAIL"


def test_the_clock_stands_turns_and_goes(sdrs_mock: Project) -> None:
    sdrs_mock.freeze()
    sdrs_mock.advance("90s")
    assert sdrs_mock.clock()["now"] == "2026-01-01T00:01:30.000Z"
    sdrs_mock.unfreeze()
    assert sdrs_mock.clock()["mode"] == "real"
    with pytest.raises(ValueError, match="has no time zone"):
        sdrs_mock.freeze(datetime(2026, 1, 1))


def test_what_was_sent_can_be_asserted(sdrs_mock: Project) -> None:
    rename(sdrs_mock, "one")
    rename(sdrs_mock, "two")
    sdrs_mock.verify("UpdateDisasterRecoveryDrillName", exactly=2)
    sdrs_mock.verify({"body": {"disaster_recovery_drill": {"name": "two"}}, "status": 200}, at_least=1, at_most=1)
    bodies = [{"disaster_recovery_drill": {"name": name}} for name in ("one", "two")]
    sdrs_mock.verify_sequence({"body": bodies[0]}, {"body": bodies[1]})
    with pytest.raises(NotVerified) as caught:
        sdrs_mock.verify_sequence({"body": bodies[1]}, {"body": bodies[0]})
    assert caught.value.actual == 1
    with pytest.raises(NotVerified, match=r'came 2 times; most like it:\n  PUT /v1/.* {.*"two"}} -> 200') as caught:
        sdrs_mock.verify("UpdateDisasterRecoveryDrillName", exactly=1)
    assert isinstance(caught.value, AssertionError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(Refused):
        sdrs_mock.verify("NoSuchOperation")
    assert [request["operation"] for request in sdrs_mock.requests(status=200)] == ["UpdateDisasterRecoveryDrillName"] * 2
    sdrs_mock.clear_requests()
    assert sdrs_mock.requests() == []


def test_what_the_journal_dropped_is_neither_yes_nor_no(sdrs_mock: Project) -> None:
    for _ in range(1001):
        send(sdrs_mock, "GET", "/sdrs/quotas")
    with pytest.raises(Undecided, match="dropped"):
        sdrs_mock.verify("ShowQuota", exactly=1001)


def test_the_report_and_the_unmatched_name_slips(sdrs_mock: Project) -> None:
    assert sdrs_mock.report() == []
    send(sdrs_mock, "GET", "/disaster-recovery-dills")
    assert [slip["kind"] for slip in sdrs_mock.report()] == ["unmatched"]
    assert [request["path"].rsplit("/", 1)[1] for request in sdrs_mock.unmatched()] == ["disaster-recovery-dills"]


def test_state_goes_away_and_comes_back(sdrs_mock: Project) -> None:
    def name() -> object:
        answer = send(sdrs_mock, "GET", f"/disaster-recovery-drills/{DRILL}")[1]
        assert isinstance(answer, dict)
        return answer["disaster_recovery_drill"]["name"]

    state, snapshot = sdrs_mock.state(), sdrs_mock.snapshot("before")
    patched = sdrs_mock.patch("disaster-recovery-drills", DRILL, {"status": "error-deleting"})
    assert patched["warnings"] == []
    rename(sdrs_mock, "changed")
    sdrs_mock.restore(snapshot)
    assert name() == "dr_drill_test"
    rename(sdrs_mock, "changed")
    sdrs_mock.put_state(state)
    assert name() == "dr_drill_test"
    rename(sdrs_mock, "changed")
    sdrs_mock.reset("faults")
    assert name() == "changed"
    sdrs_mock.reset()
    assert name() == "dr_drill_test"
    sdrs_mock.start_from("empty")
    assert sdrs_mock.state()["projects"][sdrs_mock.id]["disaster_recovery_drills"] == []
    sdrs_mock.forget(snapshot)
    with pytest.raises(Refused, match="there is no snapshot"):
        sdrs_mock.restore(snapshot)


def test_a_deleted_project_leaves_nothing(sdrs_mock: Project) -> None:
    snapshot = sdrs_mock.snapshot()
    rename(sdrs_mock, "changed")
    sdrs_mock.delete()
    with pytest.raises(Refused, match="there is no snapshot"):
        sdrs_mock.restore(snapshot)
    assert sdrs_mock.requests() == []


def test_coverage_is_added_up_and_written_as_the_server_writes_it(sdrs_mock: Project) -> None:
    rename(sdrs_mock, "covered")
    rename(sdrs_mock, "not valid")
    sdrs_mock.fault(effects.error(400, "SDRS.1608"), on="ShowQuota")
    send(sdrs_mock, "GET", "/sdrs/quotas")
    one = sdrs_mock.coverage()
    status, text = sdrs_mock.control.call("GET", "coverage", {"project": sdrs_mock.id, "format": "markdown"})
    assert (status, coverage.markdown(coverage.merge([one]))) == (200, text)
    assert coverage.merge([one]) == one

    both = coverage.merge([one, one])
    assert (both["operations"], both["refusals"]) == (one["operations"], one["refusals"])
    renamed = next(row for row in both["covered"] if row["operation"] == "UpdateDisasterRecoveryDrillName")
    assert (renamed["success"], {row["seen"] for row in renamed["refusals"]}) == (2, {0, 2})


def test_a_refusal_that_one_world_reaches_is_reachable(sdrs_mock: Project) -> None:
    opened = sdrs_mock.coverage()
    state = sdrs_mock.state()
    state["projects"][sdrs_mock.id]["inventory"]["closed"] = ["servers", "volumes", "vpcs"]
    sdrs_mock.put_state(state)
    closed = sdrs_mock.coverage()
    assert closed["refusals"]["of"] > opened["refusals"]["of"]
    assert coverage.merge([opened, closed])["refusals"] == coverage.merge([closed, opened])["refusals"] == closed["refusals"]
