from django.urls import path

from reports import duty_views, today_views, views

app_name = "reports"
urlpatterns = [
    path("today/", today_views.today, name="today"),
    path("reports/duties/", duty_views.own, name="duties"),
    path("reports/group-duties/", duty_views.of_group, name="group_duties"),
    path("reports/annual/", views.annual, name="annual"),
    path("reports/coverage/", views.coverage, name="coverage"),
    path("reports/annual.xlsx", views.annual_xlsx, name="annual_xlsx"),
]
