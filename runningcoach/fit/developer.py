"""Fields that apps and sensors add, which the file itself describes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.columns import Columns
from runningcoach.fit.profile import BASE_TYPES, BASE_TYPES_BY_CODE, BaseType, Field, Message


def developer_fields(descriptions: Columns) -> dict[tuple[int, int], Field]:
    """Return the described fields by (developer index, field number).

    Their names are `dev<index>:<name>`, so that none can pass for a native field; a second
    field of the same name carries its number behind it.
    """
    fields: dict[tuple[int, int], Field] = {}
    for row in range(len(next(iter(descriptions.values()), ()))):
        index = _number(descriptions, "developer_data_index", row)
        number = _number(descriptions, "field_definition_number", row)
        if np.isfinite(index) and np.isfinite(number):
            key = (int(index), int(number))
            fields[key] = _field(descriptions, row, *key)
    return _told_apart(fields)


def _field(descriptions: Columns, row: int, index: int, number: int) -> Field:
    code = _number(descriptions, "fit_base_type_id", row)
    base = BASE_TYPES_BY_CODE.get(int(code)) if np.isfinite(code) else None
    texts: NDArray[Any] | None = descriptions.get("field_name")
    name = (texts[row] if texts is not None else None) or f"field_{number}"
    return _described(
        number,
        f"dev{index}:{name}",
        base or BASE_TYPES["byte"],
        _number(descriptions, "scale", row),
        _number(descriptions, "offset", row),
    )


def _described(number: int, name: str, base: BaseType, scale: float, offset: float) -> Field:
    return Field(
        number,
        name,
        base,
        "string" if base is BASE_TYPES["string"] else "number",
        scale if np.isfinite(scale) and scale > 0 else 1.0,
        offset if np.isfinite(offset) else 0.0,
        is_array=True,
    )


def _number(columns: Columns, name: str, row: int) -> float:
    column = columns.get(name)
    return float("nan") if column is None else float(column[row])


def _told_apart(fields: dict[tuple[int, int], Field]) -> dict[tuple[int, int], Field]:
    """Give the second field of a name a name of its own."""
    names: set[str] = set()
    for key, field in fields.items():
        if field.name in names:
            name = f"{field.name}#{field.number}"
            fields[key] = _described(field.number, name, field.base, field.scale, field.offset)
        names.add(field.name)
    return fields


def native_fields(descriptions: Columns, message: Message) -> dict[str, str]:
    """Return which developer fields stand for native ones of a message: name to native name.

    A description that does not say for which message counts for any.
    """
    natives: dict[str, str] = {}
    names = developer_fields(descriptions)
    for row in range(len(next(iter(descriptions.values()), ()))):
        index = _number(descriptions, "developer_data_index", row)
        number = _number(descriptions, "field_definition_number", row)
        kind = _number(descriptions, "native_mesg_num", row)
        native = _number(descriptions, "native_field_num", row)
        if not np.isfinite(native) or (np.isfinite(kind) and kind != message.number):
            continue
        described = names.get((int(index), int(number))) if np.isfinite(index + number) else None
        field = message.fields.get(int(native))
        if described is not None and field is not None:
            natives[described.name] = field.name
    return natives
