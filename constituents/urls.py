from django.urls import path

from constituents import views

app_name = "constituents"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/new/", views.register, name="register"),
    path("matters/<int:pk>/", views.detail, name="detail"),
    path("matters/<int:pk>/receipt/", views.receipt, name="receipt"),
    path("matters/<int:pk>/form/", views.reception_form, name="form"),
]
