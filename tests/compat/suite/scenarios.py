"""The scenarios of the SDKs of Huawei Cloud: the same ones for each of them, with what each is known to lose."""

import uuid

from .driver import Refused
from .proxy import Proxy
from .trial import DRILL, GROUP, NEWER, NOBODY, RENAME, VPC, equal

SDKS = ("python", "python-async", "node", "go", "java")
UNTYPED = ("python", "python-async", "node")

SCENARIOS = []


def scenario(row, clients=SDKS):
    """Registers a function as a scenario of this row of the table; its name is the sentence that is printed."""

    def register(function):
        SCENARIOS.append((row, clients, function))
        return function

    return register


@scenario(1)
def a_drill_is_renamed_and_shown_with_its_new_name(t):
    before = t.show().__dict__
    answer = t.rename("new_dr_drill_name")
    equal(answer.http_status, 200)
    after = answer.disaster_recovery_drill.__dict__
    equal({member for member in before if before[member] != after[member]}, {"name", "updated_at"})
    equal(after["name"], "new_dr_drill_name")
    assert all(value is not None for value in after.values()), f"a member is missing: {after}"
    equal(t.show().__dict__, after)
    equal(t.listed(name="new_dr_drill_name"), (1, [DRILL]))


@scenario(2)
def names_of_64_bytes_are_taken_and_bad_ones_change_nothing(t):
    for name in ("a" * 64, "演" * 21 + "a", "._-", "演练-2026"):
        equal(t.rename(name).disaster_recovery_drill.name, name)
        equal(t.show().name, name)
    before = t.show()
    for name in ("", "a" * 65, "演" * 22, "a b", " a", "a/b", "a<b", "a&b", "é", "ａ", "a\n"):
        t.refused(400, "SDRS.0202", "Invalid name", t.rename, name)
    equal(t.show(), before)


@scenario(3)
def a_drill_that_does_not_exist_is_not_found(t):
    t.absent("SDRS.1902", "DR drill not found", t.rename, "x", NOBODY)
    t.absent("SDRS.1902", "DR drill not found", t.show, NOBODY)
    for drill in ("dr_drill_test", DRILL.replace("-", ""), DRILL + "0"):
        t.refused(400, "SDRS.1900", "Invalid DR drill ID", t.rename, "x", drill)
    # Python encodes the slash, the others do not: then it is a path of no operation.
    refusal = t.refusal(t.show, "a/b")
    equal(refusal.status, 400 if t.client.startswith("python") else 404)


@scenario(4, UNTYPED)
def bodies_of_another_shape_are_refused_and_unknown_members_are_not(t):
    at = {"disaster_recovery_drill_id": DRILL}
    for body in ({"name": "x"}, {"disaster_recovery_drill": "x"}, {"disaster_recovery_drill": {"name": 1}}):
        t.refused(400, "SDRS.0201", "Invalid request parameters", t.call, RENAME, body=body, **at)
    body = {"disaster_recovery_drill": {"name": "extra", "description": "x"}, "more": [1]}
    equal(t.call(RENAME, body=body, **at).disaster_recovery_drill.name, "extra")


def created(t, name):
    """The answer of a create, which names a job."""
    return t.call("CreateDisasterRecoveryDrill", body={"disaster_recovery_drill": {"server_group_id": GROUP, "name": name}})


def drill_of(t, job):
    """The ID of a new drill, where this client's application can find it."""
    if t.client == "node":
        return job.entities.disaster_recovery_drill_id
    assert not hasattr(job.entities, "disaster_recovery_drill_id"), job
    t.loses("`entities.disaster_recovery_drill_id`, which its model of a job lacks")
    if t.client in UNTYPED:  # Python keeps the answer as it came
        return job.raw["entities"]["disaster_recovery_drill_id"]
    [drill] = t.call("ListDisasterRecoveryDrills", name="made-here").disaster_recovery_drills
    return drill.id


@scenario(5)
def a_drill_is_created_and_found(t):
    drill = drill_of(t, t.job(created(t, "made-here")))
    shown = t.show(drill)
    equal((shown.name, shown.status, shown.server_group_id, len(shown.drill_servers)), ("made-here", "available", GROUP, 2))


@scenario(6)
def a_failed_job_says_why_in_either_wording(t):
    rule = {"match": {"job_type": "createDisasterRecoveryDrill"}, "times": 1}
    t.control("POST", "job-rules", {**rule, "outcome": {"kind": "fail", "error_code": "SDRS.1922"}})
    job = t.job(created(t, "one"), "FAIL")
    equal(job.error_code, "SDRS.1922")
    assert job.fail_reason.startswith("createDisasterRecoveryDrillNoCG-fail:SDRS.1922:Client error : {") \
        or job.fail_reason.startswith(f"{job.job_type}-fail:SDRS.1922:Client error : {{"), job.fail_reason
    plain = {"kind": "fail", "error_code": "SDRS.1922", "fail_reason": "no room"}
    t.control("POST", "job-rules", {**rule, "outcome": plain})
    job = t.job(created(t, "two"), "FAIL")
    equal((job.error_code, job.fail_reason), ("SDRS.1922", "no room"))


