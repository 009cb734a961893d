"""Files of triage rules as commands read and write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.commands.base import CommandError, Context
from assistant.triage.model import RuleFile
from assistant.triage.reading import RulesError
from assistant.triage.stored import check_rules


def read_rule_file(context: Context, path: Path, *, otherwise: str) -> RuleFile:
    """What the file says, where everything it names is there. All mistakes are told; what ends the command is one
    sentence, which says what is the case `otherwise` ("nothing was tried"). Raises CommandError."""
    file = str(path)
    try:
        return context.services().read(check_rules, path.read_text("utf-8-sig"), file)
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {file}.") from error
    except OSError as error:
        raise CommandError(f"{file} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is no text in UTF-8.") from error
    except RulesError as error:
        raise _refused(context, error.mistakes, file, otherwise) from error


def _refused(context: Context, mistakes: Sequence[str], file: str, otherwise: str) -> CommandError:
    if len(mistakes) == 1:
        return CommandError(mistakes[0])
    for mistake in mistakes:
        context.say(mistake)
    return CommandError(f"{file} has {len(mistakes)} mistakes; {otherwise}.")
