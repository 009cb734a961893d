"""`regarding link ...`: decisions, lessons and review, as a user gives them; the output keeps to its schemas."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assistant.commands import sample
from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check


def _uid(run: Run, words: str) -> str:
    return str(run("search", words, "--json").json["activities"][0]["uid"])


def _states(run: Run, uid: str) -> dict[str, str]:
    """Title -> state of everything that a mail is linked to."""
    return {link["record"]["title"]: link["state"] for link in run("link", "why", uid, "--json").json["links"]}


def _do(run: Run, *words: object) -> None:
    """Give a `link` command; its output keeps to its schema."""
    ran = run("link", *words, "--json")
    assert ran.code == 0, ran
    check(f"link-{words[0]}", ran.json)


def test_mail_is_not_relevant_until_it_is_allowed(filled: Run) -> None:
    uid = _uid(filled, "offer")
    before = _states(filled, uid)
    _do(filled, "not-relevant", uid)
    assert _states(filled, uid) == {}
    _do(filled, "allow", uid)
    assert (_states(filled, uid), before != {}) == (before, True)


@pytest.mark.parametrize(
    ("never", "allow"),
    [
        (("ada@engines.example",), "ada@engines.example"),
        (("engines.example",), "engines.example"),
        (("MAIL",), "ada@engines.example"),
        (("MAIL", "--domain"), "engines.example"),
    ],
)
def test_sender_is_never_linked_until_allowed(filled: Run, never: tuple[str, ...], allow: str) -> None:
    uid = _uid(filled, "offer")
    before = _states(filled, uid)
    _do(filled, "never", *(uid if word == "MAIL" else word for word in never))
    assert _states(filled, uid) == {}
    settings = filled("link", "settings", "--json").json
    check("link-settings", settings)
    assert [each["value"] for each in settings["never"]] == [allow]
    _do(filled, "allow", allow)
    assert _states(filled, uid) == before


def test_thread_is_linked_unlinked_and_allowed_again(filled: Run) -> None:
    uid = _uid(filled, "offer")
    before = _states(filled, uid)
    _do(filled, "thread", uid, "Tables AG")
    assert _states(filled, uid)["Tables AG"] == "linked"
    _do(filled, "thread", uid, "Tables AG", "--remove")
    assert _states(filled, uid)["Tables AG"] == "rejected"
    _do(filled, "thread", uid, "--remove")
    assert _states(filled, uid) == {"Tables AG": "rejected", "Engines Ltd": "rejected"}
    _do(filled, "thread", uid, "--allow")
    assert _states(filled, uid) == {**before, "Tables AG": "rejected", "Engines Ltd": "rejected"}


def test_thread_without_a_record_is_asked_about(filled: Run) -> None:
    assert filled("link", "thread", _uid(filled, "offer")).err == "regarding: Say which record, or --remove.\n"


def test_mail_is_split_off_and_joined_again(filled: Run) -> None:
    uid = _uid(filled, "offer")
    _do(filled, "split", uid)
    assert filled("link", "split", uid).code == 1
    _do(filled, "split", uid, "--undo")


def test_why_says_why_not_the_runner_up(filled: Run) -> None:
    uid = _uid(filled, "offer")
    told = filled("link", "why", uid, "--json").json
    check("link-why", told)
    assert told["why"] != []


def test_correction_is_learned_previewed_applied_and_forgotten(filled: Run, files: Path) -> None:
    stranger = sample.mail(9, "Request").replace(b"ada@engines.example", b"x@tables-graz.example")
    (files / "9.eml").write_bytes(stranger.replace(b"Ada Lovelace", b"X"))
    assert filled("import", files / "9.eml").code == 0
    uid = _uid(filled, "request")
    choices = filled("link", "learn", uid, "Tables AG", "--json").json
    check("link-learn", choices)
    found = [(each["kind"], each["value"], each["preview"]["count"]) for each in choices["choices"]]
    assert ("domain", "tables-graz.example", 1) in found
    _do(filled, "learn", uid, "Tables AG", "--teach", 1 + found.index(("domain", "tables-graz.example", 1)), "--apply")
    assert _states(filled, uid)["Tables AG"] == "linked"
    lessons = filled("link", "lessons", "--json").json
    check("link-lessons", lessons)
    _do(filled, "forget", lessons["lessons"][0]["uid"])
    assert "Tables AG" not in _states(filled, uid)


def test_review_accept_and_again_keep_to_their_schemas(filled: Run, files: Path) -> None:
    (files / "9.eml").write_bytes(sample.mail(9, "Request").replace(b"Ada Lovelace <ada@", b"<ada@"))
    assert filled("import", files / "9.eml").code == 0
    assert filled("contact", "new", "Ada Byron", "--emails", "ada@engines.example").code == 0
    _do(filled, "again", "--since", "2026-01-01")
    review = filled("link", "review", "--json").json
    check("link-review", review)
    uid = _uid(filled, "request")
    people = ("Ada Byron", "Ada Lovelace")
    assert [_states(filled, uid).get(title) for title in people] == ["suggested", "suggested"]
    _do(filled, "accept", uid)
    assert sorted(_states(filled, uid)[title] for title in people) == ["linked", "suggested"]


def test_internal_mail_is_linked_where_it_is_wanted(filled: Run) -> None:
    ran = filled("link", "settings", "--internal", "--json")
    check("link-settings", ran.json)
    assert ran.json["internal"] is True
    assert filled("link", "settings", "--no-internal", "--json").json["internal"] is False
