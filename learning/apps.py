from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import own_data
        from importer.purge import PLACES, Place
        from learning import bookmarks
        from topics.marks import POINTERS
        from topics.section_parts import PARTS, Part

        PARTS.register("bookmarks", Part("learning/_bookmark_button.html", bookmarks.states))
        POINTERS.register("bookmarks", bookmarks.count_at)
        PLACES.register("notes of learners", Place(bookmarks.notes_that_hold, None))
        own_data.PARTS.register(
            "bookmarks", own_data.Part(bookmarks.own_rows, bookmarks.own_markdown)
        )
