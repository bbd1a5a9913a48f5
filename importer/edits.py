"""What curators do to content: edit and remove sections and topics, and settle conflicts."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import PurePosixPath
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from merge3 import Merge3

from documents import Document, ParsedSection, Refused, assemble
from documents.parser_pool import limited_parse
from documents.plain_text import plain
from importer.bulk_rows import update_rows
from importer.link_resolution import resolve_links
from importer.lock import import_lock
from importer.models import Change
from importer.other_pages import shown_of
from importer.publish import publish, texts_of
from importer.recorder import Recorder
from importer.revisions import Text
from importer.section_contents import (
    RENDERED,
    Row,
    copy_parts,
    fill,
    parts_of,
    replace_parts,
    steps_by_section,
)
from importer.sources import site_of
from importer.topic_tree import FOUND_BY
from topics.models import Section, SectionQuerySet, Topic, TopicQuerySet
from topics.raw_sql import execute

UNDER_WAY = gettext_lazy("An import is under way. Nothing was saved: try again in a minute.")


class EditRefused(Exception):
    """The edit cannot be saved; the message says why and what to do."""


class Overtaken(EditRefused):
    """Somebody changed the same lines meanwhile; `markdown` holds both sides, marked."""

    def __init__(self, markdown: str) -> None:
        super().__init__(
            _(
                "Somebody changed the same lines after you opened the text. Both are below, between"
                "         raise EditRefused(UNDER_WAY)
    try:
        yield
    except DatabaseError as error:
        if "lock timeout" not in str(error):
            raise
        raise EditRefused(
            _("Somebody else is saving this topic. Nothing was saved: try again in a moment.")
        ) from error
