"""A mail server as an agency would run it: aiosmtpd over real sockets, with STARTTLS and AUTH where a test
asks for them, that keeps what it took and answers as it is told."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.e2e.instance import free_port

OK = "250 taken"
USER, PASSWORD = "sanya", "of-the-mail-server"


@dataclass
class Taken:
    """A mail that came, whether or not it was taken."""

    recipient: str
    message: EmailMessage
    answer: str
    tls: bool
    user: str | None

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        assert part is not None
        return str(part.get_content())


@dataclass
class MailServer:
    """``at_recipient`` and ``at_data``: how many came before -> the answer."""

    port: int = 0
    ca: Path | None = None
    mails: list[Taken] = field(default_factory=list)
    at_recipient: Callable[[int], str] = lambda before: OK
    at_data: Callable[[int], str] = lambda before: OK
    hold: threading.Event = field(default_factory=threading.Event)
    """The answer to a mail comes once it is set."""
    recipients: int = 0

    def ids(self, answer: str = OK) -> list[str]:
        return [each.id for each in self.mails if each.answer == answer]

    def to(self, address: str) -> list[Taken]:
        return [each for each in self.mails if each.recipient == address and each.answer == OK]

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.at_recipient(self.recipients)
        self.recipients += 1
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        answer = self.at_data(len(self.mails))
        auth = session.auth_data
        user = auth.login.decode() if isinstance(auth, LoginPassword) else None
        self.mails.append(Taken(envelope.rcpt_tos[0], message, answer, session.ssl is not None, user))
        await server.loop.run_in_executor(None, self.hold.wait, 30)
        return answer


def _sign_in(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=False, auth_data=data)


@contextmanager
def mail_server(folder: Path | None = None, *, auth: bool = False, port: int = 0) -> Iterator[MailServer]:
    """``folder``: with STARTTLS, by a certificate made there."""
    server = MailServer()
    server.hold.set()
    more: dict[str, Any] = {}
    if folder is not None:
        server.ca, key = certificate(folder)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(server.ca, key)
        more |= {"tls_context": context, "require_starttls": True}
    if auth:
        more |= {"authenticator": _sign_in, "auth_required": True, "auth_require_tls": folder is not None}
    server.port = port or free_port()
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **more)
    controller.start()
    try:
        yield server
    finally:
        server.hold.set()
        controller.stop()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, which vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "mail.pem", folder / "mail.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
