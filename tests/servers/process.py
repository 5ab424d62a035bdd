"""One server process: started, stopped, killed, frozen; never left behind."""

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil

HOST = "127.0.0.1"


def free_port() -> int:
    """A port nobody listens on, below the range the system picks clients' ports from.

    A server that is down for a while must find its port free again; and a client that keeps connecting to
    a closed port of that range can end up connected to itself.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        return port


class ServerProcess:
    """Runs one command; its output goes to ``log``. Subclasses say when it is ready."""

    stop_signal = signal.SIGTERM

    def __init__(self, name: str, log: Path, *, user: str | None = None) -> None:
        self.name = name
        self.log = log
        self.user = user
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def ready(self) -> bool:
        raise NotImplementedError

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    def start(self, timeout: float = 120.0) -> None:
        """Starts it and returns when it answers."""
        assert not self.running, f"{self.name} runs already"
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [*_dies_with_us(self.stop_signal, self.user), *self.command()],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd=self.log.parent,
            )
        try:
            self._wait_until(self.ready, timeout)
        except BaseException:
            self.kill()
            raise

    def stop(self, timeout: float = 30.0) -> None:
        """Asks it to end, as an operator would, and waits. Kills it after ``timeout`` seconds."""
        if self._process is None:
            return
        if self.running:
            self.resume()
            self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL: no chance to write anything more. Its children get it too."""
        if self._process is None:
            return
        self._signal(signal.SIGKILL)
        self._process.wait()

    def pause(self) -> None:
        """Freezes it: its connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        """Sends it to the server and to its children (PostgreSQL's are no process group of it)."""
        if not self.running:
            return
        server = psutil.Process(self.pid)
        for process in (server, *server.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):  # ended in this very moment
                process.send_signal(what)

    def last_words(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _wait_until(self, condition: Callable[[], bool], timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if not self.running:
                raise RuntimeError(f"{self.name} ended at its start:\n{self.last_words()}")
            if condition():
                return
            time.sleep(0.05)
        raise TimeoutError(f"{self.name} is not ready after {timeout:.0f} s:\n{self.last_words()}")


def _dies_with_us(how: signal.Signals, user: str | None) -> list[str]:
    """The wrapper that ends the server when the tests are killed, and runs it as another user."""
    if setpriv := shutil.which("setpriv"):
        as_user = [f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        return [setpriv, f"--pdeathsig={how.name.removeprefix('SIG')}", *as_user]
    if user:
        raise RuntimeError("setpriv (util-linux) is needed to start a server as another user")
    return []


def answers(port: int) -> bool:
    """Whether something accepts a connection on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
