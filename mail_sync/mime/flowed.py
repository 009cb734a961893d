"""format=flowed text (RFC 3676): soft line breaks joined, space-stuffing removed."""

from __future__ import annotations


def unflow(text: str, *, delete_space: bool) -> str:
    """Paragraphs on one line each; lines of different quote depth are never joined (RFC 3676 section 4.5)."""
    out: list[str] = []
    depth_open = -1  # quote depth of the last line when it flows on, else -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        if bare.startswith(" "):
            bare = bare[1:]
        is_separator = bare == "-- "  # a signature separator never flows (section 4.3)
        if depth == depth_open and not is_separator:
            out[-1] = (out[-1][:-1] if delete_space else out[-1]) + bare
        else:
            out.append(">" * depth + " " * bool(depth and bare) + bare)
        depth_open = depth if bare.endswith(" ") and not is_separator else -1
    return "\n".join(out)
