"""All that is a learner's in one zip, and such a zip taken in.

`learning.json` is what another site takes in; `account.json` is what stays behind.
"""

import json
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import own_data
from accounts.own_data import FILES, PARTS, Refused, Row, Taken

FORMAT, VERSION = "kb-learning", 1
LEARNING = "learning.json"
MOST_MEMBERS = 5_000
MOST_BYTES = 100_000_000  # of learning.json
DEEPEST = 12  # lists and objects in one another
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def write(user: User, site: str, file: IO[bytes]) -> None:
    """Write the zip; `site` is the address of this site."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        with archive.open(LEARNING, "w") as member:
            for piece in learning_json(user):
                member.write(piece.encode())
        archive.writestr("account.json", _account_json(user))
        for name, text in own_data.by_file(user):
            archive.writestr(f"notes/{name}.md", text)
        for entry in FILES:
            archive.writestr(entry.name, entry.write(user, site))


def learning_json(user: User) -> Iterator[str]:
    """What another site takes in, in pieces: a row a line, the same rows as the same bytes."""
    head = {"format": FORMAT, "version": VERSION}
    yield "{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in head.items())
    for name, part in PARTS.items():
        if part.take_in is None:
            continue
        yield f",\n{json.dumps(name)}: ["
        for number, row in enumerate(part.rows(user)):
            text = json.dumps(row, ensure_ascii=False, sort_keys=True, allow_nan=False)
            yield f"{',' if number else ''}\n{text}"
        yield "\n]"
    yield "\n}\n"


def _account_json(user: User) -> str:
    parts = {name: part.rows(user) for name, part in PARTS.items() if part.take_in is None}
    whole = {"account": own_data.account(user), **parts}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def take_in(user: User, file: IO[bytes]) -> dict[str, Taken]:
    """Give what is in a zip, or in its `learning.json` alone, to an account: all of it or nothing.

    Returns what became of the rows by part. Raises `Refused`.
    """
    told = _read(file)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one at a time
        try:
            return {
                name: part.take_in(user, told.get(name, []))
                for name, part in PARTS.items()
                if part.take_in is not None
            }
        except (ValueError, OverflowError) as error:
            raise Refused(_wrong(str(error))) from error


def _read(file: IO[bytes]) -> dict[str, list[Row]]:
    if file.read(2) == b"PK":
        data = _member(file)
    else:
        file.seek(0)
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused(_too_large())
    try:
        told = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
        _look(told)
    except (ValueError, RecursionError) as error:
        raise Refused(_wrong(str(error)[:200])) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise Refused(_("This is no file of a knowledge base: it says nothing of its format."))
    if told.get("version") != VERSION:
        raise Refused(_("The file is of a newer version of this program."))
    return told


def _member(file: IO[bytes]) -> bytes:
    """`learning.json` of a zip; nothing else is read, and nothing is written to a disk."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if len(names) > MOST_MEMBERS:
                raise Refused(_("There are too many files in the zip."))
            if any(_leads_out(name) for name in names):
                raise Refused(_("The zip has names that lead out of it. It is none of ours."))
            if names.count(LEARNING) != 1:
                raise Refused(_("There is no learning.json in the zip."))
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
    """Raises ValueError for what no database takes: signs that are none, and endless nesting."""
    if depth > DEEPEST:
        raise ValueError("too many lists and objects in one another")
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a character that cannot be saved")
        value.encode()  # half of a character is none: UnicodeEncodeError
    elif isinstance(value, dict):
        for key, inner in value.items():
            _look(key, depth)
            _look(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _look(inner, depth + 1)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _wrong(why: str) -> str:
    return _("The file is damaged: {why}.").format(why=why.rstrip("."))


def _too_large() -> str:
    return _("learning.json is larger than {size} MB.").format(size=MOST_BYTES // 1_000_000)
