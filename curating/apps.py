from django.apps import AppConfig

ABOUT = "proposal__section_id"  # the section that a comment is about


class CuratingConfig(AppConfig):
    name = "curating"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.admin.models import LogEntry

        from accounts import own_data
        from curating import audit, care, proposals, tasks
        from curating.access import editable, editable_in_admin
        from curating.models import (
            Comment,
            Draft,
            ExternalLink,
            HandledQuery,
            Proposal,
            SavedFilter,
            TopicDraft,
            Trial,
        )
        from curating.purge import addresses_of, queries_of
        from importer.publish import STEPS
        from importer.purge import PLACES, columns
        from jobs.tasks import TASKS
        from search.models import GoldenQuery, Pin
        from topics.section_parts import ORIGIN, PARTS, TOP, Part

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
        PLACES.register("answered queries", queries_of(HandledQuery))
        PLACES.register("saved filters", columns(SavedFilter, "name", "query"))
        PLACES.register("trials of searches", columns(Trial, "query", "values", "result"))
        PLACES.register("pins", queries_of(Pin))
        PLACES.register("labels of pins", columns(Pin, "label"))
        PLACES.register("golden queries", queries_of(GoldenQuery))
        PLACES.register("external links", addresses_of(ExternalLink, "url"))
        PLACES.register("where external links moved", addresses_of(ExternalLink, "moved_to"))
        PLACES.register("drafts", columns(Draft, "title", "markdown", "why", section="section_id"))
        PLACES.register(
            "drafts of topics",
            columns(
                TopicDraft,
                "title",
                "markdown",
                "base",
                "why",
                "answers",
                section="topic__sections",
            ),
        )
        STEPS.register("curating.audit", audit.note_change)
        own_data.LISTENERS.register("audit", audit.note_export)
        audit.connect()
        overdue = Part("curating/_overdue.html", care.overdue, "care", TOP, "topic")
        PARTS.register("care", overdue)
        in_admin = Part("curating/_admin_link.html", editable_in_admin, "admin", ORIGIN, "shown")
        PARTS.register("admin", in_admin)
        report = Part("curating/_report_link.html", lambda *_: {}, "report", ORIGIN, "shown")
        PARTS.register("report", report)
        PARTS.register("editing", Part("curating/_section_tools.html", editable, "editing"))
        for task in (
            tasks.undo_large,
            tasks.measure_golden,
            tasks.try_change,
            tasks.begin_and_end_pins,
            tasks.clear_trials,
            tasks.check_external_links,
            tasks.publish_and_withdraw,
            tasks.mail_author,
        ):
            TASKS.register(task.name, task)
        own_data.PARTS.register("proposals", own_data.Part(proposals.own_rows, proposals.said))
        own_data.PARTS.register(
            "drafts", own_data.Part(proposals.own_drafts, proposals.drafts_said)
        )
