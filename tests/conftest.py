"""What every test may use.

=================  ======  =======================================================================
fixture            lives   what
=================  ======  =======================================================================
``kafka``          worker  a running broker, shared by the worker's tests: `KafkaServer`
``kafka_url``      test    its URL, after every topic on it was deleted
``own_kafka``      test    a broker of the test's own, to stop, kill or freeze
``postgres``       worker  a running server: `PostgresServer`; ``.new_database()`` gives a URL
``postgres_url``   test    the URL of a new, empty database on it
``own_postgres``   test    a server of the test's own, to stop, kill or freeze
``database_url``   test    twice: the URL of an empty SQLite folder, then of an empty PostgreSQL database
``seam``           test    twice: settings of the embedded mode, then of PostgreSQL and Kafka
``chromium``       worker  the path of a Chromium, for Playwright's ``executable_path``
``real_passwords`` test    hashing passwords costs what it costs in production
=================  ======  =======================================================================

Servers start when the first test asks for them. With pytest-xdist each worker has its own: topics have fixed
names, so two tests can't use one broker at the same time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import settings as hypothesis_settings

from services.registry import passwords
from tests.servers import find
from tests.servers.kafka import KafkaServer
from tests.servers.postgres import PostgresServer

# A loaded machine is no failure; what takes long shows in --durations.
hypothesis_settings.register_profile("default", deadline=None)
hypothesis_settings.register_profile("long", deadline=None, max_examples=2000)
hypothesis_settings.load_profile("default")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's settings are its own, whatever the developer's shell exports."""
    for name in [name for name in os.environ if name.startswith("SANYA_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _passwords_cost_little() -> Iterator[None]:
    """Hashing well takes tenths of a second, and every application in a test's process hashes one at its
    start. Processes of their own, and tests of passwords (`real_passwords`), have the real cost."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "PasswordHasher", cheap)
        yield


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PasswordHasher", PasswordHasher)


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaServer]:
    with KafkaServer() as server:
        yield server


@pytest.fixture
def kafka_url(kafka: KafkaServer) -> str:
    kafka.forget_topics()
    return kafka.url


@pytest.fixture
def own_kafka() -> Iterator[KafkaServer]:
    with KafkaServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    url = postgres.new_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["embedded", "servers"])
def seam(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Settings to give to `create_app` (or, upper-cased and prefixed, to the command's environment)."""
    if request.param == "embedded":
        return {"data_dir": tmp_path}
    return {
        "data_dir": tmp_path,
        "database_url": request.getfixturevalue("postgres_url"),
        "bus_url": request.getfixturevalue("kafka_url"),
    }


@pytest.fixture(scope="session")
def chromium() -> str:
    return find.chromium()
