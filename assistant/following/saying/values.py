"""What a mail promises or asks, as a sentence of it that can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.chat.times.values import Interval, Moment

SaidKind = Literal["promise", "their_promise", "question"]
Due = Moment | Interval


@dataclass(frozen=True, slots=True)
class Said:
    """One finding. `sentence` stands in the mail, with runs of blanks and line breaks as one blank.

    `due` is when it is to be done, or by when an answer is wanted, on the writer's clock; None where the words do not
    say or nobody can tell ("when I hear from her"). `conditional`: it holds only if something comes to pass, or if
    the reader does something first."""

    kind: SaidKind
    sentence: str
    due: Due | None = None
    conditional: bool = False
