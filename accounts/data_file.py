"""A file that somebody brought along: read, and what is wrong with it said in plain words.

Nothing of it is unpacked to a disk, and only `learning.json` is read. Each refusal says what is
wrong, where, and what to do.
"""

import json
import lzma
import math
import zipfile
import zlib
from collections.abc import Collection, Iterable
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts.own_data import Refused, Row, Wrong

FORMAT, VERSION = "kb-learning", 1
LEARNING = "learning.json"
MOST_MEMBERS = 5_000
MOST_BYTES = 100_000_000  # of learning.json
DEEPEST = 12  # lists and objects in one another
LONGEST_WHOLE = 18  # digits of a number that is read to the last of them
MOST_QUOTED = 40  # characters of what is wrong
# What a damaged zip raises: ValueError for names that are not UTF-8.
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, RuntimeError, OSError,
)  # fmt: skip


def read(file: IO[bytes], parts: Collection[str]) -> dict[str, list[Row]]:
    """The rows of a zip or of its `learning.json` by part, all of `parts`. Raises `Refused`."""
    is_zip = file.read(2) == b"PK"
    file.seek(0)
    data = _member(file) if is_zip else file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused(_too_large())
    told = _json(data)
    try:
        _look(told)
    except Wrong as wrong:
        raise refusal(wrong, told) from wrong
    version = told.pop("version", None)
    if told.pop("format", None) != FORMAT or not isinstance(version, int) or version < 1:
        raise Refused(
            _("This is no file of a knowledge base: it says nothing of its format. {otherwise}")
            .format(otherwise=_otherwise())
        )  # fmt: skip
    if version > VERSION:
        raise Refused(
            _("The file is of a newer version of this program. Bring it to a site that has it.")
        )
    if missing := [name for name in parts if name not in told]:
        raise refusal(Wrong(_("“{name}” is missing").format(name=missing[0])), told)
    if unknown := [name for name in told if name not in parts]:
        raise refusal(Wrong(_unknown(unknown[0])), told)
    return told


def refusal(wrong: Wrong, told: Any) -> Refused:
    """What is wrong at a place of a file, for the person who brought it."""
    return Refused(
        _("learning.json is wrong{where}: {why}. {remedy}").format(
            where=_where(wrong.path, told), why=wrong.why, remedy=_remedy()
        )
    )


def senseless(part: str) -> Refused:
    """What to say where all is as it should be, and still cannot be saved."""
    return refusal(Wrong(_("something in it makes no sense here"), part), {})


def _where(path: Iterable[str | int], told: Any) -> str:
    """The place in words: parts by their names, entries by their numbers and what they are of."""
    words = []
    inner = told
    for step in path:
        try:
            inner = inner[step]
        except (LookupError, TypeError):
            inner = None
        if isinstance(step, str):
            words.append(_("“{name}”").format(name=step[:MOST_QUOTED]))
        else:
            title = _title(inner)
            entry = _("entry {number}").format(number=step + 1)
            words.append(f"{entry} ({title})" if title else entry)
    return _(" in {place}").format(place=", ".join(words)) if words else ""


def _title(row: Any) -> str:
    """What a person knows an entry by."""
    if not isinstance(row, dict):
        return ""
    names = ("front", "title", "section", "topic", "address")
    found = next((row[n] for n in names if isinstance(row.get(n), str) and row[n].strip()), "")
    return shortened(found)


def shortened(text: str) -> str:
    """The beginning of a text on one line."""
    said = text[: 4 * MOST_QUOTED].encode(errors="replace").decode()
    line = " ".join(said.replace("\0", "").split())
    return line if len(line) <= MOST_QUOTED else line[:MOST_QUOTED].rstrip() + "…"


def _remedy() -> str:
    return _("If you changed the file, correct it there; if not, download it once more.")


def _otherwise() -> str:
    return _("Choose what “Download all that is yours” gave you.")


def _unknown(name: str) -> str:
    return _("“{name}” is nothing that this site knows").format(name=shortened(name))


