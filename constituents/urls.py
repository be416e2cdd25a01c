from django.urls import path

from constituents import views

app_name = "constituents"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("new/", views.register, name="register"),
    path("petitions/<int:pk>/", views.detail, name="detail"),
    path("petitions/<int:pk>/receipt/", views.receipt, name="receipt"),
    path("petitions/<int:pk>/form/", views.reception_form, name="form"),
]
