"""Which model is set up, and what is said about what leaves the machine."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.chat.model.settings import ModelSettings, WrongSettings, model_settings, what_leaves

HOSTED = {"url": "https://api.models.example/v1/", "name": "large"}


def test_settings_are_read_and_tell_nothing_but_the_request_unless_said() -> None:
    found = model_settings(HOSTED)
    assert found == ModelSettings("https://api.models.example/v1", "large", "request", always=False, seconds=60)
    assert (found.host, found.is_here, found.key_name) == ("api.models.example", False, "model.api.models.example")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"url": ""}, "'model.url' is missing"),
        ({"name": 3}, "'model.name' is missing"),
        ({"url": "ftp://x.example"}, "'model.url' begins with https://, or with http:// on this machine or network"),
        ({"url": "https://["}, "'model.url' is no address"),
        ({"url": "https://x.example:99999"}, "'model.url' is no address"),
        (
            {"url": "http://api.models.example/v1"},
            "'model.url' must begin with https://, as api.models.example is not on this machine or network",
        ),
        (
            {"url": "https://me:secret@x.example"},
            "'model.url' holds no user, password, ? or #; a key is kept with the other secrets",
        ),
        ({"tells": "all"}, "'model.tells' is one of request, records, mail"),
        ({"always": "yes"}, "'model.always' is true or false"),
        ({"seconds": 0}, "'model.seconds' is a number from 1 to 600"),
        ({"key": "sk-1"}, "'model.key' is not a setting; there are url, name, tells, always, seconds"),
    ],
)
def test_wrong_settings_are_one_sentence(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongSettings) as raised:
        model_settings({**HOSTED, **changed})
    assert str(raised.value) == said


def test_settings_that_are_no_table_are_one_sentence() -> None:
    with pytest.raises(WrongSettings, match="is to be a table"):
        model_settings("http://localhost")


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("localhost:11434", True), ("127.0.0.1:8080", True), ("[::1]:8080", True), ("192.168.1.5", False),
     ("box.local", False), ("gpu", False)],
)  # fmt: skip
def test_a_model_near_by_needs_no_certificate(host: str, is_here: bool) -> None:
    found = model_settings({"url": f"http://{host}/v1", "name": "small"})
    assert (found.host, found.is_here) == (host, is_here)


@pytest.mark.parametrize(
    ("tells", "told"),
    [
        ("request", "what you ask, the time and the list of tools; no record and no mail"),
        ("records", "what you ask, the list of tools and the records that answer it; no words of any mail"),
        ("mail", "what you ask, the list of tools, and the records and the words of mails that answer it"),
    ],
)
def test_what_leaves_is_one_sentence_with_the_host(tells: str, told: str) -> None:
    settings = model_settings({**HOSTED, "tells": tells})
    assert what_leaves(settings) == f"With the model large this goes to api.models.example: {told}."


def test_nothing_leaves_with_a_model_on_this_machine() -> None:
    settings = model_settings({"url": "http://localhost:11434/v1", "name": "small", "tells": "mail"})
    assert what_leaves(settings) == "The model small runs on this machine (localhost:11434), so nothing leaves it."
