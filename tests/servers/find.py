"""Where the programs are that the tests need beside Python. Standard library only: set-up runs this too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KAFKA_POM = ROOT / "deploy" / "kafka" / "pom.xml"
LEAST_JAVA = 17
LEAST_POSTGRES = 15


class Missing(Exception):
    """A program is not there or too old. The text says which, in words for a person."""


def java() -> str:
    """A Java that runs Kafka 4."""
    home = os.environ.get("JAVA_HOME")
    places = [Path(home, "bin", "java")] if home else []
    if on_path := shutil.which("java"):
        places.append(Path(on_path))
    places += sorted(Path("/usr/lib/jvm").glob("*/bin/java"), reverse=True)
    for place in places:
        if not place.exists():
            continue
        version = re.search(r'version "(\d+)', _output(place, "-version"))
        if version and int(version[1]) >= LEAST_JAVA:
            return str(place)
    raise Missing(f"Java >= {LEAST_JAVA}")


def maven() -> str:
    if found := shutil.which("mvn"):
        return found
    raise Missing("Maven (mvn)")


def postgres_bin() -> Path:
    """The folder with `initdb` and `postgres`, the newest there is."""
    places = [Path(place) for place in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number)]
    if shutil.which("pg_config"):
        places.append(Path(_output("pg_config", "--bindir").strip()))
    if on_path := shutil.which("initdb"):
        places.append(Path(on_path).resolve().parent)
    for place in reversed(places):
        if (place / "initdb").exists() and (place / "postgres").exists():
            version = re.search(r"\) (\d+)", _output(place / "postgres", "--version"))
            if version and int(version[1]) >= LEAST_POSTGRES:
                return place
    raise Missing(f"PostgreSQL server >= {LEAST_POSTGRES} (initdb, postgres)")


def _output(*command: str | Path) -> str:
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    ).stdout


def _number(place: Path) -> float:
    try:
        return float(place.parent.name)
    except ValueError:
        return 0.0


def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    for place in (Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),):
        if place.exists():
            return str(place)
    raise Missing("Chromium")


def kafka_version() -> str:
    found = re.search(r"<kafka.version>([^<]+)</kafka.version>", KAFKA_POM.read_text(encoding="utf-8"))
    if not found:
        raise Missing(f"kafka.version in {KAFKA_POM}")
    return found[1]


def kafka_jars() -> Path:
    """The folder of the broker's jars, copied there by scripts/setup-test-servers."""
    folder = ROOT / ".cache" / "kafka" / kafka_version()
    if not list(folder.glob("kafka_2.13-*.jar")):
        raise Missing(f"Apache Kafka {kafka_version()} in {folder.relative_to(ROOT)}")
    return folder
