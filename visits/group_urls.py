from django.urls import path

from visits import group_views, review_views

app_name = "group"
urlpatterns = [
    path("activities/", group_views.activities, name="activities"),
    path("activities/new/", group_views.new, name="activity_new"),
    path("activities/<int:pk>/", group_views.activity, name="activity"),
    path("activities/<int:pk>/edit/", group_views.edit, name="activity_edit"),
    path("activities/<int:pk>/paper/", group_views.paper, name="activity_paper"),
    path("activities/<int:pk>/file/", group_views.file_record, name="file"),
    path("activities/<int:pk>/take-back/", group_views.unfile, name="unfile"),
    path("activities/<int:pk>/files/", group_views.add_files, name="add_files"),
    path("files/<int:pk>/", group_views.opened, name="activity_file"),
    path("files/<int:pk>/remove/", group_views.remove_file, name="remove_file"),
    path("attendance/", group_views.attendance, name="attendance"),
    path("records/<int:pk>/confirm/", review_views.confirm, name="confirm"),
    path("records/<int:pk>/ask/", review_views.ask, name="ask"),
    path("questions/<int:pk>/", review_views.question, name="question"),
    path("questions/<int:pk>/answer/", review_views.answer, name="answer"),
    path("questions/<int:pk>/settle/", review_views.settle, name="settle"),
    path("questions/<int:pk>/take-back/", review_views.take_back, name="take_back"),
]
