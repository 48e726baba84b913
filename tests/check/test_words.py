"""Words: both languages say the same things, and none of them hides in code."""

import re
import string
from typing import Any

import pytest

from runningcoach.base import errors, i18n
from tests.conftest import PROJECT

FILES = sorted({path.name for path in i18n.LOCALES.glob("*/*.toml")})
HANGUL = re.compile("[\uac00-\ud7a3\u3131-\u318e]")


def flat(table: dict[str, Any], path: str = "") -> dict[str, str]:
    words: dict[str, str] = {}
    for key, value in table.items():
        words |= flat(value, f"{path}{key}.") if isinstance(value, dict) else {path + key: value}
    return words


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("file", FILES)
def test_both_languages_have_the_same_keys_and_blanks(file):
    korean, english = (flat(i18n.words(lang, file.removesuffix(".toml"))) for lang in ("ko", "en"))
    assert korean.keys() == english.keys()
    for key in korean:
        assert blanks(korean[key]) == blanks(english[key]), key


@pytest.mark.parametrize("file", FILES)
def test_no_particle_follows_a_blank_in_korean(file):
    particles = re.compile(r"\}(은|는|이|가|을|를|와|과|으로|로)(\s|$|[.,])")
    for key, text in flat(i18n.words("ko", file.removesuffix(".toml"))).items():
        assert not particles.search(text), key


def test_no_hangul_in_code():
    found = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in (PROJECT / "runningcoach").rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if HANGUL.search(line)
    ]
    assert found == []


def every_error() -> list[type[errors.RunningCoachError]]:
    import importlib
    import pkgutil

    import runningcoach

    for module in pkgutil.walk_packages(runningcoach.__path__, "runningcoach."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    def below(kind: type[errors.RunningCoachError]) -> list[type[errors.RunningCoachError]]:
        return [kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))]

    return [kind for kind in below(errors.RunningCoachError) if hasattr(kind, "code")]


def test_every_error_says_what_happened_and_what_to_do():
    kinds = every_error()
    assert len(kinds) > 10
    for kind in kinds:
        room, name = kind.code.split(".")
        for language in i18n.LANGUAGES:
            entry = i18n.words(language, room)["errors"][name]
            assert entry["what"], kind
            assert entry["remedy"], kind