def _json(data: bytes) -> dict[str, Any]:
    text = _text(data)
    try:
        told = json.loads(
            text,
            parse_constant=float,
            parse_int=_whole,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise Refused(_not_json(text, error)) from error
    except RecursionError as error:
        raise refusal(Wrong(_too_deep()), None) from error
    except Wrong as wrong:
        raise refusal(wrong, None) from wrong
    if not isinstance(told, dict):
        raise Refused(_not_ours())
    return told


def _text(data: bytes) -> str:
    """The file's text, in whatever Unicode an editor saved it."""
    encoding = json.detect_encoding(data[:4])
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if not data.lstrip().startswith(b"{"):
            raise Refused(_not_ours()) from error
        line = data.count(b"\n", 0, error.start) + 1
        why = _("line {line} has characters that are not UTF-8; save it as UTF-8")
        raise refusal(Wrong(why.format(line=line)), None) from error
    if not text.lstrip().startswith("{"):
        raise Refused(_not_ours())
    return text


def _not_ours() -> str:
    return _("This is neither such a zip nor its learning.json. {otherwise}").format(
        otherwise=_otherwise()
    )


def _not_json(text: str, error: json.JSONDecodeError) -> str:
    """What a parser stumbled over: mostly a file that was cut off, or a sign too many."""
    at = error.pos
    is_cut = not text[at:].strip() or error.msg.startswith("Unterminated string")
    if is_cut:
        return _(
            "learning.json ends in the middle, in line {line}: not all of it was saved. Download it"
            " once more."
        ).format(line=text.rstrip().count("\n") + 1)
    if error.msg == "Extra data":
        why = _("something follows its end, in line {line}: “{text}”")
    else:
        why = _("line {line} cannot be read from character {column} on: “{text}”")
    here = text[at:].partition("\n")[0] or text[at:].lstrip()
    told = why.format(line=error.lineno, column=error.colno, text=shortened(here))
    return str(refusal(Wrong(told), None))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, in which no key appears twice: one of the two would be lost."""
    told = dict(pairs)
    if len(told) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Wrong(_("“{name}” appears twice in one entry").format(name=shortened(twice)))
    return told


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_WHOLE else float(digits)


def _member(file: IO[bytes]) -> bytes:
    """`learning.json` of a zip; nothing else is read, and nothing is written to a disk."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if len(names) > MOST_MEMBERS:
                raise Refused(
                    _("There are too many files in the zip. {otherwise}").format(
                        otherwise=_otherwise()
                    )
                )
            if any(_leads_out(name) for name in names):
                raise Refused(_("The zip has names that lead out of it. It is none of ours."))
            if names.count(LEARNING) != 1:
                raise Refused(
                    _("There is no learning.json in the zip. {otherwise}").format(
                        otherwise=_otherwise()
                    )
                )
            entry = archive.getinfo(LEARNING)
            if entry.flag_bits & 1:
                raise Refused(_("The zip has a password. Unpack it, and choose learning.json."))
            if entry.file_size > MOST_BYTES:
                raise Refused(_too_large())
            with archive.open(entry) as member:  # what it says of its size may be wrong
                return member.read(MOST_BYTES + 1)
    except BROKEN as error:
        raise Refused(_("The zip is damaged. Download it once more.")) from error


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]


def _look(value: Any, depth: int = 0) -> None:
    """Raises `Wrong` for what no database takes: signs that are none, and endless nesting."""
    if depth > DEEPEST:
        raise Wrong(_too_deep())
    if isinstance(value, str):
        _look_at_text(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Wrong(_("this is not a number that can be saved"))
    elif isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(step, str):
                _look_at_text(step)
            try:
                _look(inner, depth + 1)
            except Wrong as wrong:
                raise wrong.inside(step) from None


def _look_at_text(text: str) -> None:
    try:
        text.encode()  # half of a character is none
    except UnicodeEncodeError:
        text = "\0"
    if "\0" in text:
        raise Wrong(_("there is a character that cannot be saved"))


def _too_deep() -> str:
    return _("there are too many lists and objects in one another")


def _too_large() -> str:
    return _("learning.json is larger than {size} MB, which is more than this site takes.").format(
        size=MOST_BYTES // 1_000_000
    )
