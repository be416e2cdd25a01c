from django.urls import path

from visits.voters import plan_views, published_views, views

app_name = "voters"
urlpatterns = [
    path("voters/", plan_views.plan, name="plan"),
    path("voters/plan/", plan_views.plan_many, name="plan_many"),
    path("voters/mine/", views.mine, name="mine"),
    path("voters/new/", views.new, name="new"),
    path("voters/reports/<int:pk>/", views.report, name="report"),
    path("voters/reports/<int:pk>/text/", views.text, name="text"),
    path("voters/reports/<int:pk>/sheets/", views.add_sheets, name="add_sheets"),
    path("voters/reports/<int:pk>/do/<str:verb>/", views.step, name="step"),
    path("voters/reports/<int:pk>/paper/<str:paper>/", views.paper, name="paper"),
    path("voters/sheets/<int:pk>/", views.sheet, name="sheet"),
    path("voters/sheets/<int:pk>/remove/", views.remove_sheet, name="remove_sheet"),
    path("voters/deputies/<int:pk>/exempt/", plan_views.exempt, name="exempt"),
    path("voters/exemptions/<int:pk>/end/", plan_views.end_exemption, name="end_exemption"),
    path("published/", published_views.published, name="published"),
    path("published/results/<int:pk>/", published_views.published_one, name="published_one"),
]
