"""Which handler carries out which verb."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.outbox.handling import Handler
from store.outbox import Verb

HANDLERS: Mapping[Verb, Handler] = {}
