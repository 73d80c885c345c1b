"""All 49 methods of the official Python SDK in one journey: `journey.py URL DIALECT`, one line a method."""

import inspect
import re
import sys
import uuid

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdksdrs import v1 as sdrs

URL, DIALECT = sys.argv[1:]
DOCUMENTED = DIALECT == "documented"

# Of the world that every project starts with.
DOMAIN, VPC = "fb4bb8e3-a574-4437-a156-78c916aeea4d", "046852ef-c49d-409b-8389-546aaaa5701f"
NOBODY = "00000000-0000-4000-8000-000000000000"

CALLED = set()
CLIENT = (
    sdrs.SdrsClient.new_builder()
    .with_http_config(HttpConfig(user_agent="sdrs-mock-compat", timeout=(5, 30)))
    .with_credentials(BasicCredentials("any-access-key", "any-secret-key", uuid.uuid4().hex))
    .with_endpoint(URL)
    .build()
)


def call(operation, status=200, **members):
    """Calls a method as an application does; the SDK takes empty answers for success, so the status is looked at."""
    method = re.sub(r"(?<!^)([A-Z])", r"_\1", operation).lower()
    answer = getattr(CLIENT, method)(getattr(sdrs, operation + "Request")(**members))
    assert answer.status_code == status, f"{operation}: {answer.status_code}"
    CALLED.add(method)
    if status != 204:
        raw = answer.to_json_object()
        assert raw, f"{operation}: an empty answer"
        decoded(operation, raw, answer.to_dict())
    return answer


# What the server sends by the documentation and the SDK has no member for.
UNKNOWN_TO_THE_SDK = {"disaster_recovery_drill_id"}


def decoded(where, raw, model):
    """Every member of an answer must have come through the SDK's model, with the value that was sent."""
    if isinstance(raw, dict) and isinstance(model, dict):
        for name, value in raw.items():
            if name not in UNKNOWN_TO_THE_SDK and value is not None:
                assert name in model, f"{where}: {name} is not in {sorted(model)}"
                decoded(f"{where}.{name}", value, model[name])
    elif isinstance(raw, list):
        assert len(raw) == len(model), f"{where}: {len(model)} of {len(raw)}"
        for index, (one, other) in enumerate(zip(raw, model)):
            decoded(f"{where}[{index}]", one, other)
    elif DIALECT == "live" and where.endswith(("resource_detail.created_at", "resource_detail.updated_at")):
        # The live service sends numbers here; the SDK makes texts of them.
        assert str(raw) == model, f"{where}: {model!r} instead of {raw!r}"
    else:
        assert raw == model, f"{where}: {model!r} instead of {raw!r}"


def done(operation, status=200, **members):
    """Calls an asynchronous method and returns what its job shows, as raw JSON: not all of it is in the SDK's model."""
    answer = call(operation, status, **members)
    job = call("ShowJobStatus", job_id=answer.job_id)
    assert job.status == "SUCCESS" and job.job_id == answer.job_id and job.end_time, job
    return job.to_json_object()["entities"]


def refused(code, operation, absent=False, **members):
    """The typed exception of a refusal."""
    try:
        call(operation, **members)
    except ClientRequestException as refusal:
        status = 404 if absent and DOCUMENTED else 400
        found = (refusal.status_code, refusal.error_code, len(refusal.request_id))
        assert found == (status, code, 32), found
    else:
        raise AssertionError(f"{operation} was not refused")


def server():
    """The ID of a server that nobody listed: a stopped one with a system disk."""
    return str(uuid.uuid4())


def surroundings():
    versions = call("ListApiVersions").versions
    assert [version.id for version in versions] == ["v1"] and versions[0].links[0].href.endswith("/v1")
    assert call("ShowSpecifiedApiVersion", api_version="v1").version.status == "CURRENT"
    assert call("ListActiveActiveDomains").domains[0].id == DOMAIN
    assert {quota.type for quota in call("ShowQuota").quotas.resources} == {"server_groups", "replications"}
    assert call("ListRpoStatistics", limit=5).resource_rpo_statistics == []


