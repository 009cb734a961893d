"""Rules from a TOML file, or from values as the store keeps them. Pure.

Every mistake is one sentence that names the file and the rule, and all of them are told at once. With a single mistake
nothing is read: half of an ordered list of rules would be another list.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.triage import actions, conditions
from assistant.triage.model import NO, YES, Action, Condition, Rule, RuleFile, RuleKind, ScoreRule
from assistant.triage.phrases import FILE, Wording, quoted, there_are
from mail_sync.mime.plain import visible_line

_TABLES = (*(kind.value for kind in RuleKind), "score")
_RULE_KEYS = ("name", "enabled", "when", "unless", "then")
_SCORE_KEYS = ("name", "points", "when", "unless")
_MOST_RULES = 500
_MOST_VALUES = 200  # of one condition
_LONGEST = 200  # characters of a name or a value
_MOST_BYTES = 1_000_000
_MOST_POINTS = 100


class RulesError(Exception):
    """Rules that cannot be used. `mistakes` are all that are wrong with them, one sentence each."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def read_rules(text: str, file: str) -> RuleFile:
    """What a TOML file says; `file` is how sentences call it. Raises RulesError."""
    if len(text) > _MOST_BYTES:
        raise RulesError([f"{file} is longer than {_MOST_BYTES:,} characters."])
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RulesError([f"{file} is no TOML: {visible_line(str(error))}."]) from error
    return read_values(values, file)


def read_values(values: Mapping[str, Any], file: str, wording: Wording = FILE) -> RuleFile:
    """What a TOML file says, from its values. Raises RulesError."""
    reader = _Reader(file, wording)
    rules = reader.file(values)
    if reader.mistakes:
        raise RulesError(reader.mistakes)
    return rules


