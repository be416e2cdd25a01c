from django.urls import path

from reports import duty_views, views

app_name = "reports"
urlpatterns = [
    path("duties/", duty_views.own, name="duties"),
    path("group-duties/", duty_views.of_group, name="group_duties"),
    path("annual/", views.annual, name="annual"),
    path("coverage/", views.coverage, name="coverage"),
    path("annual.xlsx", views.annual_xlsx, name="annual_xlsx"),
]
