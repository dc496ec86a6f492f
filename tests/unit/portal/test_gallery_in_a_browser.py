"""Every page of the gallery in a real browser: no finding of axe, nothing refused or missing, nothing too wide."""

from __future__ import annotations

import pytest

from tests.gallery.app import page_names
from tests.gallery.browser import CHROMIUM, check_pages, gallery_address

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not CHROMIUM, reason="needs a Chromium; set SKILLSPACE_CHROMIUM to it"),
]


@pytest.mark.timeout(300)
def test_axe_finds_nothing_and_no_page_is_wider_than_a_small_phone() -> None:
    with gallery_address() as address:
        assert check_pages(address, page_names()) == []