def group():
    body = {"name": "journey", "source_availability_zone": "az1", "target_availability_zone": "az2",
            "domain_id": DOMAIN, "source_vpc_id": VPC}
    made = done("CreateProtectionGroup", body={"server_group": body})["server_group_id"]
    renamed = call("UpdateProtectionGroupName", server_group_id=made, body={"server_group": {"name": "renamed"}})
    assert renamed.server_group.name == "renamed"
    shown = call("ShowProtectionGroup", server_group_id=made).server_group
    assert (shown.status, shown.domain_name, shown.progress) == ("available", "ActiveactiveDomain", 0)
    assert call("ListProtectionGroups", name="renamed").count == 1
    refused("SDRS.1013", "ShowProtectionGroup", absent=True, server_group_id=NOBODY)
    refused("SDRS.1002", "StartProtectionGroup", server_group_id=made, body={"start-server-group": {}})
    return made


def instance(group_id):
    body = {"server_group_id": group_id, "server_id": server(), "name": "one"}
    made = done("CreateProtectedInstance", body={"protected_instance": body})["protected_instance_id"]
    renamed = call("UpdateProtectedInstanceName", protected_instance_id=made, body={"protected_instance": {"name": "uno"}})
    assert (renamed.protected_instance.id, renamed.protected_instance.name) == (made, "uno")
    shown = call("ShowProtectedInstance", protected_instance_id=made).protected_instance
    assert (shown.name, shown.status, shown.attachment[0].device) == ("uno", "available", "/dev/vda")
    assert call("ListProtectedInstances", server_group_id=group_id).count == 1
    resize = {"resize": {"flavorRef": "s3.large.2"}}
    assert done("ResizeProtectedInstance", protected_instance_id=made, body=resize)["protected_instance_id"] == made
    nic = done("AddProtectedInstanceNic", protected_instance_id=made, body={"subnet_id": str(uuid.uuid4())})["nic_id"]
    assert done("DeleteProtectedInstanceNic", protected_instance_id=made, body={"nic_id": nic})["nic_id"] == nic
    refused("SDRS.1320", "ShowProtectedInstance", absent=True, protected_instance_id=NOBODY)
    return made


def tags(instance_id):
    at = {"protected_instance_id": instance_id}
    call("AddProtectedInstanceTags", 204, body={"tag": {"key": "a", "value": "1"}}, **at)
    more = [{"key": "b", "value": ""}, {"key": "c", "value": "3"}]
    call("BatchAddTags", 204, body={"action": "create", "tags": more}, **at)
    assert [tag.key for tag in call("ListProtectedInstanceTags", **at).tags] == ["a", "b", "c"]
    assert {tag.key for tag in call("ListProtectedInstancesProjectTags").tags} >= {"a", "b", "c"}
    query = {"action": "filter", "limit": "10", "tags": [{"key": "c", "values": ["3"]}]}
    found = call("ListProtectedInstancesByTags", body=query)
    assert (found.total_count, found.resources[0].resource_id) == (1, instance_id)
    call("BatchDeleteTags", 204, body={"action": "delete", "tags": [{"key": "b"}, {"key": "c", "value": "3"}]}, **at)
    call("DeleteProtectedInstanceTag", 204, key="a", **at)
    assert call("ListProtectedInstanceTags", **at).tags == []


def pair(group_id, instance_id):
    body = {"server_group_id": group_id, "volume_id": str(uuid.uuid4()), "name": "disk"}
    made = done("CreateReplication", body={"replication": body})
    assert all(isinstance(value, str) for value in made.values()), made
    pair_id = made["replication_pair_id"]
    renamed = call("UpdateReplicationName", replication_id=pair_id, body={"replication": {"name": "platte"}})
    assert (renamed.replication.id, renamed.replication.name) == (pair_id, "platte")
    shown = call("ShowReplication", replication_id=pair_id).replication
    assert (shown.name, shown.record_metadata.volume_size, len(shown.volume_ids.split(","))) == ("platte", 10, 2)
    assert call("ListReplications", server_group_id=group_id, name="platte").count == 1
    done("ExpandReplication", replication_id=pair_id, body={"extend-replication": {"new_size": 20}})
    at = {"protected_instance_id": instance_id}
    attach = {"replicationAttachment": {"replication_id": pair_id, "device": "/dev/vdb"}}
    assert done("AttachProtectedInstanceReplication", body=attach, **at)["replication_pair_id"] == pair_id
    refused("SDRS.1605", "DeleteReplication", replication_id=pair_id, body={"replication": {}})
    done("DetachProtectedInstanceReplication", replication_id=pair_id, **at)
    failing(group_id, pair_id)
    done("DeleteReplication", replication_id=pair_id, body={"replication": {"server_group_id": group_id}})
    refused("SDRS.1608", "ShowReplication", absent=True, replication_id=pair_id)


