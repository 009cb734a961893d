"""Command options made from field declarations."""

from __future__ import annotations

from argparse import ArgumentParser

from store.records.fields import Field, FieldType


def field_option(parser: ArgumentParser, field: Field) -> None:
    """An option that gives a field its value."""
    flag = f"--{field.name.replace('_', '-')}"
    told = field.help or field.label
    if field.is_list:
        parser.add_argument(flag, action="append", metavar="TEXT", help=f"{told} (may be repeated)")
    elif field.type is FieldType.CHOICE:
        parser.add_argument(flag, choices=field.choices, help=told)
    else:
        parser.add_argument(flag, metavar="TEXT", help=told)
