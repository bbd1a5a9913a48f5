"""Which section explains an item of an outline."""

import pytest

from search.related import explain
from tests.beginnings import beginning
from tests.search.library import Part, add_topic
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db

FILLER = "and this is a longer text about how one goes on from there with care in daily work"


def prose(text: str) -> str:
    """`text` and words that no item holds, enough of both to explain something."""
    return f"{text}.\n" + f"{FILLER}.\n" * 5


def outline(*path: str, kind: str = "outline") -> Section:
    """The last of these titles, an item below the others."""
    part: list[Part] = []
    for level in range(len(path), 0, -1):
        number = ".".join("1" * level)
        part = [Part(path[level - 1], number=number, is_item=True, below=part)]
    topic = add_topic("Course", *part, kind=kind, path="-".join(path).lower())
    return Section.objects.get(topic=topic, title=path[-1])


def explained_by(item: Section, at_least: float = 0.0) -> str | None:
    """Topic and title of the section that explains the item."""
    found = explain([item.pk], at_least=at_least).get(item.pk)
    if found is None:
        return None
    section = Section.objects.select_related("topic").get(pk=found[0])
    return f"{section.topic.title} / {section.title}"


@beginning
def databases() -> None:
    text = prose("An index speeds up reading. Each index costs on writing. Choose an index well")
    add_topic("PostgreSQL", Part("Index kinds", text))
    add_topic("MongoDB", Part("Index kinds", text))
    add_topic("Shopping", Part("Baskets", prose("A basket holds what a buyer wants to have")))


@pytest.mark.parametrize("subject", ["PostgreSQL", "MongoDB"])
def test_an_item_is_explained_where_a_title_above_it_is_the_subject(
    databases: None, subject: str
) -> None:
    item = outline("Databases", f"{subject} Integration", "Indexes")
    assert explained_by(item) == f"{subject} / Index kinds"


def test_words_that_no_title_of_a_topic_holds_count_half() -> None:
    text = prose("A pool keeps connections open. The pool lends a connection")
    add_topic("Drivers", Part("Pools", text))
    item = outline("Drivers Mastery", "Pools")
    other = outline("Drivers", "Pools")
    scores = {key: score for key, (_, score) in explain([item.pk, other.pk], at_least=0.0).items()}
    assert 0 < scores[item.pk] < scores[other.pk]


def test_a_word_that_stands_in_tables_only_weighs_less_than_prose() -> None:
    table = prose("Need | Name\nStorage | Vault")
    add_topic("Secrets", Part("Products", table), path="secrets-one")
    add_topic("Secrets", Part("Keeping", prose("Use Vault for storage")), path="secrets-two")
    assert explained_by(outline("Secrets", "Vault")) == "Secrets / Keeping"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Pyramid of Doom", "Nested calls make a pyramid, also called doom"),
        ("The Cost", "What it takes is the cost"),
        ("async.series()", "The async library has series, which runs one after the other"),
        ("Cross-workspace Links", "Links work across each workspace, cross references too"),
    ],
)
def test_stop_words_and_joined_forms_need_not_stand_in_the_text(title: str, text: str) -> None:
    add_topic("Patterns", Part("Shapes", prose(text)))
    assert explained_by(outline("Patterns", title)) == "Patterns / Shapes"


def test_a_joined_form_that_prose_holds_is_asked_for() -> None:
    add_topic("Modules", Part("One", prose("A module has an export. Each export of a module")))
    add_topic("Files", Part("Two", prose("Assign to module.exports, since module.exports counts")))
    assert explained_by(outline("Things", "module.exports")) == "Files / Two"


def test_three_quarters_of_the_words_have_to_be_there() -> None:
    add_topic("Circuits", Part("Breakers", prose("A breaker opens. A breaker closes")))
    assert explained_by(outline("Circuits", "Breaker Calibration Protocol")) is None


def test_short_sections_outlines_and_glossaries_explain_nothing() -> None:
    add_topic("Pools", Part("Pool", "A pool keeps connections."), path="short")
    add_topic("Pools", Part("Pool", prose("A pool")), path="terms", kind="glossary")
    add_topic("Pools", Part("Pool", prose("A pool")), path="other", kind="outline")
    assert explained_by(outline("Pools", "Pool")) is None


def test_sources_and_the_least_score_narrow_what_counts() -> None:
    add_topic("Pools", Part("Pool", prose("A pool keeps connections. The pool lends them")))
    item = outline("Pools", "Pool")
    ((section, score),) = explain([item.pk], sources=["tests"]).values()
    assert Section.objects.get(pk=section).title == "Pool"
    assert explain([item.pk], sources=["elsewhere"], at_least=0.0) == {}
    assert explain([item.pk], at_least=score + 0.001) == {}
    assert Topic.objects.filter(source="tests").count() == 2
