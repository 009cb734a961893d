"""The registry as functions for a model."""

from __future__ import annotations

import json
import re

from jsonschema import Draft202012Validator

from assistant.chat.model.schemas import CANNOT, Described, functions
from assistant.chat.registry import every_tool
from assistant.chat.understanding.lexicon import lexicon
from assistant.chat.understanding.values import Argument, Shape

OFFERED = functions(
    (Described(one.shape, one.says, one.writes) for one in every_tool().values()), lexicon().choices
)  # fmt: skip


def test_every_tool_is_a_function_with_its_arguments() -> None:
    found = {one["function"]["name"]: set(one["function"]["parameters"]["properties"]) for one in OFFERED}
    tools = {name: {one.name for one in tool.arguments} for name, tool in every_tool().items()}
    assert found == {**tools, CANNOT: set()}
    assert [name for name in found if not re.fullmatch(r"[a-z_]{1,64}", name)] == []


def test_every_function_has_a_valid_schema_and_says_of_each_argument_what_it_is() -> None:
    for one in OFFERED:
        Draft202012Validator.check_schema(one["function"]["parameters"])
        assert all(each["description"] for each in one["function"]["parameters"]["properties"].values())


def test_all_functions_fit_into_a_small_model_beside_a_request() -> None:
    assert len(json.dumps(OFFERED, separators=(",", ":"))) < 28_000  # characters, some 7,000 tokens


def test_a_function_tells_the_types_of_its_arguments() -> None:
    shape = Shape(
        "meet",
        (
            Argument("attendees", "person", "who", required=True),
            Argument("start", "when", "when it begins"),
            Argument("priority", "choice", "how urgent"),
            Argument("duration", "duration", "minutes"),
            Argument("all", "flag", "for all"),
        ),
    )
    found = functions([Described(shape, "Meet.", writes=True)], {"priority": {"low": (), "high": ()}})[0]["function"]
    assert found == {
        "name": "meet",
        "description": "Meet. The user decides.",
        "parameters": {
            "type": "object",
            "properties": {
                "attendees": {"type": "array", "items": {"type": "string"}, "description": "who"},
                "start": {"type": "string", "description": "when it begins (a time)"},
                "priority": {"type": "string", "enum": ["low", "high"], "description": "how urgent"},
                "duration": {"type": "integer", "description": "minutes"},
                "all": {"type": "boolean", "description": "for all"},
            },
        },
    }
