"""Sends mails, one after another over one connection, as long as there are any due.

Runs at the leader alone. The rows are the queue, so nothing is lost whenever the process ends; while the mail
server is away it is asked less and less often, and only the mail that was tried has an attempt more.
"""

from __future__ import annotations

import asyncio
import traceback

import structlog

from services.delivery.handlers import notices
from services.delivery.letters import message_of
from services.delivery.posting import Post, Posted
from services.delivery.settings import DeliverySettings
from services.delivery.store import mail as store
from services.delivery.wake import Wake
from shared.db import Database
from shared.service import Context

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
AT_ONCE = 50
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0


async def post(context: Context) -> None:
    """The leading task; idle where mail is off."""
    assert isinstance(context.settings, DeliverySettings)
    if not context.settings.mail_on:
        await asyncio.Event().wait()
    postman = Postman(context.db, context.settings)
    try:
        await postman.run()
    finally:
        await postman.close()


class Postman:
    def __init__(self, db: Database, settings: DeliverySettings) -> None:
        self._db = db
        self._settings = settings
        self._post = Post(settings)
        self._wake = Wake((notices.QUEUE,))
        self._pause = FIRST_PAUSE
        db.listen(self._wake)

    async def run(self) -> None:
        """Until cancelled.

        Asked, not only raised: `asyncio.wait_for`, by which the mail library waits, swallows in Python 3.11 a
        cancellation that comes together with what it waited for.
        """
        task = asyncio.current_task()
        assert task is not None
        while not task.cancelling():
            seen = self._wake.count
            due = await self._db.read(store.due, self._db.clock(), AT_ONCE)
            for mail in due:
                if task.cancelling():
                    break
                if not await self._one(mail):
                    await asyncio.sleep(self._pause)
                    self._pause = min(self._pause * 2, LONGEST_PAUSE)
                    break
                self._pause = FIRST_PAUSE
            if not due:
                await self._post.close()
                await self._wake.beyond(seen, POLL_SECONDS)

    async def close(self) -> None:
        await self._post.close()

    async def _one(self, mail: str) -> bool:
        """Sends one mail and notes what came of it. -> whether the server is there."""
        found = await self._db.read(notices.post_of, mail)
        if found is None:
            await self._db.write(notices.drop, mail)
            return True
        own = self._settings
        try:
            message = message_of(found, sender=own.delivery_mail_from, public_url=own.public_url)
        except Exception as error:
            # It stops no other mail. Where it went wrong, not what: the error may hold the address.
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error(
                "a mail could not be written",
                mail=mail,
                reason=type(error).__name__,
                where=f"{place.filename}:{place.lineno}",
            )
            outcome = Posted(None, "the notice could not be written; this is an error of ours", final=True)
        else:
            outcome = await self._post.send(message, found.address)
        if outcome.away:
            log.warning("mail", reason=outcome.error)
        tried = notices.Tried(
            mail, outcome.code, outcome.error, outcome.final, outcome.refused, own.delivery_mail_give_up
        )
        await self._db.write(notices.note_tried, tried)
        return not outcome.away
