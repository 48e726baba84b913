"""TCX and GPX: what websites and apps write, sound and broken."""

from datetime import UTC, datetime

import numpy as np
import pytest

from runningcoach.ingest.files.readers import ReadFile, Recording, read
from tests.ingest.build import decided

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)

GARMIN_GPX = """<?xml version="1.0" encoding="UTF-8"?>
<gpx creator="Garmin Connect" version="1.1" xmlns="http://www.topografix.com/GPX/1/1"
  xmlns:ns3="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">
 <trk><name>Morning Run</name><desc>easy</desc><type>trail_running</type><trkseg>
  <trkpt lat="37.5" lon="127.0"><ele>10.5</ele><time>2026-03-01T06:00:00.000Z</time>
   <extensions><ns3:TrackPointExtension><ns3:atemp>21.5</ns3:atemp><ns3:hr>120</ns3:hr>
   <ns3:cad>85</ns3:cad></ns3:TrackPointExtension></extensions></trkpt>
  <trkpt lat="37.5001" lon="127.0"><ele>11</ele><time>2026-03-01T15:00:04+09:00</time>
   <extensions><power>250</power><ns3:TrackPointExtension><ns3:hr>0</ns3:hr>
   </ns3:TrackPointExtension></extensions></trkpt>
 </trkseg></trk></gpx>"""

TCX = """<?xml version="1.0"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">
 <Activities><Activity Sport="{sport}"><Id>2026-03-01T06:00:00Z</Id>
  <Lap StartTime="2026-03-01T06:00:00Z"><TotalTimeSeconds>60.5</TotalTimeSeconds>
   <DistanceMeters>200</DistanceMeters><Calories>10</Calories>
   <AverageHeartRateBpm><Value>130</Value></AverageHeartRateBpm>
   <MaximumHeartRateBpm><Value>140</Value></MaximumHeartRateBpm>
   <Intensity>Active</Intensity><Track>{first}</Track>
   <Extensions><LX xmlns="x"><AvgSpeed>3.3</AvgSpeed><AvgRunCadence>84</AvgRunCadence></LX>
   </Extensions></Lap>
  <Lap StartTime="2026-03-01T06:03:00Z"><TotalTimeSeconds>30</TotalTimeSeconds>
   <DistanceMeters>90</DistanceMeters><Calories>5</Calories>
   <AverageHeartRateBpm><Value>160</Value></AverageHeartRateBpm>
   <Intensity>Resting</Intensity><Track>{second}</Track></Lap>
  <Notes>felt good</Notes>
  <Creator><Name>Forerunner 305</Name><UnitId>123</UnitId><ProductID>484</ProductID></Creator>
 </Activity></Activities></TrainingCenterDatabase>"""


def trackpoint(minute: int, second: int, distance: float, inside: str = "") -> str:
    return (
        f"<Trackpoint><Time>2026-03-01T06:{minute:02d}:{second:02d}Z</Time>"
        f"<DistanceMeters>{distance}</DistanceMeters>{inside}</Trackpoint>"
    )


EXTRA = """<HeartRateBpm><Value>131</Value></HeartRateBpm><Position>
<LatitudeDegrees>37.5</LatitudeDegrees><LongitudeDegrees>127.0</LongitudeDegrees></Position>
<AltitudeMeters>12.5</AltitudeMeters><Extensions><TPX xmlns="y"><Speed>3.25</Speed>
<RunCadence>85</RunCadence><Watts>260</Watts></TPX></Extensions>"""
FIRST = trackpoint(0, 0, 0, EXTRA) + trackpoint(1, 0, 200)
SECOND = trackpoint(3, 0, 200) + trackpoint(3, 30, 290)


def read_text(text: str, name: str = "a.gpx") -> ReadFile:
    return read(text.encode(), name)


def only(file: ReadFile) -> Recording:
    (recording,) = file.recordings
    return recording


