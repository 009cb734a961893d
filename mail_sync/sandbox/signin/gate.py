"""Who may come in: the sign-in schemes a server offers, and what a request shows of them."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass
from enum import StrEnum

from mail_sync.sandbox.model import Mailbox, Model, NotFound
from mail_sync.sandbox.signin import ntlm
from mail_sync.sandbox.signin.caller import Caller
from mail_sync.sandbox.signin.grants import BadToken
from mail_sync.sandbox.signin.oauth import Authority

EXCHANGE_ID = "00000002-0000-0ff1-ce00-000000000000"  # the well-known client id of Exchange Online


class Scheme(StrEnum):
    """Sign-in schemes, by their name in WWW-Authenticate."""

    BASIC = "Basic"
    NTLM = "NTLM"
    BEARER = "Bearer"


@dataclass(slots=True)
class Connection:
    """What a keep-alive connection remembers: NTLM signs in connections, not requests."""

    challenge: bytes = b""
    mailbox: Mailbox | None = None
    password: str = ""  # at sign-in: a changed one ends it


@dataclass(frozen=True, slots=True)
class Refusal:
    """HTTP 401 with these headers; an NTLM handshake goes on over the same connection."""

    headers: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Gate:
    """Checks the Authorization header. `schemes` may be changed while requests are answered."""

    model: Model
    authority: Authority
    schemes: tuple[Scheme, ...] = (Scheme.BASIC,)

    def check(self, authorization: str, connection: Connection, base: str) -> Caller | Refusal:
        """The caller, or what to answer instead; `base` is the server's own address."""
        if not authorization and (known := self._still_signed_in(connection)) is not None:
            return Caller(known)
        name, _, token = authorization.partition(" ")
        scheme = next((one for one in self.schemes if one.lower() == name.lower()), None)
        if scheme is Scheme.BASIC:
            return self._basic(token) or self.refusal(base)
        if scheme is Scheme.NTLM:
            return self._ntlm(token, connection) or self.refusal(base)
        if scheme is Scheme.BEARER:
            try:
                return self.authority.caller(token.strip())
            except BadToken as error:
                return self.refusal(base, str(error))
        return self.refusal(base)

    def refusal(self, base: str, diagnostics: str = "") -> Refusal:
        """The challenges of all schemes (RFC 9110 section 11.6.1), each in its own header as IIS sends them."""
        challenges = {
            Scheme.BASIC: 'Basic realm="sandbox"',
            Scheme.NTLM: "NTLM",
            Scheme.BEARER: f'Bearer client_id="{EXCHANGE_ID}", '
            'trusted_issuers="00000001-0000-0000-c000-000000000000@*", '
            'token_types="app_asserted_user_v1 service_asserted_app_v1", '
            f'authorization_uri="{base}/common/oauth2/v2.0/authorize"'
            + (', error="invalid_token"' if diagnostics else ""),
        }
        headers = [("WWW-Authenticate", challenges[scheme]) for scheme in self.schemes]
        if diagnostics:
            headers.append(("x-ms-diagnostics", diagnostics))
        elif self.schemes == (Scheme.BEARER,):
            headers.append(("MS-Diagnostics-Public", '4000000;reason="Modern Auth is required."'))
        return Refusal(tuple(headers))

    def _still_signed_in(self, connection: Connection) -> Mailbox | None:
        mailbox = connection.mailbox
        return mailbox if mailbox is not None and mailbox.password == connection.password else None

    def _mailbox(self, name: str) -> Mailbox | None:
        """The mailbox of an address, or of DOMAIN\\user where the user is what stands before the @."""
        user = name.rpartition("\\")[2]
        try:
            return self.model.mailbox(user)
        except NotFound:
            found = [one for one in self.model.mailboxes.values() if one.address.lower().split("@")[0] == user.lower()]
            return found[0] if len(found) == 1 and "\\" in name else None

    def _basic(self, token: str) -> Caller | None:
        """RFC 7617."""
        try:
            name, _, password = b64decode(token).decode("utf-8", "replace").partition(":")
        except binascii.Error:
            return None
        mailbox = self._mailbox(name)
        if mailbox is None or not hmac.compare_digest(password.encode(), mailbox.password.encode()):
            return None
        return Caller(mailbox)

    def _ntlm(self, token: str, connection: Connection) -> Caller | Refusal | None:
        """One step of the handshake; a failed one starts anew (RFC 4559 describes the same dance for Negotiate)."""
        challenge, connection.challenge, connection.mailbox = connection.challenge, b"", None
        try:
            message = b64decode(token)
            if ntlm.kind(message) == 1:
                connection.challenge = ntlm.new_challenge()
                reply = ntlm.challenge_message(connection.challenge, self.model.now())
                return Refusal((("WWW-Authenticate", f"NTLM {b64encode(reply).decode()}"),))
            answer = ntlm.read_answer(message)
        except (binascii.Error, ntlm.BadMessage):
            return None
        mailbox = self._mailbox(f"{answer.domain}\\{answer.user}")
        if not challenge or mailbox is None or not answer.proves(mailbox.password, challenge):
            return None
        connection.mailbox, connection.password = mailbox, mailbox.password
        return Caller(mailbox)
