"""Turns a page's view model into HTML in one language; the only place that knows the template engine."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from skillspace.portal import charts, codes, journeys, learning_charts, picture, rehearsals, signs, words
from skillspace.portal.i18n import LANGUAGES, Translator
from skillspace.portal.views.common import ORGANISATION_ROOMS, Page

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def render(page: Page, translator: Translator) -> str:
    """The HTML of a page. Every text of the page is escaped; links and forms carry `page.chrome.csrf`."""
    template = _environment(translator).get_template(page.TEMPLATE)
    return template.render(page=page, chrome=page.chrome)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _day(day: dt.date) -> str:
    return day.isoformat()


@lru_cache(maxsize=len(LANGUAGES))
def _environment(translator: Translator) -> Environment:
    """One environment a language: autoescape always on, an unknown name is an error rather than an empty spot."""
    environment = Environment(
        loader=PackageLoader("skillspace.portal", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        translator.gettext, translator.ngettext, newstyle=True
    )
    environment.filters.update(
        date=translator.date,
        short_date=translator.short_date,
        weekday=translator.weekday,
        time=translator.time,
        moment=translator.moment,
        number=translator.number,
        listing=translator.listing,
        quoted=translator.quoted,
        capital=_capital,
        iso=_day,
    )
    environment.globals.update(
        language=translator.language,
        languages=LANGUAGES,
        levels=words.LEVELS,
        rooms=words.ROOMS,
        outcomes=words.OUTCOMES,
        ways=words.WAYS,
        our_ways=words.OUR_WAYS,
        move_words=words.MOVES,
        checked=words.CHECKED,
        organisation_rooms=ORGANISATION_ROOMS,
        state_word=words.state_word,
        sign=signs.sign,
        icon=signs.icon,
        match_bar=signs.match_bar,
        code_picture=codes.code_picture,
        query=urlencode,
        picture_widths={"wide": picture.WIDE, "middle": picture.MIDDLE, "narrow": picture.NARROW},
        skills_picture=lambda themes, key, width: picture.skills_picture(themes, translator, key=key, width=width),
        theme_picture=lambda theme, key, width: picture.theme_picture(theme, translator, key=key, width=width),
        rehearsal_chart=lambda rehearsal, key, width: rehearsals.rehearsal_chart(
            rehearsal, translator, key=key, width=width
        ),
        way_title=lambda way: journeys.way_title(way, translator),
        ways_chart=lambda ways, key, title, width: journeys.ways_chart(
            ways, translator, key=key, title=title, width=width
        ),
        interests_chart=lambda likings, key, title, width: journeys.interests_chart(
            likings, translator, key=key, title=title, width=width
        ),
        progress_chart=lambda courses, key, title, width: learning_charts.progress_chart(
            courses, translator, key=key, title=title, width=width
        ),
        weeks_chart=lambda weeks, key, title, width: learning_charts.weeks_chart(
            weeks, translator, key=key, title=title, width=width
        ),
        mastery_chart=lambda skills, mastered, key, title, width: learning_charts.mastery_chart(
            skills, mastered, translator, key=key, title=title, width=width
        ),
        supply_demand_chart=lambda rows, key, title, width: charts.supply_demand_chart(
            rows, translator, key=key, title=title, width=width
        ),
    )
    return environment
