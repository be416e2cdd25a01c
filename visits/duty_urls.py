from django.urls import path

from visits import duty_views

app_name = "duty"
urlpatterns = [
    path("", duty_views.entries, name="entries"),
    path("new/", duty_views.enter, name="enter"),
    path("declare/", duty_views.declare, name="declare"),
    path("<int:pk>/", duty_views.entry, name="entry"),
    path("<int:pk>/edit/", duty_views.edit, name="edit"),
    path("<int:pk>/confirm/", duty_views.confirm, name="confirm"),
    path("<int:pk>/refuse/", duty_views.refuse, name="refuse"),
    path("<int:pk>/take-out/", duty_views.take_out, name="take_out"),
    path("<int:pk>/files/", duty_views.add_files, name="add_files"),
    path("files/<int:pk>/", duty_views.opened, name="file"),
    path("files/<int:pk>/remove/", duty_views.remove_file, name="remove_file"),
]
