"""The errors a caller can meet, each with the status it is answered with; `shared/http.py` renders them.

::

    Problem
    ├── Unreadable          400  the body is not what its media type says
    ├── Unauthenticated     401  no token, or one that is expired, forged or disabled
    ├── Forbidden           403  a right is missing on an object that may be known
    ├── NotFound            404  missing, or another agency's: the same answer
    ├── Conflict            409  the object's state does not allow it
    │   └── NotYetKnown     409  a body names an id that this service has not heard of (yet)
    ├── Gone                410  a cursor older than what is kept
    ├── PreconditionFailed  412  If-Match names another version
    ├── TooLarge            413
    ├── UnsupportedMedia    415
    ├── Unprocessable       422  readable, but wrong: `errors` says where
    ├── TooManyRequests     429  with Retry-After
    └── Unavailable         503  with Retry-After
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: an RFC 6901 pointer into the body (or ``?name`` of a parameter) and why."""

    pointer: str
    detail: str


class Problem(Exception):
    """An answer in `application/problem+json` (RFC 9457). `detail` says what is wrong and what to do."""

    status = 500
    slug = "internal"
    title = "Something went wrong on our side"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        slug: str | None = None,
        title: str | None = None,
        retry_after: float | None = None,
        headers: dict[str, str] | None = None,
        members: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.slug = slug or type(self).slug
        self.title = title or type(self).title
        self.retry_after = retry_after
        self.headers = headers or {}
        self.members = members or {}
        """Further members of the answer, where a protocol has its own (RFC 6749)."""

    def __str__(self) -> str:
        faults = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in self.errors[:5])
        return f"{self.detail} ({faults})" if faults else self.detail


class Unreadable(Problem):
    status, slug, title = 400, "unreadable", "The body cannot be read"


class Unauthenticated(Problem):
    status, slug, title = 401, "unauthenticated", "A valid access token is needed"


class Forbidden(Problem):
    status, slug, title = 403, "forbidden", "A right is missing"


class NotFound(Problem):
    status, slug, title = 404, "not-found", "Not found, or not open to you"


class Conflict(Problem):
    status, slug, title = 409, "conflict", "The state does not allow this"


class NotYetKnown(Conflict):
    slug, title = "not-yet-known", "Names something that is not known here (yet)"

    def __init__(self, detail: str, *, errors: Sequence[Fault] = ()) -> None:
        super().__init__(detail, errors=errors, retry_after=2)


class Gone(Problem):
    status, slug, title = 410, "gone", "No longer kept"


class PreconditionFailed(Problem):
    status, slug, title = 412, "precondition-failed", "Changed meanwhile"


class TooLarge(Problem):
    status, slug, title = 413, "too-large", "The body is too large"


class UnsupportedMedia(Problem):
    status, slug, title = 415, "unsupported-media-type", "The media type is not supported"


class Unprocessable(Problem):
    status, slug, title = 422, "unprocessable", "The content is wrong"


class TooManyRequests(Problem):
    status, slug, title = 429, "too-many-requests", "Too many requests"


class Unavailable(Problem):
    status, slug, title = 503, "unavailable", "Not available at the moment"
