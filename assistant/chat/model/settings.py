"""Which model answers in the chat, and what it may be told. Pure.

```toml
[model]
url = "http://localhost:11434/v1"   # any endpoint with /chat/completions
name = "qwen3:14b"
tells = "request"                   # or "records", or "mail": see docs/chat.md
always = false                      # true: without --model, too
seconds = 60                        # after which the chat goes on without it
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

Tells = Literal["request", "records", "mail"]

_KEYS = ("url", "name", "tells", "always", "seconds")
_SECONDS = 60
_LONGEST = 600
_NEAR = (".local", ".lan", ".home.arpa", ".internal")  # names that are only known inside a network


class WrongSettings(Exception):
    """The settings of a model cannot be used; its text says which one and why."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """`tells` is what the model may be told: only the request, or also records, or also the text of mails. `seconds`
    is for one request in all."""

    url: str
    name: str
    tells: Tells = "request"
    always: bool = False
    seconds: int = _SECONDS

    @property
    def host(self) -> str:
        """The host's name as it stands in the address, with a port where one is given."""
        parts = urlsplit(self.url)
        return parts.netloc.rpartition("@")[2].lower()

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine, so that nothing leaves it."""
        return _is_here(urlsplit(self.url).hostname or "")

    @property
    def key_name(self) -> str:
        """What its key is called among the secrets: it belongs to the host, so that no other one is ever sent it."""
        return f"model.{urlsplit(self.url).hostname}"


def model_settings(values: Any) -> ModelSettings:
    """The table `model` of the configuration. Raises WrongSettings."""
    if not isinstance(values, Mapping):
        raise WrongSettings("'model' is to be a table, [model], with url and name")
    unknown = sorted(set(values) - set(_KEYS))
    if unknown:
        raise WrongSettings(f"'model.{unknown[0]}' is not a setting; there are {', '.join(_KEYS)}")
    url, name = (values.get(key) for key in ("url", "name"))
    for key, value in (("url", url), ("name", name)):
        if not isinstance(value, str) or not value.strip():
            raise WrongSettings(f"'model.{key}' is missing")
    tells, always, seconds = values.get("tells", "request"), values.get("always", False), values.get("seconds", 60)
    if tells not in get_args(Tells):
        raise WrongSettings(f"'model.tells' is one of {', '.join(get_args(Tells))}")
    if not isinstance(always, bool):
        raise WrongSettings("'model.always' is true or false")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 1 <= seconds <= _LONGEST:
        raise WrongSettings(f"'model.seconds' is a number from 1 to {_LONGEST}")
    return ModelSettings(_checked(str(url).strip()), str(name).strip(), tells, always, seconds)


def _checked(url: str) -> str:
    """An address that may be used, without a slash at its end. Raises WrongSettings."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise WrongSettings("'model.url' is no address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise WrongSettings("'model.url' begins with https://, or with http:// on this machine or network")
    if parts.username is not None or parts.query or parts.fragment:
        raise WrongSettings("'model.url' holds no user, password, ? or #; a key is kept with the other secrets")
    if parts.scheme == "http" and not _is_near(host):
        raise WrongSettings(f"'model.url' must begin with https://, as {host} is not on this machine or network")
    return url.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_near(host: str) -> bool:
    """Whether it is on this machine or its network, where people run models without certificates."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or _is_here(host) or host.endswith(_NEAR)


def what_leaves(settings: ModelSettings) -> str:
    """What leaves this machine, and where it goes, in one sentence."""
    if settings.is_here:
        return f"The model {settings.name} runs on this machine ({settings.host}), so nothing leaves it."
    told = {
        "request": "what you ask, the time and the list of tools; no record and no mail",
        "records": "what you ask, the list of tools and the records that answer it; no words of any mail",
        "mail": "what you ask, the list of tools, and the records and the words of mails that answer it",
    }[settings.tells]
    return f"With the model {settings.name} this goes to {settings.host}: {told}."
