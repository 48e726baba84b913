"""Compare what we decode with another decoder, value by value, and name every difference.

Both references are asked for values as near to the file as they go: their own conversions of
times and enumerations are switched off where they can be. A difference is either of one of the
classes of docs/reference/fit.md, each of which is a rule here, or it is an error.
"""

import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import fitdecode
import fitparse
import fitparse.records
from fitparse.processors import FitFileDataProcessor

from runningcoach.fit.decode import FitFile
from runningcoach.fit.profile import MESSAGES, MESSAGES_BY_NUMBER

type Message = tuple[int, list[Any]]

EPOCH_S = 631065600
TIMESTAMP = 253
CHECKED_DIFFERENCES = 20

EXPANDED_BY_THEM = {
    "event": {"front_gear", "front_gear_num", "rear_gear", "rear_gear_num"},
    "hr": {"event_timestamp", "fractional_timestamp"},
}
"""Values that they unpack and we leave packed in the field that stands in the file."""


CLASSES = frozenset(
    {
        "developer field that nobody describes",
        "developer scale",
        "enhanced field filled from the plain one",
        "enumeration as number",
        "expansion beside the field itself",
        "message not in our profile",
        "messages behind their end",
        "newer than their profile",
        "no profile knows the field",
        "packed in another field",
        "several values in a field of one",
        "stated twice in a message, the last counts",
        "sub-field under the name of its field",
        "text where the profile has a number",
        "time from a compressed header",
    }
)


class Untouched(FitFileDataProcessor):
    """Keep fitparse from turning values into datetimes."""

    def run_type_processor(self, field_data) -> None: ...
    def run_field_processor(self, field_data) -> None: ...
    def run_unit_processor(self, field_data) -> None: ...
    def run_message_processor(self, data_message) -> None: ...


def by_fitdecode(data: bytes) -> Iterator[Message]:
    reader = fitdecode.FitReader(
        io.BytesIO(data),
        processor=None,
        check_crc=fitdecode.CrcCheck.DISABLED,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    )
    with reader as frames:
        for frame in frames:
            if isinstance(frame, fitdecode.FitDataMessage):
                yield frame.global_mesg_num, frame.fields


def by_fitparse(data: bytes) -> Iterator[Message]:
    fitparse.records.DEV_TYPES.clear()
    file = fitparse.FitFile(io.BytesIO(data), check_crc=False, data_processor=Untouched())
    for message in file.get_messages():
        yield message.mesg_num, message.fields


REFERENCES = {"fitdecode": by_fitdecode, "fitparse": by_fitparse}


@dataclass
class Agreement:
    """How many values were equal, how many differed by which rule, and what nothing explains."""

    equal: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    stopped: str | None = None

    def wrong(self, what: str) -> None:
        if len(self.errors) < CHECKED_DIFFERENCES:
            self.errors.append(what)


def compare(data: bytes, ours: FitFile, reference: str) -> Agreement:
    """Compare every value of every message that our profile knows."""
    comparison = _Comparison(ours)
    for number, fields in _until_it_stops(REFERENCES[reference](data), comparison.result):
        if not comparison.message(number, fields):
            break
    comparison.count()
    return comparison.result


def _until_it_stops(messages: Iterator[Message], result: Agreement) -> Iterator[Message]:
    """Yield what a reference reads; note what stopped it, whatever it raises."""
    while True:
        try:
            yield next(messages)
        except StopIteration:
            return
        except Exception as error:
            result.stopped = f"{type(error).__name__}: {error}"
            return


