"""The scenarios of openstacksdk with otcextensions."""


from .driver import Refused
from .proxy import Proxy
from .trial import DRILL, GROUP, NEWER, NOBODY, RENAME, VPC, Trial, equal

SCENARIOS = []

SHOW = "ShowDisasterRecoveryDrill"


def scenario(row):
    """Registers a function as a scenario of this row of the table; its name is the sentence that is printed."""

    def register(function):
        SCENARIOS.append((row, ("openstacksdk",), function))
        return function

    return register


class OpenStackTrial(Trial):
    """Logs in with a password and finds the service in the catalog, unless told otherwise."""

    def cloud(self, **other):
        """The entry of a clouds.yaml."""
        auth = {"auth_url": f"{self.server.url}/v3", "username": "mock-user", "password": "mock-password",
                "user_domain_name": "OTC-TEST-00000000001", "project_id": self.project}
        return {"auth_type": "password", "region_name": "eu-test-1", "identity_api_version": "3", "auth": auth, **other}

    def fixed(self, origin=None):
        """A token and the URL of the project, without identity."""
        auth = {"endpoint": f"{origin or self.server.url}/v1/{self.project}", "token": self.token()}
        return {"auth_type": "admin_token", "region_name": "eu-test-1", "auth": auth}

    def at_once(self, calls, cloud=None, headers=None):
        """What calls of the proxy `conn.sdrs` came to, made at the same time."""
        asked = [{"method": method, "arguments": arguments, "named": named, "headers": headers or {}}
                 for method, arguments, named in calls]
        outcomes = self.driver.ask(cloud or self.cloud(), asked)
        return [Refused(one["error"]) if "error" in one else one["answer"] for one in outcomes]

    def call(self, method, *arguments, cloud=None, headers=None, **named):
        [answer] = self.at_once([(method, arguments, named)], cloud, headers)
        if isinstance(answer, Refused):
            raise answer
        return answer

    def rename(self, name, drill=DRILL, **other):
        return self.call("update_dr_drill", drill, name=name, **other)

    def show(self, drill=DRILL, cloud=None):
        return self.call("get_dr_drill", drill, cloud=cloud)

    def listed(self, **query):
        return [drill["id"] for drill in self.call("dr_drills", **query)]

    def refusal(self, call, *arguments, **named):
        """What the call raises."""
        try:
            answer = call(*arguments, **named)
        except Refused as refusal:
            return refusal
        raise AssertionError(f"expected a refusal, saw {answer}")

    def refused(self, status, message, call, *arguments, **named):
        """The exception of the status, with the message; the library drops the code, and asks for another request ID."""
        refusal = self.refusal(call, *arguments, **named)
        kinds = {400: "BadRequestException", 404: "NotFoundException", 401: "HttpException"}
        equal((refusal.kind, refusal.status), (kinds.get(status, "HttpException"), status))
        assert refusal.message == message or refusal.message.startswith(message + ": "), refusal.message
        equal(refusal.request_id, None)
        self.loses("the error's code, and the request ID, which it looks for in another header")
        return refusal

    def absent(self, message, call, *arguments, **named):
        """What the URL names does not exist: the one case in which the dialects differ by the status."""
        return self.refused(404 if self.mode.is_documented else 400, message, call, *arguments, **named)

    def job(self, answer, status="SUCCESS"):
        """The job of an accepted call, at its end."""
        job = self.call("get_job", answer["job_id"])
        equal((job["job_id"], job["status"]), (answer["job_id"], status))
        return job


@scenario(1)
def a_drill_is_renamed_and_shown_with_its_new_name(t):
    before = t.show()
    after = t.rename("new_dr_drill_name")
    equal({member for member in before if before[member] != after[member]}, {"name", "updated_at"})
    equal(after["name"], "new_dr_drill_name")
    equal(t.show(), after)


@scenario(2)
def names_of_64_bytes_are_taken_and_bad_ones_change_nothing(t):
    for name in ("a" * 64, "演" * 21 + "a", "演练-2026"):
        equal(t.rename(name)["name"], name)
        equal(t.show()["name"], name)
    before = t.show()
    for name in ("", "a" * 65, "演" * 22, "a b", "a/b", "é", "a\n"):
        t.refused(400, "Invalid name", t.rename, name)
    equal(t.show(), before)


@scenario(3)
def a_drill_that_does_not_exist_is_not_found(t):
    t.absent("DR drill not found", t.rename, "x", NOBODY)
    # Of a GET it keeps the status only.
    t.absent(f"No DRDrill found for {NOBODY}", t.show, NOBODY)
    t.loses("the message of a refused GET, for which it has words of its own")
    equal(t.call("find_dr_drill", "no such name", ignore_missing=True), None)


