"""Every topic: who writes it, how many partitions, how long Kafka keeps it.

Created by ``migrate``, never automatically. The number of partitions of a topic never changes: a key has
to stay in its partition. Nothing is compacted: an evaluator must be able to judge late data by an old
revision. ``outbox_days`` is how long the producer itself keeps what it told (None: for ever), which is what
``republish`` can tell again and, in embedded mode, how long the log is.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    producer: str
    partitions: int
    kafka_days: int | None
    outbox_days: int | None
    about: str

    @property
    def retention_ms(self) -> int:
        return -1 if self.kafka_days is None else self.kafka_days * DAY_MS


AGENCIES = "registry.agency.v1"
SERVICES = "registry.service.v1"
SOURCES = "registry.source.v1"
KEYS = "registry.key.v1"
CALENDARS = "registry.calendar.v1"
AGENCY_KEYS = "registry.agency-key.v1"
INDICATORS = "sla.indicator.v1"
AGREEMENTS = "sla.agreement.v1"
EXCLUSIONS = "sla.exclusion.v1"
ACCEPTANCES = "sla.acceptance.v1"
MOVES = "sla.move.v1"
WITNESS_KEYS = "sla.key.v1"
NEEDS = "sla.need.v1"
ANNOUNCEMENTS = "sla.announcement.v1"
WATCHES = "sla.watch.v1"
MEASUREMENTS = "metrics.measurements.v1"
REPLAYS = "metrics.replay.v1"
REPORTING = "metrics.source.v1"
REPLAY_REQUESTS = "evaluation.replay-request.v1"
RESULTS = "evaluation.result.v1"
BREACHES = "evaluation.breach.v1"
ALERTS = "evaluation.alert.v1"
IMPROVEMENTS = "evaluation.improvement.v1"
REPORTS = "evaluation.report.v1"
WEBHOOKS = "delivery.webhook.v1"

_ALL = (
    Topic(AGENCIES, "registry", 1, None, None, "agencies: code, name, state"),
    Topic(SERVICES, "registry", 1, None, None, "services and their steps"),
    Topic(SOURCES, "registry", 1, None, None, "systems that report, and for which services"),
    Topic(KEYS, "registry", 1, None, None, "public keys of access tokens; disabled clients and people"),
    Topic(CALENDARS, "registry", 1, None, None, "versions of working calendars, each whole"),
    Topic(AGENCY_KEYS, "registry", 1, None, None, "public keys with which agencies sign, from when to when"),
    Topic(INDICATORS, "sla", 1, None, None, "indicators"),
    Topic(AGREEMENTS, "sla", 1, None, None, "revisions with their [from, to); key: agreement"),
    Topic(EXCLUSIONS, "sla", 1, None, None, "what does not count, with who approved it; key: agreement"),
    Topic(ACCEPTANCES, "sla", 1, None, None, "signed acceptances of revisions; key: agreement"),
    Topic(MOVES, "sla", 1, None, None, "every move of a negotiation; key: agreement"),
    Topic(WITNESS_KEYS, "sla", 1, None, None, "public keys with which the deployment witnesses acceptances"),
    Topic(NEEDS, "sla", 1, None, None, "needs, factors and weights, without words; key: service"),
    Topic(ANNOUNCEMENTS, "sla", 1, None, None, "announcements and who acknowledged them; key: agreement"),
    Topic(WATCHES, "sla", 1, None, None, "what a life cycle asks for, and reviews held; key: agreement"),
    Topic(MEASUREMENTS, "metrics", 12, 14, 400, "batches, journey events, voids, seals, ticks; key: service"),
    Topic(REPLAYS, "metrics", 12, 2, 2, "batches told again on request; key: service"),
    Topic(REPORTING, "metrics", 1, 90, 90, "planned sources that fell silent or recovered; key: agreement"),
    Topic(REPLAY_REQUESTS, "evaluation", 1, 14, 14, "which service's batches the evaluator needs again"),
    Topic(RESULTS, "evaluation", 12, 90, 90, "results that became final or were revised; key: agreement"),
    Topic(BREACHES, "evaluation", 12, 90, 90, "breaches opened, revised, closed, ...; key: agreement"),
    Topic(ALERTS, "evaluation", 12, 90, 90, "open windows at risk, budgets that burn fast; key: agreement"),
    Topic(IMPROVEMENTS, "evaluation", 1, 90, 90, "improvement actions: opened, due, judged; key: agreement"),
    Topic(REPORTS, "evaluation", 1, 90, 90, "reports that were made on schedule; key: agreement"),
    Topic(WEBHOOKS, "delivery", 1, 90, 90, "webhooks that were disabled; key: agency"),
)


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key: the same for every topic with that many partitions, for ever."""
    return zlib.crc32(key.encode()) % partitions


TOPICS: dict[str, Topic] = {topic.name: topic for topic in _ALL}
