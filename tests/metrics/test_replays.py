"""What a replay leaves out."""

from __future__ import annotations

from shared.events.evaluation import ReplayRequested
from shared.events.metrics import Batch, Replayed
from shared.events.topics import REPLAYS
from tests.metrics.conftest import House

BACKFILLS = "/api/metrics/v1/backfills"


async def test_what_waits_for_its_seal_is_not_told_again(embedded: House) -> None:
    """The evaluator may hear a replay before the log's own record: it would count what is not sealed."""
    span = {"from": embedded.at(days=9), "to": embedded.at(days=1)}
    body = {"source": "land-office-api", "service": "permit", "reason": "history", **span}
    id = (await embedded.send(BACKFILLS, body)).json()["id"]
    row = {"indicator": "permit.response-time", "at": embedded.at(days=3), "value": 1}
    await embedded.measure(row, backfill=id)
    await embedded.measure(row)
    asked = {"service": "permit", "from_at": embedded.micros(days=5), "to_at": embedded.micros(days=1)}
    await embedded.tell(ReplayRequested(version=1, request="before", **asked))
    await embedded.fire()
    told, reached = await embedded.told(REPLAYS)
    assert isinstance(told, Batch)
    assert told.backfill is None
    assert reached == Replayed("before", "permit", told=1, total=1, done=True)
    await embedded.send(f"{BACKFILLS}/{id}/seal", b"")
    await embedded.tell(ReplayRequested(version=1, request="after", **asked))
    await embedded.fire()
    again = [one.backfill for one in await embedded.told(REPLAYS) if isinstance(one, Batch)]
    assert again == [None, id, None]
