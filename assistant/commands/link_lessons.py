"""`regarding link learn|lessons|forget ...`: what corrections teach, and what that would do to past mail."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.link_decisions import done
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line
from assistant.linking.learning import Pattern
from assistant.linking.previewing import Preview, offered_patterns, preview_lesson
from store.linking.lessons import forget_lesson, teach
from store.queries.activities import find_activity
from store.queries.lessons import LessonRow, lessons
from store.queries.record_names import find_record
from store.queries.refs import RecordRef, refs

_SHOWN = 5  # mails of a choice that people are told


@dataclass(frozen=True, slots=True)
class Choice:
    """A lesson that could be taught, and what it would do: mails that it fits and moves, and the newest of those."""

    kind: str
    value: str
    record: RecordRef
    source: str
    preview: Preview


def _learn_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("activity", metavar="ACTIVITY", help="the id of a mail that was filed by hand")
    parser.add_argument("record", metavar="RECORD", help="the record that it is regarding")
    parser.add_argument("--teach", type=count, metavar="NUMBER", help="teach the choice with this number")
    parser.add_argument("--apply", action="store_true", help="and decide past mail that it fits again")


def _learn(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    activity_id = services.read(find_activity, arguments.activity)
    record = services.read(find_record, arguments.record)
    offered = services.read(offered_patterns, activity_id, record.record_id)
    if arguments.teach is not None:
        return _teach(context, arguments, activity_id, offered)
    choices = [choice for pattern in offered if (choice := _choice(context, pattern)) is not None]
    lines = [line for number, choice in enumerate(choices, 1) for line in _lines(number, choice)]
    nothing = ["There is nothing to learn from it: what it says is known, or could mean anything."]
    return Outcome({"choices": [as_payload(each) for each in choices], "operation": None}, lines or nothing)


def _teach(context: Context, arguments: Namespace, activity_id: int, offered: tuple[Pattern, ...]) -> Outcome:
    if arguments.teach > len(offered):
        raise CommandError(f"There are {len(offered)} choices; leave --teach out to see them.")
    pattern = offered[arguments.teach - 1]
    said = f"The {pattern.kind} “{pattern.value}” stands for {pattern.record.number} {pattern.record.title}."
    what = (pattern.kind, pattern.value, pattern.record.record_id, activity_id)
    outcome = done(context, said, teach, *what, apply=arguments.apply)
    return Outcome({"choices": [], **outcome.payload}, outcome.lines)


def _choice(context: Context, pattern: Pattern) -> Choice | None:
    services = context.services()
    record_id = pattern.record.record_id
    record = services.read(refs, [record_id]).get(record_id)
    if record is None:
        return None
    preview = services.read(preview_lesson, pattern.kind, pattern.value, record_id)
    return Choice(pattern.kind, pattern.value, record, pattern.source, preview)


def _lines(number: int, choice: Choice) -> Iterator[str]:
    stands = f"{choice.record.number} {one_line(choice.record.title, 60)}"
    yield f"{number}  {choice.kind} “{one_line(choice.value, 60)}” ({choice.source}) stands for {stands}"
    yield f"   would move {choice.preview.count} of the {choice.preview.fits} newest mails that it fits"
    for move in choice.preview.moves[:_SHOWN]:
        before, after = (ref.number if ref else "nothing" for ref in (move.before, move.after))
        yield f"   {move.occurred_at:%Y-%m-%d} {one_line(move.subject, 50)}: {before} -> {after}"


def _lessons(context: Context, arguments: Namespace) -> Outcome:
    rows = context.services().read(lessons)
    return Outcome({"lessons": [as_payload(row) for row in rows]}, [_told(row) for row in rows] or ["Nothing yet."])


def _told(row: LessonRow) -> str:
    return f"{row.uid}  {row.kind} “{one_line(row.value, 60)}” stands for {row.record.number} {row.record.title}"


def _forget_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("lesson", metavar="LESSON", help="the id of a lesson (see regarding link lessons)")


def _forget(context: Context, arguments: Namespace) -> Outcome:
    return done(context, "Forgotten.", forget_lesson, arguments.lesson)


COMMANDS = (
    Command("learn", "what a corrected mail could teach, and what that would do", _learn, _learn_arguments),
    Command("lessons", "list what corrections taught", _lessons),
    Command("forget", "forget a lesson", _forget, _forget_arguments),
)
