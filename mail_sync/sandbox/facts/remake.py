"""A mail written anew by a server that keeps no original: same content, other bytes."""

from __future__ import annotations

import email
import email.policy
import hashlib


def regenerated(data: bytes) -> bytes:
    """The same mail with sorted headers, a boundary of our own, bare CRLF line ends and an X-MS header more."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    headers = sorted(message.raw_items(), key=lambda header: header[0].lower())
    for name in set(message.keys()):
        del message[name]
    for name, value in headers:
        message[name] = value
    message["X-MS-Exchange-Organization-SCL"] = "-1"
    if message.is_multipart():
        message.set_boundary("_000_" + hashlib.sha1(data, usedforsecurity=False).hexdigest().upper() + "_")
    return message.as_bytes(policy=email.policy.compat32.clone(linesep="\r\n"))