@scenario(5)
def a_drill_is_created_and_found_by_its_name(t):
    job = t.job(t.call("create_dr_drill", name="made-here", server_group_id=GROUP))
    assert "disaster_recovery_drill_id" not in job["entities"], job
    t.loses("`entities.disaster_recovery_drill_id`, which its model of a job lacks")
    # The name is tried as an ID first, which must be refused, and then looked for in a list.
    found = t.call("find_dr_drill", "made-here")
    equal((found["name"], found["status"], len(found["drill_servers"])), ("made-here", "available", 2))
    equal(t.show(found["id"])["name"], "made-here")


@scenario(6)
def a_failed_job_says_why_in_either_wording(t):
    rule = {"match": {"job_type": "createDisasterRecoveryDrill"}, "times": 1}
    for wording in ({}, {"fail_reason": "no room"}):
        t.control("POST", "job-rules", {**rule, "outcome": {"kind": "fail", "error_code": "SDRS.1922", **wording}})
        job = t.job(t.call("create_dr_drill", name="failing", server_group_id=GROUP), "FAIL")
        equal(job["error_code"], "SDRS.1922")
        expected = wording.get("fail_reason") or f"{job['job_type']}-fail:SDRS.1922:Client error : {{"
        assert job["fail_reason"].startswith(expected), job


@scenario(8)
def lists_are_filtered(t):
    equal(t.listed(), [NEWER, DRILL])
    for query, expected in (
        ({"name": "drill_2018"}, [NEWER]),
        ({"name": "no such name"}, []),
        ({"drill_vpc_id": VPC}, [DRILL]),
        ({"server_group_id": NOBODY}, []),
        ({"status": "available"}, [NEWER, DRILL]),
        ({"offset": 1}, [DRILL]),
        ({"offset": 1000000}, []),
    ):
        equal(t.listed(**query), expected)
    t.refused(400, "Invalid protection group ID", t.listed, server_group_id="x")


@scenario(9)
def a_list_with_a_limit_ends_in_a_loop_that_the_library_finds(t):
    # It asks for the next page by a marker, which SDRS does not know, and gets the first one again.
    refusal = t.refusal(t.listed, limit=1)
    assert "Endless pagination loop detected, aborting" in refusal.text, refusal
    equal(len(t.statuses("ListDisasterRecoveryDrills")), 2)
    t.loses("lists with `limit`, as with the live service, for its paging is by marker")


@scenario(10)
def a_drill_that_was_deleted_cannot_be_deleted_again(t):
    assert t.call("delete_dr_drill", DRILL) is not None
    equal(t.listed(), [NEWER])
    if t.mode.is_documented:
        equal(t.call("delete_dr_drill", DRILL), None)  # ignore_missing is its default
        t.absent("DR drill not found", t.call, "delete_dr_drill", DRILL, ignore_missing=False)
    else:
        t.refused(400, "DR drill deletion not allowed in the current state", t.call, "delete_dr_drill", DRILL)
        t.loses("`ignore_missing`, which knows 404 and not the 400 of the live service")


@scenario(11)
def a_drill_in_the_making_cannot_be_deleted(t):
    rule = {"match": {"job_type": "createDisasterRecoveryDrill"}, "progression": {"kind": "manual"}}
    t.control("POST", "job-rules", rule)
    t.call("create_dr_drill", name="made-here", server_group_id=GROUP)
    drill = t.call("find_dr_drill", "made-here")
    equal(drill["status"], "creating")
    t.refused(400, "DR drill deletion not allowed in the current state", t.call, "delete_dr_drill", drill["id"])


@scenario(15)
def a_token_that_expires_is_renewed_once(t):
    equal(t.show()["name"], "dr_drill_test")
    if t.mode.is_strict:
        t.control("DELETE", "tokens")
    else:
        t.fault(SHOW, {"kind": "error", "status": 401, "code": "APIGW.0307"}, first=1)
    equal(t.show()["name"], "dr_drill_test")
    equal(t.statuses(SHOW), [200, 401, 200])
    # A 401 that stays is asked for twice, not forever.
    t.fault(SHOW, {"kind": "error", "status": 401})
    equal(t.refusal(t.show).status, 401)
    equal(t.statuses(SHOW), [200, 401, 200, 401, 401])


@scenario(15)
def a_wrong_password_is_refused_where_the_server_is_strict(t):
    cloud = t.cloud()
    cloud["auth"]["password"] = "another"
    if t.mode.is_strict:
        refusal = t.refusal(t.show, cloud=cloud)
        assert "401" in refusal.text, refusal
    else:
        equal(t.show(cloud=cloud)["name"], "dr_drill_test")


