"""Docs are true: what they name exists, and every setting and command is named in them."""

import re
from typing import Any

import typer

from runningcoach.base.settings import Settings
from runningcoach.cli.commands import app
from tests.conftest import PROJECT

DOCS = PROJECT / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def variable(name: str) -> str:
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"RUNNINGCOACH_{name.upper()}"


def test_every_setting_is_documented_in_its_own_words():
    text = read("reference/settings.md")
    for name, field in Settings.model_fields.items():
        assert f"`{variable(name)}`" in text, name
        assert field.description in text, name


def test_no_setting_is_documented_that_does_not_exist():
    known = {variable(name) for name in Settings.model_fields}
    named = set(re.findall(r"^\| `((?!RC_)[A-Z_]+)`", read("reference/settings.md"), re.MULTILINE))
    assert named == known


def every_command(group: Any, path: str = "runningcoach") -> dict[str, str]:
    found: dict[str, str] = {}
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if hasattr(command, "commands"):
            found |= every_command(command, f"{path} {name}")
        else:
            found[f"{path} {name}"] = (command.help or "").strip()
    return found


def test_every_command_has_help_and_is_documented():
    commands = every_command(typer.main.get_group(app))
    assert len(commands) >= 10
    text = read("reference/commands.md")
    for command, words in commands.items():
        assert words, command
        assert f"`{command}" in text, command


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{page.relative_to(PROJECT)}: {target}"
        for page in [PROJECT / "README.md", *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