def test_gpx() -> None:
    file = read_text(GARMIN_GPX)
    recording = only(file)
    assert (file.kind, file.outcome, file.reasons) == ("gpx", "ok", ())
    assert (recording.sport, recording.sub_sport) == ("running", "trail")
    assert (recording.name, recording.notes) == ("Morning Run", "easy")
    assert recording.started_at == START
    samples = recording.samples
    assert samples["t_s"].tolist() == [0, 4]
    assert samples["latitude_deg"].tolist() == [37.5, 37.5001]
    assert samples["altitude_m"].tolist() == [10.5, 11.0]
    assert samples["temperature_c"][0] == 21.5
    assert samples["heart_rate_bpm"][0] == 120
    assert np.isnan(samples["heart_rate_bpm"][1])
    assert samples["cadence_spm"][0] == 170
    assert samples["power_w"][1] == 250
    assert decided(recording)["distance_m"] == pytest.approx(11.12, abs=0.05)
    assert decided(recording)["elapsed_s"] == 4


def test_prefixes_that_nobody_declared() -> None:
    text = GARMIN_GPX.replace("xmlns:ns3", "ignored").replace("ns3:", "gpxtpx:")
    recording = only(read_text(text))
    assert recording.samples["heart_rate_bpm"][0] == 120


def test_a_file_that_breaks_off_gives_what_it_has() -> None:
    file = read_text(GARMIN_GPX[: GARMIN_GPX.rindex("<trkpt")])
    assert (file.outcome, file.reason_code) == ("salvaged", "damaged_xml")
    assert only(file).samples["t_s"].tolist() == [0]


def test_entities_are_not_resolved_and_nothing_is_fetched() -> None:
    declared = '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    text = GARMIN_GPX.replace("?>", "?>" + declared, 1).replace("Morning Run", "&x;")
    assert "root" not in (only(read_text(text)).name or "")


def test_a_bomb_of_entities_stays_small() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    declared = f'<!DOCTYPE gpx [<!ENTITY a0 "bomb">{levels}]>'
    text = GARMIN_GPX.replace("?>", "?>" + declared, 1).replace("Morning Run", "&a11;")
    names = [recording.name or "" for recording in read_text(text).recordings]
    assert len("".join(names)) < 1000


def test_a_route_is_no_activity() -> None:
    text = GARMIN_GPX.replace("<time>", "<when>").replace("</time>", "</when>")
    file = read_text(text)
    assert (file.outcome, file.reason_code) == ("not_an_activity", "no_times")


def test_a_break_between_segments_is_a_pause() -> None:
    later = "</trkseg><trkseg>" + point(10, 0) + point(10, 9) + "</trkseg></trk>"
    recording = only(read_text(GARMIN_GPX.replace("</trkseg></trk>", later)))
    assert recording.pauses == ((4, 600),)
    assert decided(recording)["timer_s"] == 609 - 596


def point(minute: int, second: int) -> str:
    return (
        f'<trkpt lat="37.5" lon="127"><time>2026-03-01T06:{minute:02d}:{second:02d}Z</time></trkpt>'
    )


def test_tracks_of_one_outing_are_one_recording_and_others_their_own() -> None:
    again = GARMIN_GPX[GARMIN_GPX.index("<trk>") : GARMIN_GPX.index("</gpx>")]
    soon = again.replace("T06:00:00.000Z", "T06:10:00Z").replace("T15:00:04", "T15:10:04")
    next_day = again.replace("2026-03-01", "2026-03-02")
    joined = read_text(GARMIN_GPX.replace("</gpx>", soon + "</gpx>"))
    apart = read_text(GARMIN_GPX.replace("</gpx>", next_day + "</gpx>"))
    ride = soon.replace("trail_running", "cycling")
    two_sports = read_text(GARMIN_GPX.replace("</gpx>", ride + "</gpx>"))
    assert only(joined).samples["t_s"].tolist() == [0, 4, 600, 604]
    assert [r.started_at.day for r in apart.recordings] == [1, 2]
    assert [r.sport for r in two_sports.recordings] == ["running", "cycling"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("running", ("running", None)),
        ("Running", ("running", None)),
        ("treadmill_running", ("running", "treadmill")),
        ("9", ("running", None)),
        ("1", ("cycling", None)),
        ("road_biking", ("cycling", "road")),
        ("open_water_swimming", ("swimming", None)),
        ("hiking", ("hiking", None)),
        ("juggling", ("generic", None)),
    ],
)
def test_what_a_file_calls_its_sport(words: str, expected: tuple[str, str | None]) -> None:
    recording = only(read_text(GARMIN_GPX.replace("trail_running", words)))
    assert (recording.sport, recording.sub_sport) == expected


