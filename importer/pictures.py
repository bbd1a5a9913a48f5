"""Pictures as they are stored: without what a camera wrote into them, with their size, and with a
smaller copy of a large one. Pixels are never written again, but for the copy."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

LARGE = 1400  # pixels of width from which on there is a copy
SMALL = 800  # pixels of width of the copy
MOST_PIXELS = 60_000_000  # of a picture that is opened for its copy
FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".gif": "GIF",
    ".webp": "WEBP",
    ".avif": "AVIF",
}
_COPIED = {"PNG", "JPEG", "WEBP"}
_ORIENTATION = 0x0112
_TURNED = (5, 6, 7, 8)  # orientations that swap width and height
# Chunks of PNG and WebP that say something about the picture, and nothing that is seen.
_PNG_SAYS = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"zxIf"}
_WEBP_SAYS = {b"EXIF", b"XMP "}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's bytes, its size as it is shown, and a smaller copy with its width."""

    data: bytes
    width: int | None = None
    height: int | None = None
    copy: bytes = b""
    copy_width: int = 0


def prepare(data: bytes, suffix: str) -> Picture:
    """A picture as it is stored. What Pillow cannot read stays as it came, without a size."""
    form = FORMATS.get(suffix)
    if form is None:
        return Picture(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _prepared(data, form)
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError, EOFError):
        return Picture(data)


def form_of(data: bytes) -> str:
    """The suffix of the kind of picture that these bytes are; "" if they are none."""
    try:
        with Image.open(io.BytesIO(data), formats=list(FORMATS.values())) as image:
            form = image.format
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        return ""
    return next((suffix for suffix, name in FORMATS.items() if name == form), "")


def _prepared(data: bytes, form: str) -> Picture:
    with Image.open(io.BytesIO(data), formats=[form]) as image:
        width, height = image.size
        orientation = image.getexif().get(_ORIENTATION, 1)
        turned = orientation in _TURNED
        shown = (height, width) if turned else (width, height)
        copy = _copy(image, form, len(data)) if shown[0] >= LARGE else b""
    clean = _without_notes(data, form, orientation if orientation in range(2, 9) else 1)
    return Picture(clean, *shown, copy, SMALL if copy else 0)


def _copy(image: Image.Image, form: str, length: int) -> bytes:
    """A smaller picture, if that has fewer bytes. One that moves has none."""
    if form not in _COPIED or getattr(image, "is_animated", False):
        return b""
    if image.width * image.height > MOST_PIXELS:
        return b""
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "P":
        upright = upright.convert("RGBA" if "transparency" in upright.info else "RGB")
    if upright.mode not in ("RGB", "RGBA", "L", "LA"):
        upright = upright.convert("RGB")
    height = max(1, round(upright.height * SMALL / upright.width))
    small = upright.resize((SMALL, height), Image.Resampling.LANCZOS)
    small.info = {}
    out = io.BytesIO()
    options = {"quality": 82} if form != "PNG" else {"optimize": True}
    small.save(out, form, **options)
    found = out.getvalue()
    return found if len(found) < length else b""


def _without_notes(data: bytes, form: str, orientation: int) -> bytes:
    """The same picture without EXIF, XMP and comments; how it is turned stays said."""
    if form == "JPEG":
        return _jpeg(data, orientation)
    if form == "PNG":
        return _png(data, orientation)
    if form == "WEBP":
        return _webp(data, orientation)
    return data


def _exif(orientation: int) -> bytes:
    """EXIF that says how a picture is turned, and nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    return b"MM\x00*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def _jpeg(data: bytes, orientation: int) -> bytes:
    parts, place = [data[:2]], 2
    if orientation != 1:
        segment = b"Exif\x00\x00" + _exif(orientation)
        parts.append(b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment)
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # a filling byte
            place += 1
            continue
        if marker == 0xDA:  # what is seen begins
            break
        end = place + 2 + struct.unpack_from(">H", data, place + 2)[0]
        # APP1 holds EXIF and XMP, APP13 what editors write, COM comments.
        if marker not in (0xE1, 0xED, 0xFE):
            parts.append(data[place:end])
        place = end
    end = data.rfind(b"\xff\xd9")
    # A camera may put a second picture, with its own EXIF, behind the first.
    first_end = _end_of_jpeg(data, place)
    return b"".join([*parts, data[place : first_end or (end + 2 if end > place else len(data))]])


def _end_of_jpeg(data: bytes, place: int) -> int:
    """Where the picture whose scan starts at `place` ends; 0 if nothing says so."""
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        marker = data[place + 1]
        if marker == 0xD9:
            return place + 2
        if marker in (0x00, 0xFF) or 0xD0 <= marker <= 0xD7:
            place += 1 if marker == 0xFF else 2
            continue
        if place + 4 > len(data):
            return 0
        place += 2 + struct.unpack_from(">H", data, place + 2)[0]
    return 0


def _png(data: bytes, orientation: int) -> bytes:
    parts, place = [data[:8]], 8
    for kind, whole in _chunks(data, place, ">", tail=4):
        if kind not in _PNG_SAYS:
            parts.append(whole)
        if kind == b"IHDR" and orientation != 1:
            exif = _exif(orientation)
            crc = struct.pack(">I", zlib.crc32(b"eXIf" + exif))
            parts.append(struct.pack(">I", len(exif)) + b"eXIf" + exif + crc)
        if kind == b"IEND":
            break
    return b"".join(parts)


def _webp(data: bytes, orientation: int) -> bytes:
    parts = []
    for kind, whole in _chunks(data, 12, "<", tail=0):
        if kind in _WEBP_SAYS:
            continue
        if kind == b"VP8X":
            flags = whole[8] & ~0x0C | (0x08 if orientation != 1 else 0)
            parts.append(whole[:8] + bytes([flags]) + whole[9:])
            continue
        parts.append(whole)
    if orientation != 1 and any(part.startswith(b"VP8X") for part in parts):
        exif = _exif(orientation)
        parts.append(b"EXIF" + struct.pack("<I", len(exif)) + exif + b"\x00" * (len(exif) % 2))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunks(data: bytes, place: int, order: str, tail: int) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of PNG (length first) or of RIFF (name first), each with its name."""
    while place + 8 <= len(data):
        if tail:
            length, kind = struct.unpack_from(">I", data, place)[0], data[place + 4 : place + 8]
        else:
            kind, length = data[place : place + 4], struct.unpack_from("<I", data, place + 4)[0]
        end = place + 8 + length + tail
        if not tail:
            end += length % 2
        yield kind, data[place:end]
        place = end
