"""Teams, charts and courses as hypothesis draws them, over the invented taxonomy."""

from __future__ import annotations

from hypothesis import strategies as st

from skillspace.skills.matching import PersonSkill
from skillspace.skills.planning import Ability, Training
from skillspace.skills.taxonomy import Need
from skillspace.skills.teams import Chart, Member, Role, Wanted
from tests.unit.skills.matching.brute import OWN, SKILLS

CONCEPTS = [*SKILLS[:10], *OWN]
levels = st.none() | st.integers(1, 8)
skills = st.builds(PersonSkill, uri=st.sampled_from(CONCEPTS), validation=st.integers(1, 6), reached=levels)
wanted = st.builds(
    Wanted,
    concept=st.sampled_from(CONCEPTS),
    level=levels,
    need=st.sampled_from(Need),
    weight=st.sampled_from([0.5, 1.0, 2.0]),
)
needs = st.lists(wanted, min_size=1, max_size=4, unique_by=lambda one: one.concept).map(tuple)


@st.composite
def charts(draw: st.DrawFn, most_heads: int = 2) -> Chart:
    """One to three roles."""
    names = ["baker", "driver", "keeper"][: draw(st.integers(1, 3))]
    return Chart(
        roles=tuple(Role(id=name, heads=draw(st.integers(1, most_heads)), needs=draw(needs)) for name in names)
    )


@st.composite
def teams(draw: st.DrawFn) -> list[Member]:
    """Nobody, or up to four people."""
    several = st.lists(skills, max_size=5).map(tuple)
    return [Member(id=name, skills=draw(several)) for name in ["ada", "bo", "cleo", "dag"][: draw(st.integers(0, 4))]]


@st.composite
def courses(draw: st.DrawFn) -> list[Training]:
    """One to five courses of one or two concepts."""
    taught = st.lists(st.builds(Ability, uri=st.sampled_from(CONCEPTS)), min_size=1, max_size=2).map(tuple)
    return [Training(id=f"c{number}", teaches=draw(taught)) for number in range(draw(st.integers(1, 5)))]