def test_points_without_order_and_with_wrong_dates() -> None:
    wild = point(0, 2) + '<trkpt lat="1" lon="1"><time>1970-01-01T00:00:00Z</time></trkpt>'
    file = read_text(GARMIN_GPX.replace("</trkseg>", wild + "</trkseg>"))
    assert (file.outcome, file.reason_code) == ("salvaged", "clock_jump")
    assert only(file).samples["t_s"].tolist() == [0, 2, 4]


def test_tcx() -> None:
    file = read_text(TCX.format(sport="Running", first=FIRST, second=SECOND), "a.tcx")
    recording = only(file)
    assert (file.kind, file.outcome) == ("tcx", "ok")
    assert (recording.sport, recording.started_at) == ("running", START)
    assert recording.notes == "felt good"
    assert recording.samples["t_s"].tolist() == [0, 60, 180, 210]
    first = {name: values[0] for name, values in recording.samples.items()}
    assert first == {
        "t_s": 0,
        "distance_m": 0,
        "heart_rate_bpm": 131,
        "latitude_deg": 37.5,
        "longitude_deg": 127.0,
        "altitude_m": 12.5,
        "speed_mps": 3.25,
        "cadence_spm": 170,
        "power_w": 260,
    }
    assert recording.pauses == ((60, 180),)
    totals = decided(recording)
    assert (totals["elapsed_s"], totals["timer_s"], totals["distance_m"]) == (210, 90.5, 290)
    assert recording.summary == {
        "calories_kcal": 15,
        "max_hr_bpm": 140,
        "average_hr_bpm": pytest.approx((130 * 60.5 + 160 * 30) / 90.5),
    }
    device = recording.device
    assert (device.name, device.serial, device.product) == ("Forerunner 305", 123, 484)


def test_tcx_laps() -> None:
    text = TCX.format(sport="Running", first=FIRST, second=SECOND)
    first, second = only(read_text(text, "a.tcx")).laps
    assert (first.started_at, first.timer_s, first.distance_m) == (START, 60.5, 200)
    assert (first.average_hr_bpm, first.max_hr_bpm, first.intensity) == (130, 140, "active")
    assert (first.average_speed_mps, first.average_cadence_spm) == (3.3, 168)
    assert (second.intensity, second.max_hr_bpm) == ("rest", None)


def test_tcx_laps_without_points_are_an_activity_still() -> None:
    recording = only(read_text(TCX.format(sport="Other", first="", second=""), "a.tcx"))
    assert recording.sport == "generic"
    assert recording.samples["t_s"].tolist() == [0, 90]
    assert decided(recording)["distance_m"] == 290


def test_several_activities_in_a_tcx_file() -> None:
    text = TCX.format(sport="Running", first=FIRST, second=SECOND)
    activity = text[text.index("<Activity ") : text.index("</Activities>")]
    ride = activity.replace('Sport="Running"', 'Sport="Biking"').replace("T06:", "T08:")
    file = read_text(text.replace("</Activities>", ride + "</Activities>"), "a.tcx")
    assert [(r.leg, r.sport) for r in file.recordings] == [(0, "running"), (1, "cycling")]


def test_a_course_is_no_activity() -> None:
    course = "<Courses><Course><Lap/></Course></Courses>"
    file = read_text(f"<TrainingCenterDatabase>{course}</TrainingCenterDatabase>", "a.tcx")
    assert (file.outcome, file.reason_code) == ("not_an_activity", "no_times")


@pytest.mark.parametrize("text", ["<gpx", "<gpx><trk><trkseg><trkpt lat='x'", "<gpx>\0\1</gpx>"])
def test_rubble_is_unreadable_or_empty(text: str) -> None:
    file = read_text(text)
    assert file.outcome in ("unreadable", "not_an_activity")
    assert file.reasons
