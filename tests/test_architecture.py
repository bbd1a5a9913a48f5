"""Imports point one way (design: documents and search at the bottom, kb wires, learning on top)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

FORBIDDEN = {
    "topics": ["learning", "kb"],
    "learning": ["kb"],
    "documents": ["django", "topics.models", "search", "importer"],
    "topics/search": ["topics.views", "importer", "curating.admin", "django.http"],
    "topics/models": ["topics.views", "importer", "curating.admin"],
    "topics/importing": ["topics.views", "curating.admin", "django.http"],
    "topics/views": ["importer", "curating.admin"],
}


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_nothing_from_above_it(room):
    wrong = [
        f"{file.relative_to(settings.BASE_DIR)} imports {name}"
        for file in sorted((settings.BASE_DIR / room).rglob("*.py"))
        for name in imports_of(file)
        if any(name == top or name.startswith(f"{top}.") for top in FORBIDDEN[room])
    ]
    assert wrong == []


def test_only_importing_and_admin_write_sections():
    """What reads may not save: no write of a section outside of the write path."""
    writes = ("Section.objects.create", "Section.objects.bulk_create", ".section.save(")
    wrong = [
        str(file)
        for room in ("topics/views", "topics/search", "learning")
        for file in (settings.BASE_DIR / room).rglob("*.py")
        if any(write in file.read_text() for write in writes)
    ]
    assert wrong == []
