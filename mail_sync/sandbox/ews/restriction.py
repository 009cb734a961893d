"""Restrictions and sort orders of FindItem, evaluated over what the server would show of each item.

A field's value is the text of its own rendering, so a filter can never disagree with what GetItem answers.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/restriction
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

from lxml import etree

from mail_sync.sandbox.ews.fields_contact import INDEXED
from mail_sync.sandbox.ews.mapi import value_of
from mail_sync.sandbox.ews.render import TABLES, element_name
from mail_sync.sandbox.ews.shape import Shape, read_extended
from mail_sync.sandbox.ews.soap import EwsError, T
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.model import Value as Stored

Predicate = Callable[[View], bool]
Value = tuple[int, float, str]  # a rank that keeps kinds apart, a number, a text: comparable whatever they are
TEXTS = re.compile(r">([^<]+)<")
COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    f"{T}IsEqualTo": operator.eq,
    f"{T}IsNotEqualTo": operator.ne,
    f"{T}IsGreaterThan": operator.gt,
    f"{T}IsGreaterThanOrEqualTo": operator.ge,
    f"{T}IsLessThan": operator.lt,
    f"{T}IsLessThanOrEqualTo": operator.le,
}


def predicate(node: etree._Element) -> Predicate:
    """The test a restriction element stands for. Raises EwsError for what this server cannot search."""
    children = list(node)
    if node.tag == f"{T}And":
        tests = [predicate(child) for child in children]
        return lambda view: all(test(view) for test in tests)
    if node.tag == f"{T}Or":
        tests = [predicate(child) for child in children]
        return lambda view: any(test(view) for test in tests)
    if node.tag == f"{T}Not":
        negated = predicate(children[0])
        return lambda view: not negated(view)
    if node.tag == f"{T}Exists":
        present = _reader(children[0])
        return lambda view: bool(present(view))
    if node.tag == f"{T}Contains":
        return _contains(node)
    if node.tag in COMPARISONS:
        return _comparison(node)
    raise EwsError("ErrorUnsupportedQueryFilter", "The query filter is not supported.")


def _comparison(node: etree._Element) -> Predicate:
    compare, read, value = COMPARISONS[str(node.tag)], _reader(node[0]), _meaning(node[0])
    constant = node.find(f"{T}FieldURIOrConstant/{T}Constant")
    if constant is None:
        other = _reader(node[1][0])
        return lambda view: any(compare(value(one), value(two)) for one in read(view) for two in other(view))
    wanted = value(str(constant.get("Value", "")))
    if node.tag == f"{T}IsNotEqualTo":
        return lambda view: all(value(one) != wanted for one in read(view))
    return lambda view: any(compare(value(one), wanted) for one in read(view))


def _contains(node: etree._Element) -> Predicate:
    read = _reader(node[0])
    constant = node.find(f"{T}Constant")
    wanted = "" if constant is None else str(constant.get("Value", ""))
    mode = str(node.get("ContainmentMode", "FullString"))
    fold = str(node.get("ContainmentComparison", "Exact")) != "Exact"
    wanted = wanted.casefold() if fold else wanted

    def matches(text: str) -> bool:
        text = text.casefold() if fold else text
        if mode == "Prefixed":
            return text.startswith(wanted)
        if mode == "PrefixOnWords":
            return any(word.startswith(wanted) for word in text.split())
        return text == wanted if mode == "FullString" else wanted in text

    return lambda view: any(matches(one) for one in read(view))


def _reader(path: etree._Element) -> Callable[[View], list[str]]:
    """What gives the texts of the field behind a t:FieldURI, t:IndexedFieldURI or t:ExtendedFieldURI."""
    if path.tag == f"{T}ExtendedFieldURI":
        asked = read_extended(path)
        return lambda view: _several(value_of(view, asked))
    uri = str(path.get("FieldURI", ""))
    if path.tag == f"{T}IndexedFieldURI":
        shape = Shape(indexed=frozenset([(uri, str(path.get("FieldIndex", "")))]))
        return lambda view: _texts(_rendered(view, shape, INDEXED.get(uri, uri)))
    if not any(uri in fields for fields, _ in TABLES.values()):
        raise EwsError("ErrorUnsupportedPathForQuery", "The property can not be used with this type of restriction.")
    return lambda view: _texts(_rendered(view, Shape(base="AllProperties"), uri))


def _several(value: Stored) -> list[str]:
    return list(value) if isinstance(value, tuple) else [value] if value else []


def _rendered(view: View, shape: Shape, uri: str) -> str:
    write = TABLES[element_name(view.item)][0].get(uri)
    return write(replace(view, shape=shape)) if write else ""


def _texts(xml: str) -> list[str]:
    return [unescape(one) for one in TEXTS.findall(xml)]


def _meaning(path: etree._Element) -> Callable[[str], Value]:
    """How the texts of a field compare: words are words even where they look like numbers, and bytes have a case."""
    kind = str(path.get("PropertyType", "")).removesuffix("Array")
    if kind == "String":
        return lambda text: (3, 0.0, text.casefold())
    return (lambda text: (3, 0.0, text)) if kind == "Binary" else _value


def _value(text: str) -> Value:
    if text in ("true", "false"):
        return 1, float(text == "true"), ""  # xs:boolean may also be written 1 or 0
    try:
        return 1, float(text), ""
    except ValueError:
        pass
    if len(text) > len("2026-01-01") and text[4:5] == "-":
        try:
            moment = datetime.fromisoformat(text)
            return 2, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), ""
        except ValueError:
            pass
    return 3, 0.0, text.casefold()


def sorted_by(order: etree._Element | None, views: list[View]) -> list[View]:
    """Views in a m:SortOrder; items without the field come first, as in the store. As they are for None."""
    if order is None:
        return views
    for field in reversed(list(order)):
        read = _reader(field[0])
        views = sorted(
            views, key=lambda view: list(map(_value, read(view))), reverse=field.get("Order") == "Descending"
        )
    return views
