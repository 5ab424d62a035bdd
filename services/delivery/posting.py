"""One mail to the mail server. What went wrong is said without anything that the server wrote: it may quote
the address, which no log and no table but one may hold."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email.message import EmailMessage

import aiosmtplib

from services.delivery.settings import DeliverySettings


@dataclass(frozen=True, slots=True)
class Posted:
    """``error`` None: the server took it. ``code``: its SMTP answer.

    ``final``: the same mail would be refused again. ``refused``: so would every mail to this address.
    ``away``: it is the server, or what it was told of us; every mail would fail so.
    """

    code: int | None
    error: str | None
    final: bool = False
    refused: bool = False
    away: bool = False


class Post:
    """A connection to the mail server, kept while there is something to send."""

    def __init__(self, settings: DeliverySettings) -> None:
        self._settings = settings
        self._smtp: aiosmtplib.SMTP | None = None

    async def send(self, message: EmailMessage, address: str) -> Posted:
        """Sends it once."""
        try:
            smtp = await self._connected()
            await smtp.send_message(message, sender=self._settings.delivery_mail_from, recipients=[address])
        except aiosmtplib.SMTPRecipientsRefused as error:
            code = error.recipients[0].code
            # The connection is of use for the next mail.
            return Posted(
                code, f"the address was refused with {code}", final=_final(code), refused=_final(code)
            )
        except aiosmtplib.SMTPDataError as error:
            return Posted(error.code, f"the mail was refused with {error.code}", final=_final(error.code))
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError, ValueError) as error:
            await self.close()
            return _away(error, self._settings.delivery_smtp_timeout)
        return Posted(250, None)

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._smtp is not None and self._smtp.is_connected:
            return self._smtp
        own = self._settings
        self._smtp = aiosmtplib.SMTP(
            hostname=own.delivery_smtp_host,
            port=own.delivery_smtp_port,
            username=own.delivery_smtp_user or None,
            password=own.delivery_smtp_password or None,
            timeout=own.delivery_smtp_timeout,
            use_tls=own.delivery_smtp_tls == "tls",
            start_tls=own.delivery_smtp_tls == "starttls",
            cert_bundle=own.delivery_smtp_ca or None,
        )
        await self._smtp.connect()
        return self._smtp

    async def close(self) -> None:
        """Says goodbye, as far as the server still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is None or not smtp.is_connected:
            return
        try:
            await smtp.quit(timeout=2)
        except (aiosmtplib.SMTPException, OSError):
            smtp.close()


def _final(code: int) -> bool:
    """5xx: do not send it again (RFC 5321, 4.2.1)."""
    return 500 <= code < 600


def _away(error: BaseException, timeout: float) -> Posted:
    """What concerns the server or our account is tried again also where it says 5xx: who runs this
    installation puts it right, and the mails go then."""
    code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else None
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            text = f"the mail server does not let us sign in ({code})"
        case aiosmtplib.SMTPSenderRefused():
            text = f"the mail server refused the address that mails come from ({code})"
        case aiosmtplib.SMTPTimeoutError() | TimeoutError():
            text = f"the mail server did not answer within {timeout:g} s"
        case aiosmtplib.SMTPNotSupported():
            text = "the mail server lacks what the settings ask for (STARTTLS, or signing in)"
        case aiosmtplib.SMTPResponseException():
            text = f"the mail server answered {code}"
        case _ if _tls(error):
            text = "TLS with the mail server failed: its certificate is not valid for its name"
        case _:
            text = f"no connection with the mail server ({type(error).__name__})"
    return Posted(code, text, away=True)


def _tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
