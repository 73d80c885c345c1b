"""A trial: one client, one scenario, a project of its own."""

import json
import re
import urllib.request

from .driver import Refused, fields

# Of the world that every project starts with: two drills of one group, the newer one first in a list.
DRILL, NEWER = "e472d26f-9624-42fb-8bfc-717d4714c225", "1b6453fa-71e0-4c0c-8a4e-5d2f9be07c36"
GROUP, VPC = "c2aee29a-2959-4d01-9755-01cc76a4d17d", "7881f1d2-1f41-419c-873a-14ac620bc46e"
NOBODY = "00000000-0000-4000-8000-000000000000"

RENAME = "UpdateDisasterRecoveryDrillName"


def equal(seen, expected):
    assert seen == expected, f"expected {expected!r}, saw {seen!r}"


class Trial:
    """What a scenario works with; a new one for each scenario."""

    def __init__(self, client, server, driver, project, start=None, surroundings=None):
        self.client, self.server, self.driver = client, server, driver
        self.start, self.surroundings = start, surroundings
        self.mode = server.mode
        self.project = project
        self.lost = []

    def control(self, method, path, body=None):
        """A call of the control plane about this trial's project."""
        return self.server.control(method, f"{path}{'&' if '?' in path else '?'}project={self.project}", body)

    def fault(self, operation, effect, **when):
        """Arms the one fault of the project."""
        fault = {"match": {"operation": operation}, "effect": effect}
        self.control("PUT", "faults", {**fault, "when": when} if when else fault)

    def statuses(self, operation):
        """What the calls of this operation were answered with, the first one first."""
        asked = self.control("GET", f"requests?operation={operation}")["requests"]
        return [request["status"] for request in reversed(asked)]

    def token(self):
        """A token of this trial's project, as a login would issue it."""
        return self.control("POST", "tokens")["token"]

    def request(self, method, path, body=None):
        """A request to the project's own part of SDRS, without any client."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "X-Auth-Token": self.token()}
        at = f"{self.server.url}/v1/{self.project}/{path}"
        with urllib.request.urlopen(urllib.request.Request(at, data, headers, method=method), timeout=30) as answer:
            return json.load(answer)

    def loses(self, what):
        """Notes what this client is known to lose, which the scenario has just seen."""
        if what not in self.lost:
            self.lost.append(what)


class SdkTrial(Trial):
    """With one of the SDKs of Huawei Cloud, which name an operation and its members as the documentation does."""

    def settings(self, **other):
        keys = {"endpoint": self.server.url, "ak": "AKMOCK", "sk": "SKMOCK", "project": self.project, **other}
        return {name: value for name, value in keys.items() if value is not None}

    def at_once(self, calls, settings=None, headers=None):
        """Answers and refusals of calls that are made at the same time."""
        asked = [{"operation": name, "members": members, "headers": headers or {}} for name, members in calls]
        return [self.seen(one) for one in self.driver.ask(settings or self.settings(), asked)]

    @staticmethod
    def seen(outcome):
        if "error" in outcome:
            return Refused(outcome["error"])
        answer = fields(outcome["answer"])
        answer.http_status, answer.raw, answer.typed = outcome["status"], outcome.get("raw"), outcome["answer"]
        return answer

    def call(self, operation, settings=None, headers=None, **members):
        """The answer as the SDK decoded it, with `http_status`, `typed` (it as JSON) and `raw`; or raises a refusal."""
        [answer] = self.at_once([(operation, members)], settings, headers)
        if isinstance(answer, Refused):
            raise answer
        return answer

    def rename(self, name, drill=DRILL, **other):
        body = {"disaster_recovery_drill": {"name": name}}
        return self.call(RENAME, disaster_recovery_drill_id=drill, body=body, **other)

    def show(self, drill=DRILL, **other):
        return self.call("ShowDisasterRecoveryDrill", disaster_recovery_drill_id=drill, **other).disaster_recovery_drill

    def listed(self, **query):
        """The answer's count and the IDs of its drills."""
        answer = self.call("ListDisasterRecoveryDrills", **query)
        return answer.count, [drill.id for drill in answer.disaster_recovery_drills]

    def refusal(self, call, *arguments, **named):
        """What the call raises."""
        try:
            answer = call(*arguments, **named)
        except Refused as refusal:
            return refusal
        raise AssertionError(f"expected a refusal, saw {answer}")

    def refused(self, status, code, message, call, *arguments, **named):
        """The call raises what users catch, with each member filled in that this client fills in."""
        refusal = self.refusal(call, *arguments, **named)
        equal(refusal.status, status)
        assert re.fullmatch("[0-9a-f]{32}", refusal.request_id or ""), f"request ID {refusal.request_id!r}"
        if self.client == "node" and self.mode.is_documented and status in (400, 404):
            kind = "badrequest" if status == 400 else "itemNotFound"
            equal((refusal.code, refusal.message), (None, f"Request failed with status code {status}"))
            self.loses(f"code and message of `{kind}`")
            return refusal
        equal(refusal.code, code)
        # The catalogue's text to the letter; a detail may follow.
        assert refusal.message == message or refusal.message.startswith(message + ": "), refusal.message
        return refusal

    def absent(self, code, message, call, *arguments, **named):
        """What the URL names does not exist: the one case in which the dialects differ by the status."""
        return self.refused(404 if self.mode.is_documented else 400, code, message, call, *arguments, **named)

    def job(self, answer, status="SUCCESS"):
        """The job of an accepted call, at its end."""
        job = self.call("ShowJobStatus", job_id=answer.job_id)
        equal((job.job_id, job.status), (answer.job_id, status))
        return job
