from django.urls import path

from curating.views import dashboard, editing, golden, history, proposals, workbench, writing

app_name = "curating"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("search/", workbench.workbench, name="workbench"),
    path("search/query/", workbench.query, name="query"),
    path("search/answer/", workbench.answer, name="answer"),
    path("search/trials/<int:pk>/", workbench.trial, name="trial"),
    path("search/weights/", workbench.weights, name="weights"),
    path("search/synonyms/", workbench.synonyms, name="synonyms"),
    path("search/golden/", golden.golden_list, name="golden"),
    path("search/golden/act/", golden.golden_act, name="golden_act"),
    path("search/explanation/", golden.explanation, name="explanation"),
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
    path("sections/<int:section_id>/edit/", editing.edit, name="edit"),
    path("sections/<int:section_id>/draft/", editing.keep_draft, name="draft"),
    path("sections/<int:section_id>/report/", proposals.report, name="report"),
    path("sections/<int:section_id>/move/", writing.move, name="move"),
    path("topics/new/", writing.add_topic, name="add_topic"),
    path("topics/<int:topic_id>/edit/", writing.edit_topic, name="edit_topic"),
    path("removed/", writing.removed, name="removed"),
    path("restore/", writing.restore, name="restore"),
    path("proposals/", proposals.own, name="own"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("queue/", proposals.queue, name="queue"),
    path("queue/<int:pk>/", proposals.judge, name="judge"),
    path("topics/<int:topic_id>/history/", history.topic_history, name="topic_history"),
]
