"""Cards: made from the text and by hand, and what becomes of them when the text does not stay."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from importer.edits import remove_sections, save_section, save_topic
from learning import card_sources, cards, highlights, paths
from learning.anchoring import Quote
from learning.models import Card, Highlight
from tests.beginnings import beginning
from topics.models import Definition, Question, Section

pytestmark = pytest.mark.django_db

POOLS = """# Pools

## What is a pool?

A pool lends connections. It gives them back.

## Words

- **Lease** – a connection that was lent for a while to one borrower

| Term | Meaning |
| --- | --- |
| Starvation | nobody gets a connection because others never give theirs back |
"""


def text_of(card: Card) -> tuple[str, str]:
    return card.front, card.back


@beginning
def pools(bring) -> dict[str, Section]:
    bring({"pools.md": POOLS})
    return {section.title: section for section in Section.objects.select_related("topic")}


@pytest.fixture
def made(pools: dict[str, Section], alice: User) -> dict[str, Card]:
    """Alice's cards of all that the document asks and defines, by their fronts."""
    sources = card_sources.of_sections([section.pk for section in pools.values()])
    return {card.front: card for card in cards.add(alice, sources)}


def test_a_text_offers_its_questions_definitions_and_tables(made: dict[str, Card]) -> None:
    assert {front: (card.origin, card.back) for front, card in made.items()} == {
        "What is a pool?": ("question", "A pool lends connections. It gives them back."),
        "Lease": ("definition", "a connection that was lent for a while to one borrower"),
        "Starvation": (
            "definition",
            "nobody gets a connection because others never give theirs back",
        ),
    }


def test_what_one_has_already_is_not_added_again(made: dict[str, Card], alice: User, bob) -> None:
    sources = card_sources.of_sections(list({card.section_id for card in made.values()}))
    assert cards.add(alice, sources) == []
    assert len(cards.add(bob, sources)) == 3
    assert Card.objects.of(alice).count() == 3


def test_nobody_has_more_than_the_limit(made, alice, bob, monkeypatch) -> None:
    monkeypatch.setattr(cards, "CARDS_LIMIT", 2)
    sources = card_sources.of_sections(list({card.section_id for card in made.values()}))
    with pytest.raises(cards.Full):
        cards.add(bob, sources)
    assert not Card.objects.of(bob).exists()


@pytest.mark.parametrize(
    ("markdown", "answers"),
    [
        ("**Why pools?**\n\nThey save time.\n\n**Why not?**\n\nThey cost memory.",
         {"Why pools?": "They save time.", "Why not?": "They cost memory."}),
        ("Before.\n\n**Q:** Why pools?\n\nThey save time.", {"Why pools?": "They save time."}),
        ("**Q: Why pools?** They save time.", {}),
        ("> **Why pools?**\n>\n> They save time.\n\nOutside.",
         {"Why pools?": "They save time."}),
        ("**Why pools?**\n\n- one\n- two\n\n```js\nx <= 1 && y\n```",
         {"Why pools?": "one\ntwo\nx <= 1 && y"}),
    ],
)  # fmt: skip
def test_the_answer_to_a_bold_question_ends_at_the_next(bring, markdown, answers) -> None:
    bring({"pools.md": f"# Pools\n\n## Some\n\n{markdown}\n"})
    found = card_sources.of_questions(Question.objects.all())
    assert {source.front: source.back for source in found if source.front in answers} == answers


def test_a_question_whose_answer_is_below_it_has_that(bring) -> None:
    bring({"pools.md": "# Pools\n\n## Why pools?\n\n### Speed\n\nFast.\n\n### Cost\n\nCheap.\n"})
    (source,) = card_sources.of_questions(Question.objects.all())
    assert source.back == "Speed\nFast.\nCost\nCheap."