def failing(group_id, pair_id):
    """An expansion to the same size is accepted and fails, which the task center shows until it is told not to."""
    body = {"extend-replication": {"new_size": 20}}
    for forget in (
        lambda row: call("DeleteFailureJob", 204, failure_job_id=row.job_id),
        lambda row: call("DeleteServerGroupFailureJobs", 204, server_group_id=group_id),
    ):
        answer = call("ExpandReplication", replication_id=pair_id, body=body)
        job = call("ShowJobStatus", job_id=answer.job_id)
        assert (job.status, job.error_code) == ("FAIL", "SDRS.1820"), job
        [row] = call("ListFailureJobs", server_group_id=group_id).failure_jobs
        assert (row.resource_id, row.failure_status, row.job_id) == (pair_id, "expandFail", answer.job_id)
        forget(row)
        assert call("ListFailureJobs", server_group_id=group_id).count == 0
    call("DeleteAllServerGroupFailureJobs", 204)


def actions(group_id):
    at = {"server_group_id": group_id}
    for operation, body, status, station in (
        ("StartProtectionGroup", {"start-server-group": {}}, "protected", "source"),
        ("StartReverseProtectionGroup", {"reverse-server-group": {"priority_station": "target"}}, "protected", "target"),
        ("StartFailoverProtectionGroup", {"failover-server-group": {}}, "failed-over", "source"),
        ("StartProtectionGroup", {"start-server-group": {}}, "protected", "source"),
        ("StopProtectionGroup", {"stop-server-group": {}}, "available", "source"),
    ):
        entities = done(operation, body=body, **at)
        assert entities["server_group_id"] == group_id and len(entities["sub_jobs"]) == 1, entities
        shown = call("ShowProtectionGroup", **at).server_group
        assert (shown.status, shown.priority_station) == (status, station), shown


def drill(group_id):
    body = {"server_group_id": group_id, "name": "drill"}
    made = done("CreateDisasterRecoveryDrill", body={"disaster_recovery_drill": body})["disaster_recovery_drill_id"]
    at = {"disaster_recovery_drill_id": made}
    renamed = call("UpdateDisasterRecoveryDrillName", body={"disaster_recovery_drill": {"name": "probe"}}, **at)
    assert renamed.disaster_recovery_drill.name == "probe"
    assert len(call("ShowDisasterRecoveryDrill", **at).disaster_recovery_drill.drill_servers) == 1
    assert call("ListDisasterRecoveryDrills", server_group_id=group_id).count == 1
    done("DeleteDisasterRecoveryDrill", **at)
    code = "SDRS.1902" if DOCUMENTED else "SDRS.1913"
    refused(code, "DeleteDisasterRecoveryDrill", absent=True, **at)


def batch(group_id):
    body = {"name_prefix": "b", "server_group_id": group_id, "servers": [{"server_id": server()} for _ in range(2)]}
    entities = done("BatchCreateProtectedInstances", 202, body={"protected_instances": body})
    made = [part["entities"]["protected_instance_id"] for part in entities["sub_jobs"]]
    assert len(made) == 2
    named = {row.name for row in call("ListProtectedInstances", server_group_id=group_id, name="b-").protected_instances}
    assert named == {"b-0001", "b-0002"}, named
    done("BatchDeleteProtectedInstances", 202, body={"protected_instances": [{"id": id} for id in made]})


def main():
    surroundings()
    group_id = group()
    instance_id = instance(group_id)
    tags(instance_id)
    pair(group_id, instance_id)
    actions(group_id)
    drill(group_id)
    batch(group_id)
    refused("SDRS.1001", "DeleteProtectionGroup", server_group_id=group_id)
    done("DeleteProtectedInstance", protected_instance_id=instance_id, body={})
    done("DeleteProtectionGroup", server_group_id=group_id)
    refused("SDRS.1013", "ShowProtectionGroup", absent=True, server_group_id=group_id)
    named = (name for name, _ in inspect.getmembers(sdrs.SdrsClient, inspect.isfunction))
    methods = {name for name in named if hasattr(sdrs, "".join(map(str.title, name.split("_"))) + "Request")}
    assert len(methods) == 49 and methods == CALLED, methods ^ CALLED
    print(f"ok    all {len(CALLED)} methods, each with what it answered")


main()
