"""What the parts of the Kafka bus share: which errors pass, and how long to wait between tries."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    ConsumerStoppedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    UnsupportedVersionError,
)

log = structlog.get_logger(__name__)

FIRST_WAIT, MOST_WAIT = 0.2, 5.0
STOP_SECONDS = 10.0

FATAL = (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    UnsupportedVersionError,
)
PASSING = (KafkaError, ConsumerStoppedError, OSError, TimeoutError)
"""Errors of a broker that is down or changes; a member of FATAL has to be caught before."""


def servers(url: str) -> list[str]:
    """The bootstrap servers of a bus URL."""
    return url.removeprefix("kafka://").rstrip("/").split(",")


async def stop(client: Any) -> None:
    """Parts from the broker, within a bounded time."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await client.stop()
    except PASSING as error:
        log.warning("did not part from the broker in peace", reason=str(error))
