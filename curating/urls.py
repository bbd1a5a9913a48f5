from django.urls import path

from curating.views import history

app_name = "curating"
urlpatterns = [
    path("changes/", history.change_list, name="changes"),
    path("changes/<int:change_id>/", history.change_detail, name="change"),
    path("changes/<int:change_id>/undo/", history.undo_change, name="undo"),
    path("sections/<int:section_id>/history/", history.section_history, name="section_history"),
    path("sections/<int:section_id>/authors/", history.section_authors, name="section_authors"),
    path(
        "sections/<int:section_id>/changes/<int:change_id>/",
        history.section_change,
        name="section_change",
    ),
    path("topics/<int:topic_id>/history/", history.topic_history, name="topic_history"),
]
