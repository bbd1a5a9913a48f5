from django.apps import AppConfig

# What parts of a reading page ask about, where it is not all sections of the topic.
ABOUT = {
    "paths": "topic",
    "advice": "topic",
    "highlights": "shown",
    "cards": "shown",
    "collection_paths": "shown",
}


class LearningConfig(AppConfig):
    name = "learning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importer.publish import STEPS
        from importer.purge import PLACES, Place, columns
        from jobs.tasks import TASKS
        from learning import (
            bookmarks,
            cards,
            collection_paths,
            highlights,
            marks,
            own_filters,
            paths,
            progress,
            tasks,
        )
        from learning.models import (
            Bookmark,
            Card,
            CollectedSection,
            Delivery,
            Highlight,
            HighlightedText,
            Kept,
            Reading,
            WaitingImport,
        )
        from learning.portable.register import register
        from search.filters import FILTERS
        from topics import section_parts
        from topics.marks import POINTERS
        from topics.section_parts import PARTS, Part

        for name, question in {
            "bookmarks": bookmarks.BUTTON,
            "reading": progress.STATE,
            "changed": progress.CHANGED,
            "topics": progress.OF_TOPICS,
            "latest": progress.LATEST,
            "highlights": highlights.AT_SECTIONS,
            "cards": cards.AT_SECTIONS,
            "paths": paths.PATHS,
            "advice": paths.ADVICE,
            "collection_paths": collection_paths.PATHS,
        }.items():
            marks.QUESTIONS.register(name, question)
        for name, place, kind, template in [
            ("bookmarks", section_parts.TOOLS, "bookmarks", "_bookmark_button"),
            ("read", section_parts.END, "reading", "_read_button"),
            ("changed since", section_parts.END, "changed", "_changed"),
            ("read below", section_parts.PAGE, "reading", "_page_end"),
            ("state of sections", section_parts.ENTRY, "reading", "_state"),
            ("state of a topic", section_parts.TOPIC, "topics", "_topic_state"),
            ("highlights", section_parts.PAGE, "highlights", "_highlights"),
            ("cards", section_parts.PAGE, "cards", "_cards"),
            ("keep offline", section_parts.PAGE, "paths", "_keep"),
            ("continue", section_parts.HOME, "latest", "_continue"),
            ("read first", section_parts.TOP, "advice", "_advice"),
            ("steps of a path", section_parts.TOP, "paths", "_path"),
            ("next step", section_parts.PAGE, "paths", "_next_step"),
            ("next of a collection", section_parts.PAGE, "collection_paths", "_collection_step"),
        ]:
            about = ABOUT.get(kind, "all")
            PARTS.register(
                name, Part(f"learning/{template}.html", marks.states, kind, place, about)
            )
        POINTERS.register("bookmarks", marks.counted(Bookmark))
        POINTERS.register("readings", marks.counted(Reading))
        POINTERS.register("collected", marks.counted(CollectedSection))
        POINTERS.register("highlights", marks.counted(Highlight))
        POINTERS.register("cards", marks.counted(Card))
        STEPS.register("learning.highlights", highlights.follow)
        STEPS.register("learning.cards", cards.follow)
        for name, filter in own_filters.OWN.items():
            FILTERS.register(name, filter)
        PLACES.register("notes of learners", Place(marks.notes_that_hold, None))
        held = columns(HighlightedText, "text", section="section")
        PLACES.register("texts that highlights are found in", held)
        quoted = columns(Highlight, "exact", "prefix", "suffix", "was", section="section")
        PLACES.register("highlighted words", quoted)
        asked = columns(Card, "front", "back", "html", "was_front", "was_back", section="section")
        PLACES.register("cards", asked)
        PLACES.register("what browsers were told", columns(Delivery, "answer"))
        PLACES.register("what came with files of learners", columns(Kept, "row"))
        PLACES.register("files that wait for a learner", columns(WaitingImport, "rows"))
        for task in (
            tasks.fit_all,
            tasks.fit_weights,
            tasks.clear_waiting,
            tasks.forget_deliveries,
            tasks.index_notes,
        ):
            TASKS.register(task.name, task)
        register()
