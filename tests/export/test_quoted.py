import json

from dragoman.archive.readings import readings
from dragoman.export.registry import export


def test_selectors_point_at_the_words_they_quote(archive, tmp_path):
    found = json.loads(export(archive, "webannotation", tmp_path).read_text("utf-8"))
    assert found["@context"] == "http://www.w3.org/ns/anno.jsonld"
    texts = {f"urn:dragoman:report:{_key(one)}": one.report.text for one in readings(archive)}
    assert len(found["@graph"]) == 8
    for one in found["@graph"]:
        assert one["type"] == "Annotation"
        [target] = one["target"]
        position, quote = target["selector"]
        text = texts[target["source"]]
        assert text[position["start"] : position["end"]] == quote["exact"]
        assert text.startswith(quote["exact"] + quote["suffix"])
        values = {body["value"] for body in one["body"]}
        assert {"type: ASSAULT", "recipient: Kenya"} <= values


def _key(reading):
    from dragoman.archive.schema import report_key

    return report_key(reading.report)
