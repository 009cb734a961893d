"""What is wrong with a command line, in words: argparse speaks of its own parts."""

from __future__ import annotations

import re
from difflib import get_close_matches

_CHOICE = re.compile(r"argument (?P<what>\S+): invalid choice: (?P<said>'.*?'|\".*?\") \(choose from (?P<known>.*)\)")
_MISSING = re.compile(r"the following arguments are required: (?P<names>.*)")
_LISTED = 20  # names that a sentence still bears
_COMMANDS = ("COMMAND", "ACTION")  # how the parsers call the name of what is to be done


def usage_words(message: str, command: str) -> str:
    """One sentence from what argparse says about `regarding case ...`."""
    if found := _CHOICE.fullmatch(message):
        said = found["said"][1:-1]
        known = [name.strip("'\" ") for name in found["known"].split(",")]
        near = get_close_matches(said, known, n=1)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}; see `{command} --help`."
        if len(known) > _LISTED and not near:
            meant = f"`{command} --help` lists what there is."
        if found["what"] in _COMMANDS:
            return f"There is no `{command} {said}`; {meant}"
        return f"{found['what']} cannot be {said}; {meant}"
    if found := _MISSING.fullmatch(message):
        said = "what to do" if found["names"] in _COMMANDS else found["names"]
        return f"`{command}` has to be told {said}; see `{command} --help`."
    if message.startswith("unrecognized arguments: "):
        return f"`{command}` knows no {message.partition(': ')[2]}; see `{command} --help`."
    message = message.removeprefix("argument ")
    return f"{message[:1].upper()}{message[1:].rstrip('.')}; see `{command} --help`."