@scenario(7, ("python", "python-async"))
def a_job_that_outlasts_the_clients_patience_ends_later(t):
    t.control("PUT", "clock", {"mode": "frozen", "now": "2026-01-01T00:00:00Z"})
    rule = {"match": {"job_type": "createDisasterRecoveryDrill"}, "progression": {"kind": "after", "duration": "601s"}}
    t.control("POST", "job-rules", rule)
    answer = created(t, "slow")
    equal(t.job(answer, "INIT").end_time, None)
    t.control("POST", "clock/advance", {"by": "10m"})
    for _ in range(3):
        equal(t.job(answer, "RUNNING").end_time, None)
    t.control("POST", "clock/advance", {"by": "1s"})
    t.job(answer)


@scenario(8)
def lists_are_filtered_and_come_in_pages(t):
    equal(t.listed(), (2, [NEWER, DRILL]))
    for query, expected in (
        ({"name": "drill_2018"}, [NEWER]),
        ({"name": "no such name"}, []),
        ({"drill_vpc_id": VPC}, [DRILL]),
        ({"server_group_id": NOBODY}, []),
        ({"status": "available"}, [NEWER, DRILL]),
        ({"server_group_id": GROUP, "status": "available", "name": "test", "drill_vpc_id": VPC}, [DRILL]),
    ):
        equal(t.listed(**query), (len(expected), expected))
    for query, expected in (
        ({"limit": 1}, [NEWER]),
        ({"limit": 1, "offset": 1}, [DRILL]),
        ({"limit": 1, "offset": 2}, []),
        ({"limit": 1000, "offset": 1000000}, []),
    ):
        equal(t.listed(**query), (2, expected))
    t.refused(400, "SDRS.0207", "Invalid protection group ID", t.listed, server_group_id="x")
    message = "limit value must be greater than 0 or less than 1000"
    t.refused(400, "SDRS.0221", message, t.listed, limit=1001)
    if t.client == "go":  # its constant for this filter begins with a blank
        equal(t.call("ListProtectionGroups", query_type=" stop_protected").http_status, 200)


@scenario(10)
def a_drill_that_was_deleted_cannot_be_deleted_again(t):
    def delete():
        return t.call("DeleteDisasterRecoveryDrill", disaster_recovery_drill_id=DRILL)

    t.job(delete())
    if t.mode.is_documented:
        t.absent("SDRS.1902", "DR drill not found", delete)
    else:
        refusal = t.refusal(delete)
        equal((refusal.status, refusal.code), (400, "SDRS.1913"))
    t.absent("SDRS.1902", "DR drill not found", t.show)
    equal(t.listed(), (1, [NEWER]))


@scenario(11)
def a_drill_in_the_making_cannot_be_deleted(t):
    rule = {"match": {"job_type": "createDisasterRecoveryDrill"}, "progression": {"kind": "manual"}}
    t.control("POST", "job-rules", rule)
    created(t, "made-here")
    [drill] = t.call("ListDisasterRecoveryDrills", name="made-here").disaster_recovery_drills
    equal(drill.status, "creating")
    refusal = t.refusal(t.call, "DeleteDisasterRecoveryDrill", disaster_recovery_drill_id=drill.id)
    expected = None if t.client == "node" and t.mode.is_documented else "SDRS.1913"
    equal((refusal.status, refusal.code), (400, expected))
    equal(t.show(drill.id).status, "creating")


@scenario(13)
def keys_are_checked_where_the_server_is_strict(t):
    equal(t.rename("signed").disaster_recovery_drill.name, "signed")
    reason = "Incorrect IAM authentication information: "
    for message, settings, headers in (
        ("verify aksk signature fail, canonicalRequest:PUT|", t.settings(sk="another"), None),
        ("ak AKNOBODY not exist", t.settings(ak="AKNOBODY"), None),
        ("calc aksk signature fail:signature expired, signature time:20200102T030405Z,server time:", t.settings(),
         {"X-Sdk-Date": "20200102T030405Z"}),
    ):
        if not t.mode.is_strict:
            equal(t.rename("unchecked", settings=settings, headers=headers).http_status, 200)
            continue
        refusal = t.refusal(t.rename, "forged", settings=settings, headers=headers)
        equal((refusal.status, refusal.code), (401, "APIGW.0301"))
        assert refusal.message.startswith(reason + message), refusal.message
        assert "another" not in refusal.message, refusal.message
    equal(t.show().name, "signed" if t.mode.is_strict else "unchecked")


