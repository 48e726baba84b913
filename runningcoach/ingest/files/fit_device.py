"""What made a FIT file, and how far its wearer's clock was from UTC."""

from collections.abc import Mapping

import numpy as np

from runningcoach.fit.decode import Columns
from runningcoach.fit.names import GARMIN_PRODUCTS, MANUFACTURERS
from runningcoach.ingest.files.fit_rows import numbers, rows
from runningcoach.ingest.files.recordings import EARLIEST_S, Device, moment

_GARMIN = 1
_QUARTER_HOUR_S = 900
_LARGEST_OFFSET_S = 14 * 3600
_LATE_SAVE_S = 180


def device(messages: Mapping[str, Columns]) -> Device:
    """Return what made the file, by its file_id and the device_info of the creator."""
    first = rows(messages, "file_id")[:1]
    if not first:
        return Device()
    maker, product = first[0].number("manufacturer"), first[0].number("product")
    serial, created = first[0].number("serial_number"), first[0].number("time_created")
    manufacturer = MANUFACTURERS.get(int(maker)) if maker is not None else None
    model = first[0].text("product_name") or _creator_name(messages)
    if model is None and maker == _GARMIN and product is not None:
        model = GARMIN_PRODUCTS.get(int(product))
    return Device(
        manufacturer,
        None if product is None else int(product),
        None if serial is None else int(serial),
        None if created is None or created < EARLIEST_S else moment(created),
        _full_name(manufacturer, model),
    )


def _creator_name(messages: Mapping[str, Columns]) -> str | None:
    for info in rows(messages, "device_info"):
        if info.number("device_index") == 0 and info.text("product_name"):
            return info.text("product_name")
    return None


def _full_name(manufacturer: str | None, model: str | None) -> str | None:
    if manufacturer and model and not model.lower().startswith(manufacturer.lower()):
        return f"{manufacturer} {model}"
    return model or manufacturer


def utc_offset_s(messages: Mapping[str, Columns]) -> int | None:
    """Return how far the athlete's clock was ahead of UTC, to the quarter of an hour.

    The end of the recording stands in for the time of a message that has none; the two clocks
    must then agree to a few minutes.
    """
    for activity in rows(messages, "activity"):
        local, utc = activity.number("local_timestamp"), activity.number("timestamp")
        if local is None:
            continue
        slack = _QUARTER_HOUR_S / 2 if utc is not None else _LATE_SAVE_S
        utc = _end_s(messages) if utc is None else utc
        if utc is None or abs(local - utc) > _LARGEST_OFFSET_S:
            continue
        offset = round((local - utc) / _QUARTER_HOUR_S) * _QUARTER_HOUR_S
        if abs(local - utc - offset) <= slack:
            return offset
    return None


def _end_s(messages: Mapping[str, Columns]) -> float | None:
    times = [numbers(messages.get(kind, {}), "timestamp") for kind in ("record", "session")]
    known = np.concatenate(times)
    return float(np.nanmax(known)) if np.isfinite(known).any() else None
