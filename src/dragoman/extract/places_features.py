"""What the scorer of place names looks at: features of a run of words in its document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from dragoman.extract.places_spans import Run, Runs, opens_dateline
from dragoman.language.document import Token

_SORTS = ("PCLI", "PPLC", "PPL")
_END = "</s>"


class Sight:
    """Tells features of the runs of one document.

    Args:
        runs: the document's runs.
    """

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.tokens = runs.tokens
        self.words = runs.words
        self._count = Counter(run.text.casefold() for run in runs.found)
        self._lower = {t.text for t in self.tokens if t.text[0].islower()}
        self._located = Counter(
            run.text.casefold() for run in runs.found if self._before(run, 1) in self.words.located
        )
        self._marked = Counter(
            runs.text(*at).casefold() for at, label in runs.labels.items() if label == "GPE"
        )
        self._at = {(run.first, run.last): run for run in runs.found}

    @cached_property
    def _surnames(self) -> frozenset[str]:
        """Last words of persons' names of two words or more."""
        return frozenset(
            self.tokens[last - 1].text
            for (first, last), label in self.runs.labels.items()
            if label == "PERSON" and last - first > 1
        )

    @cached_property
    def _given(self) -> frozenset[str]:
        """First words of persons' names of two words or more."""
        return frozenset(
            self.tokens[first].text
            for (first, last), label in self.runs.labels.items()
            if label == "PERSON" and last - first > 1
        )

    @cached_property
    def _units(self) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
        """States and countries that the document tells by name."""
        states, countries = set(), set()
        for run in self.runs.found:
            if run.known and run.options:
                first = run.options[0]
                if first.admin1:
                    states.add((first.country, first.admin1))
                if first.country:
                    countries.add(first.country)
        return frozenset(states), frozenset(countries)

    def _before(self, run: Run, steps: int) -> str:
        at = run.first - steps
        if at < 0 or self.tokens[at].sent != self.tokens[run.first].sent:
            return _END
        return self.tokens[at].lower

    def _after(self, run: Run, steps: int) -> Token | None:
        at = run.last + steps - 1
        if at >= len(self.tokens) or self.tokens[at].sent != self.tokens[run.last - 1].sent:
            return None
        return self.tokens[at]

    def features(self, run: Run) -> list[str]:
        """Return the features of a run, apart from the scores of others."""
        label = self._label(run)
        listed = self._listing(run)
        shape = self._shape(run)
        before, before2 = self._before(run, 1), self._before(run, 2)
        after, after2 = self._after(run, 1), self._after(run, 2)
        next1 = after.lower if after else _END
        found = [
            f"label={label}",
            f"listed={listed}",
            f"{label}&{listed}",
            f"shape={shape}",
            f"{shape}&{listed}",
            f"len={run.last - run.first}",
            f"before={before}",
            f"before2={before2} {before}",
            f"after={next1}",
            f"after2={next1} {after2.lower if after2 else _END}",
            f"after&{label}={next1}",
            f"before&{listed}={before}",
            f"before&{label}={before}",
            f"pos={self.tokens[run.last - 1].tag}",
            *(f"unit={o.feature}" for o in run.options[:1] if o.feature.startswith("ADM")),
        ]
        if any(o.feature == "PPLC" for o in run.options):
            found += ["capital", f"capital&{label}"]
        found += self._names(run, label, listed)
        found += self._around(run, after, listed)
        found += self._grammar(run, label)
        found += self._document(run, listed)
        return found

    def _label(self, run: Run) -> str:
        """Return the model's label of the run and how the two lie to each other."""
        exact = self.runs.labels.get((run.first, run.last))
        if exact:
            return exact
        inside = [self.tokens[i] for i in range(run.first, run.last)]
        kinds = {t.ent for t in inside}
        if kinds == {""}:
            return "-"
        if len(kinds) > 1:
            return "mixed:" + "".join(sorted(k or "-" for k in kinds))
        kind = inside[0].ent
        starts = inside[0].ent_start
        after = self.tokens[run.last] if run.last < len(self.tokens) else None
        ends = after is None or after.ent != kind or after.ent_start
        if any(t.ent_start for t in inside[1:]):
            return f"many:{kind}"
        return f"{'B' if starts else 'I'}{'E' if ends else 'I'}:{kind}"

    def _listing(self, run: Run) -> str:
        if run.known:
            spelling = self.words.spelled(run.text)
            if spelling in self.words.demonyms:
                return "demonym"
            return f"known:{run.options[0].feature}:{'.' in run.text}"
        if not run.options:
            return "none"
        own = [option for option in run.options if not option.alias]
        people = max(option.population for option in own or run.options)
        kinds = {option.feature for option in own or run.options}
        sort = next((kind for kind in _SORTS if kind in kinds), "unit")
        return f"{'own' if own else 'alias'}:{sort}:{min(7, len(str(people)))}"

    def _shape(self, run: Run) -> str:
        text = run.text
        if text.isupper() and len(text) > 1:
            return "upper" if len(text) > 4 else "short"
        return "title" if all(self.runs.capital[run.first : run.last]) else "mixed"

    def _names(self, run: Run, label: str, listed: str) -> list[str]:
        """Return features of the words of the name itself, by their kind."""
        first, last = self.tokens[run.first].text, self.tokens[run.last - 1].text
        kind, opening = self.words.kind(last), self.words.kind(first)
        found = [f"kind={kind}", f"kind&{label}={kind}", f"opening={opening}"]
        if run.last - run.first > 1:
            found += [f"last={last.lower()}", f"first={first.lower()}", f"kind&many={kind}"]
            found += [f"many&{listed}", f"many&{label}&{listed[:4]}"]
            found += [f"opening&kind={opening}:{kind}", f"kind&listed={kind}:{listed}"]
        elif kind:
            found.append(f"only={last.lower()}")
        if last[0].isdigit():
            found.append(f"numbered={first.lower()}")
        inner = {t.lower for t in self.tokens[run.first : run.last] if not t.text[0].isupper()}
        return found + [f"inner={word}" for word in sorted(inner) if word.isalpha() or word == "-"]

    def _around(self, run: Run, after: Token | None, listed: str) -> list[str]:
        """Return features of the neighbours: capitals, kinds, units behind a comma."""
        found = []
        left = self.tokens[run.first - 1] if run.first else None
        same = left is not None and left.sent == self.tokens[run.first].sent
        if left is not None and same and left.text[0].isupper():
            wider = self.runs.options(self.runs.text(run.first - 1, run.last))
            found += ["left=capital", f"left={left.ent}:{left.tag}", f"left&wider={bool(wider)}"]
        if after is not None and after.text[0].isupper():
            kind = self.words.kind(after.text)
            wider = self.runs.options(self.runs.text(run.first, run.last + 1))
            found += [f"right={after.ent}:{kind}", f"right&{listed}", f"right&wider={bool(wider)}"]
            found.append(f"right={kind}")
            end = self._name_end(run.last)
            word = self.tokens[end - 1]
            found += [f"end={word.lower}", f"endkind={self.words.kind(word.text)}:{listed}"]
        if after is not None and after.lower in (",", "(", "-", "--", "—", "–", "/"):
            found.append(f"mark={after.lower}:{self._unit_at(run.last + 1)}")
            found.append(f"mark={after.lower}:{listed}")
        if left is not None and left.text in (",", "-", "/", "and"):
            found.append(f"behind={left.text}:{self._unit_before(run.first - 1)}:{listed}")
        return found

    def _name_end(self, at: int) -> int:
        """Return where the stretch of capitals that a token belongs to ends."""
        sent = self.tokens[at].sent
        while at < len(self.tokens) and self.runs.capital[at] and self.tokens[at].sent == sent:
            at += 1
        return at

    def _unit_at(self, first: int) -> str:
        for last in (first + 3, first + 2, first + 1):
            run = self._at.get((first, last))
            if run and run.options:
                return self._sort(run)
        return "none"

    def _unit_before(self, last: int) -> str:
        for first in (last - 3, last - 2, last - 1):
            run = self._at.get((first, last))
            if run and run.options:
                return self._sort(run)
        return "none"

    def _sort(self, run: Run) -> str:
        return "known" if run.known else "own" if run.listed else "alias"

    def _grammar(self, run: Run, label: str) -> list[str]:
        last = self.tokens[run.last - 1]
        top = next(
            (t for t in self.tokens[run.first : run.last] if not run.first <= t.head.i < run.last),
            last,
        )
        found = [f"dep={top.dep}", f"dep&{label}={top.dep}"]
        found.append(f"head&{label}={top.dep}:{top.head.lemma}")
        if top.dep in ("compound", "nmod", "amod", "poss"):
            found.append(f"headword={top.head.lower}:{top.head.pos}")
        if any(child.dep == "appos" for child in top.children):
            found.append("appos")
        return found

    def _document(self, run: Run, listed: str) -> list[str]:
        """Return features of the same words elsewhere, and of states told in the document."""
        key, last = run.text.casefold(), self.tokens[run.last - 1].text
        found = [f"times={min(4, self._count[key])}:{listed[:4]}"]
        elsewhere = self._located[key] - (self._before(run, 1) in self.words.located)
        found.append(f"located={min(2, elsewhere)}")
        own = self.runs.labels.get((run.first, run.last)) == "GPE"
        found.append(f"marked={min(2, self._marked[key] - own)}")
        single = run.last - run.first == 1
        if single and last in self._surnames:
            found += ["surname", f"surname&{self._label(run)}"]
        if single and last in self._given:
            found.append("given")
        if single and last.lower() in self._lower:
            found += ["common", f"common&{listed}"]
        if (
            self.tokens[run.first].i == 0
            or self.tokens[run.first - 1].sent != self.tokens[run.first].sent
        ):
            found += ["begins", f"begins&{listed}"]
            if opens_dateline(self.runs.doc, self.tokens[run.first]):
                found += ["dateline", f"dateline&{listed}", f"dateline&{self._shape(run)}"]
        return found + self._near(run)

    def _near(self, run: Run) -> list[str]:
        if run.known or not run.options:
            return []
        states, countries = self._units
        own = [option for option in run.options if not option.alias] or list(run.options)
        if any((o.country, o.admin1) in states for o in own):
            return ["near=state"]
        if any(o.country in countries for o in own):
            return ["near=country"]
        return ["near=none" if countries else "near=?"]

    def again(self, scores: Sequence[float]) -> list[list[str]]:
        """Return for every run what the first scores of other runs add to its features.

        Args:
            scores: log odds of each run at first sight.
        """
        by_text: dict[str, list[float]] = {}
        for run, score in zip(self.runs.found, scores, strict=True):
            by_text.setdefault(run.text.casefold(), []).append(score)
        cover: dict[int, list[tuple[float, int]]] = {}
        for n, (run, score) in enumerate(zip(self.runs.found, scores, strict=True)):
            for i in range(run.first, run.last):
                cover.setdefault(i, []).append((score, n))
        return [
            self._second(n, run, scores, by_text, cover) for n, run in enumerate(self.runs.found)
        ]

    def _second(
        self,
        n: int,
        run: Run,
        scores: Sequence[float],
        by_text: dict[str, list[float]],
        cover: dict[int, list[tuple[float, int]]],
    ) -> list[str]:
        own = scores[n]
        same = list(by_text[run.text.casefold()])
        same.remove(own)
        found = [f"own={_step(own)}"]
        if same:
            found += [f"best={_step(max(same))}", f"mean={_step(sum(same) / len(same))}"]
            found.append(f"own&best={_step(own)}:{_step(max(same))}")
        else:
            found.append("single")
        rivals = [s for i in range(run.first, run.last) for s, m in cover[i] if m != n]
        rival = _step(max(rivals)) if rivals else -9
        found += [f"rival={rival}", f"own&rival={_step(own)}:{rival}"]
        for name, at in (("left", run.first - 2), ("right", run.last + 1)):
            near = [s for s, _ in cover.get(at, ())]
            found.append(f"{name}={_step(max(near)) if near else -9}")
        return found


def _step(score: float) -> int:
    """Return log odds in steps of one, from -4 to 4."""
    return round(max(-4.0, min(4.0, score)))