@scenario(16)
def catalogs_are_followed_where_they_lead(t):
    def shown(catalog):
        with t.start(t.mode, catalog=catalog) as server:
            there = OpenStackTrial(t.client, server, t.driver, server.a_project())
            try:
                return there.show()["name"]
            except Refused as refusal:
                return refusal.kind

    usual, short = "{origin}/v1/{project_id}", "{origin}/v1"
    here, there = {"region": "eu-test-1", "url": usual}, {"region": "eu-test-2", "url": usual}
    equal(shown([here]), "dr_drill_test")
    equal(shown([{**here, "url": short}]), "dr_drill_test")
    equal(shown([there, here]), "dr_drill_test")
    equal((shown([]), shown([there])), ("ServiceDisabledException", "ServiceDisabledException"))
    # Of two endpoints of one region the first one is taken.
    equal(shown([here, {**here, "url": "{origin}/nowhere"}]), "dr_drill_test")


@scenario(16)
def an_endpoint_override_and_a_fixed_token_need_no_catalog(t):
    cloud = t.cloud(sdrs_endpoint_override=f"{t.server.url}/v1/%(project_id)s", region_name="nowhere")
    equal(t.show(cloud=cloud)["name"], "dr_drill_test")
    equal(t.rename("by-a-fixed-token", cloud=t.fixed())["name"], "by-a-fixed-token")
    equal(t.show()["name"], "by-a-fixed-token")


@scenario(18)
def the_gateways_own_answers_are_understood(t):
    t.fault(RENAME, {"kind": "error", "status": 404, "code": "APIGW.0101"})
    equal(t.refusal(t.rename, "x").kind, "NotFoundException")
    t.fault(RENAME, {"kind": "error", "status": 429, "retry_after": "1s"})
    refusal = t.refusal(t.rename, "x")
    message = "The throttling threshold has been reached"
    equal((refusal.status, refusal.message[:len(message)]), (429, message))
    page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    t.fault(RENAME, {"kind": "raw", "status": 502, "headers": {"Content-Type": "text/html"}, "body": page})
    refusal = t.refusal(t.rename, "x")
    equal((refusal.status, refusal.message), (502, "502 Bad Gateway"))
    t.control("DELETE", "faults")
    equal(t.show()["name"], "dr_drill_test")


@scenario(19)
def https_is_spoken_with_a_private_authority_and_with_verification_off(t):
    for name, setting in (("trusted", {"cacert": t.server.ca}), ("unverified", {"verify": False})):
        cloud = t.cloud(**setting)
        cloud["auth"]["auth_url"] = f"{t.server.tls_url}/v3"
        # The catalog leads to https, too, for the login came so.
        equal(t.rename(name, cloud=cloud)["name"], name)
        equal(t.show()["name"], name)


@scenario(21)
def resources_of_one_kind_stay_apart(t):
    for name, many in (("protection_group", "protection_groups"), ("protected_instance", "protected_instances"),
                       ("replication_pair", "replication_pairs"), ("dr_drill", "dr_drills")):
        one, *others = t.call(many)
        assert others, many
        before = [t.call(f"get_{name}", row["id"]) for row in others]
        equal(t.call(f"update_{name}", one["id"], name="renamed")["name"], "renamed")
        equal(t.call(f"get_{name}", one["id"])["name"], "renamed")
        equal([t.call(f"get_{name}", row["id"]) for row in others], before)


@scenario(22)
def fifty_renames_at_once_all_succeed_and_one_of_them_stays(t):
    names = [f"drill-{number}" for number in range(50)]
    answers = t.at_once([("update_dr_drill", [DRILL], {"name": name}) for name in names])
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert not refusals, refusals[0]
    equal([answer["name"] for answer in answers], names)
    assert t.show()["name"] in names


@scenario(23)
def connections_are_kept_and_closed_as_asked(t):
    for headers, connections in ((None, 1), ({"Connection": "close"}, 3)):
        with Proxy(t.server.port) as proxy:
            cloud = t.fixed(proxy.url)
            for number in range(3):
                t.rename(f"drill-{number}", cloud=cloud, headers=headers)
            equal(proxy.accepted, connections)


@scenario(24)
def the_catalog_leads_where_the_client_came_from(t):
    with Proxy(t.server.port) as proxy:
        cloud = t.cloud()
        cloud["auth"]["auth_url"] = f"{proxy.url}/v3"
        before = proxy.accepted
        equal(t.rename("through-the-proxy", cloud=cloud)["name"], "through-the-proxy")
        assert proxy.accepted > before
        host = proxy.url.removeprefix("http://")
        [asked] = t.control("GET", f"requests?operation={RENAME}")["requests"]
        equal(asked["headers"]["host"], host)
