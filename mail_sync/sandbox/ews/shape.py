"""What a client asks to see: the item shape of a request, as a hashable value that rendering plans are cached by."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from mail_sync.sandbox.ews.soap import M, SoapFault, T
from mail_sync.sandbox.ews.xml import attribute, text
from mail_sync.sandbox.model import Value


@dataclass(frozen=True, slots=True)
class Extended:
    """An ExtendedFieldURI; `attributes` are as asked for, and go back in the reply (sorted by name)."""

    attributes: tuple[tuple[str, str], ...]

    @property
    def tag(self) -> int | None:
        """The property tag, written in decimal or as 0x....; None for a named property."""
        written = dict(self.attributes).get("PropertyTag")
        return None if written is None else int(written, 0)

    @property
    def key(self) -> str:
        """One spelling per property: tags as decimal numbers, GUIDs and types in lower case."""
        parts = []
        for name, value in self.attributes:
            if name == "PropertyTag":
                value = str(self.tag)
            parts.append(f"{name}={value if name == 'PropertyName' else value.lower()}")
        return ";".join(parts)


def show_property(asked: Extended, value: Value) -> str:
    """The t:ExtendedProperty with a value, or with the values of an array."""
    uri = " ".join(f'{name}="{attribute(shown)}"' for name, shown in asked.attributes)
    if isinstance(value, tuple):
        shown = f"<t:Values>{''.join(f'<t:Value>{text(one)}</t:Value>' for one in value)}</t:Values>"
    else:
        shown = f"<t:Value>{text(value)}</t:Value>"
    return f"<t:ExtendedProperty><t:ExtendedFieldURI {uri}/>{shown}</t:ExtendedProperty>"


@dataclass(frozen=True, slots=True)
class Shape:
    """`base` is IdOnly, Default or AllProperties; `fields` are FieldURIs, `indexed` (FieldURI, FieldIndex) pairs."""

    base: str = "IdOnly"
    mime: bool = False
    body_type: str = "Best"
    fields: frozenset[str] = frozenset()
    indexed: frozenset[tuple[str, str]] = frozenset()
    extended: tuple[Extended, ...] = ()


def read_shape(request: etree._Element, name: str = "ItemShape") -> Shape:
    """The m:ItemShape (or m:FolderShape, m:AttachmentShape) of a request; IdOnly where there is none."""
    element = request.find(f"{M}{name}")
    if element is None:
        return Shape()
    paths = element.find(f"{T}AdditionalProperties")
    children = [] if paths is None else list(paths)
    return Shape(
        base=element.findtext(f"{T}BaseShape", "IdOnly"),
        mime=element.findtext(f"{T}IncludeMimeContent", "false") in ("true", "1"),
        body_type=element.findtext(f"{T}BodyType", "Best"),
        fields=frozenset(_attribute(path, "FieldURI") for path in children if path.tag == f"{T}FieldURI"),
        indexed=frozenset(
            (_attribute(path, "FieldURI"), _attribute(path, "FieldIndex"))
            for path in children
            if path.tag == f"{T}IndexedFieldURI"
        ),
        extended=tuple(read_extended(path) for path in children if path.tag == f"{T}ExtendedFieldURI"),
    )


def read_extended(path: etree._Element) -> Extended:
    """One t:ExtendedFieldURI. Raises SoapFault for a property tag that is no number."""
    found = Extended(tuple(sorted((str(name), str(value)) for name, value in path.attrib.items())))
    try:
        _ = found.tag
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation") from error
    return found


def _attribute(path: etree._Element, name: str) -> str:
    return str(path.get(name, ""))
