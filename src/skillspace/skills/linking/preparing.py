"""Prepares the names of one scope in one language for linking: vectors, and the pieces of words they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillspace.skills.arrays import joined
from skillspace.skills.encoder import Encoder, Pieces, folded_pieces, quantised
from skillspace.skills.linking.forms import learn_forms, with_one_form
from skillspace.skills.linking.model import ABOUT, Scope
from skillspace.skills.taxonomy import ConceptKind, Taxonomies
from skillspace.skills.taxonomy.folding import fold

COMMON = 50  # a piece that stands in more than one of so many names tells little and costs most of the time
ALIKE = 0.9  # cosine from which a name adds nothing to another of its concept
DESCRIPTION = 400  # letters of a description that are read: what the concept is, before what it is not
MOST_ASKED = 8.0  # the logarithm of how many occupations there are, so that what is asked for lies between 0 and 1
WITHOUT_FORMS = frozenset({"en", "fi", "et", "hu"})  # names in these have no gendered forms of words

Named = list[tuple[str, int]]  # (folded name, number of its concept), concept by concept


def prepare(scope: Scope, language: str, taxonomies: Taxonomies, encoder: Encoder) -> dict[str, NDArray[Any]]:
    """Lay out a scope's names: concept by concept within each block, block by block."""
    uris = list(taxonomies.concepts(kinds=scope.kinds, scheme=scope.scheme))
    number = {uri: at for at, uri in enumerate(uris)}
    own = [(label, number[uri]) for label, uri, _ in _labels(scope, language, taxonomies)]
    has_forms = not scope.is_about_skills and language not in WITHOUT_FORMS
    forms = learn_forms((label for label, _ in own), _by_concept(own), language) if has_forms else {}
    others = [(label, number[uri]) for label, uri, _ in _labels(scope, _other(scope, language, taxonomies), taxonomies)]
    named = [_in_order(own, forms), _in_order(others, {})]
    if not own:  # nothing in the text's language: the other names are all there is
        named.reverse()
    about = [(taxonomies.concept(uri).description or "", at) for uri, at in number.items()]
    called = _preferred(scope, (_other(scope, language, taxonomies), language), taxonomies)
    first = encoder.encode_folded([with_one_form(fold(called.get(uri, "")), forms) for uri in uris])
    blocks = [*named, _in_order([(text[:DESCRIPTION], at) for text, at in about if scope.is_about_skills], {})]
    return {
        "uris": joined(uris),
        "groups": np.array([taxonomies.kind(uri) is ConceptKind.OCCUPATION_GROUP for uri in uris], np.float32),
        "speaks": np.array([bool(own)]),
        "preferred": first,
        "forms": joined(f"{word} {form}" for word, form in sorted(forms.items())),
        **_arrays(blocks, encoder, thinned=scope.is_about_skills),
    }


def prepare_middles(scope: Scope, taxonomies: Taxonomies, encoder: Encoder) -> dict[str, NDArray[Any]]:
    """Lay out where each concept of a scope stands: the middle of all its names, in every language there is.

    ``middles`` (concepts, width) have length one, or zero without a name; ``wanted`` (concepts,) grows with how many
    occupations ask for a skill.
    """
    uris = taxonomies.concepts(kinds=scope.kinds, scheme=scope.scheme)
    number = {uri: at for at, uri in enumerate(uris)}
    middles = np.zeros((len(uris), encoder.width), np.float32)
    spoken = next(pack.languages for pack in taxonomies.schemes if pack.scheme == scope.scheme)
    for language in spoken:
        named = [(number[uri], label) for label, uri, _ in _labels(scope, language, taxonomies)]
        rows, ones = [row for row, _ in named], np.ones(len(named), np.float32)
        belongs = csr_array((ones, (rows, np.arange(len(named)))), shape=(len(uris), len(named)))
        middles += belongs @ encoder.encode([label for _, label in named])
    middles /= np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), 1e-6)
    asking = [len(taxonomies.occupations_of(uri)) if scope.is_about_skills else 0 for uri in uris]
    return {"middles": middles, "wanted": np.log1p(np.array(asking, np.float32)) / np.float32(MOST_ASKED)}


