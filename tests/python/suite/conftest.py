"""The tests of the Python package run pytest themselves, and real SDKs."""

pytest_plugins = ["pytester"]
