"""The servers the other tests stand on are real, and do what a fault test asks of them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.servers import find
from tests.servers.kafka import KafkaServer
from tests.servers.postgres import PostgresServer


async def _make_topic(address: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def _send(address: str, topic: str, *values: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=address, acks="all")
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def _read(address: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


async def test_kafka_gives_back_what_it_was_told(kafka: KafkaServer, kafka_url: str) -> None:
    assert kafka_url == f"kafka://{kafka.address}"
    await _make_topic(kafka.address, "tried.v1")
    await _send(kafka.address, "tried.v1", b"one", b"two")
    assert await _read(kafka.address, "tried.v1", 2) == [b"one", b"two"]


async def test_each_test_finds_kafka_without_topics(kafka: KafkaServer) -> None:
    await _make_topic(kafka.address, "left.behind.v1")
    assert "left.behind.v1" in kafka.topics()
    kafka.forget_topics()
    assert kafka.topics() == []
    # The same name is a new topic: its log starts at nought again.
    await _make_topic(kafka.address, "left.behind.v1")
    await _send(kafka.address, "left.behind.v1", b"new")
    assert await _read(kafka.address, "left.behind.v1", 1) == [b"new"]


async def test_kafka_keeps_its_records_when_it_is_stopped_and_started_at_the_same_address(
    own_kafka: KafkaServer,
) -> None:
    address = own_kafka.address
    await _make_topic(address, "kept.v1")
    await _send(address, "kept.v1", b"before")
    own_kafka.stop()
    assert not own_kafka.running
    own_kafka.start()
    await _send(address, "kept.v1", b"between")
    own_kafka.kill()
    own_kafka.start()
    assert await _read(address, "kept.v1", 2) == [b"before", b"between"]


def test_postgres_commits_with_fsync_and_knows_serializable(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        connection.commit()
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)
        version = connection.execute("SHOW server_version_num").fetchone()
        assert version is not None
        assert int(version[0]) >= find.LEAST_POSTGRES * 10_000


def test_each_test_finds_an_empty_database(postgres: PostgresServer) -> None:
    first, second = postgres.new_database(), postgres.new_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE here (n int)")
        connection.commit()
        with psycopg.connect(second) as other:
            assert other.execute("SELECT to_regclass('here')").fetchone() == (None,)
        postgres.drop_database(first)
    postgres.drop_database(second)


def test_postgres_keeps_what_it_committed_when_it_is_killed(own_postgres: PostgresServer) -> None:
    url = own_postgres.new_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    own_postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)
    own_postgres.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]


def test_a_frozen_server_keeps_its_connections_and_goes_on_where_it_was(own_postgres: PostgresServer) -> None:
    with psycopg.connect(own_postgres.url(), autocommit=True) as connection, ThreadPoolExecutor() as pool:
        own_postgres.pause()
        with pytest.raises(psycopg.errors.ConnectionTimeout):
            psycopg.connect(own_postgres.url(), connect_timeout=2)
        answer = pool.submit(lambda: connection.execute("SELECT 1").fetchone())
        time.sleep(0.5)
        assert not answer.done()
        own_postgres.resume()
        assert answer.result(timeout=10) == (1,)


def test_servers_end_with_the_tests_even_if_those_are_killed() -> None:
    program = (
        "import time\n"
        "from tests.servers.postgres import PostgresServer\n"
        "server = PostgresServer()\n"
        "server.start()\n"
        "print(server.pid, server.folder, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=find.ROOT) as tests:
        assert tests.stdout is not None
        pid, folder = tests.stdout.readline().decode().split()
        server = psutil.Process(int(pid))
        tests.kill()
    try:
        server.wait(timeout=20)
    finally:
        shutil.rmtree(folder)
