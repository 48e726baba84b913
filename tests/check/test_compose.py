"""compose.yaml: what it hands to the program is known there, and every container is guarded."""

import re
from typing import Any

import pytest
import yaml

from runningcoach.base.setting_files import SUFFIX
from runningcoach.base.settings import Settings, variable
from tests.conftest import PROJECT

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ROOT_AT_FIRST = {"db", "owner"}
"""They give a folder to another user; what they may do besides is listed."""


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_do_no_more_than_it_must(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert ("cap_add" in service) == (name in ROOT_AT_FIRST)
    assert "privileged" not in service
    assert service["logging"]["options"]["max-size"]
    assert re.search(r":[^:/]+$", service["image"])
    assert not service["image"].endswith(":latest")


def test_only_the_door_with_https_is_open_to_the_network():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["database"] == {"internal": True}
    assert SERVICES["db"]["networks"] == ["database"]
    assert SERVICES["caddy"]["networks"] == ["outside"]


def test_every_variable_is_a_setting_and_no_secret_stands_in_one():
    known = {variable(name) for name in Settings.model_fields}
    secret = {variable(name) for name in ("owner_password", "database_password")}
    for name in ("app", "scheduler"):
        told = SERVICES[name]["environment"]
        assert {one.removesuffix(SUFFIX) for one in told} <= known
        assert not secret & set(told)
        assert not re.search(r"://\w+:", told["DATABASE_URL"])


def test_the_program_trusts_the_network_of_the_door_alone():
    (network,) = COMPOSE["networks"]["outside"]["ipam"]["config"]
    assert SERVICES["app"]["environment"][variable("trusted_proxies")] == network["subnet"]


def test_what_the_image_copies_is_there_and_not_ignored():
    dockerfile = (PROJECT / "deploy/Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile, re.MULTILINE)
    sent = set(re.findall(r"^!(\S+)", (PROJECT / ".dockerignore").read_text(), re.MULTILINE))
    names = {name for line in copied for name in line.split()}
    assert names == sent
    assert all((PROJECT / name).exists() for name in names)
