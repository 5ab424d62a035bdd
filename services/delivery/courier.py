"""Delivers to webhooks: one queue for each, in the feed's order, many receivers at a time.

Runs at the leader alone. A queue is nothing but a place in the feed, which moves when the receiver has taken
an event; so nothing is lost and nothing overtakes, whenever the process ends.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from services.delivery.handlers import FEED
from services.delivery.handlers import webhooks as handlers
from services.delivery.sending import Outcome, Sender
from services.delivery.settings import DeliverySettings
from services.delivery.store import Entry
from services.delivery.store import webhooks as store
from services.delivery.wake import Wake
from shared.clock import rfc3339
from shared.db import Database
from shared.service import Context

POLL_SECONDS = 0.5
AT_ONCE = 32


async def deliver(context: Context) -> None:
    """The leading task."""
    assert isinstance(context.settings, DeliverySettings)
    courier = Courier(context.db, context.settings)
    try:
        await courier.run()
    finally:
        await courier.close()


class Courier:
    def __init__(self, db: Database, settings: DeliverySettings) -> None:
        self._db = db
        self._give_up = settings.delivery_webhook_give_up
        self._sender = Sender(
            private=settings.delivery_webhook_private, timeout=settings.delivery_webhook_timeout
        )
        self._wake = Wake((FEED, handlers.QUEUES))
        self._places = asyncio.Semaphore(AT_ONCE)
        # Webhook -> up to where the feed has nothing for it; read again from its own place after a restart.
        self._passed: dict[str, int] = {}
        self._busy: set[str] = set()
        db.listen(self._wake)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                seen = self._wake.count
                for webhook in await self._db.read(store.due, self._db.clock(), dict(self._passed)):
                    if webhook not in self._busy:
                        self._busy.add(webhook)
                        group.create_task(self._queue(webhook))
                await self._wake.beyond(seen, POLL_SECONDS)

    async def close(self) -> None:
        await self._sender.close()

    async def _queue(self, webhook: str) -> None:
        """Delivers to one webhook until there is nothing more, or it has to wait."""
        try:
            async with self._places:
                while await self._next(webhook):
                    pass
        finally:
            self._busy.discard(webhook)

    async def _next(self, webhook: str) -> bool:
        turn = await self._db.read(store.turn, webhook, self._db.clock(), self._passed.get(webhook, 0))
        if turn is None:
            self._passed.pop(webhook, None)
            return False
        if turn.test is not None:
            body = json.dumps(_test_event(turn.webhook, turn.test), ensure_ascii=False)
            outcome = await self._send(turn, turn.test.event_id, body)
            return await self._note(turn, turn.test.event_id, turn.test.type, None, outcome)
        if turn.entry is None:
            self._passed[webhook] = turn.passed
            return False
        event_id = _id_of(turn.entry)
        outcome = await self._send(turn, event_id, turn.entry.event)
        return await self._note(turn, event_id, turn.entry.type, turn.entry.seq, outcome)

    async def _send(self, turn: store.Turn, event_id: str, body: str) -> Outcome:
        return await self._sender.send(turn.webhook.url, turn.secrets, event_id, body, self._db.clock())

    async def _note(
        self, turn: store.Turn, event_id: str, kind: str, seq: int | None, outcome: Outcome
    ) -> bool:
        return await self._db.write(
            handlers.note_attempt,
            handlers.Attempted(
                webhook=turn.webhook.id,
                event_id=event_id,
                type=kind,
                seq=seq,
                code=outcome.code,
                error=outcome.error,
                gone=outcome.gone,
                give_up=self._give_up,
            ),
        )


def _id_of(entry: Entry) -> str:
    found: str = json.loads(entry.event)["id"]
    return found


def _test_event(webhook: store.Webhook, asked: store.Delivery) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": asked.event_id,
        "source": "/sanya/delivery",
        "type": asked.type,
        "subject": webhook.id,
        "time": rfc3339(asked.first_at),
        "datacontenttype": "application/json",
        "data": {"webhook": webhook.id, "agency": webhook.agency},
    }
