"""Mixed traffic as SDKs send it, with faults, jobs and resets, at full speed: nothing unexpected, and no growth."""

import multiprocessing
import statistics
import time

from wire import DRILLS, Client, Refuted

CLIENTS = 4
PROJECTS = 5  # of each client, in turn
WARM_UP = 0.2  # of the time; of ten minutes, two
GROWTH = 3.0  # megabytes that the fitted line may rise from the warm-up to the end

GROUP = {
    "name": "soak",
    "source_availability_zone": "cn-north-1a",
    "target_availability_zone": "cn-north-1b",
    "domain_id": "fb4bb8e3-a574-4437-a156-78c916aeea4d",
    "source_vpc_id": "046852ef-c49d-409b-8389-546aaaa5701f",
    "dr_type": "migration",
}


def finished(client, job):
    """Polls a job as an SDK does, until it has ended well; its entities."""
    for _ in range(10):
        document = client.expect(200, "GET", f"jobs/{job['job_id']}")
        if document["status"] == "SUCCESS":
            return document["entities"]
        if document["status"] != "RUNNING" and document["status"] != "INIT":
            break
    raise Refuted(f"a job came to {document}")


def is_reset(client):
    """Meets the fault that breaks the connection; the client makes another one for its next request."""
    try:
        seen = client.ask("GET", "sdrs/quotas")
    except ConnectionError:
        client.connection.close()
    else:
        raise Refuted(f"an answer that was to be a reset connection is {seen}")


def journey(client, number):
    """One test of a client's suite: it makes, changes, looks, is refused, meets faults, and takes all away."""
    here = f"project={client.project}"
    name = f"soak-{number}"
    client.expect(200, "POST", f"/_mock/reset?{here}")
    slow = {"kind": "polls", "n": 3}
    rule = {"match": {"job_type": "createProtectionGroupNoCG"}, "progression": slow, "outcome": {"kind": "success"}}
    client.expect(200, "POST", f"/_mock/job-rules?{here}", rule)
    group = finished(client, client.expect(200, "POST", "server-groups", {"server_group": GROUP}))["server_group_id"]
    client.expect(200, "PUT", f"server-groups/{group}", {"server_group": {"name": name}})
    for drill in DRILLS:
        client.expect(200, "PUT", f"disaster-recovery-drills/{drill}", {"disaster_recovery_drill": {"name": name}})
        if client.expect(200, "GET", f"disaster-recovery-drills/{drill}")["disaster_recovery_drill"]["name"] != name:
            raise Refuted(f"{drill} does not have the name that it was given")
    if client.expect(200, "GET", f"disaster-recovery-drills?name={name}&limit=10")["count"] != len(DRILLS):
        raise Refuted("not all renamed drills are found by their name")
    for path in ("protected-instances?limit=2", "replications", "sdrs/quotas", "active-domains"):
        client.expect(200, "GET", path)
    client.expect(400, "PUT", f"disaster-recovery-drills/{DRILLS[0]}", {"disaster_recovery_drill": {"name": "a b"}})
    client.expect(404, "GET", "disaster-recovery-drills/00000000-0000-4000-8000-000000000000")
    fails = {"kind": "error", "status": 503}
    fault = {"match": {"operation": "ShowDisasterRecoveryDrill"}, "when": {"first": 2}, "effect": fails}
    client.expect(200, "POST", f"/_mock/faults?{here}", fault)
    for status in (503, 503, 200):
        client.expect(status, "GET", f"disaster-recovery-drills/{DRILLS[0]}")
    breaks = {"match": {"operation": "ShowQuota"}, "when": {"first": 1}, "effect": {"kind": "reset"}}
    client.expect(200, "POST", f"/_mock/faults?{here}", breaks)
    is_reset(client)
    client.expect(200, "GET", "sdrs/quotas")
    finished(client, client.expect(200, "DELETE", f"disaster-recovery-drills/{DRILLS[1]}"))
    client.expect(404, "GET", f"disaster-recovery-drills/{DRILLS[1]}")
    finished(client, client.expect(200, "DELETE", f"server-groups/{group}"))


def work(address, own, end, told):
    """A client at full speed: one journey after the other, over its projects."""
    asked = journeys = 0
    clients = [Client(address, f"soak-{own}-{number}") for number in range(PROJECTS)]
    try:
        while time.monotonic() < end:
            client = clients[journeys % PROJECTS]
            journey(client, journeys)
            journeys, asked = journeys + 1, sum(one.asked for one in clients)
        told.put((asked, journeys, None))
    except Exception as trouble:
        told.put((asked, journeys, repr(trouble)))


def prove(server, seconds):
    """The soak; what was seen, as text."""
    context = multiprocessing.get_context("fork")
    began, told = time.monotonic(), context.Queue()
    end = began + seconds
    clients = [context.Process(target=work, args=(server.address, own, end, told)) for own in range(CLIENTS)]
    for client in clients:
        client.start()
    times, sizes = [], []
    while (now := time.monotonic()) < end:
        if now > began + WARM_UP * seconds:
            times.append(now - began)
            sizes.append(server.megabytes())
        time.sleep(0.25)
    done = [told.get(timeout=60) for _ in clients]
    for client in clients:
        client.join()
    slope = statistics.linear_regression(times, sizes).slope
    growth = slope * seconds * (1 - WARM_UP)
    troubles = [trouble for _, _, trouble in done if trouble]
    asked, journeys = (sum(row[place] for row in done) for place in (0, 1))
    text = (
        f"{asked} requests in {journeys} journeys, {len(troubles)} clients met an answer that was not expected; memory"
        f" {sizes[0]:.1f} MB after the warm-up, {sizes[-1]:.1f} MB at the end, slope {slope * 60:+.2f} MB a minute,"
        f" {growth:+.2f} MB in all"
    )
    if troubles or growth > GROWTH:
        raise Refuted(f"{text}; {troubles[:1]}")
    return text
