"""What imports did, uploads of new files, and the links they brought."""

from pathlib import Path
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify

from documents.dialects import TOOLS
from importer.models import ImportRun
from importer.tasks import start, waits_for_a_worker
from importer.uploads import UploadRefused, receive
from topics.models import Link, Topic

REFRESH = 2  # seconds between looks at a run that goes on


class ReadOnly:
    """Rows that programs write and people only look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UploadForm(forms.Form):
    """One document, or a zip of documents with their images."""

    file = forms.FileField(
        help_text="A .md, .markdown, .mdx or .txt file, or a .zip of such files."
    )
    source = forms.CharField(
        max_length=100,
        help_text="Name of the source. The same name updates what came from it before.",
    )
    dialect = forms.ChoiceField(
        required=False,
        choices=[("", "Found by the files"), *((name, name) for name in sorted(TOOLS))],
        help_text="The tool that the files are written for.",
    )
    under = forms.CharField(
        max_length=500, required=False, help_text="Path of a topic to mount the files under."
    )
    prune = forms.BooleanField(
        required=False, help_text="Remove topics of this source that the upload no longer has."
    )

    def clean_source(self) -> str:
        source = slugify(self.cleaned_data["source"], allow_unicode=True)
        if not source:
            raise forms.ValidationError("Use letters and digits for the name.")
        return source

    def clean_under(self) -> str:
        under = self.cleaned_data["under"].strip("/")
        if under and not Topic.objects.live().filter(path=under).exists():
            raise forms.ValidationError("There is no such topic: give its path as in its address.")
        return under


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly, admin.ModelAdmin):
    """Uploading makes a dry run first; its page offers the import itself."""

    list_display = ["source", "started_at", "status", "dry_run", "started_by", "summary"]
    list_filter = ["status", "dry_run"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("importer.add_importrun"))

    def get_urls(self) -> list[URLPattern]:
        confirm = path(
            "<int:run_id>/confirm/",
            self.admin_site.admin_view(self.confirm),
            name="importer_importrun_confirm",
        )
        return [confirm, *super().get_urls()]

    @admin.display(description="what it did")
    def summary(self, run: ImportRun) -> str:
        return ", ".join(f"{n} {what}" for what, n in sorted(run.counts.items()) if n)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                run = self._dry_run(request, form.cleaned_data)
            except UploadRefused as error:
                form.add_error("file", str(error))
            else:
                return self._to(run)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Upload documents",
            "form": form,
        }
        return TemplateResponse(request, "admin/upload.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        is_running = run.status == ImportRun.Status.RUNNING
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Import of {run}",
            "run": run,
            "is_running": is_running,
            "waits": is_running and waits_for_a_worker(run),
            "summary": self.summary(run),
            "can_confirm": run.dry_run
            and run.status == ImportRun.Status.DONE
            and self.has_add_permission(request)
            and run.folder
            and Path(run.folder).is_dir(),
        }
        response = TemplateResponse(request, "admin/import_run.html", context)
        if is_running:
            response["Refresh"] = str(REFRESH)
        return response

    def confirm(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Import for good what a dry run has shown."""
        tried = self.get_object(request, str(run_id))
        if request.method != "POST" or not self.has_add_permission(request) or tried is None:
            raise PermissionDenied
        if not tried.folder or not Path(tried.folder).is_dir():
            self.message_user(request, "The files are gone: upload them again.", messages.ERROR)
            return self._to(tried)
        return self._to(self._started(request, tried, dry_run=False))

    def _dry_run(self, request: HttpRequest, asked: dict[str, Any]) -> ImportRun:
        folder, notes = receive(asked["file"])
        run = ImportRun(
            source=asked["source"],
            under=asked["under"],
            dialect=asked["dialect"],
            prune=asked["prune"],
            folder=str(folder),
            notes=[note.as_dict() for note in notes],
        )
        return self._started(request, run, dry_run=True)

    def _started(self, request: HttpRequest, like: ImportRun, *, dry_run: bool) -> ImportRun:
        run = ImportRun.objects.create(
            source=like.source,
            under=like.under,
            dialect=like.dialect,
            prune=like.prune,
            folder=like.folder,
            notes=like.notes if dry_run else [],
            dry_run=dry_run,
            started_by=cast(User, request.user),
        )
        start(run.pk)
        return run

    def _to(self, run: ImportRun) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:importer_importrun_change", args=[run.pk]))


@admin.register(Link)
class LinkAdmin(ReadOnly, admin.ModelAdmin):
    """What is broken, planned and external, by topic."""

    list_display = ["href", "kind", "section", "topic"]
    list_filter = ["kind", "section__topic__source"]
    list_select_related = ["section__topic"]
    search_fields = ["href", "text"]
    ordering = ["section__topic__path", "section__position", "position"]

    @admin.display(ordering="section__topic__path")
    def topic(self, link: Link) -> str:
        return link.section.topic.path
