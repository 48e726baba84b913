"""NOTICE lists every package that the program is installed with; `make notice` writes it."""

from tests.conftest import PROJECT

NOTICE = (PROJECT / "NOTICE").read_text(encoding="utf-8")


def locked() -> set[str]:
    """Name and version of each package in the lock file."""
    lines = (PROJECT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line.split()[0].rstrip(";") for line in lines if line[:1].isalnum()]
    return {pin.replace("==", " ") for pin in pins}


def listed() -> dict[str, str]:
    """The licence of each package in NOTICE."""
    lines = NOTICE.split("\n\n")[-1].splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_every_locked_package_is_listed_with_its_licence():
    assert len(locked()) > 100
    assert set(listed()) == locked()
    assert all(licence.strip() for licence in listed().values())


def test_it_names_no_address():
    assert "://" not in NOTICE
