"""The same numbers as spaCy's English pipelines, sooner: their two dear steps done another way.

Most of a small pipeline's time goes into two convolutional encoders (`Tok2Vec` of
`MultiHashEmbed` and `MaxoutWindowEncoder`) and into rules that are asked anew for each token.
Here a word's embedding is made once and kept, the convolutions run on numpy's BLAS, and the
rules' answer for a word, its tag and its dependency is kept. A pipeline that is built in
another way is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from thinc.api import Model, NumpyOps

from dragoman.language.groups import in_groups
from dragoman.language.quick_names import Name, Names
from dragoman.language.quick_product import ROWS_AT_ONCE, Weights
from dragoman.language.quick_rules import REPLACED, Answer, Rules
from dragoman.language.threads import one_core

PIECES_AT_ONCE = 32
MOST_CHARACTERS = 100_000  # parsed together: some 20,000 tokens
MOST_WORDS = 50_000  # embeddings kept of each encoder: 96 numbers of 4 bytes each
_EPSILON = np.float32(1e-8)  # as thinc's layer norm has it
Parsed = tuple[Any, list[Answer], list[Name]]  # a spaCy document, its tokens' answers, its names


class Encoder:
    """A `Tok2Vec` of hash embeddings and window convolutions, as spaCy 3 builds it.

    Args:
        model: the thinc model; its layers are read, not changed.

    Raises:
        ValueError: it is built in another way.
    """

    def __init__(self, model: Any) -> None:
        try:
            embed, encode = model.layers
            extract, _, hashes, mix, _ = embed.layers
            self._columns = list(extract.attrs["columns"])
            self._hashes, self._mix = hashes, mix
            self._pad = int(encode.attrs["pad"])
            self._layers = [_Convolution(layer) for layer in encode.layers[0].layers]
        except (AttributeError, KeyError, ValueError) as error:
            raise ValueError(f"no encoder of hash embeddings: {error}") from error
        self.width = int(self._make(np.zeros((1, len(self._columns)), "u8")).shape[1])
        self._rows: dict[bytes, int] = {}
        self._kept = np.empty((1024, self.width), "f4")

    def __call__(self, docs: list[Any]) -> list[Any]:
        """Return an array (tokens, width) of float32 for each document."""
        embedded = self._embed(docs)
        gap = np.zeros((self._pad, self.width), "f4")
        parts = [gap]
        for part in embedded:
            parts += [part, gap]
        whole = np.concatenate(parts)
        for layer in self._layers:
            whole = layer(whole)
        found, at = [], self._pad
        for part in embedded:
            found.append(whole[at : at + len(part)])
            at += len(part) + self._pad
        return found

    def _embed(self, docs: list[Any]) -> list[Any]:
        """Return the embeddings of each document's tokens, made only for words not seen yet."""
        if len(self._rows) > MOST_WORDS:
            self._rows.clear()
        keys = [self._keys(doc) for doc in docs]
        new = {key: None for several in keys for key in several if key not in self._rows}
        if new:
            self._keep(list(new))
        rows = self._rows
        return [self._kept[np.array([rows[key] for key in several], np.intp)] for several in keys]

    def _keys(self, doc: Any) -> list[bytes]:
        """Return what each token's embedding is made of."""
        features = doc.to_array(self._columns).reshape(len(doc), len(self._columns))
        size = len(self._columns) * 8
        data = np.ascontiguousarray(features, "u8").tobytes()
        return [data[at : at + size] for at in range(0, len(data), size)]

    def _make(self, features: Any) -> Any:
        """Return the embeddings of words, given as rows of numbers; each row for itself."""
        return self._mix.predict(self._hashes.predict(features))

    def _keep(self, keys: list[bytes]) -> None:
        made = self._make(np.frombuffer(b"".join(keys), "u8").reshape(len(keys), -1))
        start = len(self._rows)
        while start + len(keys) > len(self._kept):
            self._kept = np.concatenate([self._kept, np.empty_like(self._kept)])
        self._kept[start : start + len(keys)] = made
        self._rows.update(zip(keys, range(start, start + len(keys)), strict=True))