def test_a_card_follows_its_source_and_keeps_what_was_learned(bring, made) -> None:
    bring({"pools.md": POOLS.replace("It gives them back.", "It takes them back.")})
    card = Card.objects.get(pk=made["What is a pool?"].pk)
    assert card.state == "changed"
    assert card.back == "A pool lends connections. It takes them back."
    assert card.was_back == "A pool lends connections. It gives them back."
    bring({"pools.md": POOLS})
    card.refresh_from_db()
    assert (card.state, card.was_back, card.was_front) == ("fresh", "", "")


def test_of_two_edits_the_one_that_was_learned_is_kept(bring, made) -> None:
    bring({"pools.md": POOLS.replace("for a while", "for a minute")})
    bring({"pools.md": POOLS.replace("for a while", "for an hour")})
    card = Card.objects.get(pk=made["Lease"].pk)
    assert card.was_back == "a connection that was lent for a while to one borrower"
    assert card.back == "a connection that was lent for an hour to one borrower"


def test_a_renamed_question_is_the_same_card(bring, made) -> None:
    bring({"pools.md": POOLS.replace("What is a pool?", "What is a connection pool?")})
    card = Card.objects.get(pk=made["What is a pool?"].pk)
    assert (card.state, card.front, card.was_front) == (
        "changed", "What is a connection pool?", "What is a pool?",
    )  # fmt: skip


def test_a_change_of_another_part_of_the_document_flags_nothing(bring, made) -> None:
    bring({"pools.md": POOLS.replace("# Pools", "# Pools\n\nNew words.")})
    assert not Card.objects.exclude(state="fresh").exists()


def test_a_removed_source_leaves_its_last_text(bring, made) -> None:
    before = {card.pk: text_of(card) for card in made.values()}
    bring({"pools.md": "# Pools\n\nNothing.\n"}, prune=True)
    after = {card.pk: text_of(card) for card in Card.objects.all()}
    assert after == before
    assert set(Card.objects.values_list("state", flat=True)) == {"removed"}
    bring({"pools.md": POOLS})
    assert set(Card.objects.values_list("state", flat=True)) == {"fresh"}


def test_a_card_moves_with_its_definition(bring, made, pools) -> None:
    words = POOLS.partition("## Words")
    bring({"pools.md": words[0], "words.md": f"# Terms\n\n## Words{words[2]}"})
    card = Card.objects.get(pk=made["Lease"].pk)
    assert (card.state, card.section.topic.title) == ("fresh", "Terms")


def test_a_draft_gives_nothing_away(made, pools, alice) -> None:
    topic = pools["Words"].topic
    topic.status = "draft"
    save_topic(topic, ["status"], user=alice)
    assert set(Card.objects.values_list("state", flat=True)) == {"removed"}
    row = Section.objects.get(pk=pools["What is a pool?"].pk)
    save_section(row, markdown="A secret.", title=row.title, user=alice)
    assert not Card.objects.filter(back__contains="secret").exists()


def test_a_removed_section_leaves_the_card(made, pools, alice) -> None:
    remove_sections(Section.objects.filter(pk=pools["Words"].pk))
    assert {card.front: card.state for card in Card.objects.all()} == {
        "What is a pool?": "fresh", "Lease": "removed", "Starvation": "removed",
    }  # fmt: skip


# Cards of highlights and of one's own.


@pytest.fixture
def mark(pools: dict[str, Section], alice: User) -> Highlight:
    return highlights.add(alice, pools["What is a pool?"], Quote(0, 0, "connections"), "blue")


def test_highlighted_words_become_a_gap_in_their_sentence(mark, alice) -> None:
    card = cards.add_of_highlight(alice, mark)
    assert (card.origin, card.front, card.back) == ("cloze", "A pool lends […].", "connections")
    assert cards.add_of_highlight(alice, mark).pk == card.pk


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("One. Two words here. Three.", "words", "Two […] here."),
        ("No end at all", "end", "No […] at all"),
        ("First one! Second two? Third.", "Second two?", "[…]"),
        ("It is 3.5 or so. Next.", "so", "It is 3.5 or […]."),
        ("word", "word", "[…]"),
    ],
)
def test_a_gap_stands_in_one_sentence(text: str, words: str, expected: str) -> None:
    start = text.index(words)
    assert card_sources.with_gap(text, start, start + len(words)) == expected


