"""Puts a model together with its key for a conversation."""

from __future__ import annotations

import os
from collections.abc import Callable

from assistant.chat.model.client import Client
from assistant.chat.model.conversing_with_model import Watching, WithModel
from assistant.chat.model.settings import ModelSettings
from assistant.secret_store import SecretMissing, environment_name


def with_model(settings: ModelSettings, find: Callable[[str], str], watching: Callable[[], Watching]) -> WithModel:
    """What a conversation understands by; `find` gives secrets by name and is asked once, for the first request."""
    keys: list[str] = []

    def speaking(is_stopped: Callable[[], bool]) -> Client:
        if not keys:
            keys.append(key_of(settings, find))
        return Client(settings, keys[0], is_stopped)

    return WithModel(settings, speaking, watching)


def key_of(settings: ModelSettings, find: Callable[[str], str]) -> str:
    """The key of the host, '' where there is none. A model on this machine seldom has one, so only the environment is
    looked at: keyrings may ask the user first."""
    if settings.is_here:
        return os.environ.get(environment_name(settings.key_name), "")
    try:
        return find(settings.key_name)
    except SecretMissing:
        return ""
