"""What the agent suggests, as cards: what fits a goal, term by term, and what the organisation would ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from skillspace.market.index import Item, MarketKind
from skillspace.market.vacancies import Vacancy
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.giving import recipients
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.agent import ScoreTerm, SuggestionCard
from skillspace.trust.agent import Fit, Suggestion, say
from skillspace.trust.agent.messages import read_reason
from skillspace.trust.agent.ports import Sort


def suggestion_cards(suggested: Sequence[Suggestion], visit: Visit, names: Names) -> tuple[SuggestionCard, ...]:
    """Return what was suggested, as it stands in the market now; what was withdrawn meanwhile says so."""
    items = _items([one.offering for one in suggested], visit)
    return tuple(_suggested(one, items, visit, names) for one in suggested)


def fit_cards(fits: Sequence[Fit], visit: Visit, names: Names) -> tuple[SuggestionCard, ...]:
    """Return what fits now, because the person wants to see it."""
    items = _items([fit.offer.offering for fit in fits], visit)
    cards = []
    for fit in fits:
        card = SuggestionCard(
            title=fit.offer.title,
            place=names.place(fit.offer.organisation, fit.offer.name),
            score=fit.score,
            terms=_terms([(term.points, term.most, say(term.reason, visit.language)) for term in fit.terms]),
            asks=names.kinds(fit.offer.kinds),
            why=names.purpose(fit.offer.purpose) if fit.offer.purpose else "",
        )
        cards.append(_linked(card, fit.offer.sort, fit.offer.organisation, fit.offer.offering, items, visit))
    return tuple(cards)


def _suggested(one: Suggestion, items: Mapping[str, Item], visit: Visit, names: Names) -> SuggestionCard:
    kept = one.content
    scored = [
        (each["points"], each["most"], say(read_reason(each["reason"]), visit.language)) for each in kept["terms"]
    ]
    card = SuggestionCard(
        id=one.id,
        made=one.made.date(),
        title=str(kept["title"]),
        place=names.place(one.organisation, str(kept["name"])),
        score=int(kept["score"]),
        terms=_terms(scored),
        asks=names.kinds([str(kind) for kind in kept["kinds"]]),
        why=names.purpose(str(kept["purpose"])) if kept["purpose"] else "",
        is_gone=one.offering not in items,
    )
    # What was kept before there were sorts says only whether it tests.
    sort = Sort(kept.get("sort") or (Sort.TEST if kept.get("tests") else Sort.MARKET))
    return _linked(card, sort, one.organisation, one.offering, items, visit)


def _linked(
    card: SuggestionCard, sort: Sort, organisation: str, offering: str, items: Mapping[str, Item], visit: Visit
) -> SuggestionCard:
    """Add what sort of offer it is, and where the person takes it up."""
    if sort is Sort.MARKET:
        return _placed(card, offering, items)
    if sort is Sort.ADVICE:
        return _advice(card, f"{offering}:{organisation}", visit)
    return _app(replace(card, sort="test" if sort is Sort.TEST else "app"), organisation, offering, visit)


def _app(card: SuggestionCard, organisation: str, offering: str, visit: Visit) -> SuggestionCard:
    """Show an app by its title in the person's language; one connects with whoever offers it."""
    found = visit.rooms.exchange.crawler.offering(visit.work, organisation, offering)
    if found is None:
        return replace(card, is_gone=True)
    title = found.title.get(visit.language, card.title)
    return replace(card, title=title, href=f"/you/connect?{urlencode({'organisation': organisation})}", is_gone=False)


def _advice(card: SuggestionCard, recipient: str, visit: Visit) -> SuggestionCard:
    """Who is advised shares what they like with the adviser, while its contract lets it ask."""
    title = visit.words.gettext("Advice on your plan")
    is_gone = recipient not in {one.value for one in recipients(visit)}
    href = "" if is_gone else f"/sharing/give?{urlencode({'to': recipient})}"
    return replace(card, sort="advice", title=title, href=href, is_gone=is_gone)


def _terms(scored: Iterable[tuple[int, int, str]]) -> tuple[ScoreTerm, ...]:
    """The terms that gave a point; one that gave none would only say what an offer is not."""
    return tuple(ScoreTerm(points=points, most=most, reason=reason) for points, most, reason in scored if points)


def _items(identifiers: Sequence[str], visit: Visit) -> dict[str, Item]:
    _, spaces = visit.person()
    return {item.id: item for item in spaces.market.items(visit.work, identifiers)}


def _placed(card: SuggestionCard, identifier: str, items: Mapping[str, Item]) -> SuggestionCard:
    """Add where an offer is shown, and whether anybody really makes it."""
    is_training, item = identifier.startswith(f"{MarketKind.TRAINING}-"), items.get(identifier)
    card = replace(card, sort="training" if is_training else "job")
    if item is None:
        return card
    page = "jobs" if isinstance(item.offer, Vacancy) else "trainings"
    return replace(card, href=f"/opportunities/{page}/{identifier}", is_synthetic=item.offer.synthetic)
