"""All that is a learner's in one zip, and such a zip taken in.

`learning.json` is what another site takes in; `account.json` is what stays behind.
"""

import json
import zipfile
from collections.abc import Iterator
from typing import IO

from django.contrib.auth.models import User
from django.db import DataError, transaction

from accounts import data_file, own_data
from accounts.data_file import FORMAT, LEARNING, VERSION
from accounts.own_data import FILES, PARTS, Taken, Wrong


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
    parts = {name: part.take_in for name, part in PARTS.items() if part.take_in is not None}
    told = data_file.read(file, parts)
    taken = {}
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one at a time
        for name, take in parts.items():
            try:
                taken[name] = take(user, told[name])
            except Wrong as wrong:
                raise data_file.refusal(wrong.inside(name), told) from wrong
            except (ValueError, OverflowError, DataError) as error:
                raise data_file.senseless(name) from error
    return taken
