from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("annual/", views.annual, name="annual"),
    path("coverage/", views.coverage, name="coverage"),
    path("annual.xlsx", views.annual_xlsx, name="annual_xlsx"),
]
