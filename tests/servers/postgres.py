"""A real PostgreSQL server for tests."""

from __future__ import annotations

import itertools
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from tests.servers import find
from tests.servers.process import HOST, ServerProcess, free_port

USER = "sanya"


class PostgresServer(ServerProcess):
    """``start``, ``stop`` (fast), ``kill`` (-9), ``pause``, ``resume``; data and port stay the same.

    >>> with PostgresServer() as postgres:
    ...     postgres.new_database()   # "postgresql://sanya:...@127.0.0.1:23456/test_1"
    """

    stop_signal = signal.SIGINT

    def __init__(self) -> None:
        # PostgreSQL refuses to run as root.
        user = "postgres" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="sanya-postgres-"))
        super().__init__("PostgreSQL", self.folder / "server.log", user=user)
        self.port = free_port()
        self._bin = find.postgres_bin()
        self._password = secrets.token_hex(12)
        self._numbers = itertools.count(1)
        self._initialise()

    def __enter__(self) -> PostgresServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops it for good and removes its data."""
        self.kill()
        shutil.rmtree(self.folder)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}:{self._password}@{HOST}:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Removes a database, whoever is still connected to it."""
        self._execute(f"DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)")

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 300,
            # Durability is what the tests are about: fsync and synchronous_commit stay on.
            "shared_buffers": "64MB",
            "timezone": "UTC",
            "log_min_messages": "warning",
            "log_min_error_statement": "panic",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [str(self._bin / "postgres"), "-D", str(self.folder / "data"), *options]

    def ready(self) -> bool:
        try:
            self._execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement.encode())

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self._password, encoding="utf-8")
        if self.user:
            owner = pwd.getpwnam(self.user)
            for place in (self.folder, secret):
                os.chown(place, owner.pw_uid, owner.pw_gid)
        done = subprocess.run(
            [
                *(str(self._bin / "initdb"), "-D", str(self.folder / "data"), "--username", USER),
                *("--auth", "scram-sha-256", "--pwfile", str(secret)),
                *("--encoding", "UTF8", "--locale", "C", "--no-instructions", "--no-sync"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
        )
        secret.unlink()
        if done.returncode:
            raise RuntimeError(f"PostgreSQL's folder could not be made:\n{done.stdout}{done.stderr}")
