"""What helps while one writes a text: its problems, and pictures."""

import hashlib
import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image

from importer.assets import MAX_IMAGE, store_asset
from importer.pictures import form_of
from importer.written_topics import HERE
from topics.address_lookup import section_at
from topics.addresses import topic_url
from topics.models import Asset, Topic

MOST_PIXELS = 40_000_000
LONGEST_ALT = 300
PICTURES = "pictures/"  # the folder, in each source, of those that were put in here

_PICTURE = re.compile(r"!\[([^\]]*)\]\(")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s", re.MULTILINE)
_CODE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1|`[^`\n]*`", re.DOTALL | re.MULTILINE)


class PictureRefused(Exception):
    """A picture is not taken; the message says why."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in a text, and in which of its lines."""

    line: int
    message: str


def problems_of(markdown: str, lost: Sequence[str] = ()) -> list[Problem]:
    """Pictures without a text, headings that jump, links that lead nowhere: those of this site's
    addresses, and the `lost` ones."""
    text = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), markdown)
    found = [
        Problem(_line(text, match.start()), _("A picture has no text for those who cannot see it."))
        for match in _PICTURE.finditer(text)
        if not match[1].strip()
    ]
    last = 0
    for match in _HEADING.finditer(text):
        level = len(match[1])
        if last and level > last + 1:
            found.append(Problem(_line(text, match.start()), _("A heading leaves out a level.")))
        last = level
    root = re.escape(topic_url("").removesuffix("/"))
    for match in re.finditer(rf"\]\(\s*<?({root}[^\s)>]*)", text):
        if section_at(match[1]) is None:
            message = _("%(address)s leads nowhere.") % {"address": match[1]}
            found.append(Problem(_line(text, match.start()), message))
    for href in lost:
        message = _("%(address)s leads nowhere.") % {"address": href}
        if not any(problem.message == message for problem in found):
            found.append(Problem(_line(text, max(0, text.find(f"({href}"))), message))
    return sorted(found, key=lambda problem: problem.line)[:50]


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


@transaction.atomic
def keep_picture(data: bytes, name: str, topic: Topic | None) -> str:
    """Store a picture, once for a source and its bytes; gives how a text of the topic shows it.

    Type, size and pixels are those of the bytes, whatever the name says. Raises PictureRefused.
    """
    if len(data) > MAX_IMAGE:
        size = MAX_IMAGE // 1_000_000
        raise PictureRefused(_("The picture is larger than %(size)s MB.") % {"size": size})
    suffix = form_of(data)
    if not suffix:
        raise PictureRefused(
            _("This is no picture that is shown here: take PNG, JPEG, GIF or WebP.")
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                width, height = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise PictureRefused(_("The picture cannot be read.")) from None
    if width * height > MOST_PIXELS:
        raise PictureRefused(_("The picture has more than 40 million pixels."))
    digest = hashlib.sha256(data).hexdigest()
    source = topic.source if topic else HERE
    tree = topic.tree_path.partition(":")[0] if topic else HERE
    same = Asset.objects.filter(
        source=source, digest=digest, copy_of="", path__startswith=f"{tree}:"
    )
    if path := same.values_list("path", flat=True).first():
        return "/" + path.partition(":")[2]
    stem = slugify(PurePosixPath(name).stem)[:60] or "picture"
    path = f"{tree}:{PICTURES}{stem}-{digest[:12]}{suffix}"
    store_asset(source, path, digest, data, suffix=suffix)
    return "/" + path.partition(":")[2]
