"""The environment that SDKs and command-line tools read, so that what they connect to is a project of the mock."""

from __future__ import annotations

from collections.abc import Mapping

from .project import Project

REGIONS = (
    "af-south-1", "ap-southeast-2", "ap-southeast-3", "cn-east-2", "cn-east-3", "cn-north-4", "cn-south-1",
)  # fmt: skip
"""The regions that the Huawei Cloud SDKs know for SDRS: all of them lead to the mock, lest one leads to the cloud."""

OWN_HOSTS = ("127.0.0.1", "localhost")
"""What no proxy may be asked for."""

CLEARED = (
    "HUAWEICLOUD_SDK_SECURITY_TOKEN", "HUAWEICLOUD_SDK_DOMAIN_ID", "HUAWEICLOUD_SDK_REGIONS_FILE",
    "OS_CLOUD", "OS_CLIENT_CONFIG_FILE", "OS_CACERT", "OS_SDRS_ENDPOINT_OVERRIDE", "OS_DOMAIN_ID", "OS_DOMAIN_NAME", "OS_PROJECT_NAME",
    "OS_TENANT_ID", "OS_TENANT_NAME", "OS_USER_DOMAIN_ID", "OS_USER_ID", "OS_USERNAME", "OS_PASSWORD",
    "OS_PROJECT_DOMAIN_ID", "OS_PROJECT_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_AUTH_URL", "OS_PROJECT_ID",
    "OS_APPLICATION_CREDENTIAL_ID", "OS_APPLICATION_CREDENTIAL_SECRET", "OS_TRUST_ID", "OS_SYSTEM_SCOPE",
)  # fmt: skip
"""Variables of a real account, which would win over those that are set here or contradict them."""


def variables(project: Project, present: Mapping[str, str], region: str = "cn-north-4") -> dict[str, str]:
    """What to set so that clients started with it meet this project; ``present`` is what is set already.

    :data:`CLEARED` has what to take away besides.
    """
    no_proxy = present.get("NO_PROXY") or present.get("no_proxy") or ""
    hosts = [host for host in no_proxy.split(",") if host.strip()]
    hosts += [host for host in OWN_HOSTS if host not in hosts]
    huawei = {
        "HUAWEICLOUD_SDK_AK": "AKMOCK",
        "HUAWEICLOUD_SDK_SK": "SKMOCK",
        "HUAWEICLOUD_SDK_PROJECT_ID": project.id,
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": project.origin,
    }
    for name in dict.fromkeys((*REGIONS, region)):
        huawei["HUAWEICLOUD_SDK_REGION_SDRS_" + name.upper().replace("-", "_")] = project.origin
    # Endpoint and token, without the identity service: the catalog of a login could name one project only.
    openstack = {
        "OS_AUTH_TYPE": "admin_token",
        "OS_ENDPOINT": project.url,
        "OS_TOKEN": "mock-token",
        "OS_REGION_NAME": region,
        "OS_IDENTITY_API_VERSION": "3",
    }
    return huawei | openstack | {"NO_PROXY": ",".join(hosts), "no_proxy": ",".join(hosts)}
