"""An authorization server such as Microsoft Entra ID: applications, grants and tokens.

Grants: client_credentials, authorization_code with PKCE (RFC 7636), refresh_token, password, and the device code of
RFC 8628. Errors are those of https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code and its
neighbours. Time is the sandbox's clock, so that a test can let tokens expire.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlencode

from mail_sync.sandbox.model import Mailbox, Model, NotFound
from mail_sync.sandbox.signin.caller import Caller
from mail_sync.sandbox.signin.grants import Application, BadToken, Device, Grant, Refused, Token

EXCHANGE = "https://outlook.office365.com"
APP_ROLE = "full_access_as_app"
USER_SCOPE = "EWS.AccessAsUser.All"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
Answer = tuple[int, dict[str, object]]


@dataclass(slots=True)
class Authority:
    """All registrations, grants and tokens of one sandbox. `declined` is what a refused device is told: Entra says
    authorization_declined, RFC 8628 access_denied."""

    model: Model
    lifetime: timedelta = timedelta(hours=1)
    refresh_lifetime: timedelta = timedelta(days=90)
    device_lifetime: timedelta = timedelta(minutes=15)
    interval: timedelta = timedelta(seconds=5)
    declined: str = "authorization_declined"
    _applications: dict[str, Application] = field(default_factory=dict)
    _tokens: dict[str, Token] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _codes: dict[str, Grant] = field(default_factory=dict)
    _devices: dict[str, Device] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def register(self, client_id: str, secret: str = "", *, acts_for_all: bool = True) -> Application:
        """Make an application known."""
        with self._lock:
            made = self._applications[client_id] = Application(client_id, secret, acts_for_all)
            return made

    def token(self, form: Mapping[str, str]) -> Answer:
        """The token endpoint (RFC 6749 section 3.2): (HTTP status, JSON)."""
        grants: dict[str, Callable[[Mapping[str, str], Application], Answer]] = {
            "client_credentials": self._client_credentials,
            "authorization_code": self._authorization_code,
            "refresh_token": self._refresh_token,
            "password": self._password,
            DEVICE_GRANT: self._device_code,
        }
        with self._lock:
            try:
                grant = grants.get(form.get("grant_type", ""))
                if grant is None:
                    raise Refused("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
                return grant(form, self._application(form))
            except Refused as error:
                return self._error(error)

    def device(self, form: Mapping[str, str], verification_uri: str) -> Answer:
        """The device authorization endpoint (RFC 8628 section 3.2)."""
        with self._lock:
            try:
                client_id = self._known(form).client_id
            except Refused as error:
                return self._error(error)
            code = secrets.token_urlsafe(48)
            user_code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(9))
            self._devices[code] = Device(client_id, user_code, self._now() + self.device_lifetime, self.interval)
            return 200, {
                "user_code": user_code,
                "device_code": code,
                "verification_uri": verification_uri,
                "expires_in": int(self.device_lifetime.total_seconds()),
                "interval": int(self.interval.total_seconds()),
                "message": f"To sign in, use a web browser to open the page {verification_uri} and enter the code "
                f"{user_code} to authenticate.",
            }

    def authorize(self, query: Mapping[str, str]) -> str:
        """Where the authorization endpoint sends the browser: the user of login_hint agrees at once. Raises NotFound
        for an unknown user, Refused for an unknown application."""
        with self._lock:
            client_id = self._known(query).client_id
            user = self.model.mailbox(query.get("login_hint", ""))
            code = secrets.token_urlsafe(32)
            challenge = query.get("code_challenge", "")
            life = self._now() + timedelta(minutes=10)
            self._codes[code] = Grant(client_id, user.address.lower(), user.password, life, challenge)
        given = {"code": code, "state": query.get("state", "")}
        return f"{query.get('redirect_uri', '')}?{urlencode(given)}"

    def approve(self, user_code: str, address: str) -> None:
        """The user enters the code and signs in. Raises NotFound."""
        with self._lock:
            self._waiting(user_code).user = self.model.mailbox(address).address.lower()

    def deny(self, user_code: str) -> None:
        """The user enters the code and says no. Raises NotFound."""
        with self._lock:
            self._waiting(user_code).denied = True

    def revoke(self, address: str = "", *, refresh_too: bool = True) -> int:
        """End the tokens of a user (of everybody without an address); how many access tokens there were."""
        wanted = address.lower()
        with self._lock:
            gone = [value for value, token in self._tokens.items() if wanted in ("", token.user)]
            for value in gone:
                del self._tokens[value]
            if refresh_too:
                kept = {value: grant for value, grant in self._refresh.items() if wanted not in ("", grant.user)}
                self._refresh = kept
            return len(gone)

    def caller(self, value: str) -> Caller:
        """Who a bearer token speaks for. Raises BadToken."""
        with self._lock:
            token = self._tokens.get(value)
        if token is None:
            raise BadToken('2000002;reason="The token is not valid.";error_category="invalid_token"')
        if token.expires <= self._now():
            raise BadToken('2000001;reason="The token has expired.";error_category="token_expired"')
        if not token.user:
            return Caller(None, token.client_id)
        try:
            return Caller(self.model.mailbox(token.user), token.client_id)
        except NotFound as error:
            raise BadToken('2000005;reason="The user is unknown.";error_category="invalid_user"') from error

    def _now(self) -> datetime:
        return self.model.now()

    def _waiting(self, user_code: str) -> Device:
        for device in self._devices.values():
            if device.user_code == user_code.strip().upper():
                return device
        raise NotFound(user_code)

    def _known(self, form: Mapping[str, str]) -> Application:
        found = self._applications.get(form.get("client_id", ""))
        if found is None:
            sentence = f"Application with identifier '{form.get('client_id', '')}' was not found in the directory."
            raise Refused("unauthorized_client", 700016, sentence)
        return found

    def _application(self, form: Mapping[str, str]) -> Application:
        """The application, which has shown its secret if it has one."""
        found = self._known(form)
        if not found.secret:
            return found
        if not hmac.compare_digest(found.secret.encode(), form.get("client_secret", "").encode()):
            raise Refused("invalid_client", 7000215, "Invalid client secret provided.", 401)
        if found.secret_expired:
            raise Refused("invalid_client", 7000222, "The provided client secret keys are expired.", 401)
        return found

    def _client_credentials(self, _: Mapping[str, str], application: Application) -> Answer:
        if not application.secret:
            raise Refused("invalid_client", 7000218, "The request body must contain client_secret.", 401)
        if not application.acts_for_all:
            raise Refused("unauthorized_client", 65001, "The application has not been given consent.")
        return 200, self._access(application.client_id, "")

    def _authorization_code(self, form: Mapping[str, str], application: Application) -> Answer:
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or grant.client_id != application.client_id or grant.expires <= self._now():
            raise Refused("invalid_grant", 70008, "The provided authorization code has expired or is not valid.")
        shown = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if grant.challenge and _b64(shown) != grant.challenge:
            raise Refused("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        return 200, self._for_user(application.client_id, self.model.mailbox(grant.user))

    def _refresh_token(self, form: Mapping[str, str], application: Application) -> Answer:
        grant = self._refresh.get(form.get("refresh_token", ""))
        if grant is None or grant.client_id != application.client_id:
            raise Refused("invalid_grant", 9002313, "The refresh token is malformed or not valid.")
        if grant.expires <= self._now():
            raise Refused("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
        mailbox = self.model.mailbox(grant.user)
        if mailbox.password != grant.password:
            raise Refused("invalid_grant", 50173, "The provided grant has expired due to it being revoked.")
        return 200, self._for_user(application.client_id, mailbox)

    def _password(self, form: Mapping[str, str], application: Application) -> Answer:
        try:
            mailbox = self.model.mailbox(form.get("username", ""))
        except NotFound:
            raise Refused("invalid_grant", 50034, "The user account does not exist in the directory.") from None
        if not hmac.compare_digest(mailbox.password.encode(), form.get("password", "").encode()):
            raise Refused("invalid_grant", 50126, "Error validating credentials due to invalid username or password.")
        return 200, self._for_user(application.client_id, mailbox)

    def _device_code(self, form: Mapping[str, str], application: Application) -> Answer:
        code = form.get("device_code", "")
        device = self._devices.get(code)
        if device is None or device.client_id != application.client_id:
            raise Refused("bad_verification_code", 70019, "The device code is not recognised.")
        now = self._now()
        if device.expires <= now:
            raise Refused("expired_token", 70020, "The device code has expired.")
        if device.denied:
            raise Refused(self.declined, 70018, "The user declined the sign-in.")
        if device.user:
            del self._devices[code]
            return 200, self._for_user(application.client_id, self.model.mailbox(device.user))
        hasty = device.polled is not None and now - device.polled < device.interval
        device.polled = now
        if hasty:
            device.interval += timedelta(seconds=5)  # RFC 8628 section 3.5
            raise Refused("slow_down", 70016, "The client polls too often.")
        raise Refused("authorization_pending", 70016, "The user has not yet entered the code.")

    def _for_user(self, client_id: str, mailbox: Mailbox) -> dict[str, object]:
        user = mailbox.address.lower()
        answer = self._access(client_id, user)
        refresh = secrets.token_urlsafe(48)
        self._refresh[refresh] = Grant(client_id, user, mailbox.password, self._now() + self.refresh_lifetime)
        return answer | {"scope": f"{EXCHANGE}/{USER_SCOPE}", "refresh_token": refresh}

    def _access(self, client_id: str, user: str) -> dict[str, object]:
        now = self._now()
        token = Token(client_id, user, now + self.lifetime)
        seconds = int(self.lifetime.total_seconds())
        self._tokens[self._signed(token, now)] = token
        value = next(reversed(self._tokens))
        return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": value}

    def _signed(self, token: Token, now: datetime) -> str:
        """The token as a JWT (RFC 7519); this server looks it up and never reads it back."""
        claims: dict[str, object] = {
            "aud": EXCHANGE,
            "appid": token.client_id,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int(token.expires.timestamp()),
            "uti": secrets.token_urlsafe(16),
        }
        claims |= {"upn": token.user, "scp": USER_SCOPE} if token.user else {"roles": [APP_ROLE]}
        parts = [_b64(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims)]
        signature = hmac.digest(self._key, ".".join(parts).encode(), "sha256")
        return ".".join([*parts, _b64(signature)])

    def _error(self, error: Refused) -> Answer:
        return error.status, {
            "error": error.error,
            "error_description": f"AADSTS{error.number}: {error.sentence}",
            "error_codes": [error.number],
            "timestamp": f"{self._now():%Y-%m-%d %H:%M:%SZ}",
        }


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
