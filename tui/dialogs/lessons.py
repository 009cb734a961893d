"""What to learn from a correction: patterns to mark, and what each would do to past mail as soon as that is known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual.widgets import OptionList

from tui.dialogs.many import ManyDialog

_LOOKING = "looking at past mail …"


class LessonDialog(ManyDialog):
    """Answers with the places of the marked patterns; `foretell` says in words what a pattern would do."""

    BETWEEN = "\n  "

    def __init__(self, heading: str, patterns: Sequence[str], foretell: Callable[[int], Awaitable[str]]) -> None:
        super().__init__(heading, [(words, _LOOKING, place == 0) for place, words in enumerate(patterns)])
        self._foretell = foretell

    def on_mount(self) -> None:
        self.run_worker(self._look(), group="foretell", exit_on_error=False)

    async def _look(self) -> None:
        for place, (words, _) in enumerate(tuple(self._choices)):
            self._choices[place] = (words, await self._foretell(place))
            self._again(self.query_one(OptionList).highlighted or 0)
