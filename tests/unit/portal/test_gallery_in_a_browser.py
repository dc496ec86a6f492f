"""Every page of the gallery in a real browser: no finding of axe, nothing refused or missing, nothing too wide."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.gallery.app import one_of_each, page_names
from tests.gallery.browser import CHROMIUM, check_pages, gallery_address

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not CHROMIUM, reason="needs a Chromium; set SKILLSPACE_CHROMIUM to it"),
]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", range(4))
def test_axe_finds_nothing_and_no_page_is_wider_than_a_small_phone(part: int) -> None:
    # A thread of its own: Playwright drives one browser per thread, and a journey may have left one open in ours.
    with gallery_address() as address, ThreadPoolExecutor(1) as apart:
        assert apart.submit(check_pages, address, page_names()[part::4], one_of_each()).result() == []
