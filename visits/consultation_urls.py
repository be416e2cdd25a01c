from django.urls import path

from visits import consultation_views

app_name = "consultations"
urlpatterns = [
    path("consultations/", consultation_views.consultations, name="list"),
    path("consultations/<int:pk>/", consultation_views.one, name="one"),
    path("consultations/<int:pk>/paper/", consultation_views.paper, name="paper"),
]
