"""Rules of the registry: how names sort and are found, who may change what, what a good password is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from services.registry.commonest import COMMONEST

# --- names -------------------------------------------------------------------------------------------

SORTED = 150
_LEADING_VOWELS = frozenset("เแโใไ")
_CONSONANTS = frozenset(chr(point) for point in range(0x0E01, 0x0E2F))
_THAI_VOWEL_SIGNS = frozenset(chr(point) for point in (0x0E31, *range(0x0E34, 0x0E3B), 0x0E4D))


def fold(text: str) -> str:
    """A form in which words are found whatever their case, accents, tone marks and spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(
        char for char in decomposed if unicodedata.category(char) != "Mn" or char in _THAI_VOWEL_SIGNS
    )
    return " ".join(kept.split())


def sort_key(text: str) -> str:
    """A key whose binary order is the order of a Thai dictionary.

    A leading vowel (เ แ โ ใ ไ) sorts after the consonant it is written before. Tone marks and accents
    decide only between names that are equal without them. Cut, so that an index and a cursor hold it.
    """
    characters = list(" ".join(unicodedata.normalize("NFC", text).casefold().split()))
    position = 0
    while position < len(characters) - 1:
        if characters[position] in _LEADING_VOWELS and characters[position + 1] in _CONSONANTS:
            characters[position : position + 2] = reversed(characters[position : position + 2])
            position += 1
        position += 1
    swapped = "".join(characters)
    return f"{fold(swapped)[:SORTED]}\x01{swapped[:SORTED]}"


def name_key(name: Mapping[str, str]) -> str:
    """The sort key of a text in two languages: the Thai one where there is one."""
    return sort_key(name.get("th") or name["en"])


def search_text(name: Mapping[str, str], code: str) -> str:
    """What `q` looks into: the name in both languages, and the code."""
    return "\n".join([*(fold(name[language]) for language in sorted(name)), code])


# --- who may -----------------------------------------------------------------------------------------

OPERATOR = "operator"
AGENCY_ADMIN = "agency_admin"


def governs(
    caller_agency: str | None, caller_roles: Iterable[str], agency: str, roles: Iterable[str]
) -> bool:
    """Whether the caller may change a client or person of ``agency`` that has ``roles``.

    An agency's admin governs everyone of its agency; the operator governs agencies' admins only.
    """
    held = set(caller_roles)
    if AGENCY_ADMIN in held and caller_agency == agency:
        return True
    return OPERATOR in held and AGENCY_ADMIN in set(roles)


# --- guessing ----------------------------------------------------------------------------------------

FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FAILURES_KEPT = timedelta(hours=24)


def locked_until(failures: int, last: datetime) -> datetime | None:
    """Until when no guess is heard after so many failures in a row: 30 s, doubling, at most 15 minutes."""
    if failures < FREE_FAILURES:
        return None
    doublings = min(failures - FREE_FAILURES, 10)
    return last + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


PASSWORD_LEAST = 12
PASSWORD_MOST = 200


def password_fault(password: str, email: str) -> str | None:
    """Why a password is refused, or None. Length counts, composition does not (NIST SP 800-63B)."""
    if len(password) < PASSWORD_LEAST:
        return f"too short: at least {PASSWORD_LEAST} characters; a few words in a row are easy to remember"
    if len(password) > PASSWORD_MOST:
        return f"too long: at most {PASSWORD_MOST} characters"
    plain = password.casefold()
    local = email.partition("@")[0].casefold()
    if email.casefold() in plain or (len(local) >= 4 and local in plain):
        return "contains your mail address; choose something that is not about you"
    if plain in COMMONEST or len(set(plain)) < 4:
        return "one of the first that anybody would guess; choose another"
    return None


# --- keys --------------------------------------------------------------------------------------------

CLOCKS_APART = timedelta(minutes=1)


def last_use(successor_from: datetime, token_lifetime: timedelta) -> datetime:
    """Until when a key must verify: the last token it signed, before its successor took over, has expired."""
    return successor_from + token_lifetime + CLOCKS_APART
