"""The measures of places."""

from dragoman.evaluate.places import Scores, pair


def _gold(start: int, end: int, lat: float | None, lon: float | None) -> dict[str, object]:
    return {"start": start, "end": end, "lat": lat, "lon": lon}


def test_a_span_is_paired_once() -> None:
    assert pair([(0, 5), (3, 9)], [(2, 6)]) == [((0, 5), (2, 6))]


def test_exact_overlap_and_distance_are_told_apart() -> None:
    scores = Scores()
    gold = [_gold(0, 5, 10.0, 10.0), _gold(10, 15, 0.0, 0.0), _gold(20, 25, None, None)]
    scores.add({(0, 5): (10.5, 10.0), (10, 14): None, (30, 33): (1.0, 1.0)}, gold)
    figures = scores.figures()
    assert round(figures["recognition_precision"], 3) == 0.333
    assert round(figures["overlap_recall"], 3) == 0.667
    assert figures["acc161"] == 0.5