class _Comparison:
    def __init__(self, ours: FitFile) -> None:
        self.result = Agreement()
        self.status = ours.status
        self.last_time: int | None = None
        self.ours = {
            name: {column: values.tolist() for column, values in table.items()}
            for name, table in ours.messages.items()
        }
        self.rows: Counter[str] = Counter()
        self.present: dict[str, Counter[str]] = defaultdict(Counter)
        self.scales: dict[tuple[int, int], tuple[float, float]] = {}

    def message(self, number: int, fields: list[Any]) -> bool:
        """Compare one message; return False when comparing makes no sense from here on."""
        message = MESSAGES_BY_NUMBER.get(number)
        if message is None:
            self.result.classes["message not in our profile"] += 1
            return True
        if message.name == "record" and self._is_senseless(fields):
            self.result.stopped = "garbage at the damage"
            return False
        row = self.rows[message.name]
        self.rows[message.name] += 1
        table = self.ours.get(message.name, {})
        if number == MESSAGES["field_description"].number:
            self._describe(fields)
        last = {_key(one): one for one in fields}
        native = {number for origin, number in last if origin == "file"}
        for one in fields:
            if last[_key(one)] is one:
                self._field(message, table, row, one, native)
            else:
                self.result.classes["stated twice in a message, the last counts"] += 1

        return True

    def _is_senseless(self, fields: list[Any]) -> bool:
        """In a damaged file a walk goes on into garbage before it notices; we drop that."""
        times = [f.raw_value for f in fields if f.field_def and f.field_def.def_num == TIMESTAMP]
        if self.status != "salvaged" or not times or times[0] is None:
            return False
        before, self.last_time = self.last_time, times[0]
        return before is not None and abs(times[0] - before) > 86400

    def _describe(self, fields: list[Any]) -> None:
        raw = {f.field_def.def_num: f.raw_value for f in fields if f.field_def}
        scale, offset = raw.get(6) or 1.0, raw.get(7) or 0.0
        self.scales[raw.get(0), raw.get(1)] = (scale, offset)

    def _field(
        self, message, table: Mapping[str, list], row: int, theirs: Any, native: set
    ) -> None:
        owner = _owner(theirs)
        if theirs.field_def is None:
            name, expected, rule = self._expanded(message, theirs, native)
        elif owner is not None:
            name, expected, rule = self._developer(theirs, owner)
        else:
            name, expected, rule = _native(message, theirs)
        if name is None:
            self.result.classes[rule] += 1
            return
        column = table.get(name)
        if column is None and owner is not None:
            column = table.get(f"{name}#{theirs.field_def.def_num}")
            name = name if column is None else f"{name}#{theirs.field_def.def_num}"
        if column is None or row >= len(column):
            if not _is_missing(expected):
                self.result.wrong(f"{message.name}[{row}].{name}: we lack {expected}")
            return
        self._value(message.name, name, row, column[row], expected, rule)

    def _expanded(self, message, theirs: Any, native: set) -> tuple[str | None, Any, str]:
        number = theirs.field.def_num
        if number == TIMESTAMP:
            return "timestamp", _time(theirs.raw_value), "time from a compressed header"
        if number in native:
            return None, None, "expansion beside the field itself"
        if theirs.name in EXPANDED_BY_THEM.get(message.name, ()):
            return None, None, "packed in another field"
        known = message.fields.get(number)
        return (known.name if known else theirs.name), theirs.value, ""

    def _developer(self, theirs: Any, owner: int) -> tuple[str | None, Any, str]:
        if (owner, theirs.field_def.def_num) not in self.scales:
            return None, None, "developer field that nobody describes"
        scale, offset = self.scales[owner, theirs.field_def.def_num]
        number = theirs.field_def.def_num
        unnamed = theirs.name in (None, f"unnamed_dev_field_{number}")
        name = f"dev{owner}:field_{number}" if unnamed else f"dev{owner}:{theirs.name}"
        if (scale, offset) == (1.0, 0.0) or isinstance(theirs.value, str):
            return name, theirs.value, ""
        return name, _each(theirs.value, lambda v: v / scale - offset), "developer scale"

    def _value(
        self, message: str, name: str, row: int, mine: Any, expected: Any, rule: str
    ) -> None:
        if not _is_missing(expected):
            self.present[message][name] += 1
        if _same(mine, expected):
            self.result.equal += 1
            if rule:
                self.result.classes[rule] += 1
        elif _is_missing(expected) and name.startswith("enhanced_"):
            return  # counted below, against the plain field
        elif (
            isinstance(expected, tuple) and not isinstance(mine, list) and _same(mine, expected[0])
        ):
            self.result.classes["several values in a field of one"] += 1
        else:
            self.result.wrong(f"{message}[{row}].{name}: ours {mine}, theirs {expected} ({rule})")

    def count(self) -> None:
        """Check that we do not have more than they do."""
        for name, table in self.ours.items():
            length = len(next(iter(table.values()), ()))
            if length > self.rows[name]:
                self.result.classes["messages behind their end"] += length - self.rows[name]
                if self.result.stopped is None:
                    self.result.wrong(f"{name}: {length} messages, theirs {self.rows[name]}")
            for column, values in table.items():
                self._count_column(name, column, values[: self.rows[name]])

    def _count_column(self, name: str, column: str, values: list) -> None:
        mine = sum(not _is_missing(value) for value in values)
        more = mine - self.present[name][column]
        if more and not self._is_filled(name, column, values):
            self.result.wrong(f"{name}.{column}: we have {more} values more than they")

    def _is_filled(self, name: str, column: str, values: list) -> bool:
        """Say whether we took values of an enhanced field from the plain one beside it."""
        plain = self.ours[name].get(column.replace("enhanced_", ""))
        if not column.startswith("enhanced_") or plain is None:
            return False
        self.result.classes["enhanced field filled from the plain one"] += 1
        return all(_same(mine, p) for mine, p in zip(values, plain, strict=False) if p is not None)


