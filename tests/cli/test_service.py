"""The unit file for systemd."""

import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "runningcoach", "service"]


def asked(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "RUNNINGCOACH_HOME": str(tmp_path / "a home, 100%"),
        "RUNNINGCOACH_LANGUAGE": "en",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    """The unit as it is written where systemd looks for it."""
    folder = tmp_path_factory.mktemp("service")
    printed = asked(folder).stdout
    said = asked(folder, "--write").stdout
    file = folder / "config" / "systemd" / "user" / "runningcoach.service"
    assert file.read_text() == printed
    assert str(file) in said
    assert "systemctl --user enable --now runningcoach" in said
    return file


def test_the_unit_starts_it_again_for_ever_in_its_folder_with_its_home(file: Path):
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read(file)
    folder = file.parents[3]
    service = unit["Service"]
    assert service["Restart"] == "always"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert service["WorkingDirectory"] == str(folder)
    assert service["Environment"] == f'"RUNNINGCOACH_HOME={folder}/a home, 100%%"'
    assert service["ExecStart"] == f'"{sys.executable}" -m runningcoach up'
    assert unit["Install"]["WantedBy"] == "default.target"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_it(file: Path, tmp_path):
    checked = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(file)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
