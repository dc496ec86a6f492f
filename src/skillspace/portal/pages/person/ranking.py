"""How jobs are ranked, in words, and the dials by which a person ranks them otherwise for one view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from starlette.datastructures import QueryParams

from skillspace.kernel.errors import BadInput
from skillspace.portal.i18n import Translator
from skillspace.portal.views.common import Choice
from skillspace.portal.views.opportunities import Dial
from skillspace.portal.words import N_
from skillspace.skills.matching import DEFAULT, Weights

PREFIX = "w-"
USUAL = "usual"


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """A dial: the weights it turns, and by how much at each of its places."""

    label: str
    weights: tuple[str, ...]
    places: Mapping[str, float]


WORDS = {"none": N_("not at all"), "less": N_("less"), USUAL: N_("as usual"), "more": N_("more")}
FREELY = {"none": 0.0, "less": 0.5, USUAL: 1.0, "more": 2.0}
#: A close skill never counts as much as the skill itself, whichever way the other dials stand.
BARELY = FREELY | {"more": 1.2}
DIALS = {
    "optional": _Turn(label=N_("Skills that are nice to have"), weights=("optional",), places=FREELY),
    "rarity": _Turn(label=N_("Skills that few occupations ask for"), weights=("rarity",), places=FREELY),
    "close": _Turn(
        label=N_("Skills close to one of yours"),
        weights=("narrower", "broader", "related", "same_group"),
        places=BARELY,
    ),
    "proof": _Turn(label=N_("How well a skill is proven"), weights=("proof",), places=FREELY),
    "recency": _Turn(label=N_("How lately you showed a skill"), weights=("recency",), places=FREELY),
    "caution": _Turn(label=N_("Caution with jobs that ask for little"), weights=("caution",), places=FREELY),
}


def turned(query: QueryParams) -> dict[str, str]:
    """Return the dials that a query turns away from their usual place.

    Raises BadInput for a dial or a place there is not, and for one that is turned twice.
    """
    places: dict[str, str] = {}
    for name, place in query.multi_items():
        if not name.startswith(PREFIX):
            continue
        dial = name.removeprefix(PREFIX)
        if dial not in DIALS or place not in DIALS[dial].places or dial in places:
            raise BadInput(f"There is no dial {dial[:40]!r} at {place[:40]!r}; go back to the list and choose again.")
        places[dial] = place
    return {dial: place for dial, place in places.items() if place != USUAL}


def weights_at(places: Mapping[str, str]) -> Weights:
    """Return the weights with the dials at these places, the others as usual."""
    changed = {
        weight: round(getattr(DEFAULT, weight) * DIALS[dial].places[place], 4)
        for dial, place in places.items()
        for weight in DIALS[dial].weights
    }
    return replace(DEFAULT, **changed)


def dials(places: Mapping[str, str], words: Translator) -> tuple[Dial, ...]:
    """Return the dials as a form shows them."""
    return tuple(
        Dial(
            name=f"{PREFIX}{name}",
            label=words.gettext(dial.label),
            places=tuple(
                Choice(value=place, label=words.gettext(WORDS[place]), is_chosen=place == places.get(name, USUAL))
                for place in dial.places
            ),
        )
        for name, dial in DIALS.items()
    )


def told(weights: Weights, words: Translator) -> tuple[str, ...]:
    """Return what every weight does, with its number, in sentences."""
    said = {name: words.number(round(value, 3)) for name, value in asdict(weights).items()}
    said |= {
        "rare": words.number(round(1 + weights.rarity, 3)),
        "proven": words.number(round(1 + weights.proof, 3)),
        "lately": words.number(round(1 + weights.recency, 3)),
    }
    texts = (
        N_("A skill the job insists on counts %(essential)s, one that is nice to have %(optional)s."),
        N_("A skill that next to no other occupation asks for counts %(rare)s times as much as one that all ask for."),
        N_(
            "A skill you have counts in full. One that is a special kind of what is asked counts %(narrower)s of it, "
            "a more general one %(broader)s, one that often goes with it %(related)s, one of the same group "
            "%(same_group)s."
        ),
        N_(
            "A skill recognised by law counts up to %(proven)s times what it counts when only you say so; one shown "
            "just now up to %(lately)s times one of five years ago."
        ),
        N_(
            "What your skills bring is divided by what the job asks for, and %(caution)s more for what it may not "
            "have said. So a job that asks for one thing only is not first for that alone."
        ),
    )
    return tuple(words.gettext(text) % said for text in texts)