def _key(theirs: Any) -> tuple[Any, int]:
    """Tell apart fields of the file, a developer's fields, and what was expanded."""
    if theirs.field_def is None:
        return "expanded", theirs.field.def_num
    owner = _owner(theirs)
    return ("file" if owner is None else owner), theirs.field_def.def_num


def _owner(theirs: Any) -> int | None:
    return getattr(theirs.field_def, "dev_data_index", None)


def _native(message, theirs: Any) -> tuple[str, Any, str]:
    """Return our name of a field, the value that it should have, and the rule that says so."""
    number, raw = theirs.field_def.def_num, theirs.raw_value
    is_text = theirs.field_def.base_type.name == "string"
    known = message.fields.get(number)
    if known is None or (known.kind == "string") != is_text:
        rule = (
            "no profile knows the field" if known is None else "text where the profile has a number"
        )
        return f"unknown_{number}", raw, rule
    base = theirs.parent_field or theirs.field
    if base is None and known.kind != "number":
        return known.name, raw if is_text else _time(raw), "newer than their profile"
    if base is None:
        return (
            known.name,
            _each(raw, lambda v: v / known.scale - known.offset),
            "newer than their profile",
        )
    if is_text:
        return base.name, raw, ""
    if base.type.name in ("date_time", "local_date_time"):
        return base.name, _time(raw, local=base.type.name != "date_time"), ""
    rule = ""
    if theirs.parent_field is not None:
        rule = "sub-field under the name of its field"
    elif isinstance(theirs.value, str):
        rule = "enumeration as number"
    scale, offset = base.scale or 1, base.offset or 0
    return base.name, _each(raw, lambda v: v / scale - offset), rule


def _time(raw: int | None, *, local: bool = False) -> int | None:
    if raw is None:
        return None
    return raw + EPOCH_S if local or raw >= 0x10000000 else raw


def _each(value: Any, change) -> Any:
    if isinstance(value, tuple):
        return tuple(None if v is None else change(v) for v in value)
    return None if value is None else change(value)


def _is_missing(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_missing, value))
    return value is None or (isinstance(value, float) and math.isnan(value))


def _same(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, list):
        theirs = theirs if isinstance(theirs, tuple) else (theirs,)
        rest = mine[len(theirs) :]
        return all(map(_same, mine, theirs)) and all(map(_is_missing, rest))
    if isinstance(theirs, tuple) and len(theirs) == 1:
        theirs = theirs[0]
    if _is_missing(mine) or _is_missing(theirs):
        return _is_missing(mine) and _is_missing(theirs)
    if isinstance(mine, str) or isinstance(theirs, str):
        return mine == theirs
    return not isinstance(theirs, tuple) and math.isclose(mine, theirs, rel_tol=1e-12)
