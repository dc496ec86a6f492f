"""Shows every page of the portal with invented content.

python -m tests.gallery serve [port]          look around: /en/skills, /fr/ask, /sv/org-overview …
python -m tests.gallery shoot FOLDER [name…]  screenshots at 1280 and 360 px, light and dark
python -m tests.gallery check [name…]         axe on every page; exit status 1 on a finding
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

from tests.gallery.app import gallery_app, page_names
from tests.gallery.browser import check_pages, gallery_address, screenshots


def main(arguments: list[str]) -> int:
    """Do what the first word says; see the module's text."""
    command, *rest = arguments or ["serve"]
    if command not in ("serve", "shoot", "check"):
        print(__doc__)
        return 2
    if command == "serve":
        uvicorn.run(gallery_app(), port=int(rest[0]) if rest else 8700)
        return 0
    with gallery_address() as address:
        if command == "shoot":
            folder, *names = rest
            screenshots(address, Path(folder), names or page_names())
            return 0
        findings = check_pages(address, rest or page_names())
    print("\n".join(findings) or "axe: no finding")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
