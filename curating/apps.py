from django.apps import AppConfig

ABOUT = "proposal__section_id"  # the section that a comment is about


class CuratingConfig(AppConfig):
    name = "curating"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.admin.models import LogEntry

        from accounts import own_data
        from curating import proposals, tasks
        from curating.access import editable
        from curating.models import Comment, Draft, Proposal
        from importer.purge import PLACES, columns
        from jobs.tasks import TASKS
        from topics.section_parts import PARTS, Part

        PLACES.register("the admin's log", columns(LogEntry, "object_repr", "change_message"))
        PLACES.register(
            "proposals",
            columns(
                Proposal,
                "base_title",
                "base_markdown",
                "title",
                "markdown",
                "why",
                section="section_id",
            ),
        )
        PLACES.register("comments on proposals", columns(Comment, "text", section=ABOUT))
        PLACES.register("drafts", columns(Draft, "title", "markdown", "why", section="section_id"))
        PARTS.register("editing", Part("curating/_section_tools.html", editable, "editing"))
        TASKS.register(tasks.undo_large.name, tasks.undo_large)
        own_data.PARTS.register(
            "proposals", own_data.Part(proposals.own_rows, proposals.own_markdown)
        )
        own_data.PARTS.register(
            "drafts", own_data.Part(proposals.own_drafts, proposals.own_drafts_markdown)
        )
