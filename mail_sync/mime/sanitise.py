"""HTML of a mail made safe to open in a browser: nothing runs, nothing is loaded from anywhere."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import partial

_STYLE_NAMES = (
    "background-color border border-bottom border-collapse border-color border-left border-right border-spacing "
    "border-style border-top border-width color direction display font-family font-size font-style font-weight height "
    "letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right margin-top max-width "
    "min-width padding padding-bottom padding-left padding-right padding-top text-align text-decoration text-indent "
    "text-transform vertical-align white-space width word-break word-wrap"
)
_IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})  # SVG may hold scripts
_PLACEHOLDER = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"  # one clear pixel
_LAYOUT = {
    "align",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "dir",
    "height",
    "valign",
    "width",
    "style",
}
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_HEAD = (
    f'<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
)
_REMOTE_IN_STYLE = re.compile(r"url\s*\(|expression\s*\(|@import|\\", re.IGNORECASE)

Image = tuple[str, bytes]  # media type and content


def sanitise_html(html: str, images: Mapping[str, Image] | None = None) -> str:
    """A whole HTML document with no script, form, frame or remote content. Links survive, opened without referrer.

    `images` are the mail's inline images by content id (without brackets); they are embedded. Every other image is
    replaced by one clear pixel, because a remote image tells the sender that the mail was read.
    """
    import nh3  # only a few mails are ever opened in the browser

    cleaned = nh3.clean(
        html.replace("\0", ""),
        tags=nh3.ALLOWED_TAGS | {"font"},
        clean_content_tags={"script", "style", "title", "noscript", "template"},
        attributes={
            **{tag: set(names) | _LAYOUT for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
            "*": _LAYOUT,
            "font": _LAYOUT | {"face", "size"},
        },
        attribute_filter=partial(_attribute, images or {}),
        filter_style_properties=set(_STYLE_NAMES.split()),
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
    )
    return f"{_HEAD}</head><body>{cleaned}</body></html>"


def _attribute(images: Mapping[str, Image], tag: str, name: str, value: str) -> str | None:
    """What becomes of one attribute; None drops it."""
    if name == "src":
        return _image(images, value) if tag == "img" else None
    if name in ("srcset", "background", "poster", "cite", "longdesc"):
        return None
    if name == "href":
        return value if value.strip().lower().startswith(("http:", "https:", "mailto:", "tel:", "#")) else None
    if name == "style":
        return None if _REMOTE_IN_STYLE.search(value) else value
    return value


def _image(images: Mapping[str, Image], source: str) -> str:
    source = source.strip()
    if source[:4].lower() == "cid:":
        media_type, content = images.get(source[4:].strip("<>"), ("", b""))
        if media_type.lower() in _IMAGE_TYPES:
            return f"data:{media_type.lower()};base64,{base64.b64encode(content).decode()}"
    elif source[:5].lower() == "data:" and source[5:].split(";")[0].lower() in _IMAGE_TYPES:
        return source
    return _PLACEHOLDER
