from django.urls import path

from learning import progress_views, views

app_name = "learning"
urlpatterns = [
    path("bookmarks/", views.bookmark_list, name="list"),
    path("bookmarks/wanted/<str:token>/", views.wanted, name="wanted"),
    path("bookmarks/sections/<int:section_id>/wanted/", views.want, name="want"),
    path("bookmarks/sections/<int:section_id>/add/", views.add, name="add"),
    path(
        "bookmarks/sections/<int:section_id>/remove/",
        views.remove_from_section,
        name="remove_from_section",
    ),
    path("bookmarks/<int:pk>/note/", views.note, name="note"),
    path("bookmarks/<int:pk>/remove/", views.remove, name="remove"),
    path("learn/progress/<int:section_id>/", progress_views.mark, name="mark"),
    path("learn/progress/take-over/", progress_views.take_over, name="take_over"),
]
