"""The clients, each with its column of the table."""

import re
from dataclasses import dataclass
from pathlib import Path

from .command import CommandTrial
from .openstack import OpenStackTrial
from .trial import SdkTrial
from .wire import CurlTrial, RawTrial

COMPAT = Path(__file__).resolve().parents[1]
ROOT = COMPAT.parents[1]



PYTHON = "{work}/venv/bin/python"
OPERATIONS = str(ROOT / "src/spec/operations.json")


@dataclass(frozen=True)
class Client:
    """One client: `folder` has its setup, `command` is its driver, `{work}` in it the folder of what setup made."""

    key: str
    title: str
    trial: type
    folder: str = ""
    command: tuple = ()
    # Where its version is pinned: a file of its folder, and what finds it there.
    pinned: tuple = ()

    def version(self):
        """The pinned version, from the file that pins it."""
        if not self.pinned:
            return "whichever there is"
        file, *patterns = self.pinned
        text = (COMPAT / "clients" / self.folder / file).read_text(encoding="utf-8")
        found = [re.search(pattern, text)[1] for pattern in patterns]
        return ", ".join(found) if "==" in found[0] else " ".join(found)


def pip(*names):
    return ("requirements.in", *(rf"(?m)^({name}==\S+)" for name in names))


CLIENTS = (
    Client("python", "Huawei Cloud SDK for Python", SdkTrial, "python", (PYTHON, "huawei.py", "sync"), pip("huaweicloudsdksdrs")),
    Client("python-async", "its asynchronous client", SdkTrial, "python", (PYTHON, "huawei.py", "async"), pip("huaweicloudsdksdrs")),
    Client("go", "Huawei Cloud SDK for Go", SdkTrial, "go", ("{work}/driver",), ("go.mod", r"(huaweicloud-sdk-go-v3 \S+)")),
    Client("java", "Huawei Cloud SDK for Java", SdkTrial, "java",
           ("java", "-XX:TieredStopAtLevel=1", "-cp", "{work}/classes:{work}/lib/*", "Driver"),
           ("pom.xml", r"<artifactId>(huaweicloud-sdk-sdrs)<", r"<version>([\d.]{5,})<")),
    Client("node", "core of the Huawei Cloud SDK for Node", SdkTrial, "node", ("node", "driver.js", OPERATIONS),
           ("package.json", r'"@huaweicloud/(huaweicloud-sdk-core)"', r'huaweicloud-sdk-core": "(.*?)"')),
    Client("openstacksdk", "openstacksdk with otcextensions", OpenStackTrial, "python", (PYTHON, "openstack_sdk.py"),
           pip("openstacksdk", "otcextensions")),
    Client("openstack", "the `openstack` command with otcextensions", CommandTrial, "python", (PYTHON, "openstack_cli.py"),
           pip("python-openstackclient", "otcextensions")),
    Client("curl", "curl", CurlTrial),
    Client("raw", "a socket", RawTrial),
)
