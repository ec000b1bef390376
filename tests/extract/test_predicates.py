"""Frames: who is actor and who recipient, through voice, nouns, control and conjunction."""

import pytest

from dragoman.codebook import Codebook
from dragoman.extract.choose import choose
from dragoman.extract.predicates import Candidate, near_misses, propose
from dragoman.language import Annotator


def coded(text: str, codebook: Codebook, annotator: Annotator) -> list[Candidate]:
    return choose(propose(next(iter(annotator.annotate([text]))), codebook))


def parties(candidate: Candidate) -> tuple[set[str], set[str]]:
    return {t.text for t in candidate.actor}, {t.text for t in candidate.recipient}


@pytest.mark.parametrize(
    ("text", "event_type", "actor", "recipient"),
    [
        ("Kenya's police arrested four students.", "COERCE", {"police"}, {"students"}),
        ("Four students were arrested by the police.", "COERCE", {"police"}, {"students"}),
        ("Soldiers who shelled Tabora fled.", "ASSAULT", {"Soldiers"}, {"Tabora"}),
        ("Zambia's visit to Malawi ended.", "CONSULT", {"Zambia"}, {"Malawi"}),
        ("The Ghanaian president paid a visit to Togo.", "CONSULT", {"president"}, {"Togo"}),
        ("Chad launched an attack on Sudan.", "ASSAULT", {"Chad"}, {"Sudan"}),
        ("Norway condemned Iceland's decision.", "ACCUSE", {"Norway"}, {"Iceland"}),
        ("Peru accused Chile of spying on its navy.", "ACCUSE", {"Peru"}, {"Chile"}),
        ("Bolivia urged Paraguay to free the judges.", "REQUEST", {"Bolivia"}, {"Paraguay"}),
        ("Laos threatened to expel the Danish envoy.", "THREATEN", {"Laos"}, {"envoy"}),
        ("Cuba sent doctors to Haiti.", "AID", {"Cuba"}, {"Haiti"}),
        ("Spain granted Tunisia a loan of 30 million euros.", "AID", {"Spain"}, {"Tunisia"}),
        ("Mali expelled the French ambassador.", "SANCTION", {"Mali"}, {"ambassador"}),
        ("Ukraine rejected a proposal by Turkey.", "REJECT", {"Ukraine"}, {"Turkey"}),
        ("The rebels released two nurses.", "RETREAT", {"rebels"}, {"nurses"}),
    ],
)
def test_actor_and_recipient(
    text: str,
    event_type: str,
    actor: set[str],
    recipient: set[str],
    codebook: Codebook,
    annotator: Annotator,
) -> None:
    found = [c for c in coded(text, codebook, annotator) if c.type == event_type]
    assert [parties(c) for c in found] == [(actor, recipient)]


@pytest.mark.parametrize(
    "text",
    [
        "The president met the Omani king.",
        "The president held talks with the Omani king.",
        "Talks between the president and the Omani king began on Monday.",
    ],
)
def test_a_meeting_has_all_parties_as_actors(
    text: str, codebook: Codebook, annotator: Annotator
) -> None:
    (found,) = coded(text, codebook, annotator)
    heads = {t.text for party in found.actor for t in (party, *party.children)}
    assert found.type == "CONSULT"
    assert {"president", "king"} <= heads


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Egypt agreed to withdraw its troops from Gaza.", "AGREE"),
        ("Iran refused to release the sailors.", "REJECT"),
        ("Poland demanded the release of two teachers from Belarus.", "REQUEST"),
        ("Kosovo rejected talks with Serbia.", "REJECT"),
    ],
)
def test_the_thing_promised_refused_or_asked_is_no_second_event(
    text: str, only: str, codebook: Codebook, annotator: Annotator
) -> None:
    assert [c.type for c in coded(text, codebook, annotator)] == [only]


def test_what_is_condemned_has_happened(codebook: Codebook, annotator: Annotator) -> None:
    text = "Jordan condemned the attack on the embassy by the rebels."
    assert {c.type for c in coded(text, codebook, annotator)} == {"ACCUSE", "ASSAULT"}


@pytest.mark.parametrize(
    "text",
    [
        "The plumber promised my sister to come on Tuesday.",
        "The film tells of a king who attacks his neighbour.",
        "The storm struck the coast of Jamaica.",
        "The virus attacked the lungs.",
    ],
)
def test_no_event(text: str, codebook: Codebook, annotator: Annotator) -> None:
    assert coded(text, codebook, annotator) == []


def test_a_near_miss_names_the_line_that_stopped_it(
    codebook: Codebook, annotator: Annotator
) -> None:
    doc = next(iter(annotator.annotate(["The minister met the demand for water."])))
    reasons = {m.rule: m.reason for m in near_misses(doc, codebook)}
    assert reasons["CONSULT/meet"].startswith("unless object")


def test_separate_spellings_of_the_same_text_give_the_same_candidates(
    codebook: Codebook, annotator: Annotator
) -> None:
    text = "Angola and Gabon met in Luanda, and Gabon praised Angola's president."
    first, second = (
        [(c.rule, c.trigger.i, parties(c)) for c in coded(text, codebook, annotator)]
        for _ in range(2)
    )
    assert first == second
