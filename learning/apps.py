from django.apps import AppConfig

# What parts of a reading page ask about, where it is not all sections of the topic.
ABOUT = {"paths": "topic", "advice": "topic", "highlights": "shown", "cards": "shown"}


class LearningConfig(AppConfig):
    name = "learning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import own_data
        from importer.publish import STEPS
        from importer.purge import PLACES, Place, columns
        from jobs.tasks import TASKS
        from learning import (
            bookmarks,
            cards,
            collections,
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
            Highlight,
            HighlightedText,
            Reading,
        )
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
        for task in (tasks.fit_all, tasks.fit_weights, tasks.forget_deliveries):
            TASKS.register(task.name, task)
        for name, part in {
            "bookmarks": own_data.Part(bookmarks.own_rows, bookmarks.own_markdown),
            "collections": own_data.Part(collections.own_rows, collections.own_markdown),
            "highlights": own_data.Part(highlights.own_rows, highlights.own_markdown),
            "progress": own_data.Part(progress.own_rows, progress.own_markdown),
            "cards": own_data.Part(cards.own_rows, cards.own_markdown),
            "plan": own_data.Part(cards.plan_rows, lambda user: ""),
        }.items():
            own_data.PARTS.register(name, part)
