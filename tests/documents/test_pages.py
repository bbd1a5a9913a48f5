from dataclasses import dataclass

from documents import split_pages

from .reading import read, sample


@dataclass
class Size:
    parent: int | None
    words: int
    is_item: bool = False


def test_a_short_topic_is_one_page() -> None:
    assert split_pages([Size(None, 10), Size(0, 20), Size(1, 30)]) == [True, False, False]


def test_a_long_topic_is_split_at_the_next_level_down_and_only_where_it_is_too_long() -> None:
    sections = [
        Size(None, 100),
        Size(0, 1_000),
        Size(1, 1_400),
        Size(0, 1_000),
        Size(3, 1_000),
        Size(3, 1_000),
        Size(5, 10),
    ]
    assert split_pages(sections) == [True, True, False, True, True, True, False]


def test_the_limits_themselves_are_not_too_much() -> None:
    assert split_pages([Size(None, 0), Size(0, 2_500)]) == [True, False]
    assert split_pages([Size(None, 0), Size(0, 2_501)]) == [True, True]
    assert split_pages([Size(None, 0), *[Size(0, 1)] * 59]) == [True] + [False] * 59
    assert split_pages([Size(None, 0), *[Size(0, 1)] * 60]) == [True] * 61


def test_items_open_no_page_beside_headings() -> None:
    sections = [Size(None, 0), Size(0, 1), *[Size(1, 1, True)] * 50, Size(0, 1)]
    sections += [Size(52, 1, True)] * 50
    opens = split_pages(sections)
    assert [index for index, opened in enumerate(opens) if opened] == [0, 1, 52]


def test_items_with_others_below_them_open_pages_where_there_is_no_heading() -> None:
    sections = [Size(None, 0), Size(0, 1, True), *[Size(1, 1, True)] * 60, Size(0, 1, True)]
    opens = split_pages(sections)
    assert [index for index, opened in enumerate(opens) if opened] == [0, 1]


def test_samples_fit_on_a_page() -> None:
    assert sum(split_pages(read(sample("outline")).sections)) == 1


def test_nothing_has_no_pages() -> None:
    assert split_pages([]) == []
