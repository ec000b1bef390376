"""The ranker of candidates: its probabilities, and that the order of names is nothing to it."""

from pathlib import Path

from dragoman.codebook import Codebook
from dragoman.codebook.places import PlaceWords
from dragoman.extract.gazetteer import open_gazetteer
from dragoman.extract.places_candidates import candidates
from dragoman.extract.places_model import PlacesModel, shipped
from dragoman.extract.places_resolve import choose, press_of, weigh
from dragoman.extract.places_scene import OWN, TOGETHER, Name, Scene


def _names(codebook: Codebook, *names: str) -> list[Name]:
    index = open_gazetteer()
    return [Name(n.casefold(), candidates(n, codebook.places, index)) for n in names]


def _chosen(names: list[Name], model: PlacesModel) -> dict[str, str]:
    scene = Scene(names)
    found = choose(scene, weigh(scene, model.own, model.both), 0.0)
    return {key: f"{place.name} {place.country}" for key, (place, _) in found.items()}


def test_weights_fit_the_features() -> None:
    model = shipped()
    assert model.own.shape == (len(OWN),)
    assert model.both.shape == (len(OWN) + len(TOGETHER),)


def test_chances_of_a_name_add_up_to_one(codebook: Codebook) -> None:
    scene = Scene(_names(codebook, "Springfield", "Illinois", "Nowhere at all", "Peoria"))
    chances = weigh(scene, shipped().own, shipped().both)
    assert len(scene.names) == 3
    assert all(abs(chances[a:b].sum() - 1) < 1e-9 for a, b in scene.ranges)


def test_the_order_of_names_changes_nothing(codebook: Codebook) -> None:
    names = _names(codebook, "Tripoli", "Beirut", "Sidon", "Lebanon")
    chosen = _chosen(names, shipped())
    assert _chosen(names[::-1], shipped()) == chosen
    assert chosen["tripoli"] == "Tripoli LB"


def test_a_name_without_likely_place_is_left_out(codebook: Codebook) -> None:
    scene = Scene(_names(codebook, "Springfield"))
    chances = weigh(scene, shipped().own, shipped().both)
    assert choose(scene, chances, 1.01) == {}
    assert list(choose(scene, chances, 0.0)) == ["springfield"]


def test_no_names_are_no_trouble() -> None:
    scene = Scene([])
    assert choose(scene, weigh(scene, shipped().own, shipped().both), 0.0) == {}


def test_words_of_a_press_tell_its_country(codebook: Codebook) -> None:
    text = "Councillors met; the county councillor and the magistrates had left."
    assert max(press := press_of(text, codebook.places), key=lambda c: press[c]) == "GB"
    assert press_of("Nothing was said.", codebook.places) == {}


def test_saved_weights_come_back(tmp_path: Path) -> None:
    path = tmp_path / "places.npz"
    shipped().save(path)
    again = PlacesModel.load(path)
    assert again.seen == shipped().seen
    assert (again.both == shipped().both).all()
    again.save(path.with_name("twice.npz"))
    assert path.read_bytes() == path.with_name("twice.npz").read_bytes()


def test_a_cue_of_the_press_may_be_a_mere_sign(tmp_path: Path) -> None:
    folder = Path(Codebook().folder)
    text = (folder / "places.yaml").read_text(encoding="utf-8")
    assert "  GB: [" in text
    path = tmp_path / "places.yaml"
    path.write_text(text.replace("  GB: [", '  GB: ["£", '), encoding="utf-8")
    assert press_of("It cost £ 40, they said.", PlaceWords.load(path)).keys() == {"GB"}
