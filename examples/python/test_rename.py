"""pytest with the Huawei Cloud SDK for Python.

    pip install pytest huaweicloudsdksdrs
    sdrs-mock &
    pytest test_rename.py
"""

import os
import uuid

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdksdrs import v1 as sdrs

ENDPOINT = os.environ.get("SDRS_ENDPOINT", "http://localhost:7705")

# A drill of the sample world, with which every project starts.
DRILL = "e472d26f-9624-42fb-8bfc-717d4714c225"


@pytest.fixture
def client():
    """A client of a project of its own: tests need no reset, and run beside each other."""
    credentials = BasicCredentials("AKMOCK", "SKMOCK", uuid.uuid4().hex)
    return sdrs.SdrsClient.new_builder().with_credentials(credentials).with_endpoint(ENDPOINT).build()


def rename(client, name, drill=DRILL):
    return client.update_disaster_recovery_drill_name(sdrs.UpdateDisasterRecoveryDrillNameRequest(
        disaster_recovery_drill_id=drill,
        body=sdrs.UpdateDisasterRecoveryDrillNameRequestBody(
            disaster_recovery_drill=sdrs.UpdateDisasterRecoveryDrillNameRequestParams(name=name)),
    ))


def test_a_drill_gets_its_new_name(client):
    rename(client, "new_dr_drill_name")
    shown = client.show_disaster_recovery_drill(sdrs.ShowDisasterRecoveryDrillRequest(disaster_recovery_drill_id=DRILL))
    assert shown.disaster_recovery_drill.name == "new_dr_drill_name"


def test_a_name_with_a_blank_is_refused(client):
    with pytest.raises(ClientRequestException) as refusal:
        rename(client, "new name")
    assert (refusal.value.status_code, refusal.value.error_code) == (400, "SDRS.0202")


def test_a_drill_that_does_not_exist_is_not_found(client):
    with pytest.raises(ClientRequestException) as refusal:
        rename(client, "x", drill=str(uuid.uuid4()))
    # 404 in dialect `documented`, 400 in dialect `live`: go by the code.
    assert refusal.value.error_code == "SDRS.1902"
