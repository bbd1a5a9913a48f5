"""A learner who has some of everything, in texts with long words, other scripts and odd signs.

Run by `manage.py shell` beside the running product; prints the addresses of her pages as JSON.
"""

import json
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from importer.run import import_paths
from learning import card_sources, cards, collections, highlights, progress, reviews
from learning.anchoring import Quote
from learning.models import Bookmark, Card, CollectedSection, Highlight, Kept, Reading
from topics.models import Section

WORD = "Donaudampfschifffahrtsgesellschaftskapitänskajütentürschlüsselloch"
NOTE = f"{WORD * 3}\n\n<b>not bold</b> & “quoted” 😀 مرحبا بالعالم 日本語のテキスト\n" + "a b " * 90
FIRST = {
    "odd.md": f"# Odd things\n\nThe first words of all that is odd.\n\n## {WORD}{WORD}\n\n"
    f"A word without an end: {WORD * 2}.\n\n- **{WORD}** – what nobody can say in one breath\n"
    f"- **Gap** – a place where something is missing\n- **Seam** – where two pieces meet\n"
    f"- **Rim** – the edge of something round\n\n"
    "## Why is `<script>alert(1)</script>` odd?\n\nBecause it is text here & nothing else.\n\n"
    "## مرحبا بالعالم\n\nنص قصير باللغة العربية للقراءة.\n\n"
    "## 😀 日本語\n\n日本語のテキストです。\n\n"
    f"## Code\n\nSome code stands here.\n\n```text\n{WORD * 4}\n```\n\n"
    "## Going\n\nThese words stand here until tomorrow and no longer.\n",
    "way.md": "---\nkind: path\n---\n# Odd way\n\n1. [Odd things](odd.md) first.\n"
    "2. [Even things](even.md) then.\n",
    "even.md": "# Even things\n\nWhat is even divides by two.\n\n## Halves\n\nTwo of them.\n",
}
SECOND = FIRST | {
    "odd.md": FIRST["odd.md"]
    .partition("## Going")[0]
    .replace("The first words of all", "The very first words of most")
}


def bring(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / "odd" / name).write_text(text)
    import_paths([str(folder)], under="handbook", source="odd-things")


def fill(name: str, folder: str) -> None:
    """Marks of every kind for the learner, made before and after an edit of the texts."""
    user, now = User.objects.get(username=name), timezone.now()
    place = Path(folder)
    (place / "odd").mkdir(parents=True, exist_ok=True)
    bring(place, FIRST)
    sections = list(
        Section.objects.published().filter(topic__path__startswith="handbook/odd/").order_by("pk")
    )
    own = collections.create(user, (WORD * 3)[:200])
    for section in sections:
        Bookmark.objects.create(user=user, section=section, note=NOTE)
        collections.add(user, own, section)
    CollectedSection.objects.filter(collection=own).update(note=NOTE[:1500])
    colors = cycle(Highlight.Color.values)
    for section in sections:
        text = highlights.text_of(section.html)
        if text:
            mark = highlights.add(user, section, Quote(0, 0, text[:40].rstrip()), next(colors))
            mark.note = NOTE
            mark.brought_from = {
                "program": "Kindle", "book": f"{WORD} ({WORD})", "place": "page 1", "file": "f"
            }  # fmt: skip
            mark.save()
            cards.add_of_highlight(user, mark)
    Kept.objects.create(
        user=user, part="clippings", digest="d",
        row={"quote": WORD * 4, "note": NOTE, "topic": WORD * 2, "section": "", "created": None},
    )  # fmt: skip
    cards.add(user, card_sources.of_sections([section.pk for section in sections]))
    for section in sections[:4]:
        cards.add_own(user, section, f"{WORD * 4}?", NOTE)
    for number, card in enumerate(Card.objects.of(user).order_by("pk")[:12]):
        for days in (40, 39, 35):
            reps = Card.objects.get(pk=card.pk).reps
            moment = now - timedelta(days=days, seconds=number)
            reviews.answer(user, card.pk, 1 + number % 4, moment, reps=reps)
    progress.mark(user, [section.pk for section in sections], "read")
    Reading.objects.filter(user=user).update(marked_at=now - timedelta(days=1))
    bring(place, SECOND)
    print(json.dumps(addresses(user)))


def addresses(user: User) -> list[str]:
    """All pages of a learner, one of each kind."""
    section = Section.objects.get(topic__path="handbook/odd/odd", anchor="")
    mark, card = Highlight.objects.of(user).first(), Card.objects.of(user).first()
    orphan = Highlight.objects.of(user).get(state="orphaned")
    own = user.collections.get()
    collections.share(user, own, is_shared=True)
    own.refresh_from_db()
    item, bookmark = own.sections.first(), Bookmark.objects.of(user).first()
    return [
        "/learn/", "/learn/figures/", f"/learn/changed/{section.pk}/", "/learn/collections/",
        f"/learn/collections/{own.pk}/",
        f"/learn/collect/{section.pk}/", f"/learn/collected/{item.pk}/note/",
        f"/learn/shared/{own.token}/", "/learn/notes/",
        "/learn/notes/?q=odd", "/learn/notes/?by=date",
        f"/learn/highlights/{orphan.pk}/attach/", f"/learn/highlights/{mark.pk}/note/",
        f"/learn/highlights/{mark.pk}/card/", "/learn/cards/", f"/learn/cards/{card.pk}/",
        f"/learn/cards/{card.pk}/edit/", f"/learn/cards/from/{section.pk}/?scope=topic",
        "/learn/review/", f"/learn/test/{section.pk}/?scope=topic",
        f"/learn/quiz/{section.pk}/?scope=topic", "/learn/bring/", "/learn/plan/",
        "/learn/offline/", "/bookmarks/", f"/bookmarks/{bookmark.pk}/note/", "/accounts/",
        "/accounts/data/", "/accounts/delete/", "/topics/handbook/odd/odd/?path=handbook/odd/way",
        "/topics/handbook/odd/way/",
    ]  # fmt: skip
