from django.urls import path

from reports import duty_views, group_views, today_views, trend_views, views
from reports.objections import views as objection_views

app_name = "reports"
urlpatterns = [
    path("today/", today_views.today, name="today"),
    path("reports/duties/", duty_views.own, name="duties"),
    path("reports/group-duties/", duty_views.of_group, name="group_duties"),
    path("group/", group_views.group, name="group"),
    path("group/members/<int:pk>/remind/", group_views.remind, name="remind"),
    path("records/<int:pk>/", group_views.records, name="deputy_records"),
    path("my/records/", group_views.my_records, name="my_records"),
    path("my/year/", group_views.my_year, name="my_year"),
    path("my/year/asked/", group_views.my_year_asked, name="my_year_asked"),
    path("my/objections/", objection_views.mine, name="objections"),
    path("my/objections/new/", objection_views.new, name="objection_new"),
    path("my/objections/<int:pk>/", objection_views.show, name="objection"),
    path("my/objections/<int:pk>/add/", objection_views.add, name="objection_add"),
    path("my/objections/<int:pk>/withdraw/", objection_views.withdraw, name="objection_withdraw"),
    path("my/objections/<int:pk>/file/", objection_views.file, name="objection_file"),
    path("reports/annual/", views.annual, name="annual"),
    path("reports/coverage/", views.coverage, name="coverage"),
    path("reports/trends/", trend_views.contacts, name="trends"),
    path("reports/trends/matters/", trend_views.matters, name="trend_matters"),
    path("reports/trends/units/", trend_views.units, name="trend_units"),
    path("reports/records/", trend_views.records, name="records"),
    path("reports/roles/", views.roles, name="roles"),
    path("reports/annual.xlsx", views.annual_xlsx, name="annual_xlsx"),
]
