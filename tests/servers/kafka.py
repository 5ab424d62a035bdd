"""A real Apache Kafka broker (KRaft, one node) for tests."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from tests.servers import find
from tests.servers.process import HOST, ServerProcess, answers, free_port

T = TypeVar("T")


class KafkaServer(ServerProcess):
    """``start``, ``stop`` (clean), ``kill`` (-9), ``pause``, ``resume``; data and port stay the same.

    >>> with KafkaServer() as kafka:
    ...     kafka.url          # "kafka://127.0.0.1:23456"
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sanya-kafka-"))
        super().__init__("Kafka", self.folder / "server.log")
        self.port, self._controller = free_port(), free_port()
        self._jars = find.kafka_jars()
        self._java = find.java()
        self._properties = self.folder / "server.properties"
        self._properties.write_text(self._configuration(), encoding="utf-8")
        self._format()

    def __enter__(self) -> KafkaServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops it for good and removes its data."""
        self.kill()
        shutil.rmtree(self.folder)

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return f"kafka://{self.address}"

    def command(self) -> list[str]:
        return [*self._run_java("-Xms96m", "-Xmx384m"), "kafka.Kafka", str(self._properties)]

    def ready(self) -> bool:
        return answers(self.port) and _in_a_thread(self._knows_its_topics())

    def topics(self) -> list[str]:
        return _in_a_thread(self._topics())

    def forget_topics(self) -> None:
        """Deletes every topic, with its records and the groups' positions in it: as good as a new broker."""
        _in_a_thread(self._forget_topics())

    async def _topics(self) -> list[str]:
        async with _admin(self.address) as admin:
            return sorted(name for name in await admin.list_topics() if not name.startswith("__"))

    async def _knows_its_topics(self) -> bool:
        try:
            await self._topics()
        except (KafkaError, OSError):
            return False
        return True

    async def _forget_topics(self) -> None:
        async with _admin(self.address) as admin:
            for _attempt in range(200):
                names = [name for name in await admin.list_topics() if not name.startswith("__")]
                if not names:
                    return
                await admin.delete_topics(names)
                await asyncio.sleep(0.05)
        raise TimeoutError(f"Kafka still has topics after 10 s: {names}")

    def _configuration(self) -> str:
        values = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@{HOST}:{self._controller}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://{HOST}:{self.port},CONTROLLER://{HOST}:{self._controller}",
            "advertised.listeners": f"PLAINTEXT://{HOST}:{self.port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": self.folder / "data",
            # As in production: topics are declared, never made by a typing error.
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 1,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "transaction.state.log.num.partitions": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            # Tests wait for these.
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
            "log.segment.delete.delay.ms": 1000,
            # How long a broker that was killed stays registered, before it may come back.
            "broker.session.timeout.ms": 3000,
            "broker.heartbeat.interval.ms": 500,
        }
        return "".join(f"{key}={value}\n" for key, value in values.items())

    def _format(self) -> None:
        done = subprocess.run(
            [
                *self._run_java("-Xmx128m"),
                *("kafka.tools.StorageTool", "format", "--cluster-id", "c2FueWEtdGVzdC1icm9rZQ"),
                *("--config", str(self._properties)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"Kafka's folder could not be formatted:\n{done.stdout}{done.stderr}")

    def _run_java(self, *options: str) -> list[str]:
        return [
            self._java,
            *options,
            # Two cores are shared by all: little memory and a quick start matter more than peak speed.
            *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"),
            *("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dlog4j2.disable.jmx=true"),
            *("-cp", f"{self._jars}/*"),
        ]


class _admin:
    def __init__(self, address: str) -> None:
        self._client = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=10_000)

    async def __aenter__(self) -> AIOKafkaAdminClient:
        try:
            await self._client.start()
        except BaseException:
            await self._client.close()
            raise
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()


def _in_a_thread(work: Coroutine[Any, Any, T]) -> T:
    """Runs it on an event loop of its own: the caller may be inside a test's loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
