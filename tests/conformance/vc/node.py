"""A node whose VC-API stands open on this machine, for suites that call it (W3C's, and ours).

    python -m tests.conformance.vc.node FOLDER PORT

The endpoints lie under ``http://127.0.0.1:PORT/vc-api``; the issuer is a did:key, told in the first line printed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from skillspace.node.app import application
from skillspace.node.composition import compose
from skillspace.node.keys import make_key
from skillspace.node.serving import server
from skillspace.node.settings import settings_of
from skillspace.trust.identity import did_of_address


def main(folder: Path, port: int) -> None:
    """Make the node in `folder`, and serve until it is told to stop."""
    folder.mkdir(parents=True, exist_ok=True)
    address = f"http://127.0.0.1:{port}"
    did = did_of_address(address)
    make_key(folder, did)
    content = {
        "name": "Invented node under test",
        "address": address,
        "roles": ["authority"],
        "authority": did,
        "loopback": True,
        "vc_api": {"issuer": "key"},
    }
    node = compose(settings_of(folder, content))
    assert node.trust.vc_api is not None
    print(node.trust.vc_api.did, flush=True)
    server(node, application(node)).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
