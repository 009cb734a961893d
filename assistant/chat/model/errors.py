"""What can go wrong with a model, each with the sentence a user reads. The chat goes on without it.

ModelTrouble
├── NotReached      no connection
├── TooSlow         no answer, or no whole one, in time
├── KeyRefused      401, 403
├── NotThere        404, or a redirection
├── TooOften        429
├── Failed          any other status, or an error in the stream
├── Garbled         what came is not what the API says
├── TooMuch         more than is taken
├── NoUse           it called nothing and said nothing that can be shown
└── Stopped         by the user, so nothing else is tried
"""

from __future__ import annotations


class ModelTrouble(Exception):
    """The model at {host} is of no use now{detail}."""

    def __init__(self, host: str, detail: str = "") -> None:
        self.host, self.detail = host, detail
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        said = (self.__class__.__doc__ or "").strip().splitlines()[0]
        return said.format(host=self.host, detail=f" ({self.detail})" if self.detail else "")


class NotReached(ModelTrouble):
    """The model at {host} cannot be reached{detail}."""


class TooSlow(ModelTrouble):
    """The model at {host} did not answer in time{detail}."""


class KeyRefused(ModelTrouble):
    """The model at {host} does not accept the key{detail}."""


class NotThere(ModelTrouble):
    """There is no such model, or no chat, at {host}{detail}."""


class TooOften(ModelTrouble):
    """The model at {host} was asked too often and answers later{detail}."""


class Failed(ModelTrouble):
    """The model at {host} failed{detail}."""


class Garbled(ModelTrouble):
    """What the model at {host} answered could not be read{detail}."""


class TooMuch(ModelTrouble):
    """The model at {host} answered more than is taken{detail}."""


class NoUse(ModelTrouble):
    """The model at {host} gave no answer that rests on anything{detail}."""


class Stopped(ModelTrouble):
    """You stopped the model at {host}{detail}."""


def refused(host: str, status: int, said: str = "") -> ModelTrouble:
    """The trouble that an HTTP status means; `said` is what the server wrote beside it."""
    kind: type[ModelTrouble] = Failed
    if status in (401, 403):
        kind = KeyRefused
    elif status == 404 or 300 <= status < 400:
        kind = NotThere
    elif status == 429:
        kind = TooOften
    return kind(host, f"{status}: {said}" if said else str(status))