@scenario(14)
def a_project_is_looked_up_by_its_region(t):
    def by_region(region, server=None):
        settings = t.settings(region=region, project=None, endpoint=(server or t.server).url)
        return t.show(settings=settings).name

    if not t.mode.is_strict:
        # Any region is that of one project.
        equal(by_region(f"region-{uuid.uuid4().hex[:8]}"), "dr_drill_test")
        return
    # These SDKs remember the project of a region and a key, so each region is asked for once.
    regions = {kind: f"{kind}-{uuid.uuid4().hex[:8]}" for kind in ("lonely", "twin", "nowhere")}
    projects = [{"name": regions[kind], "id": uuid.uuid4().hex} for kind in ("lonely", "twin", "twin")]
    with t.start(t.mode, projects=projects) as server:
        equal(by_region(regions["lonely"], server), "dr_drill_test")
        for kind in ("twin", "nowhere"):
            refusal = t.refusal(by_region, regions[kind], server)
            if t.client == "node":
                # It would make a project instead, which identity does not offer.
                equal((refusal.status, refusal.code), (404, "APIGW.0101"))
            else:
                equal((refusal.status, refusal.code or None), (None, None))


@scenario(18)
def the_gateways_own_answers_are_understood(t):
    unknown = "The API does not exist or has not been published in the environment"
    # An application that forgot the ID, with a slash at the end of the path; or one that has a slash in it.
    t.refused(404, "APIGW.0101", unknown, t.show, "" if t.client.startswith("python") else "a/b")
    t.fault(RENAME, {"kind": "error", "status": 429, "retry_after": "1s"})
    refusal = t.refusal(t.rename, "x")
    if t.client == "python":
        equal((refusal.status, refusal.code, refusal.request_id), (429, "429", ""))
        t.loses("code and request ID of a 429, whose body it does not read")
    elif t.client == "python-async":
        equal((refusal.kind, refusal.status), ("RetryError", None))
        t.loses("all of a 429, which its HTTP library raises as an exception of its own")
    else:
        equal((refusal.status, refusal.code), (429, "APIGW.0308"))
    page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    t.fault(RENAME, {"kind": "raw", "status": 502, "headers": {"Content-Type": "text/html"}, "body": page})
    refusal = t.refusal(t.rename, "x")
    code = {"python": "502", "python-async": "502", "go": "", "java": None, "node": None}[t.client]
    equal((refusal.status, refusal.code), (502, code))
    equal(refusal.message, "Request failed with status code 502" if t.client == "node" else page)
    t.control("DELETE", "faults")
    equal(t.show().name, "dr_drill_test")


@scenario(19)
def https_is_spoken_with_a_private_authority_and_with_verification_off(t):
    at = t.server.tls_url
    equal(t.rename("trusted", settings=t.settings(endpoint=at, ca=t.server.ca)).http_status, 200)
    equal(t.rename("unverified", settings=t.settings(endpoint=at, insecure=True)).http_status, 200)
    if t.client.startswith("python"):
        equal(t.refusal(t.rename, "x", settings=t.settings(endpoint=at)).status, None)
    equal(t.show().name, "unverified")


@scenario(21)
def resources_of_one_kind_stay_apart(t):
    for kind, id, listed, wrapper in (
        ("ProtectionGroup", "server_group_id", "server_groups", "server_group"),
        ("ProtectedInstance", "protected_instance_id", "protected_instances", "protected_instance"),
        ("Replication", "replication_id", "replications", "replication"),
        ("DisasterRecoveryDrill", "disaster_recovery_drill_id", "disaster_recovery_drills", "disaster_recovery_drill"),
    ):
        def shown(row):
            return getattr(t.call(f"Show{kind}", **{id: row.id}), wrapper)

        one, *others = getattr(t.call(f"List{kind}s"), listed)
        assert others, kind
        before = [shown(row) for row in others]
        assert shown(one).id == one.id and one.name not in {row.name for row in others}
        t.call(f"Update{kind}Name", body={wrapper: {"name": "renamed"}}, **{id: one.id})
        equal(shown(one).name, "renamed")
        equal([shown(row) for row in others], before)


@scenario(22)
def fifty_renames_at_once_all_succeed_and_one_of_them_stays(t):
    names = [f"drill-{number}" for number in range(50)]
    members = [{"disaster_recovery_drill_id": DRILL, "body": {"disaster_recovery_drill": {"name": name}}} for name in names]
    answers = t.at_once([(RENAME, one) for one in members])
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert not refusals, refusals[0]
    equal([answer.disaster_recovery_drill.name for answer in answers], names)
    equal({(answer.http_status, len(answer.disaster_recovery_drill.drill_servers)) for answer in answers}, {(200, 2)})
    assert t.show().name in names
    equal(t.listed()[0], 2)


@scenario(23)
def connections_are_kept_and_closed_as_asked(t):
    for headers, connections in ((None, 1), ({"Connection": "close"}, 3)):
        with Proxy(t.server.port) as proxy:
            for number in range(3):
                t.rename(f"drill-{number}", settings=t.settings(endpoint=proxy.url), headers=headers)
            equal(proxy.accepted, connections)


@scenario("–")
def a_rename_in_one_project_is_not_seen_in_another(t):
    t.rename("mine")
    equal(t.show(settings=t.settings(project=uuid.uuid4().hex)).name, "dr_drill_test")
