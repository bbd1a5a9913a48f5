from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import own_data
        from importer.purge import PLACES, Place
        from learning import bookmarks, collections, marks, paths, progress
        from learning.models import Bookmark, CollectedSection, Reading
        from search.filters import FILTERS
        from topics import section_parts
        from topics.marks import POINTERS
        from topics.section_parts import PARTS, Part

        for name, question in {
            "bookmarks": bookmarks.BUTTON,
            "reading": progress.STATE,
            "topics": progress.OF_TOPICS,
            "latest": progress.LATEST,
            "paths": paths.PATHS,
            "advice": paths.ADVICE,
        }.items():
            marks.QUESTIONS.register(name, question)
        for name, place, kind, template in [
            ("bookmarks", section_parts.TOOLS, "bookmarks", "_bookmark_button"),
            ("read", section_parts.END, "reading", "_read_button"),
            ("read below", section_parts.PAGE, "reading", "_page_end"),
            ("state of sections", section_parts.ENTRY, "reading", "_state"),
            ("state of a topic", section_parts.TOPIC, "topics", "_topic_state"),
            ("continue", section_parts.HOME, "latest", "_continue"),
            ("read first", section_parts.TOP, "advice", "_advice"),
            ("steps of a path", section_parts.TOP, "paths", "_path"),
            ("next step", section_parts.PAGE, "paths", "_next_step"),
        ]:
            of_topic = kind in ("paths", "advice")
            file = f"learning/{template}.html"
            PARTS.register(name, Part(file, marks.states, kind, place, of_topic=of_topic))
        POINTERS.register("bookmarks", marks.counted(Bookmark))
        POINTERS.register("readings", marks.counted(Reading))
        POINTERS.register("collected", marks.counted(CollectedSection))
        FILTERS.register("is:read", progress.read)
        FILTERS.register("is:unread", progress.unread)
        PLACES.register("notes of learners", Place(marks.notes_that_hold, None))
        for name, part in {
            "bookmarks": own_data.Part(bookmarks.own_rows, bookmarks.own_markdown),
            "collections": own_data.Part(collections.own_rows, collections.own_markdown),
            "progress": own_data.Part(progress.own_rows, progress.own_markdown),
        }.items():
            own_data.PARTS.register(name, part)
