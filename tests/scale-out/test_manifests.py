"""What is deployed elsewhere, as far as it can be told without deploying it: that it parses and says what it must."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from conftest import DEPLOY, REPLICAS

Document = dict[str, Any]


def documents(name: str) -> list[Document]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text()))


def manifests() -> dict[tuple[str, str], Document]:
    customized = documents("kustomization.yaml")[0]
    found = [document for name in customized["resources"] for document in documents(name)]
    for document in found:
        assert {"apiVersion", "kind", "metadata", "spec"} <= set(document), document
    return {(document["kind"], document["metadata"]["name"]): document for document in found}


WORKLOADS = [("StatefulSet", "sdrs-mock"), ("Deployment", "sdrs-mock-proxy")]


@pytest.mark.parametrize("workload", WORKLOADS)
def test_pods_have_no_rights_and_know_their_limits(workload: tuple[str, str]) -> None:
    spec = manifests()[workload]["spec"]
    pod = spec["template"]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert spec["selector"]["matchLabels"].items() <= labels.items()
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert set(container["resources"]["limits"]) == set(container["resources"]["requests"]) == {"cpu", "memory"}
    ports = {port["name"] for port in container["ports"]}
    for probe in ("readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] in ports


def test_replicas_are_probed_where_they_say_how_they_are() -> None:
    pod = manifests()[WORKLOADS[0]]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/_mock/ready"
    assert container["livenessProbe"]["httpGet"]["path"] == "/_mock/health"
    assert container["env"][0]["name"] == "SDRS_MOCK_TOKEN_KEY"
    assert pod["terminationGracePeriodSeconds"] > 10


def test_every_name_in_the_configuration_is_a_service_of_one_pod() -> None:
    names = re.findall(r"^\s*server (\S+):7705 weight", (DEPLOY / "nginx.conf").read_text(), re.MULTILINE)
    assert names == list(REPLICAS)
    found = manifests()
    assert found[WORKLOADS[0]]["spec"]["replicas"] == len(names)
    for name in names:
        spec = found["Service", name]["spec"]
        assert spec["selector"] == {"statefulset.kubernetes.io/pod-name": name}
        assert spec["ports"][0]["port"] == 7705
    headless = found["Service", found[WORKLOADS[0]]["spec"]["serviceName"]]
    assert headless["spec"]["clusterIP"] == "None"


def test_services_reach_what_they_are_for() -> None:
    found = manifests()
    proxy = found[WORKLOADS[1]]["spec"]["template"]
    assert found["Service", "sdrs-mock"]["spec"]["selector"].items() <= proxy["metadata"]["labels"].items()
    (container,) = proxy["spec"]["containers"]
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounted == {"configuration": "/etc/nginx/nginx.conf", "tmp": "/tmp"}
    generated = documents("kustomization.yaml")[0]["configMapGenerator"]
    configuration = next(volume for volume in proxy["spec"]["volumes"] if volume["name"] == "configuration")
    assert generated == [{"name": configuration["configMap"]["name"], "files": ["nginx.conf"]}]


def test_the_compose_file_starts_what_the_configuration_names() -> None:
    services = documents("compose.yaml")[0]["services"]
    assert set(services) == {*REPLICAS, "sdrs-mock"}
    proxy = services.pop("sdrs-mock")
    assert set(proxy["depends_on"]) == set(services)
    assert proxy["volumes"] == ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    assert proxy["ports"] == ["127.0.0.1:7705:8080"]
    keys = {service["environment"]["SDRS_MOCK_TOKEN_KEY"] for service in services.values()}
    assert len(keys) == 1
    assert all(service["read_only"] and service["cap_drop"] == ["ALL"] for service in (*services.values(), proxy))
