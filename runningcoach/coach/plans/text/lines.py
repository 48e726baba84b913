"""Workouts of several lines: the form of intervals.icu and that of YAML planners."""

import re
from dataclasses import dataclass, field

from runningcoach.coach.plans.text.drafts import ItemDraft, RepeatDraft
from runningcoach.coach.plans.text.errors import text_error
from runningcoach.coach.plans.text.steps import parse_step, word_pattern
from runningcoach.coach.plans.text.vocabulary import unit_words
from runningcoach.model.workout import LONGEST_NOTE, MOST_ROUNDS, StepIntensity

_DASH = re.compile(r"(\s*)[-*•]\s+(.*)")
_YAML_STEP = re.compile(
    r"\s*-\s*(warmup|cooldown|interval|run|work|main|recovery|recover|rest|walk|other|repeat)"
    r"\s*(?:(\d+)\s*)?:\s*(.*)",
    re.IGNORECASE,
)
_YAML_INTENSITIES: dict[str, StepIntensity] = {
    "warmup": "warmup", "cooldown": "cooldown", "interval": "interval", "run": "interval",
    "work": "interval", "main": "main", "recovery": "recovery", "recover": "recovery",
    "rest": "rest", "walk": "recovery", "other": "other",
}  # fmt: skip
_CONFIG_GROUP = re.compile(r"(paces|heart_rates)\s*:\s*\{([^{}]*)\}")
_NAMED = re.compile(r"@\s*(?:hr\s+)?([A-Za-z_]\w*)", re.IGNORECASE)


@dataclass(slots=True)
class LinesReader:
    """What has been read of a text of several lines."""

    items: list[ItemDraft] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    title: str | None = None
    ignored_lines: list[int] = field(default_factory=list)


def is_yaml_plan(text: str) -> bool:
    """Return whether lines such as "- interval: 800m in 3:30" stand in the text."""
    return any(_YAML_STEP.match(line) for line in text.split("\n"))


def has_dashed_lines(text: str) -> bool:
    """Return whether a step stands in a line of its own behind a dash."""
    return any(_DASH.match(line) for line in text.split("\n"))


# ---- intervals.icu ---------------------------------------------------------------------------


def _repeat_header() -> re.Pattern[str]:
    """Return the pattern of a line such as "Main set 5x", or "5x hills" without other numbers."""
    marks = "|".join(re.escape(mark) for mark in unit_words("times"))
    times = rf"\b(?P<times>\d+)\s*(?:{marks})"
    return re.compile(rf".*?\s*{times}\s*:?\s*(?:[^\W\d][^\d]*)?", re.IGNORECASE)


def parse_intervals(text: str) -> LinesReader:
    """Return what a text in the form of intervals.icu holds."""
    reader = LinesReader()
    header = _repeat_header()
    repeat: RepeatDraft | None = None
    section: StepIntensity | None = None
    for number, line in enumerate(text.split("\n"), 1):
        dash = _DASH.match(line)
        if dash:
            step = _intervals_step(reader, dash, number, repeat, section)
            (reader.items if repeat is None else repeat.steps).append(step)
        elif not line.strip():
            repeat = _closed(repeat, number)
        elif match := header.fullmatch(line.strip()):
            repeat = _opened(reader, match, repeat, number)
            section = None
        else:
            repeat = _closed(repeat, number)
            section = _section(reader, line, number)
    _closed(repeat, text.count("\n") + 1)
    return reader


def _intervals_step(
    reader: LinesReader,
    dash: re.Match[str],
    number: int,
    repeat: RepeatDraft | None,
    section: StepIntensity | None,
) -> ItemDraft:
    step, warnings = parse_step(
        dash[2], "intervals", number, dash.start(2) + 1, is_in_repeat=repeat is not None
    )
    reader.warnings += warnings
    if section and step.intensity is None:
        step.intensity = section
    return step


def _opened(
    reader: LinesReader, match: re.Match[str], before: RepeatDraft | None, number: int
) -> RepeatDraft:
    if before is not None and not before.steps:
        raise text_error("nested_repeat", match[0], number, 1)
    times = int(match["times"][:4])
    if not 1 <= times <= MOST_ROUNDS:
        raise text_error("bad_repeat", match[0], number, 1)
    repeat = RepeatDraft(times)
    reader.items.append(repeat)
    return repeat


def _closed(repeat: RepeatDraft | None, number: int) -> None:
    """End a repeat; one without steps is refused."""
    if repeat is not None and not repeat.steps:
        raise text_error("empty_repeat", "", number, 1)


def _section(reader: LinesReader, line: str, number: int) -> StepIntensity | None:
    """Return what part the steps below a header play; other lines are left out and told."""
    words = line.strip().rstrip(":")
    if word_pattern("warmup").match(words):
        return "warmup"
    if word_pattern("cooldown").match(words):
        return "cooldown"
    if not word_pattern("main").match(words):
        reader.ignored_lines.append(number)
    return None


