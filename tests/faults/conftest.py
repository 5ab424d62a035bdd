"""The counting services over PostgreSQL and Kafka, and over a broker that may be stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.counting.world import World, opened
from tests.servers.kafka import KafkaServer


@pytest.fixture
async def world(seam: dict[str, Any]) -> AsyncIterator[World]:
    """Twice: embedded, then over the servers."""
    async with opened(seam) as world:
        yield world


@pytest.fixture
async def servers(postgres_url: str, kafka_url: str, tmp_path: Path) -> AsyncIterator[World]:
    seam = {"data_dir": tmp_path, "database_url": postgres_url, "bus_url": kafka_url}
    async with opened(seam) as world:
        yield world


@pytest.fixture
async def fragile(postgres_url: str, own_kafka: KafkaServer, tmp_path: Path) -> AsyncIterator[World]:
    """Over a broker of the test's own (`own_kafka`)."""
    seam = {"data_dir": tmp_path, "database_url": postgres_url, "bus_url": own_kafka.url}
    async with opened(seam) as world:
        yield world
