"""Our marker in the description of a workout at Garmin."""

from runningcoach.publish.markers import ScheduleMarker, describe_workout, find_schedule_marker

from .conftest import easy

MARKER = "rc:7/2027-01-12#a1b2c3d4"


def test_marker_is_found_in_the_words_of_a_description():
    description = describe_workout(easy(40), MARKER)
    assert description == f"Aerobic base.\n[{MARKER}]"
    assert find_schedule_marker(description) == ScheduleMarker(7, "a1b2c3d4")
    assert find_schedule_marker(f"5 x 1 km, {MARKER}.") == ScheduleMarker(7, "a1b2c3d4")


def test_words_without_a_whole_marker_have_none():
    for words in ("rc:7/2027-01-12", f"{MARKER}5", "5 x 1 km", "", None):
        assert find_schedule_marker(words) is None
