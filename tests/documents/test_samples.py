"""Whole documents with the constructs of real ones: element counts, structure, nothing lost."""

import pytest

from .reading import counts, read, reference_counts, sample, tree, words, words_of

COUNTS = {
    "library": "1 6 4 0 0 16 3 0 0 0 0 6 1",
    "roadmap": "0 2 3 0 0 6 0 0 0 1 0 0 3",
    "interview": "4 5 3 0 0 5 1 1 3 3 2 0 3",
    "guide": "1 4 3 1 1 15 1 1 3 3 2 7 1",
}
MARKUP = {
    "library": "1 1 2 2 3 4",  # the numbers of ordered lists
    "roadmap": "",
    "interview": "1 2 javascript sql",  # and the languages of fences
    "guide": "1 2 3 js text x details details summary summary spec spec HTTP Not heading",
}


@pytest.mark.parametrize("name", COUNTS)
def test_element_counts_are_those_of_the_reference(name: str) -> None:
    found = counts(read(sample(name)))
    assert found == reference_counts(sample(name))
    assert list(found.values()) == [int(number) for number in COUNTS[name].split()]


@pytest.mark.parametrize("name", COUNTS)
def test_every_word_is_in_some_section(name: str) -> None:
    lost = words(sample(name)) - words_of(read(sample(name)))
    assert lost == words(MARKUP[name])


@pytest.mark.parametrize("codec", ["mac_roman", "windows-1252"])
@pytest.mark.parametrize("name", ["library", "interview", "roadmap"])
def test_a_damaged_document_reads_like_the_undamaged(name: str, codec: str) -> None:
    original = sample(name).encode()
    if codec == "mac_roman":
        damaged = original.decode("mac_roman")
    else:
        undefined = "\x81\x8d\x8f\x90\x9d"
        damaged = "".join(
            chr(byte) if chr(byte) in undefined else bytes([byte]).decode(codec)
            for byte in original
        )
    repaired, clean = read(damaged), read(sample(name))
    assert damaged != sample(name)
    assert repaired.repaired == ("Mac Roman" if codec == "mac_roman" else "Windows-1252")
    assert repaired.sections == clean.sections
    assert clean.repaired is None


def test_the_only_first_level_heading_is_the_root() -> None:
    document = read(sample("library"))
    root = document.sections[0]
    assert (document.title, document.title_anchor) == (
        "Message Queue Handbook",
        "message-queue-handbook",
    )
    assert (root.title, root.anchor, root.level, root.parent) == (
        "Message Queue Handbook",
        "",
        0,
        None,
    )
    assert root.text.startswith("Everything a team needs")
    assert root.anchors == ["message-queue-handbook"]


def test_several_first_level_headings_are_sections_under_a_root_without_heading() -> None:
    document = read(sample("interview"))
    assert document.title == "🚀 Networking Interview Guide"
    assert (document.sections[0].title, document.title_anchor) == ("", "")
    assert tree(document) == [
        ("", "🚀 Networking Interview Guide", ""),
        ("1", "TRANSPORT — The Foundation", ""),
        ("A", "Connections (for ANY protocol)", "TRANSPORT — The Foundation"),
        ("", "TCP Handshake", "Connections (for ANY protocol)"),
        ("", "TCP vs UDP", "Connections (for ANY protocol)"),
        ("B", "Names", "TRANSPORT — The Foundation"),
        ("", "What does DNS do?", "Names"),
        ("2", "ROUTING", ""),
        ("A", "Inside", "ROUTING"),
        ("B", "Outside ❌", "ROUTING"),
        ("", "🔟 MINDSET", ""),
        ("", "404 - Not Found", "🔟 MINDSET"),
    ]


def test_check_marks_before_numbers_are_left_out_and_other_emoji_stay() -> None:
    document = read(sample("roadmap"))
    assert [(number, title) for number, title, _ in tree(document)] == [
        ("", "🧠 Storage Roadmap (for web developers)"),
        ("1", "Relational databases"),
        ("2", "Key-value stores"),
        ("3", "Object storage"),
        ("", "📚 Recommended Learning Path (Step-by-Step)"),
    ]


def test_an_outline_has_a_section_for_every_numbered_item() -> None:
    document = read(sample("outline"))
    assert tree(document) == [
        ("", "COMPLETE NETWORK COURSE", ""),
        ("1", "NETWORK FUNDAMENTALS", ""),
        ("1.1", "Layers & Models", "NETWORK FUNDAMENTALS"),
        ("1.1.1", "The Link Layer", "Layers & Models"),
        ("1.1.1.1", "Ethernet Frames", "The Link Layer"),
        ("1.1.1.1.1", "Preamble", "Ethernet Frames"),
        ("1.1.1.1.2", "Addresses", "Ethernet Frames"),
        ("1.1.1.2", "Switching", "The Link Layer"),
        ("1.1.1.2.1", "Learning Addresses", "Switching"),
        ("1.1.1.2.1.1", "Address Tables", "Learning Addresses"),
        ("1.1.1.2.1.2", "Ageing", "Learning Addresses"),
        ("1.1.1.2.2", "Spanning Tree", "Switching"),
        ("1.1.1.2.2.1", "Ports", "Spanning Tree"),
        ("1.1.2", "The Network Layer", "Layers & Models"),
        ("1.1.2.1", "Addresses", "The Network Layer"),
        ("1.1.2.1.1", "Subnets", "Addresses"),
        ("1.1.2.1.1.1", "Masks", "Subnets"),
        ("1.1.2.1.1.1", "Prefixes", "Subnets"),
        ("1.1.2.2.1.3", "Supernets", "Subnets"),
    ]


def test_kinds_of_the_samples() -> None:
    names = ["library", "roadmap", "outline", "interview", "guide", "extras"]
    assert [read(sample(name)).kind for name in names] == [
        "article",
        "roadmap",
        "outline",
        "interview",
        "article",
        "article",
    ]