def test_a_gap_follows_its_words(bring, mark, alice) -> None:
    card = cards.add_of_highlight(alice, mark)
    bring({"pools.md": POOLS.replace("A pool lends", "A small pool lends")})
    card.refresh_from_db()
    assert (card.front, card.was_front, card.state) == (
        "A small pool lends […].", "A pool lends […].", "changed",
    )  # fmt: skip


def test_a_question_on_words_stays_when_they_are_edited(bring, mark, alice) -> None:
    card = cards.add_of_highlight(alice, mark, "What does it lend?")
    bring({"pools.md": POOLS.replace("lends connections", "lends connexions")})
    card.refresh_from_db()
    assert (card.front, card.back, card.was_back) == (
        "What does it lend?", "connexions", "connections",
    )  # fmt: skip


def test_words_that_are_gone_leave_the_card(bring, mark, alice) -> None:
    card = cards.add_of_highlight(alice, mark)
    bring({"pools.md": POOLS.replace("A pool lends connections. It gives", "It gives")})
    card.refresh_from_db()
    assert (card.state, card.back) == ("removed", "connections")
    with pytest.raises(cards.NotThere):
        cards.add_of_highlight(alice, Highlight.objects.get(pk=mark.pk), "Why?")


def test_a_card_outlives_the_highlight_that_it_was_made_of(bring, mark, alice) -> None:
    card = cards.add_of_highlight(alice, mark)
    mark.delete()
    bring({"pools.md": POOLS.replace("A pool lends", "A small pool lends")})
    card.refresh_from_db()
    assert (card.state, card.front) == ("fresh", "A pool lends […].")


OTHER = POOLS.replace("It gives them back.", "It counts them.")
TEXTS = {
    "an edit": ([OTHER], "changed"),
    "an edit that is taken back": ([OTHER, POOLS], "fresh"),
    "a removal": (["# Words\n"], "removed"),
    "a removal that is taken back": (["# Words\n", POOLS], "fresh"),
    "an edit and a removal that is taken back": ([OTHER, "# Words\n", OTHER], "changed"),
    "an edit and a removal, both taken back": ([OTHER, "# Words\n", POOLS], "fresh"),
    "a removal that comes back edited": (["# Words\n", OTHER], "changed"),
}


@pytest.mark.parametrize(("texts", "state"), TEXTS.values(), ids=TEXTS.keys())
def test_an_own_card_is_flagged_while_its_section_says_something_else(
    bring, pools, alice, texts, state
) -> None:
    card = cards.add_own(alice, pools["What is a pool?"], "Who lends?", "The pool.")
    for text in texts:
        bring({"pools.md": text})
    card.refresh_from_db()
    assert (card.state, card.section_id) == (state, pools["What is a pool?"].pk)


def test_an_own_card_is_flagged_with_what_its_section_said(bring, pools, learner, alice) -> None:
    card = cards.add_own(alice, pools["What is a pool?"], "Who lends?", "The pool.")
    bring({"pools.md": POOLS.replace("It gives them back.", "It counts them.")})
    card.refresh_from_db()
    assert (card.state, card.front, card.back) == ("changed", "Who lends?", "The pool.")
    page = learner.get(reverse("learning:card", args=[card.pk])).content.decode()
    assert "<del>gives</del>" in page
    assert "<ins>counts</ins>" in page
    cards.accept(alice, card)
    assert Card.objects.get(pk=card.pk).state == "fresh"


def test_own_words_follow_the_text_no_longer(bring, made, alice) -> None:
    cards.rewrite(alice, made["Lease"], "A lease?", "Lent for a while.")
    bring({"pools.md": POOLS.replace("for a while", "for a minute")})
    card = Card.objects.get(pk=made["Lease"].pk)
    assert (card.origin, card.front, card.back) == ("own", "A lease?", "Lent for a while.")
    assert card.state == "changed"


def test_content_without_cards_costs_one_query(bring, pools, django_assert_num_queries) -> None:
    from importer.publish import Published

    touched = Published(frozenset(s.pk for s in pools.values()), frozenset(), {})
    with django_assert_num_queries(1):
        cards.follow(touched)


