"""Benchmarks and preferences by the command line, in one home."""

from collections.abc import Iterator

import pytest

from runningcoach.cli.benchmarks import format_benchmark, parse_benchmark
from runningcoach.cli.problems import BadValue

from .shell import Shell, beside_a_database


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Iterator[Shell]:
    with beside_a_database(tmp_path_factory.mktemp("benchmarks") / "home") as shell:
        yield shell


def test_one_is_set_listed_and_taken_back(shell):
    kept = shell("benchmarks", "set", "threshold_speed_mps", "4:15", "--from", "2026-03-01")
    assert kept.returncode == 0, kept.stderr
    assert "4:15 /km" in kept.stdout
    for words in ((), ("--all",)):
        (row,) = [
            line
            for line in shell("benchmarks", "list", *words).stdout.splitlines()
            if "threshold_speed_mps" in line
        ]
        assert "4:15 /km" in row
        assert "2026-03-01" in row
        assert "set by you" in row
    remove = ("benchmarks", "remove", "threshold_speed_mps", "2026-03-01")
    assert shell(*remove).returncode == 0
    assert "4:15" not in shell("benchmarks", "list", "--all").stdout
    again = shell(*remove)
    assert (again.returncode, "You set no such value" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hrmax_bpm", "300"), "beyond what a person can have"),
        (("hrmax_bpm", "190", "--from", "2999-01-01"), "still to come"),
        (("hrmax_bpm", "fast"), "neither a number nor a pace"),
    ],
)
def test_what_cannot_be_is_refused(shell, words, said):
    run = shell("benchmarks", "set", *words)
    assert run.returncode == 1
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_an_unknown_kind_is_refused_with_the_known_ones(shell):
    run = shell("benchmarks", "set", "weight_kg", "60")
    assert run.returncode == 2
    assert "hrmax_bpm" in run.stderr


def test_preferences_are_kept(shell):
    assert "form_of=yesterday" in shell("preferences", "show").stdout
    chosen = shell("preferences", "set", "--form-of", "sameday", "--seeded")
    assert chosen.returncode == 0, chosen.stderr
    shown = shell("preferences", "show").stdout
    assert "form_of=sameday" in shown
    assert "seeded=true" in shown
    assert "load_by=auto" in shown


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("threshold_speed_mps", "4:10", 4.0),  # 1000 m in 250 s
        ("critical_speed_mps", "4.2", 4.2),
        ("hrmax_bpm", "188", 188.0),
    ],
)
def test_numbers_and_paces_are_read(kind, text, value):
    assert parse_benchmark(kind, text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("hrmax_bpm", "3:00"), ("threshold_speed_mps", "0:00"), ("threshold_speed_mps", "4:x")],
)
def test_what_is_neither(kind, text):
    with pytest.raises(BadValue):
        parse_benchmark(kind, text)


def test_benchmarks_are_written_with_their_units():
    assert format_benchmark("threshold_speed_mps", 4.0) == "4:10 /km"
    assert format_benchmark("hrmax_bpm", 188.0) == "188 bpm"
    assert format_benchmark("reserve_m", 180.5) == "180.5 m"
