from django.urls import path

from visits import raise_views, views

app_name = "visits"
urlpatterns = [
    path("", views.my_month, name="my_month"),
    path("log/", views.log, name="log"),
    path("contacts/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("contacts/<int:pk>/raise/", raise_views.raise_matter, name="raise"),
]
