"""What cannot be saved or removed just now, as during an import, is said where it was asked for."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from curating.typed import handed_back, typed_in
from importer.edits import UNDER_WAY, EditRefused
from importer.lock import import_is_under_way


class WaitingForm(forms.ModelForm):
    """Shows what was typed again where an import keeps it from being saved."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if import_is_under_way():
            self.add_error(None, UNDER_WAY)
        return cleaned


class SaysRefusals(admin.ModelAdmin):
    """Saving and removing may raise EditRefused."""

    form: type[forms.ModelForm] = WaitingForm

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except EditRefused as error:  # an import began in the meantime
            return self.form_again(request, object_id, str(error))

    def form_again(
        self, request: HttpRequest, object_id: str | None, reason: str = ""
    ) -> HttpResponse:
        """What was typed, again after a change that could not be saved."""
        return handed_back(request, 409, reason)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Django leads away from a row that is gone, or not to be seen any more."""
        if request.method == "POST" and typed_in(request):
            raise Http404
        leads_away = super()._get_obj_does_not_exist_redirect  # type: ignore[misc]
        answer: HttpResponse = leads_away(request, opts, object_id)
        return answer

    def delete_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        return self._or_again(request, super().delete_view, object_id, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._or_again(request, super().changelist_view, *args, **kwargs)

    def _or_again(self, request: HttpRequest, view: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer
        except EditRefused as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
