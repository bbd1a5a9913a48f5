"""What of a learner's marks goes along, and comes back: entries of `accounts.own_data`."""

from django.utils.translation import gettext_lazy as _

from accounts import own_data
from accounts.own_data import File, Part
from learning.portable import (
    apkg,
    bookmarks,
    cards,
    clippings,
    collections,
    highlights,
    plan,
    progress,
    schema,
)

LOOKS = {"cards": cards.look, "plan": plan.look}  # what no schema can say


def register() -> None:
    """Highlights come before the cards that are made of them."""
    for name, module, title in [
        ("bookmarks", bookmarks, _("Bookmarks")),
        ("collections", collections, _("Collections")),
        ("highlights", highlights, _("Highlights")),
        ("progress", progress, _("What you have read")),
        ("cards", cards, _("Cards")),
        ("plan", plan, _("How I am asked")),
        ("clippings", clippings, _("Notes without a place")),
    ]:
        take_in = schema.checked(name, module.take_in, LOOKS.get(name, schema.nothing))
        own_data.PARTS.register(name, Part(module.rows, module.said, take_in, title))
    for file in (
        File("annotations.json", highlights.as_annotations),
        File("cards.apkg", apkg.write),
        File("schema.json", schema.as_file),
    ):
        own_data.FILES.register(file.name, file)
