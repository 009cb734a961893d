"""Streets and cities in a line of a signature, told by postcodes, house numbers and words of many languages."""

from __future__ import annotations

import re

from mail_sync.mime.signature_words import words

_US_CITY = re.compile(
    r"(?:.*,\s*)?(?P<city>[^\W\d][^\d,]{1,40}?),?\s+(?P<state>[A-Z]{2}|[A-Z][a-z]+(?: [A-Z][a-z]+)?\.?),?"
    r"\s+\d{5}(?:-\d{4})?\b.*",
    re.DOTALL,
)
_UK_CITY = re.compile(
    r"(?:(?P<before>.*)[,\s])?(?P<city>[^\W\d][^\d,]{1,40}?),?\s+[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b.*", re.DOTALL
)
_CITY = re.compile(
    r"(?:(?P<before>.*)[,–-]\s*)?(?:[A-Z]{1,3}[-– ])?"
    r"(?:\d{4,6}|\d{3} \d{2}|\d{2}-\d{3}|\d{4} [A-Z]{2}|\d{4}-\d{3})\s+(?P<city>[^\W\d_][^\d,;()]{1,40}?)"
    r"(?:[,;(][^\d]*|\s+(?i:cedex).*|,\s*(?P<behind>[^\W\d_][\w.'’ -]{2,40}\s\d{1,4}[\s/]?[a-zA-Z]?\.?))?",
    re.DOTALL,
)
_JAPANESE_CITY = re.compile(r"〒?\s?\d{3}-\d{4}\s*(?P<city>\S+?[市区町村郡])?")
_HOUSE_BEHIND = re.compile(r"[^\W\d_][\w.'’ -]{2,40}\s\d{1,4}\s?[a-zA-Z]?(?:[-–/]\d{1,4}[a-zA-Z]?)?\Z")


def city_and_rest(piece: str) -> tuple[str, str]:
    """The place beside a postcode, and what stands beside both; ("", piece) where no postcode is."""
    if found := _US_CITY.fullmatch(piece):
        if len(found["state"]) == 2 or found["state"].lower().rstrip(".") in words().states:
            return found["city"].strip(), piece[: found.start("city")]
    elif (found := _UK_CITY.fullmatch(piece) or _CITY.fullmatch(piece)) and not _has_street_word(found["city"]):
        return found["city"].strip(" -–"), f"{found['before'] or ''},{found.groupdict().get('behind') or ''}"
    elif (found := _JAPANESE_CITY.match(piece)) and found["city"]:
        return found["city"], ""
    return "", piece


def by_house_number(piece: str) -> list[str]:
    """Parts between commas; a lone number belongs to the street in front of it: "Calle Mayor, 7"."""
    parts: list[str] = []
    for part in filter(None, (part.strip(" -–") for part in piece.split(","))):
        if parts and re.fullmatch(r"\d{1,4}\s?[a-zA-Z]?", part):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    return parts


def is_street(part: str) -> bool:
    if not any(character.isdigit() for character in part):
        return False
    return _has_street_word(part) or "p.o" in part.lower() or bool(_HOUSE_BEHIND.match(part))


def _has_street_word(part: str) -> bool:
    said = [word.rstrip(".") for word in part.lower().replace(",", " ").split()]
    return any(word in words().streets or word.endswith(words().street_endings) for word in said)