class _Convolution:
    """A residual block: window of three, maxout, layer norm."""

    def __init__(self, residual: Any) -> None:
        window, maxout, norm = _leaves(residual)
        if window.attrs["window_size"] != 1:
            raise ValueError("another window")
        weights, bias = maxout.get_param("W"), maxout.get_param("b")
        self._pieces = weights.shape[1]
        # piece after piece, so that the greatest is taken over whole blocks
        turned = np.ascontiguousarray(weights.transpose(1, 0, 2)).reshape(-1, weights.shape[2])
        self._weights = Weights(turned.T)
        self._bias = np.ascontiguousarray(bias.T).reshape(-1)
        self._gain, self._shift = norm.get_param("G"), norm.get_param("b")

    def __call__(self, rows: Any) -> Any:
        count, width = rows.shape
        framed = np.zeros((count + 2, width), "f4")  # nothing before the first and after the last
        framed[1:-1] = rows
        found = np.empty_like(rows)
        for start in range(0, count, ROWS_AT_ONCE):
            end = min(start + ROWS_AT_ONCE, count)
            found[start:end] = self._convolved(framed[start : end + 2])
        return found

    def _convolved(self, framed: Any) -> Any:
        """Return the values of rows, given with the row before and the row after them."""
        rows = framed[1:-1]
        windows = np.concatenate((framed[:-2], rows, framed[2:]), axis=1)
        made = self._weights.under(windows)
        made += self._bias
        blocks = made.reshape(len(rows), self._pieces, -1)
        best = np.maximum(blocks[:, 0], blocks[:, 1]) if self._pieces > 1 else blocks[:, 0].copy()
        for piece in range(2, self._pieces):
            np.maximum(best, blocks[:, piece], out=best)
        best -= best.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", best, best)[:, None] / np.float32(best.shape[1])
        best *= 1 / np.sqrt(spread + _EPSILON)
        best *= self._gain
        best += self._shift
        best += rows
        return best


def _leaves(model: Any) -> list[Any]:
    """Return the three layers that hold something, in order.

    Raises:
        ValueError: there are others.
    """
    found = [m for m in model.walk(order="dfs_pre") if not m.layers and m.name != "dropout"]
    if [m.name for m in found] != ["expand_window", "maxout", "layernorm"]:
        raise ValueError(f"other layers: {[m.name for m in found]}")
    return found


class _BlasOps(NumpyOps):  # type: ignore[misc]
    """Thinc's operations, with matrix products by numpy's BLAS."""

    def gemm(self, x: Any, y: Any, out: Any = None, **turned: bool) -> Any:
        first = x.T if turned.get("trans1") else x
        second = y.T if turned.get("trans2") else y
        made = Weights(second).under(first)
        if out is None:
            return made
        out[...] = made
        return out


class Quick:
    """A loaded spaCy pipeline, run the quick way.

    Args:
        nlp: the pipeline; its encoders are replaced in place.

    Raises:
        ValueError: it is built in a way that is not known here.
    """

    def __init__(self, nlp: Any) -> None:
        self._nlp = nlp
        self._rules = Rules(nlp)
        if nlp.pipe_names[-1] != "ner":
            raise ValueError("something follows the names")
        shared, names = nlp.get_pipe("tok2vec"), nlp.get_pipe("ner").model
        own = names.get_ref("tok2vec").layers[0]
        made = [_as_model(Encoder(old)) for old in (shared.model, own)]
        shared.model = made[0]
        names.replace_node(own, made[1])
        self._names = Names(nlp.get_pipe("ner"))
        for name in ("tagger", "parser", "ner"):
            for node in nlp.get_pipe(name).model.walk():
                node.ops = _BlasOps()

    def parse(self, strings: list[str]) -> list[Parsed]:
        """Return each string's spaCy document, with lemma, tag and part of speech of its tokens.

        The strings come together, many of them in several parts; what is found in one hangs on
        no other.
        """
        with one_core():
            parts = in_groups(strings, len, MOST_CHARACTERS)
            return [parsed for part in parts for parsed in self._parse(part)]

    def _parse(self, strings: list[str]) -> list[Parsed]:
        docs = list(self._nlp.pipe(strings, batch_size=len(strings), disable=[*REPLACED, "ner"]))
        named = self._names(docs)
        return [(doc, self._rules(doc), names) for doc, names in zip(docs, named, strict=True)]


def _as_model(encoder: Encoder) -> Any:
    """Return an encoder as a thinc model that cannot be trained."""

    def forward(_: Any, docs: list[Any], is_train: bool) -> tuple[list[Any], Any]:
        return encoder(docs), None

    return Model("quick_encoder", forward, dims={"nO": encoder.width})


def quicken(nlp: Any) -> Callable[[list[str]], list[Parsed]] | None:
    """Return the quick way to run a loaded pipeline; None where it is built in another way."""
    try:
        return Quick(nlp).parse
    except (AttributeError, KeyError, ValueError):
        return None


def plainly(nlp: Any) -> Callable[[list[str]], list[Parsed]]:
    """Return the pipeline's own way to run."""

    def parse(strings: list[str]) -> list[Parsed]:
        return [
            (
                doc,
                [(token.lemma_, token.tag_, token.pos_) for token in doc],
                [(name.start, name.end, name.label_) for name in doc.ents],
            )
            for doc in nlp.pipe(strings, batch_size=PIECES_AT_ONCE)
        ]

    return parse
