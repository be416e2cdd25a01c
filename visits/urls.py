from django.urls import path

from visits import phone_views, raise_views, views

app_name = "visits"
urlpatterns = [
    path("", views.my_month, name="my_month"),
    path("log/", views.log, name="log"),
    path("record/", views.record, name="record"),
    path("contacts/<int:pk>/", views.contact, name="contact"),
    path("photos/<int:pk>/", views.photo, name="photo"),
    path("waiting/", phone_views.waiting, name="waiting"),
    path("mine.json", phone_views.mine, name="mine"),
    path("send/", phone_views.send, name="send"),
    path("worker.js", phone_views.worker, name="worker"),
    path("app.webmanifest", phone_views.manifest, name="manifest"),
    path("contacts/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("contacts/<int:pk>/raise/", raise_views.raise_matter, name="raise"),
]
