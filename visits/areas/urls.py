from django.urls import path

from visits.areas import views

app_name = "areas"
urlpatterns = [
    path("filings/", views.filings, name="filings"),
    path("filings/new/", views.new, name="new"),
    path("filings/<int:pk>/", views.filing, name="filing"),
    path("filings/<int:pk>/edit/", views.edit, name="edit"),
    path("filings/<int:pk>/paper/", views.paper, name="paper"),
    path("filings/<int:pk>/file/", views.file_material, name="file"),
    path("filings/<int:pk>/take-back/", views.unfile, name="unfile"),
    path("filings/<int:pk>/receive/", views.receive, name="receive"),
    path("filings/<int:pk>/not-received/", views.take_receipt_back, name="take_receipt_back"),
    path("filings/<int:pk>/return/", views.send_back, name="send_back"),
    path("filings/<int:pk>/files/", views.add_files, name="add_files"),
    path("area/files/<int:pk>/", views.opened, name="area_file"),
    path("area/files/<int:pk>/remove/", views.remove_file, name="remove_file"),
]