# ---- YAML planners ---------------------------------------------------------------------------


def parse_yaml_plan(text: str) -> LinesReader:
    """Return what a text in the form of YAML planners holds; indentation makes repeats."""
    reader = LinesReader()
    names: dict[str, str] = {}
    open_repeats: list[tuple[int, RepeatDraft]] = []
    for number, line in enumerate(text.split("\n"), 1):
        match = _YAML_STEP.match(line)
        if match:
            _yaml_line(reader, match, number, names, open_repeats)
        elif line.strip().startswith("config"):
            names |= _config_names(line)
        elif line.strip().startswith("-"):
            raise text_error("no_length", line, number, 1)
        elif line.strip() and reader.title is None:
            reader.title = line.strip().rstrip(":")
        elif line.strip():
            reader.ignored_lines.append(number)
    for repeat in _repeats(reader.items):
        if not repeat.steps:
            raise text_error("empty_repeat", text, 1, 1)
    return reader


def _repeats(items: list[ItemDraft]) -> list[RepeatDraft]:
    repeats = [item for item in items if isinstance(item, RepeatDraft)]
    return repeats + [inner for repeat in repeats for inner in _repeats(repeat.steps)]


def _yaml_line(
    reader: LinesReader,
    match: re.Match[str],
    number: int,
    names: dict[str, str],
    open_repeats: list[tuple[int, RepeatDraft]],
) -> None:
    indent = len(match[0]) - len(match[0].lstrip())
    while open_repeats and open_repeats[-1][0] >= indent:
        open_repeats.pop()
    steps = open_repeats[-1][1].steps if open_repeats else reader.items
    if match[1].casefold() == "repeat":
        if len(open_repeats) >= 3:
            raise text_error("deep_repeat", match[0], number, 1)
        repeat = RepeatDraft(_yaml_times(match, number))
        steps.append(repeat)
        open_repeats.append((indent, repeat))
        return
    steps.append(_yaml_step(reader, match, number, names, is_in_repeat=bool(open_repeats)))


def _yaml_times(match: re.Match[str], number: int) -> int:
    digits = (match[2] or match[3]).strip()
    if not digits.isascii() or not digits.isdigit() or not 1 <= int(digits[:4]) <= MOST_ROUNDS:
        raise text_error("bad_repeat", match[0], number, 1)
    return int(digits)


def _yaml_step(
    reader: LinesReader,
    match: re.Match[str],
    number: int,
    names: dict[str, str],
    *,
    is_in_repeat: bool,
) -> ItemDraft:
    content, _, remark = match[3].partition("--")
    column = match.start(3) + 1
    content = _with_names(content, names, number, column)
    step, warnings = parse_step(content.strip(), "yaml", number, column, is_in_repeat=is_in_repeat)
    reader.warnings += [key for key in warnings if key != "zone_kind"]
    kind = match[1].casefold()
    step.intensity = _YAML_INTENSITIES[kind]
    notes = [step.note or "", "walk" if kind == "walk" else "", remark.strip()]
    step.note = " ".join(filter(None, notes)) or None
    if step.note and len(step.note) > LONGEST_NOTE:
        raise text_error("too_much", step.note, number, column)
    return step


def _config_names(line: str) -> dict[str, str]:
    """Return the named paces and heart rates of the config line, ready to stand in a step."""
    names: dict[str, str] = {}
    for group, content in _CONFIG_GROUP.findall(line):
        pairs = [pair.partition(":") for pair in content.split(",")]
        values = {name.strip().casefold(): value.strip() for name, _, value in pairs}
        for name, value in values.items():
            names[name] = _heart_rates(value, values) if group == "heart_rates" else f"@{value}"
    return names


def _heart_rates(value: str, values: dict[str, str]) -> str:
    """Return "76-85% max_hr" as bpm where max_hr is given; other values as they stand."""
    match = re.fullmatch(r"(\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*%\s*(?:of\s+)?(\w+)", value)
    base = values.get(match[3].casefold(), "") if match else ""
    if match is None or not re.fullmatch(r"\d{2,3}", base):
        return f"@hr {value}"
    low, high = (
        int(int(share) * int(base) / 100 + 0.5) for share in (match[1], match[2] or match[1])
    )
    return f"{low}-{high}bpm"


def _with_names(content: str, names: dict[str, str], number: int, column: int) -> str:
    """Return a step with the paces and heart rates that its names stand for."""

    def value(match: re.Match[str]) -> str:
        name = match[1].casefold()
        if name in names:
            return f" {names[name]} "
        if re.fullmatch(r"z\d|[emtir]|hr", name):
            return match[0]
        raise text_error("unknown_name", match[0], number, column + match.start())

    return _NAMED.sub(value, content)
