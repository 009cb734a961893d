"""The language model of the chat: what leaves this machine for it, and whether it answers."""

from __future__ import annotations

from collections.abc import Callable

from assistant.chat.model.client import models_at
from assistant.chat.model.connecting import key_of
from assistant.chat.model.errors import KeyRefused, ModelTrouble, NotThere
from assistant.chat.model.settings import ModelSettings, what_leaves
from assistant.doctor.finding import Finding, ok, warning

_SHOWN = 5


def findings(settings: ModelSettings, find: Callable[[str], str]) -> tuple[Finding, ...]:
    """`find` gives a secret by its name. The chat goes on without a model, so nothing here is a problem."""
    leaves = ok("what leaves", what_leaves(settings))
    try:
        return leaves, offered(settings, models_at(settings, key_of(settings, find)))
    except KeyRefused as trouble:
        return leaves, warning("model", trouble.sentence, f"keyring set regarding {settings.key_name}")
    except NotThere:
        return leaves, ok("model", f"{settings.host} answers, and does not tell which models it has.")
    except ModelTrouble as trouble:
        return leaves, warning("model", f"{trouble.sentence[:-1]}; the chat goes on without it.")


def offered(settings: ModelSettings, names: tuple[str, ...]) -> Finding:
    if settings.name in names:
        return ok("model", f"{settings.host} answers, and has {settings.name}.")
    told = f"{', '.join(names[:_SHOWN])}{' and others' if len(names) > _SHOWN else ''}" if names else "none"
    return warning("model", f"{settings.host} answers, but tells of no model {settings.name}; it has {told}.")
