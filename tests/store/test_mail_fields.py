from __future__ import annotations

from store.mail.fields import Filled, fields_in, fill


def test_fields_are_filled_and_missing_ones_stay_visible() -> None:
    text = "Dear {contact.given_name}, about {case.number}: {me.name} {code.x} {contact}"
    assert fill(text, {"contact.given_name": "Jane", "me.name": "Anna", "case.number": ""}) == Filled(
        "Dear Jane, about {case.number}: Anna {code.x} {contact}", ("case.number",)
    )


def test_value_with_braces_is_not_filled_again_but_seen() -> None:
    assert fill("{me.name}", {"me.name": "{case.number}"}).missing == ("case.number",)
    assert fields_in("{case.number} {case.number}") == ("case.number",)
