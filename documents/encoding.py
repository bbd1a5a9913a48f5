"""Bytes to text: what a file says, or the reason why it says nothing.

Text that was UTF-8 once and was then read with a wrong code page ("mojibake") is restored, but
only when the whole text makes the strict round trip through that code page and back.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from .values import Notice, Refused

Repair = Literal["Mac Roman", "Windows-1252"]

# Fewer different damaged characters than this may be chance.
FEWEST_SEQUENCES = 3

_UNDEFINED_IN_1252 = b"\x81\x8d\x8f\x90\x9d"
# Windows-1252, its five undefined bytes let through as they are.
_FROM_1252 = "".join(
    chr(byte) if byte in _UNDEFINED_IN_1252 else bytes([byte]).decode("windows-1252")
    for byte in range(256)
)
# Code points that the page lacks become one that Latin-1 lacks, too.
_TO_1252 = dict.fromkeys(range(256), 256)
_TO_1252 |= {ord(character): byte for byte, character in enumerate(_FROM_1252)}
_BYTES_AS_READ: dict[Repair, Callable[[str], bytes]] = {
    "Mac Roman": lambda text: text.encode("mac_roman"),
    "Windows-1252": lambda text: text.translate(_TO_1252).encode("latin-1"),
}

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# STX and ETX delimit placeholders while rendering; XML and PostgreSQL refuse most of the others.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(slots=True)
class Decoded:
    """Text with `\\n` line ends, what was repaired, and what was odd about the bytes."""

    text: str
    repaired: Repair | None = None
    notices: list[Notice] = field(default_factory=list)


def decode(data: bytes, *, as_is: bool = False) -> Decoded:
    """Read `data` as text; with `as_is`, without repair. Raises Refused when it is no text."""
    text, notices = _read(data)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    repaired: Repair | None = None
    if not as_is:
        text, repaired = repair(text)
        text = text.removeprefix("\ufeff")
    found = _UNWANTED.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        notices.append(Notice(line, "control characters were left out"))
        text = without_controls(text)
    return Decoded(text, repaired, notices)


def without_controls(text: str) -> str:
    """`text` without the characters that can neither be shown nor stored."""
    return _UNWANTED.sub("", text)


def repair(text: str) -> tuple[str, Repair | None]:
    """Undo one wrong reading of UTF-8 (Mac Roman, Windows-1252), or return `text` unchanged."""
    if text.isascii():
        return text, None
    for name, bytes_of in _BYTES_AS_READ.items():
        try:
            restored = bytes_of(text).decode()
        except UnicodeError:
            continue
        if len(set(_NOT_ASCII.findall(restored))) >= FEWEST_SEQUENCES:
            return restored, name
    return text, None


def _read(data: bytes) -> tuple[str, list[Notice]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _read_utf16(data, "utf-16")
    if b"\x00" in data:
        guess = _utf16_without_mark(data)
        if guess is None:
            line = data.count(b"\n", 0, data.index(0)) + 1
            raise Refused("contains a NUL character, so it is not text", line)
        return _read_utf16(data, guess)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        broken = error
    line = data.count(b"\n", 0, broken.start) + 1
    surrogates = _read_surrogates(data, line)
    if surrogates is not None:
        return surrogates, [Notice(line, "surrogate pairs were read as the characters they mean")]
    return _read_single_bytes(data, broken.start, line)


def _utf16_without_mark(data: bytes) -> str | None:
    """English UTF-16 has a NUL as every second byte; say which order, or None."""
    evens, odds = data[0::2].count(0), data[1::2].count(0)
    half = len(data) / 2
    if half < 5:
        return None
    if odds > 0.4 * half and evens < 0.1 * half:
        return "utf-16-le"
    if evens > 0.4 * half and odds < 0.1 * half:
        return "utf-16-be"
    return None


def _read_utf16(data: bytes, codec: str) -> tuple[str, list[Notice]]:
    try:
        return data.decode(codec), [Notice(None, "read as UTF-16")]
    except UnicodeDecodeError:
        raise Refused("looks like UTF-16, but is broken") from None


def _read_surrogates(data: bytes, line: int) -> str | None:
    """UTF-8 in which characters beyond U+FFFF were written as two surrogates (CESU-8)."""
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise Refused("contains half of a surrogate pair", line) from None


def _read_single_bytes(data: bytes, start: int, line: int) -> tuple[str, list[Notice]]:
    """An old single-byte encoding, unless the bytes are mostly good UTF-8 or no text at all."""
    good = len(_NOT_ASCII.findall(data.decode("utf-8", "ignore")))
    bad = data.decode("utf-8", "replace").count("\ufffd")
    if good > bad:
        raise Refused(f"byte 0x{data[start]:02x} is not UTF-8, though the rest is", line)
    controls = sum(data.count(byte) for byte in range(32) if byte not in b"\t\n\r\x0c")
    if controls > len(data) / 100:
        raise Refused("is not text", line)
    notice = Notice(line, "not UTF-8; read as Windows-1252")
    return "".join(map(_FROM_1252.__getitem__, data)), [notice]
