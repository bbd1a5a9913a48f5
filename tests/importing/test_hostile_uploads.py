"""Uploads that were damaged or made to take for ever: each is read or refused."""

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from importer.confluence import page_as_markdown
from importer.uploads import UploadRefused, receive

from .test_confluence import PAGES
from .test_zips import PACKINGS, zipped


@pytest.fixture
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.mark.parametrize("packing", PACKINGS, ids=["stored", "deflate", "bzip2", "lzma"])
def test_whatever_happened_to_a_zip_it_is_read_or_refused(data_dir, packing):
    chance = random.Random(1)
    whole = zipped([(f"a/{i}.md", f"# T {i}\n" + "text " * 50) for i in range(3)], packing)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 2, 5])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            folder, _ = receive(SimpleUploadedFile("notes.zip", bytes(data)))
        except UploadRefused:
            continue
        assert all(file.resolve().is_relative_to(folder) for file in folder.rglob("*"))


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 200_000,
        "<!--" * 500_000,
        "<a href='" * 300_000,
        "<a \"<b '" * 300_000,
        "<ul><li>" * 100_000,
        "<table><tr><td>" * 100_000,
        "</p>" * 500_000,
        "<p>" * 500_000 + "x",
        "<b>" * 300_000 + "</i>" * 300_000,
        "*" * 2_000_000,
        "<br>" * 500_000,
        "&" * 2_000_000,
    ],
    ids=lambda source: source[:12],
)
def test_hostile_pages_come_to_an_end(source):
    source = source[:400_000]
    assert page_as_markdown(source.encode(), "Here_1.html", PAGES).startswith(
        "---\norder: 1\n---\n"
    )
