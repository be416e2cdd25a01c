from django.urls import path

from reports import duty_views, today_views, trend_views, views

app_name = "reports"
urlpatterns = [
    path("today/", today_views.today, name="today"),
    path("reports/duties/", duty_views.own, name="duties"),
    path("reports/group-duties/", duty_views.of_group, name="group_duties"),
    path("reports/annual/", views.annual, name="annual"),
    path("reports/coverage/", views.coverage, name="coverage"),
    path("reports/trends/", trend_views.contacts, name="trends"),
    path("reports/trends/matters/", trend_views.matters, name="trend_matters"),
    path("reports/trends/units/", trend_views.units, name="trend_units"),
    path("reports/records/", trend_views.records, name="records"),
    path("reports/annual.xlsx", views.annual_xlsx, name="annual_xlsx"),
]
