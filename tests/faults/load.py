"""A load of measurements and journeys that gives no batch up before it is accepted, whatever dies."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from services.cli.client import Api, Refused
from tests.e2e.instance import BANGKOK, SERVICE

METRICS = "/api/metrics/v1"
GIVEN_UP_SECONDS = 120
PAUSE_SECONDS = 0.03


@dataclass
class Counted:
    """What was acknowledged: rows by indicator and local day, and journeys."""

    good: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    total: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    values: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    keys: set[str] = field(default_factory=set)
    journeys: set[str] = field(default_factory=set)
    again: int = 0

    def add(self, other: Counted) -> None:
        for mine, theirs in (
            (self.good, other.good),
            (self.total, other.total),
            (self.values, other.values),
        ):
            for day, number in theirs.items():
                mine[day] += number
        self.keys |= other.keys
        self.journeys |= other.journeys
        self.again += other.again


class Sender(threading.Thread):
    """One connection: batch after batch until told to stop; each is sent until it is accepted."""

    def __init__(self, number: int, api: Api, since: datetime) -> None:
        super().__init__(name=f"sender-{number}", daemon=True)
        self.counted = Counted()
        self.error: BaseException | None = None
        self._number = number
        self._api = api
        self._since = since
        self._chance = random.Random(number)
        self._enough = threading.Event()
        self._open: list[str] = []

    def finish(self) -> Counted:
        """Sends what it has in hand, and tells what was accepted."""
        self._enough.set()
        self.join(GIVEN_UP_SECONDS + 10)
        if self.error is not None:
            raise self.error
        assert not self.is_alive(), "a batch is still not accepted"
        return self.counted

    def run(self) -> None:
        try:
            count = 0
            while not self._enough.is_set():
                count += 1
                key = f"{self._number}-{count}"
                if self._chance.random() < 0.3:
                    self._journeys(key)
                else:
                    self._measurements(key)
                time.sleep(PAUSE_SECONDS)
        except BaseException as error:
            self.error = error

    def _moment(self) -> datetime:
        """Often now, so that windows break while they are open."""
        now = datetime.now(UTC)
        if self._chance.random() < 0.2:
            return now
        return self._since + (now - self._since) * self._chance.random()

    def _measurements(self, key: str) -> None:
        rows: list[dict[str, Any]] = []
        for _ in range(self._chance.randint(1, 12)):
            at = self._moment()
            day = at.astimezone(BANGKOK).date().isoformat()
            if self._chance.random() < 0.7:
                good = self._chance.randint(7, 10)
                rows.append(
                    {
                        "indicator": "permit.availability",
                        "at": at.isoformat(),
                        "good": good,
                        "total": 10,
                        "labels": {"province": self._chance.choice(("10", "50"))},
                    }
                )
                self.counted.good[day] += good
                self.counted.total[day] += 10
            else:
                value = 100 if self._chance.random() < 0.97 else 900
                rows.append({"indicator": "permit.response-time", "at": at.isoformat(), "value": value})
                self.counted.values[day] += 1
        self._send(key, "measurements", {"measurements": rows})

    def _journeys(self, key: str) -> None:
        events = []
        if self._open and self._chance.random() < 0.6:
            events.append(self._event(self._open.pop(), "t05"))
        name = f"c{key}"
        events.append(self._event(name, "t01"))
        self._open.append(name)
        self.counted.journeys.add(name)
        self._send(key, "journey-events", {"events": events})

    def _event(self, journey: str, step: str) -> dict[str, Any]:
        agency = "city" if step == "t01" else "land"
        return {
            "id": f"{journey}-{step}",
            "journey": journey,
            "step": step,
            "agency": agency,
            "edge": "point",
            "at": self._moment().isoformat(),
            "labels": {},
        }

    def _send(self, key: str, path: str, content: dict[str, Any]) -> None:
        body = {"source": "land-api", "service": SERVICE, **content}
        answer = self._until_accepted(key, path, body)
        self.counted.keys.add(key)
        if self._chance.random() < 0.1:
            # As a client does that lost the answer.
            again = self._until_accepted(key, path, body)
            assert again["batch"] == answer["batch"]
            self.counted.again += 1

    def _until_accepted(self, key: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        until = time.monotonic() + GIVEN_UP_SECONDS
        while True:
            try:
                answer: dict[str, Any] = self._api.post(f"{METRICS}/{path}", body, key=key)
                return answer
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
            except Refused as error:
                if error.status < 500 or time.monotonic() > until:
                    raise
            time.sleep(0.1)


class Load:
    """Some senders at once."""

    def __init__(self, apis: list[Api], since: datetime) -> None:
        self._senders = [Sender(number, api, since) for number, api in enumerate(apis)]

    def start(self) -> None:
        for sender in self._senders:
            sender.start()

    def check(self) -> None:
        """Raises what a sender failed with."""
        for sender in self._senders:
            if sender.error is not None:
                raise sender.error

    def finish(self) -> Counted:
        all_of_it = Counted()
        for sender in self._senders:
            all_of_it.add(sender.finish())
        return all_of_it


def days_ago(days: int) -> datetime:
    """A local midnight."""
    today = datetime.now(BANGKOK).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days)
