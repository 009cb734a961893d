"""The server's side of an NTLM handshake: challenge out, NTLMv2 answer verified (MS-NLMP sections 2.2.1 and 3.3.2).

NTLMv1, signing and sealing are left out: Exchange's EWS uses NTLM to sign in, never to protect messages.
"""

from __future__ import annotations

import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import datetime

from mail_sync.sandbox.ids import EPOCH
from mail_sync.sandbox.signin.md4 import md4

SIGNATURE = b"NTLMSSP\x00"
# NEGOTIATE_UNICODE, REQUEST_TARGET, NTLM, ALWAYS_SIGN, TARGET_TYPE_DOMAIN, EXTENDED_SESSIONSECURITY, TARGET_INFO,
# VERSION, 128, 56 (MS-NLMP 2.2.2.5)
FLAGS = 0x1 | 0x4 | 0x200 | 0x8000 | 0x10000 | 0x80000 | 0x800000 | 0x2000000 | 0x20000000 | 0x80000000
VERSION = struct.pack("<BBH3xB", 10, 0, 17763, 15)  # Windows Server 2019, NTLMSSP revision 15
FILETIME_BEGIN = 116_444_736_000_000_000  # 1601 to 1970 in units of 100 ns
NETBIOS_COMPUTER, NETBIOS_DOMAIN, DNS_COMPUTER, DNS_DOMAIN, TIMESTAMP = 1, 2, 3, 4, 7
LEAST_ANSWER = 64  # bytes of an AUTHENTICATE_MESSAGE up to its flags


class BadMessage(ValueError):
    """Not the message that was due."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an AUTHENTICATE_MESSAGE claims."""

    user: str
    domain: str
    response: bytes  # NTLMv2_RESPONSE: 16 bytes of proof, then the client's challenge

    def proves(self, password: str, challenge: bytes) -> bool:
        """Whether it was made with this password for this server challenge (NTLMv2, MS-NLMP 3.3.2)."""
        hashed = md4(password.encode("utf-16-le"))
        key = hmac.digest(hashed, (self.user.upper() + self.domain).encode("utf-16-le"), "md5")
        proof = hmac.digest(key, challenge + self.response[16:], "md5")
        return hmac.compare_digest(proof, self.response[:16])


def kind(message: bytes) -> int:
    """1 for NEGOTIATE, 3 for AUTHENTICATE. Raises BadMessage."""
    if len(message) < 12 or not message.startswith(SIGNATURE):
        raise BadMessage("no NTLM message")
    return int.from_bytes(message[8:12], "little")


def new_challenge() -> bytes:
    """Eight random bytes, used once."""
    return secrets.token_bytes(8)


def challenge_message(challenge: bytes, now: datetime, domain: str = "SANDBOX", computer: str = "EXCHANGE") -> bytes:
    """A CHALLENGE_MESSAGE (MS-NLMP 2.2.1.2)."""
    target = domain.encode("utf-16-le")
    ticks = FILETIME_BEGIN + int((now - EPOCH).total_seconds() * 10_000_000)
    info = b"".join(
        struct.pack("<HH", number, len(value)) + value
        for number, value in (
            (NETBIOS_DOMAIN, target),
            (NETBIOS_COMPUTER, computer.encode("utf-16-le")),
            (DNS_DOMAIN, f"{domain.lower()}.example".encode("utf-16-le")),
            (DNS_COMPUTER, f"{computer.lower()}.{domain.lower()}.example".encode("utf-16-le")),
            (TIMESTAMP, struct.pack("<Q", ticks)),
            (0, b""),
        )
    )
    begin = 56
    head = SIGNATURE + struct.pack("<I", 2) + struct.pack("<HHI", len(target), len(target), begin)
    head += struct.pack("<I", FLAGS) + challenge + bytes(8)
    return head + struct.pack("<HHI", len(info), len(info), begin + len(target)) + VERSION + target + info


def read_answer(message: bytes) -> Answer:
    """The AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3). Raises BadMessage, for NTLMv1 and anonymous answers too."""
    if kind(message) != 3 or len(message) < LEAST_ANSWER:
        raise BadMessage("no AUTHENTICATE_MESSAGE")
    response, domain, user = (_field(message, offset) for offset in (20, 28, 36))
    if len(response) <= 24:
        raise BadMessage("no NTLMv2 response")
    return Answer(user.decode("utf-16-le", "replace"), domain.decode("utf-16-le", "replace"), response)


def _field(message: bytes, offset: int) -> bytes:
    length, _, begin = struct.unpack_from("<HHI", message, offset)
    return message[begin : begin + length]