def _preferred(scope: Scope, languages: tuple[str, str], taxonomies: Taxonomies) -> dict[str, str]:
    """Return the preferred name of each concept, in the last of the languages that has one."""
    names = (label for language in languages for label in _labels(scope, language, taxonomies))
    return {uri: label for label, uri, is_preferred in names if is_preferred}


def _labels(scope: Scope, language: str, taxonomies: Taxonomies) -> list[tuple[str, str, bool]]:
    return list(taxonomies.labels(language, kinds=scope.kinds, scheme=scope.scheme)) if language else []


def _by_concept(named: Named) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for label, at in named:
        found.setdefault(at, []).append(label)
    return list(found.values())


def _other(scope: Scope, language: str, taxonomies: Taxonomies) -> str:
    """Return the language that names are also read in: English, else another that there is, else none."""
    spoken = next(pack.languages for pack in taxonomies.schemes if pack.scheme == scope.scheme)
    return "" if language == "en" else next((tag for tag in ("en", *spoken) if tag in spoken and tag != language), "")


def _in_order(texts: list[tuple[str, int]], forms: Mapping[str, str]) -> Named:
    folded = {(at, with_one_form(fold(text), forms)) for text, at in texts}
    return [(text, at) for at, text in sorted(folded) if text]


def _arrays(blocks: list[Named], encoder: Encoder, *, thinned: bool) -> dict[str, NDArray[Any]]:
    texts = [text for block in blocks for text, _ in block]
    concepts = np.array([at for block in blocks for _, at in block], np.int32)
    starts = np.cumsum([0, *map(len, blocks)])
    vectors = encoder.encode_folded(texts)
    # skills have so many names that looking at all takes too long; leaving out any of occupations cost places
    kept = _distinct(vectors, concepts, starts) if thinned else np.arange(len(texts))
    rows, scales = quantised(vectors[kept])
    named = int(starts[ABOUT])  # descriptions are compared by meaning alone
    return {
        "concepts": concepts[:named],
        "blocks": starts[: ABOUT + 1],
        "vector_concepts": concepts[kept],
        "vector_blocks": np.searchsorted(kept, starts),
        "vectors": rows,
        "scales": scales,
        **_lexical(folded_pieces(texts[:named], encoder.bits), named, 1 << encoder.bits),
    }


def _distinct(
    vectors: NDArray[np.float32], concepts: NDArray[np.int32], starts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the names that are not all but the same as an earlier one of their concept in their block."""
    turns = np.flatnonzero(concepts[1:] != concepts[:-1]) + 1
    bounds = np.unique(np.concatenate([turns, starts]))
    kept: list[int] = []
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        alike = vectors[begin:end] @ vectors[begin:end].T >= ALIKE
        chosen: list[int] = []
        for place in range(end - begin):
            if not alike[place, chosen].any():
                chosen.append(place)
        kept += [begin + place for place in chosen]
    return np.array(kept, np.int64)


def _lexical(cut: Pieces, named: int, buckets: int) -> dict[str, NDArray[Any]]:
    """Weigh pieces by how rare they are (TF-IDF, unit length) and list for each piece the names it stands in."""
    ones = np.ones(len(cut.buckets), np.float32)
    counts = csr_array((ones, cut.buckets.copy(), cut.starts.copy()), shape=(named, buckets))
    counts.sum_duplicates()
    rarity = (np.log((named + 1) / (np.bincount(counts.indices, minlength=buckets) + 1)) + 1).astype(np.float32)
    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    lengths = np.sqrt(np.maximum(counts.multiply(counts).sum(axis=1), 1e-9))
    counts.data /= np.repeat(lengths, np.diff(counts.indptr)).astype(np.float32)
    often = np.bincount(counts.indices, minlength=buckets) > max(named // COMMON, 20)
    counts.data[often[counts.indices]] = 0
    counts.eliminate_zeros()
    turned = counts.T.tocsr()
    return {
        "rarity": rarity,
        "postings": turned.indices.astype(np.int32),
        "posting_starts": turned.indptr.astype(np.int64),
        "posting_weights": turned.data.astype(np.float32),
    }
