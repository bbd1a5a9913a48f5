"""Whatever becomes of the text: no mark of any kind is lost, and none is another's."""

import random

import pytest
from django.contrib.auth.models import User

from learning import card_sources, cards, collections, highlights, progress
from learning.anchoring import Quote
from learning.models import Bookmark, Card, CollectedSection, Highlight, Reading
from tests.factories import make_user
from topics.models import Definition, Question, Section

pytestmark = pytest.mark.django_db

WORDS = (
    "pool", "queue", "index", "lock", "page", "cache", "token", "thread", "socket", "table",
)  # fmt: skip
Library = dict[str, list[tuple[str, list[str]]]]


def sentence(chance: random.Random) -> str:
    said = " ".join(chance.choice(WORDS) for _ in range(chance.randint(6, 14)))
    return f"{said.capitalize()} {chance.randint(0, 10**6)}."


def title(topic: int, number: int) -> str:
    return f"What is part {topic}.{number}?" if number % 2 else f"Part {topic}.{number}"


def first(chance: random.Random, topics: int = 3) -> Library:
    return {
        f"t{t}.md": [
            (title(t, s), [sentence(chance) for _ in range(chance.randint(2, 6))]) for s in range(5)
        ]
        for t in range(topics)
    }


def change(library: Library, chance: random.Random) -> None:
    """One thing that curators do: edit, rename, delete, move, split, merge, or a new section."""
    name = chance.choice(list(library))
    sections = library[name]
    if not sections:
        return
    at = chance.randrange(len(sections))
    name_, said = sections[at]
    match chance.choice(["edit", "rename", "delete", "move", "swap", "split", "merge", "new"]):
        case "edit":
            said[chance.randrange(len(said))] = sentence(chance)
        case "rename":
            sections[at] = (f"Named {chance.randint(0, 10**6)}", said)
        case "delete":
            del sections[at]
        case "move":
            library[chance.choice(list(library))].append(sections.pop(at))
        case "swap":
            chance.shuffle(sections)
        case "split" if len(said) > 2:
            sections[at : at + 1] = [(name_, said[:2]), (f"Rest of {name_}", said[2:])]
        case "merge" if at:
            sections[at - 1 : at + 1] = [(sections[at - 1][0], sections[at - 1][1] + said)]
        case _:
            sections.insert(at, (f"New {chance.randint(0, 10**6)}", [sentence(chance)]))


def files(library: Library) -> dict[str, str]:
    return {
        name: f"# {name}\n\n" + "\n\n".join(f"## {t}\n\n{text(said)}" for t, said in parts)
        for name, parts in library.items()
    }


def text(said: list[str]) -> str:
    """Sentences; the first is a definition too, of a term that its number names."""
    number = said[0].rstrip(".").rsplit(" ", 1)[1]
    return f"{' '.join(said)}\n\n- **Term{number}** – {said[0].lower()}"


def mark_all(user: User) -> None:
    own = collections.create(user, "Mine")
    sections = list(Section.objects.published().exclude(anchor=""))
    Bookmark.objects.bulk_create(
        Bookmark(user=user, section=section, note=f"{user} on {section.pk}") for section in sections
    )
    progress.mark(user, [section.pk for section in sections], "again")
    for section in sections:
        collections.add(user, own, section)
        for words in highlights.text_of(section.html).split(". ")[:3]:
            mark = highlights.add(user, section, Quote(0, 0, words), "blue")
        cards.add_of_highlight(user, mark)
        cards.add_own(user, section, f"{user} asks on {section.pk}", "Yes.")
    cards.add(user, card_sources.of_sections([section.pk for section in sections]))


def state(user: User) -> dict[str, set[tuple[object, ...]]]:
    """Whose marks there are, by kind: what she wrote, and which words she chose."""
    return {
        "bookmarks": set(Bookmark.objects.of(user).values_list("pk", "note")),
        "readings": set(Reading.objects.of(user).values_list("pk", "state")),
        "collected": set(CollectedSection.objects.of(user).values_list("pk", "position")),
        "highlights": {(mark.pk, mark.was or mark.exact) for mark in Highlight.objects.of(user)},
        "cards": {(card.pk, *learned(card)) for card in Card.objects.of(user)},
    }


def learned(card: Card) -> tuple[str, str]:
    """What a card said when it was learned, whatever its source says today."""
    is_other = card.was_front or card.was_back
    return (card.was_front, card.was_back) if is_other else (card.front, card.back)


def assert_highlights_are_where_they_say() -> None:
    texts = {s.pk: highlights.text_of(s.html) for s in Section.objects.live()}
    everything = " ".join(texts.values())
    for mark in Highlight.objects.select_related("section"):
        if mark.state != "orphaned":
            assert texts[mark.section_id][mark.start : mark.end] == mark.exact
        else:  # each sentence is told by its number: words that are still there are found
            assert (mark.was or mark.exact) not in everything


def assert_cards_say_what_their_sources_say() -> None:
    kinds = {"question": (Question, "text"), "definition": (Definition, "term")}
    for card in Card.objects.filter(origin__in=kinds).exclude(state="removed"):
        model, name = kinds[card.origin]
        source = model.objects.get(pk=card.origin_key)
        assert (card.front, card.section_id) == (getattr(source, name), source.section_id)
    for card in Card.objects.filter(origin="cloze").exclude(state="removed"):
        mark = Highlight.objects.get(pk=card.origin_key)
        assert (card.user_id, card.back, card.section_id) == (
            mark.user_id, mark.exact, mark.section_id,
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_no_history_of_edits_loses_a_mark(bring, alice, seed):
    chance = random.Random(seed)
    library, bob = first(chance), make_user("bob")
    bring(files(library))
    for user in (alice, bob):
        mark_all(user)
    before = {user: state(user) for user in (alice, bob)}
    for _ in range(6):
        for _ in range(chance.randint(1, 4)):
            change(library, chance)
        bring(files(library))
        for user in (alice, bob):
            assert state(user) == before[user]
        assert_cards_say_what_their_sources_say()
    assert Highlight.objects.exclude(state="exact").exists()
    assert Card.objects.filter(state="changed").exists()
    assert_highlights_are_where_they_say()
