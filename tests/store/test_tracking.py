from __future__ import annotations

import pytest

from store.linking.tracking import PLAIN, Tracking, follow, is_ours, said_by, shown


@pytest.mark.parametrize(
    ("categories", "said"),
    [
        ((), ""),
        (("Blue", "Regardingly", "regarding us"), ""),
        (("Blue", "rEGARDING"), PLAIN),
        (("Regarding:",), PLAIN),
        (("Regarding: nobody knows",), PLAIN),
        (("regarding: opp-00231 Fabrikam",), "OPP-00231"),
        (("Regarding: OPP-00231", "Regarding", "REGARDING : CAS-01042"), "CAS-01042 OPP-00231"),
    ],
)
def test_categories_say_whether_and_to_what_a_mail_belongs(categories: tuple[str, ...], said: str) -> None:
    assert said_by(categories) == said
    assert any(map(is_ours, categories)) == bool(said)


@pytest.mark.parametrize(
    ("remembered", "categories", "asked"),
    [
        ("", ("Blue",), None),
        ("OPP-1", ("Blue", "regarding: opp-1 Renamed since"), None),
        ("", ("Regarding",), Tracking(PLAIN, allow=True)),
        ("", ("Regarding: OPP-1",), Tracking("OPP-1", link=("OPP-1",), allow=True)),
        (PLAIN, ("Regarding: OPP-1",), Tracking("OPP-1", link=("OPP-1",))),
        ("OPP-1", ("Regarding: OPP-2",), Tracking("OPP-2", link=("OPP-2",), unlink=("OPP-1",))),
        ("OPP-1 OPP-2", ("Regarding: OPP-2",), Tracking("OPP-2", unlink=("OPP-1",))),
        ("OPP-1", ("Blue",), Tracking("", refuse=True)),
        (PLAIN, (), Tracking("", refuse=True)),
        (shown("OPP-1"), ("Regarding: OPP-1 Fabrikam",), None),
        (shown("OPP-1"), (), Tracking("", refuse=True)),
        (shown("OPP-1"), ("Regarding: OPP-2",), Tracking("OPP-2", link=("OPP-2",), unlink=("OPP-1",))),
    ],
)
def test_only_what_changed_since_is_followed(
    remembered: str, categories: tuple[str, ...], asked: Tracking | None
) -> None:
    assert follow(remembered, categories) == asked
