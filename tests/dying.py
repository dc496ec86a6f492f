"""Programs that end while they answer, as a test client hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager

#: What the client's own loop says that ended with the program.
ENDED = "This portal is not running"


@contextmanager
def dying(death: type[BaseException]) -> Iterator[None]:
    """Call a program that may end by a `death`: the client hears of that or of nothing but its own end, by chance."""
    try:
        yield
    except CancelledError:
        raise death from None
    except RuntimeError as fault:
        if str(fault) != ENDED:
            raise
        raise death from None
