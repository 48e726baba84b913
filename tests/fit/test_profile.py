"""Our field table says what the tables of fitparse and fitdecode say."""

import fitdecode.profile
import fitparse.profile
import pytest

from runningcoach.fit.profile import BASE_TYPES, MESSAGES, TIMESTAMP, Field, Message

TYPE_NAMES = {base.code: name for name, base in BASE_TYPES.items()}
KNOWN_ONLY_TO_FITDECODE = {"time_in_zone", "split", "split_summary"}
TABLES = {"fitdecode": fitdecode.profile, "fitparse": fitparse.profile}


@pytest.mark.parametrize("reference", sorted(TABLES))
@pytest.mark.parametrize("message", MESSAGES.values(), ids=lambda message: message.name)
def test_fields_are_what_others_say(message: Message, reference: str) -> None:
    theirs = TABLES[reference].MESSAGE_TYPES.get(message.number)
    if theirs is None:
        assert reference == "fitparse"
        assert message.name in KNOWN_ONLY_TO_FITDECODE
        return
    assert theirs.name == message.name
    common = [number for number in message.fields if number in theirs.fields]
    assert len(common) > len(message.fields) / 4
    for number in common:
        _same(message.fields[number], theirs.fields[number])


def _same(ours: Field, theirs) -> None:
    assert theirs.name == ours.name
    assert theirs.base_type.name == TYPE_NAMES[ours.base.code], ours.name
    assert (theirs.type.name in ("date_time", "local_date_time")) == (
        ours.kind in ("date_time", "local_date_time")
    )
    if not theirs.components:
        assert (theirs.scale or 1, theirs.offset or 0) == (ours.scale, ours.offset), ours.name


@pytest.mark.parametrize("message", MESSAGES.values(), ids=lambda message: message.name)
def test_no_field_is_missing(message: Message) -> None:
    theirs = fitdecode.profile.MESSAGE_TYPES[message.number].fields
    assert set(theirs) <= set(message.fields)
    assert set(message.fields) - set(theirs) <= {TIMESTAMP}
