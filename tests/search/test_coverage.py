"""How much of an outline, roadmap or cheat sheet is explained elsewhere."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from benchmarks.coverage import items_of, sample
from tests.beginnings import beginning
from tests.search.library import Part, add_topic
from tests.search.test_relating import outline, prose
from topics.models import Definition, Section, Topic

pytestmark = pytest.mark.django_db


def cheat_sheet(**parts: list[str]) -> Topic:
    topic = add_topic("Cheat sheet", *[Part(title.replace("_", " ")) for title in parts])
    for section in topic.sections.exclude(anchor=""):
        for position, term in enumerate(parts[section.title.replace(" ", "_")]):
            Definition.objects.create(section=section, position=position, term=term, text="x")
    return topic


def explanations(topic: Topic) -> dict[str, str | None]:
    return {i.title: i.section.title if i.section else None for i in items_of(topic)}


@beginning
def library() -> None:
    add_topic(
        "Backend",
        Part("Piping streams", prose("A pipe moves chunks. Pipes forward no error")),
        Part("Guards, pipes and filters", prose("Pipes check arguments, guards check callers")),
        Part("A shop with sharding, queues and a CDN", prose("Sharding comes last in a shop")),
        Part("What is sharding?", prose("Sharding splits the data among servers")),
    )
    add_topic("Terms", Part("Sharding", prose("Sharding")), kind="glossary")


def test_a_part_that_names_a_row_says_which_one_is_meant(library: None) -> None:
    topic = cheat_sheet(Guards_and_pipes=["Pipes"], Streams=["Piping"])
    assert explanations(topic) == {
        "Pipes": "Guards, pipes and filters",
        "Piping": "Piping streams",
    }


def test_the_title_with_the_fewest_other_words_explains_a_row(library: None) -> None:
    assert explanations(cheat_sheet(Systems=["Sharding"])) == {"Sharding": "What is sharding?"}


def test_a_row_that_nothing_holds_is_not_explained(library: None) -> None:
    assert explanations(cheat_sheet(Systems=["Consensus"])) == {"Consensus": None}


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    add_topic("Pools", *[Part(f"Pool {name}", prose(f"Pool {name}")) for name in "abcdefgh"])
    parts = [Part(f"Pool {name}", is_item=True) for name in "abcdefgh"]
    items = items_of(add_topic("Course", Part("Pools", is_item=True, below=parts), kind="outline"))
    assert [i.title for i in sample(items, 4, 1)] == [i.title for i in sample(items, 4, 1)]
    assert [i.title for i in sample(items, 4, 1)] != [i.title for i in sample(items, 4, 2)]
    assert len(sample(items, 100, 1)) == sum(item.is_explained for item in items)


def test_the_command_says_how_much_and_how_well(
    library: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = outline("Backend", "What is sharding")
    judged = tmp_path / "judged.tsv"
    judged.write_text("verdict\titem\nyes\ta\nyes\tb\nno\tc\nyes\td\n")
    call_command("coverage", item.topic.path, judged=judged, sources=["tests"])
    assert capsys.readouterr().out.splitlines() == [
        "Backend: 1 of 2",
        "  1 Backend",
        "Course: 1 of 2 explained (50.0%)",
        "precision 0.75 (4 judged), coverage times precision 0.38",
    ]
    with pytest.raises(CommandError, match="There is no topic nowhere"):
        call_command("coverage", "nowhere")
    with pytest.raises(CommandError, match="no items to explain"):
        call_command("coverage", Section.objects.get(title="Piping streams").topic.path)
