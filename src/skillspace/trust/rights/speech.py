"""What this organisation says about a part: signed, numbered, written with the state it announces, told in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.rights.model import Right
from skillspace.trust.rights.replies import Reply, write_reply
from skillspace.trust.rights.store import replies, requests
from skillspace.wire.jose import SigningKey

SEND = "rights.send"


class Speech:
    """Signs words and keeps them until the intermediary has them."""

    def __init__(self, *, own_did: str, key: SigningKey, country: str, authority: str) -> None:
        self._own_did = own_did
        self._key = key
        self._country = country
        self._authority = authority

    def say(
        self, work: Work, request: Mapping[str, Any], move: str, *, opens: str | None = None, **content: Any
    ) -> str:
        """Sign the next word about a request and leave the task that tells it; return the signed word.

        A refusal says where to complain (Art. 12(4)).
        The first word is the answer to the request itself and needs no task: whoever did not get it asks again.
        """
        number = request["number"] + 1
        reply = Reply(
            part=request["part"],
            organisation=self._own_did,
            right=Right(request["right"]),
            number=number,
            move=move,
            at=work.now,
            received=request["received"],
            country=self._country,
            complaint=self._authority if move == "refuse" else "",
            **content,
        )
        token = write_reply(reply, self._key)
        row = {"request": request["id"], "number": number, "move": move, "at": work.now, "token": token}
        work.insert(replies, row | {"opens": opens, "told": work.now if move == "receive" else None})
        work.update(requests, requests.c.id == request["id"], number=number)
        if move != "receive":
            work.enqueue(SEND, {"request": request["id"], "number": number}, key=f"{SEND}:{request['id']}:{number}")
        return token

    def first(self, work: Work, request: str) -> str:
        """Return the word that a request arrived."""
        row = work.one(sa.select(replies.c.token).where(replies.c.request == request, replies.c.number == 1))
        assert row is not None  # noqa: S101 - written in the transaction that wrote the request
        return str(row["token"])

    def untold(self, work: Work, request: str, upto: int) -> list[Mapping[str, Any]]:
        """Return the words that were neither taken nor refused, in order."""
        query = sa.select(replies).where(replies.c.request == request, replies.c.number <= upto)
        return work.rows(query.where(replies.c.told.is_(None), replies.c.refused.is_(None)).order_by(replies.c.number))

    def settle(self, work: Work, word: Mapping[str, Any], refused: str | None) -> None:
        """Write down that a word was taken, or with what reason it was not."""
        here = (replies.c.request == word["request"]) & (replies.c.number == word["number"])
        work.update(replies, here, told=None if refused else work.now, refused=refused, opens=None)

    def of_request(self, work: Work, request: str) -> list[Mapping[str, Any]]:
        """Return all that was said about a request, in order, without the keys to packages."""
        columns = [column for column in replies.c if column.name != "opens"]
        return work.rows(sa.select(*columns).where(replies.c.request == request).order_by(replies.c.number))
