"""What made a FIT file, and how far its wearer's clock was from UTC."""

from collections.abc import Mapping

from runningcoach.fit.decode import Columns
from runningcoach.fit.names import GARMIN_PRODUCTS, MANUFACTURERS
from runningcoach.ingest.fit_rows import rows
from runningcoach.ingest.recorded import Device, moment

_GARMIN = 1
_QUARTER_HOUR_S = 900
_LARGEST_OFFSET_S = 14 * 3600


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
        None if created is None or created < 0 else moment(created),
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
    """Return how far the athlete's clock was ahead of UTC, to the quarter of an hour."""
    for activity in rows(messages, "activity"):
        utc, local = activity.number("timestamp"), activity.number("local_timestamp")
        if utc is not None and local is not None and abs(local - utc) <= _LARGEST_OFFSET_S:
            return round((local - utc) / _QUARTER_HOUR_S) * _QUARTER_HOUR_S
    return None