# Pages.


def test_a_page_offers_what_cards_can_be_made_of(learner: Client, pools, alice) -> None:
    section = pools["Words"]
    url = reverse("learning:card_make", args=[section.pk])
    page = learner.get(url).content.decode()
    assert "Lease" in page
    assert "What is a pool?" not in page
    key = Definition.objects.get(term="Lease").pk
    learner.post(url, {"what": f"definition-{key}"})
    assert list(Card.objects.of(alice).values_list("front", flat=True)) == ["Lease"]
    learner.post(f"{url}?scope=topic", {"what": "all"})
    assert Card.objects.of(alice).count() == 3
    learner.post(url, {"front": "Mine?", "back": "Yes."})
    assert Card.objects.of(alice).get(origin="own").section == section


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"front": "", "back": "x"}, 400),
        ({"front": "x", "back": " "}, 400),
        ({"front": "x" * 2001, "back": "x"}, 400),
        ({"front": "nul\0", "back": "x"}, 400),
        ({"what": "definition-999999"}, 302),
        ({"what": "own-1"}, 302),
        ({}, 200),
    ],
)
def test_no_card_is_made_of_what_is_none(learner: Client, pools, data, status) -> None:
    url = reverse("learning:card_make", args=[pools["Words"].pk])
    assert learner.post(url, data).status_code == status
    assert not Card.objects.exists()
    assert learner.get(f"{url}?scope=path").status_code == 400


def test_a_path_gives_the_cards_of_its_steps(bring, learner: Client, alice) -> None:
    steps = "1. Read [Pools](pools.md).\n2. Then rest.\n3. And go on.\n"
    way = f"---\nkind: path\n---\n# Way\n\n## Steps\n\n{steps}"
    bring({"pools.md": POOLS, "way.md": way, "other.md": "# Other\n\n## Why?\n\nSo.\n"})
    topic = Section.objects.get(title="Way")
    assert len(paths.sections_of(topic.topic_id)) == 3
    url = reverse("learning:card_make", args=[topic.pk])
    learner.post(f"{url}?scope=path", {"what": "all"})
    assert set(Card.objects.of(alice).values_list("front", flat=True)) == {
        "What is a pool?", "Lease", "Starvation",
    }  # fmt: skip


def test_a_card_shows_where_it_is_from_and_leads_to_the_paragraph(learner, made, pools) -> None:
    page = learner.get(reverse("learning:card", args=[made["Lease"].pk])).content.decode()
    path = pools["Words"].topic.path
    assert (
        f"/topics/{path}/#words:~:text=a%20connection%20that%20was%20lent%20for%20a%20while" in page
    )


def test_the_list_is_searched_and_narrowed(learner: Client, made, alice) -> None:
    url = reverse("learning:cards")
    Card.objects.filter(pk=made["Lease"].pk).update(is_suspended=True)

    def fronts(query: str) -> list[str]:
        page = learner.get(f"{url}?{query}").context["page"]
        return [card.front for card in page]

    assert fronts("") == ["What is a pool?", "Lease", "Starvation"]
    assert fronts("q=borrower") == ["Lease"]
    assert fronts("show=suspended") == ["Lease"]
    assert fronts("show=changed") == []
    assert learner.get(f"{url}?show=odd").status_code == 400


def test_a_page_says_how_many_cards_it_has(learner: Client, made, pools) -> None:
    page = learner.get(pools["Words"].topic.get_absolute_url()).content.decode()
    assert "You have 3 cards from this page." in page


@pytest.mark.parametrize("what", ["accept", "suspend", "resume", "delete"])
def test_cards_are_changed_by_their_owner_alone(client: Client, made, bob, what) -> None:
    client.force_login(bob)
    url = reverse("learning:card_change", args=[made["Lease"].pk])
    assert client.post(url, {"what": what}).status_code == 404
    assert Card.objects.filter(pk=made["Lease"].pk, is_suspended=False).exists()
