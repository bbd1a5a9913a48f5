"""A library, a learner with marks of every kind in it, and what she takes along."""

import io
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User

from accounts import archive
from learning import card_sources, cards, collections, highlights, progress, reviews
from learning.anchoring import Quote
from learning.models import Bookmark, Card, CollectedSection, Highlight, Plan
from topics.models import Section

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FIRST = {
    "pools.md": "# Pools\n\nA pool lends connections to those who ask for one.\n\n## Lending\n\n"
    "It keeps a few connections open and lends them one after the other. The others wait.\n\n"
    "- **Lease** – the time for which one is lent\n\n"
    "## Why so few?\n\nBecause each of them costs memory on the server.\n\n"
    "## Old\n\nThis stands here no longer than until tomorrow morning.\n\n"
    "## Waiting\n\nWhoever asks for one waits in a queue until another is given back.\n",
    "locks.md": "# Locks\n\nOne holds, others wait.\n\n## Kinds\n\nShared and exclusive.\n",
}
SECOND = {
    "pools.md": FIRST["pools.md"]
    .replace("## Old\n\nThis stands here no longer than until tomorrow morning.\n\n", "")
    .replace("keeps a few connections open", "keeps some connections open")
}
DAYS = [timedelta(0), timedelta(minutes=12), timedelta(days=1), timedelta(days=4)]


def at(title: str) -> Section:
    return Section.objects.get(title=title, merged_into=None)


def answer(user: User, card: Card, rating: int, moment: datetime) -> None:
    reps = Card.objects.get(pk=card.pk).reps
    assert reviews.answer(user, card.pk, rating, moment, reps=reps, took_ms=1500)


def mark_all(user: User) -> None:
    """Marks of every kind, with answers, one of them taken back, and one to a card that is gone."""
    for title, note in [("Lending", "# mine\n\nand <b>this</b>"), ("Old", "gone?"), ("Locks", "")]:
        Bookmark.objects.create(user=user, section=at(title), note=note)
    progress.mark(user, [at("Lending").pk, at("Old").pk], "read")
    progress.mark(user, [at("Kinds").pk], "again")
    own = collections.create(user, "For Monday")
    for title in ("Kinds", "Old", "Lending"):
        collections.add(user, own, at(title))
    CollectedSection.objects.filter(section=at("Kinds")).update(note="first")
    for title, words in [
        ("Lending", "keeps a few connections open and lends them"),
        ("Lending", "The others wait."),
        ("Old", "no longer than until tomorrow"),
    ]:
        mark = highlights.add(user, at(title), Quote(0, 0, words), "green")
    Highlight.objects.filter(exact="The others wait.").update(note="why?")
    cards.add_of_highlight(user, mark)
    cards.add_of_highlight(user, Highlight.objects.get(note="why?"), "What do others do?")
    gone = cards.add_own(user, at("Lending"), "Mine?", "No.")
    cards.add(user, card_sources.of_sections(Section.objects.values_list("pk", flat=True)))
    cards.add_own(user, at("Waiting"), "Mine too?", "Yes: 1 < 2 & 3.")
    for number, card in enumerate(Card.objects.of(user).order_by("pk")):
        for rating, after in zip((3, 3, 3, 1 + number % 4), DAYS, strict=True):
            answer(user, card, rating, NOW + after + timedelta(seconds=number))
    assert reviews.undo(user, NOW + DAYS[-1] + timedelta(hours=1))
    gone.delete()
    Plan.objects.create(user=user, retention=0.92, easy_days=[5, 6], time_zone="Europe/Berlin")


def learning(user: User) -> str:
    return "".join(archive.learning_json(user))


def zip_of(user: User) -> io.BytesIO:
    file = io.BytesIO()
    archive.write(user, "https://kb.example.org/", file)
    file.seek(0)
    return file
