from django.urls import path

from reports import annual_views, duty_views, export_views, group_views, print_views, today_views, trend_views, views
from reports.archive import views as archive_views
from reports.duty_file import views as duty_file_views
from reports.narrative import pages as narrative_pages
from reports.objections import views as objection_views

app_name = "reports"
urlpatterns = [
    path("today/", today_views.today, name="today"),
    path("print/", print_views.papers, name="papers"),
    path("print/<slug:name>/", print_views.print_form, name="print_form"),
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
    path("reports/archive/", archive_views.archive, name="archive"),
    path("reports/filings/", archive_views.filings, name="filings"),
    path("my/duty-file/", duty_file_views.mine, name="my_duty_file"),
    path("duty-files/", duty_file_views.files, name="duty_files"),
    path("duty-files/<int:pk>/", duty_file_views.show, name="duty_file"),
    path("duty-files/<int:pk>/file.pdf", duty_file_views.as_pdf, name="duty_file_pdf"),
    path("reports/annual/", annual_views.annual, name="annual"),
    path("reports/annual/records/", annual_views.figure, name="figure"),
    path("reports/annual/export/", annual_views.annual_export, name="annual_export"),
    path("reports/publication/", narrative_pages.publication, name="publication"),
    path("reports/coverage/", views.coverage, name="coverage"),
    path("reports/trends/", trend_views.contacts, name="trends"),
    path("reports/trends/matters/", trend_views.matters, name="trend_matters"),
    path("reports/trends/units/", trend_views.units, name="trend_units"),
    path("reports/records/", trend_views.records, name="records"),
    path("reports/roles/", views.roles, name="roles"),
    path("reports/annual.xlsx", annual_views.annual_file, {"form": "xlsx"}, name="annual_xlsx"),
    path("reports/annual/file/", annual_views.annual_file, name="annual_file"),
    path("exports/", export_views.mine, name="exports"),
    path("exports/new/<slug:kind>/", export_views.new, name="export_new"),
    path("exports/<int:pk>/", export_views.show, name="export"),
    path("exports/<int:pk>/file/", export_views.file, name="export_file"),
    path("exports/<int:pk>/cancel/", export_views.cancel, name="export_cancel"),
    path("exports/<int:pk>/again/", export_views.again, name="export_again"),
]
