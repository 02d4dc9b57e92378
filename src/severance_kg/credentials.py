"""Who asks: a user's name and password, told to a service as Basic (RFC 7617) or Digest (RFC 7616) want it.

They come from ``SEVERANCE_KG_USER`` and ``SEVERANCE_KG_PASSWORD``, and are sent unasked only where nobody listens on the way.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
import secrets
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass, field

from severance_kg.errors import StoreError

_CHALLENGE = re.compile(r"(?i)\b(digest|basic)\s+(?=\w+\s*=)|\b(basic)\s*(?:,|$)")
_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
HIDDEN = "[hidden]"
_HASHES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}


@dataclass
class Credentials:
    """A name and a password, and what a service last asked for."""

    user: str
    password: str = field(repr=False)
    _challenge: dict[str, str] | None = None
    _basic: bool = False
    _waits: bool = False
    _count: int = 0

    def header(self, method: str, target: str, *, private: bool) -> str | None:
        """Return the value of ``Authorization``, or nothing if none is due yet.

        ``private`` tells that nobody can listen: over TLS, or on one machine. There Basic needs no challenge.
        """
        if self._challenge is not None:
            return self._digest(self._challenge, method, target)
        if self._basic or (private and not self._waits):
            return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return None

    def hidden(self, text: str, sent: str | None = None) -> str:
        """Return what a service says without the password, plain or in a usual coding, and without the header that was sent."""
        for secret in sorted(self._secrets(sent or ""), key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return text

    def _secrets(self, sent: str) -> set[str]:
        plain, both = self.password, f"{self.user}:{self.password}"
        coded = {base64.b64encode(one.encode()).decode() for one in (plain, both)}
        coded |= {urllib.parse.quote(plain, safe=""), urllib.parse.quote_plus(plain), json.dumps(plain)[1:-1], html.escape(plain)}
        told = sent.partition(" ")[2]
        return {one for one in (plain, told, *coded, *re.findall(r'response="(\w+)"', told)) if one}

    def challenged(self, headers: Iterable[str], sent: str | None) -> bool:
        """Take in the values of ``WWW-Authenticate``; tell whether another try may do better than what was sent."""
        offers = [offer for header in headers for offer in _offers(header)]
        fit = [given for scheme, given in offers if scheme == "digest" and _known(given)]
        if fit:
            # The strongest that is offered; a service lists what it prefers first.
            self._challenge = max(fit, key=lambda given: _algorithm(given).startswith("SHA"))
            self._count = 0
            return sent is None or not sent.startswith("Digest") or self._challenge.get("stale", "").lower() == "true"
        if any(scheme == "basic" for scheme, _ in offers):
            self._challenge, self._basic = None, True
            return sent is None or not sent.startswith("Basic")
        if not offers and sent and sent.startswith("Basic") and not self._waits:
            # Virtuoso tells that it wants Digest to those only who come with nothing.
            self._waits, self._basic = True, False
            return True
        return False

    def _digest(self, challenge: dict[str, str], method: str, target: str) -> str:
        name = _algorithm(challenge)
        made = _HASHES[name.removesuffix("-SESS")]

        def digest(*parts: str) -> str:
            return hashlib.new(made, ":".join(parts).encode()).hexdigest()

        realm, nonce = challenge.get("realm", ""), challenge.get("nonce", "")
        self._count += 1
        once, count = secrets.token_hex(16), f"{self._count:08x}"
        first = digest(self.user, realm, self.password)
        if name.endswith("-SESS"):
            first = digest(first, nonce, once)
        second = digest(method, target)
        told = {"username": self.user, "realm": realm, "nonce": nonce, "uri": target}
        plain = {"algorithm": challenge["algorithm"]} if "algorithm" in challenge else {}
        if "qop" in challenge:
            told |= {"cnonce": once, "response": digest(first, nonce, count, once, "auth", second)}
            plain |= {"qop": "auth", "nc": count}
        else:
            told["response"] = digest(first, nonce, second)
        if "opaque" in challenge:
            told["opaque"] = challenge["opaque"]
        parts = [f'{key}="{_quoted(value)}"' for key, value in told.items()]
        return "Digest " + ", ".join(parts + [f"{key}={value}" for key, value in plain.items()])


def from_environment() -> Credentials | None:
    """Return what ``SEVERANCE_KG_USER`` and ``SEVERANCE_KG_PASSWORD`` hold, or nothing if either is not set.

    Raises:
        StoreError: they hold what no header can.
    """
    user, password = os.environ.get("SEVERANCE_KG_USER"), os.environ.get("SEVERANCE_KG_PASSWORD")
    if not user or password is None:
        return None
    if ":" in user or not (user + password).isprintable():
        hint = "a name has no colon, and neither has a line break"
        raise StoreError("the name or the password cannot be sent", where="SEVERANCE_KG_USER", hint=hint)
    return Credentials(user, password)


def _offers(header: str) -> list[tuple[str, dict[str, str]]]:
    starts = list(_CHALLENGE.finditer(header))
    ends = [one.start() for one in starts[1:]] + [len(header)] * bool(starts)
    found = zip(starts, ends, strict=True)
    return [((one[1] or one[2]).lower(), _parameters(header[one.end() : end])) for one, end in found]


def _parameters(text: str) -> dict[str, str]:
    return {m[1].lower(): re.sub(r"\\(.)", r"\1", m[2]) if m[2] is not None else m[3] for m in _PARAMETER.finditer(text)}


def _algorithm(challenge: dict[str, str]) -> str:
    return challenge.get("algorithm", "MD5").upper()


def _known(challenge: dict[str, str]) -> bool:
    fits = "qop" not in challenge or "auth" in re.split(r"[\s,]+", challenge["qop"].lower())
    return fits and _algorithm(challenge).removesuffix("-SESS") in _HASHES


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
