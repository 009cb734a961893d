"""A mail, an appointment, a booking, a task: by number, by what is open, else as it is described."""

from __future__ import annotations

from typing import Any

from assistant.chat.understanding import timing
from assistant.chat.understanding.filling import SHOWN_AS, THINGS, Filling, ask, take_pointed
from assistant.chat.understanding.values import LAST, SCREEN, Argument

_DESCRIBING = {
    "mail": (("sender", ("contact", "account", "colleague", "lead")),),
    "appointment": (("person", ("contact", "colleague", "lead")), ("record", ("account",))),
    "booking": (("service", ("service",)), ("record", ("account", "contact")), ("resource", ("resource",))),
    "task": (("record", ("contact", "account", "lead")),),
    "follow_up": (("record", ("contact", "account", "lead")),),
}  # fmt: skip


def things(filling: Filling, argument: Argument) -> None:
    """A mail, an appointment, a booking, a task: by number, by what is open, else as it is described."""
    if argument.type not in THINGS:
        return
    for at in filling.free(argument.type):
        if "number" in filling.items[at].marks:
            filling.take(argument.name, filling.items[at].value, at)
            return
    shown = filling.situation.screen
    at_hand = shown is not None and shown.kind in SHOWN_AS.get(argument.type, (argument.type,))
    pointed = [at for at in filling.free("reference") if filling.items[at].value]
    if pointed:
        take_pointed(filling, argument, pointed[0])
    elif at_hand and not _described(filling, argument, keep=False):
        filling.values[argument.name] = SCREEN
    elif described := _described(filling, argument, keep=True):
        filling.values[argument.name] = described
    elif argument.required and filling.situation.last and shown is None:
        if len(filling.situation.last) == 1:
            filling.values[argument.name] = LAST
        else:
            ask(filling, argument, [(f"${n}", said) for n, said in enumerate(filling.situation.last, 1)])
    elif argument.required and at_hand:
        filling.values[argument.name] = SCREEN


def _described(filling: Filling, argument: Argument, *, keep: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"text": said} if (said := filling.texts.get(argument.name)) else {}
    places: list[int] = []
    others = {one.name for one in filling.shape.arguments}
    new = filling.words.before["new"]
    for name, kinds in _DESCRIBING[argument.type]:
        for at in dict.fromkeys(at for kind in kinds for at in filling.free(kind)):
            moved = name in others and filling.before(at) in new
            good = (
                [one for one in filling.items[at].value if one.kind in kinds]
                if "name" in filling.items[at].marks
                else []
            )
            if good and not moved and at not in places and name not in described:
                described[name] = good[0].title
                places.append(at)
    times = filling.free("time")
    moving = any(one.name in ("start", "until") for one in filling.shape.arguments)
    old = [at for at in times if filling.before(at) not in new] if moving else times
    if moving and len(times) == 1 and "resource" not in filling.values:
        old = []
    for at in old[:1]:
        when = timing.as_when(filling.items[at].value)
        if when:
            described["start" if "T" in when.value else "day"] = when.value
            places.append(at)
    if keep:
        filling.used.update(places)
    return described
