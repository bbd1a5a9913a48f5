from django.urls import path

from learning import collection_views, highlight_views, progress_views, views

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
    path("learn/collections/", collection_views.collection_list, name="collections"),
    path("learn/collections/<int:pk>/", collection_views.collection, name="collection"),
    path("learn/collections/<int:pk>/delete/", collection_views.delete, name="collection_delete"),
    path("learn/collections/<int:pk>/share/", collection_views.share, name="collection_share"),
    path("learn/collect/<int:section_id>/", collection_views.collect, name="collect"),
    path("learn/collected/<int:pk>/", collection_views.change, name="collected"),
    path("learn/collected/<int:pk>/note/", collection_views.note, name="collected_note"),
    path("learn/shared/<str:token>/", collection_views.shared, name="shared"),
    path("learn/shared/<str:token>/copy/", collection_views.copy, name="shared_copy"),
    path("learn/notes/", highlight_views.my_notes, name="notes"),
    path("learn/highlights/", highlight_views.add, name="highlight_add"),
    path("learn/highlights/<int:pk>/", highlight_views.change, name="highlight"),
    path("learn/highlights/<int:pk>/note/", highlight_views.note, name="highlight_note"),
    path("learn/progress/take-over/", progress_views.take_over, name="take_over"),
]
