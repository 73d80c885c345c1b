"""Starting, finding and stopping a server; the clients that its environment points at it."""

from __future__ import annotations

import http.client
import os
import ssl
import subprocess
import sys
import urllib.request
from typing import Any

import pytest
from sdrs_mock import NotStarted, Project, SdrsMockError, Server, Unreachable, binary, environment


def test_the_program_is_the_one_of_this_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SDRS_MOCK_BINARY", raising=False)
    monkeypatch.setenv("PATH", "")
    told = subprocess.run([binary(), "--version"], capture_output=True, text=True, check=True).stdout
    assert told.startswith("sdrs-mock ")
    module = subprocess.run([sys.executable, "-m", "sdrs_mock", "--version"], capture_output=True, text=True, check=True)
    assert module.stdout == told


def test_a_server_starts_and_stops() -> None:
    with Server.start("--flavor", "otc", "--log", "debug") as server:
        assert server.info()["flavor"] == "otc"
        assert server.coverage()["operations"]["of"] == 46
        assert server.openapi()["openapi"] == "3.1.0"
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(server.project("logged").request_url("sdrs/quotas"))
        assert "/v1/logged/sdrs/quotas" in server.log()
        assert repr(server) == f"Server({server.origin!r})"
    server.stop()
    with pytest.raises(Unreachable, match="is the server running?"):
        server.info()


def test_a_server_reads_its_variables_but_listens_where_it_is_told() -> None:
    variables = {"SDRS_MOCK_DIALECT": "live", "SDRS_MOCK_LISTEN": "127.0.0.1:1"}
    with Server.start(environment=variables, control_token="secret") as server:
        assert server.info()["dialect"] == "live"
        with pytest.raises(SdrsMockError, match="token"):
            Server.connect(server.origin)


def test_a_server_can_speak_tls_at_another_address() -> None:
    with Server.start("--tls", "self-signed", "--tls-listen", "127.0.0.1:0") as server:
        secured = [origin for origin in server.info()["listeners"] if origin.startswith("https://")]
        authority = server.control.call("GET", "ca.pem")[1]
        context = ssl.create_default_context(cadata=authority)
        (address,) = (origin.removeprefix("https://") for origin in secured)
        connection = http.client.HTTPSConnection(address, timeout=20, context=context)
        connection.request("GET", server.project("secured").request_url("sdrs/quotas").removeprefix(server.origin))
        assert connection.getresponse().status == 200
        connection.close()


def test_a_server_that_only_speaks_tls_is_no_server_for_it() -> None:
    with pytest.raises(NotStarted, match="must look like http://"):
        Server.start("--tls", "self-signed")


def test_a_server_that_died_says_so() -> None:
    server = Server.start()
    process = server._process
    assert process is not None
    process.kill()
    with pytest.raises(SdrsMockError, match="ended with exit status -9"):
        server.stop()


def test_a_program_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDRS_MOCK_BINARY", "/nowhere/sdrs-mock")
    with pytest.raises(NotStarted, match="/nowhere/sdrs-mock cannot be run"):
        Server.start()
    monkeypatch.setenv("SDRS_MOCK_BINARY", "/bin/true")
    with pytest.raises(NotStarted, match="did not become ready: it wrote nothing"):
        Server.start()


def test_an_origin_is_an_origin() -> None:
    for wrong in ("localhost:7705", "http://127.0.0.1:7705/v1", "https://127.0.0.1:7705"):
        with pytest.raises(ValueError, match="must look like http://127.0.0.1:7705"):
            Server.connect(wrong)


def test_the_environment_names_the_project_and_spares_the_proxy(sdrs_mock: Project) -> None:
    assert os.environ["HUAWEICLOUD_SDK_PROJECT_ID"] == sdrs_mock.id
    for region in environment.REGIONS:
        name = "HUAWEICLOUD_SDK_REGION_SDRS_" + region.upper().replace("-", "_")
        assert os.environ[name] == sdrs_mock.origin
    present = {"NO_PROXY": "intern.example,localhost"}
    variables = environment.variables(sdrs_mock, present, "eu-test-1")
    assert variables["NO_PROXY"] == variables["no_proxy"] == "intern.example,localhost,127.0.0.1"
    assert variables["HUAWEICLOUD_SDK_REGION_SDRS_EU_TEST_1"] == sdrs_mock.origin
    assert variables["OS_REGION_NAME"] == "eu-test-1"


@pytest.fixture
def real_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of somebody who works in a cloud, behind a proxy."""
    for name in environment.CLEARED:
        monkeypatch.setenv(name, "of-a-real-account")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")


def test_the_huawei_sdk_needs_nothing_but_the_environment(real_account: None, sdrs_mock: Project) -> None:
    from huaweicloudsdksdrs import v1
    from huaweicloudsdksdrs.v1.region.sdrs_region import SdrsRegion

    client = v1.SdrsClient.new_builder().with_region(SdrsRegion.value_of("ap-southeast-3")).build()
    assert client.list_disaster_recovery_drills(v1.ListDisasterRecoveryDrillsRequest()).count == 2
    sdrs_mock.verify("ListDisasterRecoveryDrills", exactly=1)


def test_every_region_of_the_huawei_sdk_leads_to_the_mock() -> None:
    from huaweicloudsdksdrs.v1.region.sdrs_region import SdrsRegion

    assert set(SdrsRegion.static_fields) == set(environment.REGIONS)


def test_the_openstack_sdk_needs_nothing_but_the_environment(real_account: None, sdrs_mock: Project) -> None:
    import openstack
    from otcextensions import sdk

    connection: Any = openstack.connect()
    sdk.register_otc_extensions(connection)
    assert [drill.name for drill in connection.sdrs.dr_drills()] == ["dr_drill_2018", "dr_drill_test"]
    sdrs_mock.verify("ListDisasterRecoveryDrills", exactly=1)