class _Reader:
    """Reads rules and collects what is wrong with them."""

    def __init__(self, file: str, wording: Wording = FILE) -> None:
        self._file, self._wording = file, wording
        self.mistakes: list[str] = []

    def _wrong(self, where: str, what: str) -> None:
        self.mistakes.append(f"{self._file}: {where} {what}{'' if what.endswith(('?', '.')) else '.'}")

    def file(self, values: Mapping[str, Any]) -> RuleFile:
        for name in values:
            if name not in _TABLES:
                self._wrong(f"[[{_shown(name)}]]", f"is no sort of rule; {there_are(name, _TABLES)}")
        return RuleFile(
            mail=tuple(self._rules(RuleKind.MAIL, values)),
            lead=tuple(self._rules(RuleKind.LEAD, values)),
            scores=tuple(self._scores(values)),
        )

    def _rules(self, kind: RuleKind, values: Mapping[str, Any]) -> Iterator[Rule]:
        tables = list(self._tables(kind.value, values))
        self._unique(kind.value, tables)
        for number, table in enumerate(tables, 1):
            if (rule := self.rule(kind, table, number)) is not None:
                yield rule

    def _scores(self, values: Mapping[str, Any]) -> Iterator[ScoreRule]:
        tables = list(self._tables("score", values))
        self._unique("score", tables)
        for number, table in enumerate(tables, 1):
            where = self._named("score", table, number, _SCORE_KEYS)
            found = tuple(self._conditions(RuleKind.LEAD, table, where))
            points = table.get("points")
            if not isinstance(points, int) or isinstance(points, bool) or not 0 < abs(points) <= _MOST_POINTS:
                self._wrong(where, f"needs points, a number from -{_MOST_POINTS} to {_MOST_POINTS} that is not 0")
            else:
                yield ScoreRule(_text(table.get("name")), found, points)

    def rule(self, kind: RuleKind, table: Mapping[str, Any], number: int) -> Rule | None:
        """The rule as far as it can be read; None where it cannot be made at all."""
        where = self._named(kind.value, table, number, _RULE_KEYS)
        before = len(self.mistakes)
        enabled = table.get("enabled", True)
        if not isinstance(enabled, bool):
            self._wrong(where, "sets enabled to something that is neither true nor false")
        found = tuple(self._conditions(kind, table, where))
        done = tuple(self._actions(kind, table, where))
        if len(self.mistakes) == before:
            for what in actions.contradictions(done, self._wording):
                self._wrong(where, what)
        return Rule(kind, _text(table.get("name")), found, done, enabled is True)

    def _tables(self, name: str, values: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        listed = values.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            self._wrong(f"{name}", f"is no list of rules; begin each with [[{name}]]")
        elif len(listed) > _MOST_RULES:
            self._wrong(f"[[{name}]]", f"stands there {len(listed)} times; {_MOST_RULES} rules can be used")
        else:
            yield from listed

    def _unique(self, sort: str, tables: Sequence[Mapping[str, Any]]) -> None:
        names = [name for table in tables if (name := _text(table.get("name")))]
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            self._wrong(f"{sort} rule {quoted(name)}", f"stands there {names.count(name)} times; names must differ")

    def _named(self, sort: str, table: Mapping[str, Any], number: int, keys: Sequence[str]) -> str:
        """How sentences call a rule. Tells what its name and its keys have wrong."""
        name = table.get("name")
        where = self._wording.rule(sort, quoted(name) if isinstance(name, str) and name.strip() else str(number))
        if not isinstance(name, str) or not name.strip():
            self._wrong(where, "needs a name")
        elif problem := _wrong_text(name):
            self._wrong(where, f"has a name that {problem}")
        for key in table:
            if key not in keys:
                self._wrong(where, f"says {quoted(key)}, which a rule does not have; {there_are(key, keys)}")
        return where

    def _conditions(self, kind: RuleKind, table: Mapping[str, Any], where: str) -> Iterator[Condition]:
        for under in ("when", "unless"):
            for name, value in self._under(under, table, where):
                if name not in conditions.SORTS[kind]:
                    known = conditions.unknown(kind, name)
                    self._wrong(where, f"looks at {quoted(name)}, which is no condition; {known}")
                elif values := self._values(kind, name, value, self._wording.part(where, under, name)):
                    yield Condition(name, values, unless=under == "unless")

    def _actions(self, kind: RuleKind, table: Mapping[str, Any], where: str) -> Iterator[Action]:
        for name, value in self._under("then", table, where):
            sort = actions.SORTS[kind].get(name)
            if sort is None:
                self._wrong(where, f"does {quoted(name)}, which is no action; {actions.unknown(kind, name)}")
                continue
            at = self._wording.part(where, "then", name)
            if sort.is_flag:
                value = YES if value is True else value
                if value != YES:
                    self._wrong(at, "must be true")
                    continue
            if not isinstance(value, str):
                self._wrong(at, "is no text")
            elif problem := _wrong_text(value) or sort.wrong(value):
                self._wrong(at, f"{quoted(value)} {problem}")
            else:
                yield Action(name, value)

    def _under(self, key: str, table: Mapping[str, Any], where: str) -> Iterator[tuple[str, Any]]:
        found = table.get(key, {})
        if isinstance(found, dict):
            yield from found.items()
        else:
            self._wrong(where, f"has {key} without a name; write {key}.NAME = ...")

    def _values(self, kind: RuleKind, name: str, value: Any, at: str) -> tuple[str, ...]:
        """The values of a condition; none where something is wrong with them."""
        sort = conditions.SORTS[kind][name]
        if sort.is_flag:
            if not isinstance(value, bool):
                self._wrong(at, "must be true or false")
                return ()
            return (YES if value else NO,)
        values = value if isinstance(value, list) else [value]
        if not 0 < len(values) <= _MOST_VALUES:
            self._wrong(at, f"needs 1 to {_MOST_VALUES} values")
            return ()
        before = len(self.mistakes)
        for each in values:
            if not isinstance(each, str):
                self._wrong(at, "has a value that is no text; put it in quotation marks")
            elif problem := _wrong_text(each) or sort.wrong(each):
                self._wrong(at, f"{quoted(each)} {problem}")
        return tuple(values) if len(self.mistakes) == before else ()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _shown(name: str) -> str:
    return quoted(name).strip('"')


def _wrong_text(text: str) -> str:
    """What no text in a rule may be."""
    if not text.strip():
        return "is empty"
    if len(text) > _LONGEST + 2:  # a pattern may be that long, and has two slashes
        return f"is longer than {_LONGEST} characters"
    return "has characters that cannot be shown" if visible_line(text) != text else ""
