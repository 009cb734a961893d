"""The configuration file: which store, which user, how secrets are had. It never holds a secret.

```toml
store = "postgresql://crm.example/regarding"   # or a path; default: a SQLite file in the user's data folder
user = "anna@example.com"                      # who you are, where the store knows several people
secret_command = "pass show regarding/{name}"  # prints the secret called {name}
recall_seconds = 15                            # how long a mail can be recalled before it is sent

[model]                                        # a language model for the chat: see docs/chat.md; none without it
```
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path, user_data_path

if TYPE_CHECKING:
    from assistant.chat.model.settings import ModelSettings

_KEYS = ("store", "user", "secret_command", "recall_seconds", "model")
_RECALL = 15  # seconds
_LONGEST_RECALL = 3_600


class ConfigError(Exception):
    """The configuration file cannot be used."""


@dataclass(frozen=True, slots=True)
class Config:
    """`store` is a SQLAlchemy URL or a file path; `user` '' means the only person the store knows."""

    store: str
    user: str = ""
    secret_command: str = ""
    recall_seconds: int = _RECALL
    model: ModelSettings | None = None


def default_path() -> Path:
    return user_config_path("regarding", appauthor=False) / "config.toml"


def default_store() -> str:
    return str(user_data_path("regarding", appauthor=False) / "regarding.db")


def load_config(path: Path | None = None) -> Config:
    """The configuration in `path`, or in the user's configuration folder where there is one. Raises ConfigError."""
    chosen = path or default_path()
    if path is None and not chosen.exists():
        return Config(store=os.environ.get("REGARDING_STORE") or default_store())
    try:
        values = tomllib.loads(chosen.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"There is no configuration file {chosen}.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The configuration file {chosen} cannot be read: {error}.") from error
    unknown = sorted(set(values) - set(_KEYS))
    if unknown:
        raise ConfigError(f"{chosen} sets {unknown[0]!r}, which is not a setting; there are {', '.join(_KEYS)}.")
    recall = values.pop("recall_seconds", _RECALL)
    if not isinstance(recall, int) or isinstance(recall, bool) or not 0 <= recall <= _LONGEST_RECALL:
        raise ConfigError(f"{chosen} sets 'recall_seconds' to something that is no number from 0 to {_LONGEST_RECALL}.")
    model = _model(chosen, values.pop("model")) if "model" in values else None
    wrong = sorted(name for name, value in values.items() if not isinstance(value, str))
    if wrong:
        raise ConfigError(f"{chosen} sets {wrong[0]!r} to something that is not text.")
    store = os.environ.get("REGARDING_STORE") or values.get("store") or default_store()
    secret_command = values.get("secret_command", "")
    return Config(store, values.get("user", ""), secret_command, recall, model)


def _model(path: Path, values: Any) -> ModelSettings:
    """The language model that is set up. Raises ConfigError."""
    from assistant.chat.model.settings import WrongSettings, model_settings  # few have one

    try:
        return model_settings(values)
    except WrongSettings as error:
        raise ConfigError(f"In {path} {error}.") from error
