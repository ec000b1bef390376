import datetime

from icalendar import Calendar

from dragoman.export.registry import export


def test_icalendar_reads_whole_days_and_names(archive, tmp_path):
    data = export(archive, "ical", tmp_path).read_bytes()
    assert max(map(len, data.split(b"\r\n"))) <= 75
    events = list(Calendar.from_ical(data).walk("VEVENT"))
    assert len({str(event["UID"]) for event in events}) == 8
    assert {event.decoded("DTSTART") for event in events} == {datetime.date(2017, 2, 3)}
    assert {event.decoded("DTEND") for event in events} == {datetime.date(2017, 2, 4)}
    names = {str(event["SUMMARY"]) for event in events}
    assert "ASSAULT: =cmd|'/C calc'!A0 → Kenya" in names
    assert any('"quoted"\nministry, of; tabs\tand <b>' in name for name in names)
    assert str(events[0]["LOCATION"]) == "<Kampala>"
