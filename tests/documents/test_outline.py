import pytest

from .reading import read, sample, tree

MANY = "".join(f"- **1.1.{number}** Item\n" for number in range(1, 11))


def items(text: str) -> list[tuple[str, str]]:
    return [(s.number, s.title) for s in read(text).sections if s.is_item]


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("- **1.2.3** Title", ("1.2.3", "Title")),
        ("- **1.2.3 Title**", ("1.2.3", "Title")),
        ("- **1.2.3** Title**", ("1.2.3", "Title")),
        ("- 1.2.3 Title", ("1.2.3", "Title")),
        ("- 1.2.3. Title", ("1.2.3", "Title")),
        ("- **1.2.3**: Title", ("1.2.3", "Title")),
        ("* 1.2.3 – **Bold** title", ("1.2.3", "Bold title")),
        ("- **1.2.3** Title with `code` & [link](x)", ("1.2.3", "Title with code & link")),
        ("- 1.2.3", ("1.2.3", "1.2.3")),
        ("  - 1.2.3 Indented", ("1.2.3", "Indented")),
        ("Stray words- **1.2.3** Title", ("1.2.3", "Title")),
    ],
)
def test_an_item_is_read_whatever_its_marks(line: str, item: tuple[str, str]) -> None:
    assert items(f"{MANY}{line}\n")[-1] == item


@pytest.mark.parametrize(
    "text",
    [
        MANY.replace("1.10", "1.9", 1).split("- **1.1.9")[0],  # fewer than ten
        MANY + "- other\n" * 10,  # not most of the items
        "".join(f"- {number} apples\n" for number in range(20)),
        f"```\n{MANY}```\n",
        f"<!--\n{MANY}-->\n",
    ],
)
def test_what_is_no_outline(text: str) -> None:
    assert items(text) == []


def test_front_matter_makes_an_outline_of_a_few_items() -> None:
    document = read("---\nkind: outline\n---\n- 1.1 A\n- 1.2 B\n")
    assert [(s.number, s.title) for s in document.sections[1:]] == [("1.1", "A"), ("1.2", "B")]


def test_an_item_keeps_the_text_below_it() -> None:
    document = read(sample("outline"))
    tree_item = next(s for s in document.sections if s.title == "Spanning Tree")
    assert tree_item.markdown == (
        "A tree without loops, agreed by the switches themselves.\n\n"
        "- root election\n  - by priority"
    )
    last = document.sections[-1]
    assert last.markdown == "This course covers the wire, the frame and the packet."


def test_levels_of_items_follow_their_parents() -> None:
    document = read(sample("outline"))
    levels = {section.number: section.level for section in document.sections if section.is_item}
    assert (levels["1.1.1.1"], levels["1.1.1.1.1"], levels["1.1.1.2.1.1"]) == (5, 6, 7)


def test_oddities_are_reported() -> None:
    assert [(n.line, n.message) for n in read(sample("outline")).notices] == [
        (18, "3 items have a bold mark without its partner"),
        (38, "left out 'Pondered for 3s' before item 1.1.2.1.1"),
        (40, "number 1.1.2.1.1.1 occurs 2 times: lines 40, 41"),
        (42, "number 1.1.2.2.1.3 is below 1.1.2.1.1"),
    ]


def test_anchors_of_items_are_their_numbers_with_dashes() -> None:
    anchors = [s.anchor for s in read(sample("outline")).sections if s.is_item]
    assert anchors[:3] == ["1-1-1-1", "1-1-1-1-1", "1-1-1-1-2"]
    assert anchors[-3:] == ["1-1-2-1-1-1", "1-1-2-1-1-1--1", "1-1-2-2-1-3"]


def test_missing_levels_make_no_empty_sections() -> None:
    document = read(f"{MANY}- **2.1.1.1.1** Deep\n- **2.1.2** Shallow\n")
    assert tree(document)[-2:] == [("2.1.1.1.1", "Deep", "Item"), ("2.1.2", "Shallow", "")]
