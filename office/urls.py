from django.conf import settings
from django.contrib.auth import views as auth
from django.urls import path

from office import deadline_views, notice_views, reveal_views, saved_filter_views, views

app_name = "office"
urlpatterns = [
    path("", views.home, name="home"),
    path(
        "signin/",
        auth.LoginView.as_view(
            template_name="office/sign_in.html", extra_context={"office_name": settings.OFFICE_NAME}
        ),
        name="sign_in",
    ),
    path("signout/", auth.LogoutView.as_view(), name="sign_out"),
    path("deadline/", deadline_views.deadline, name="deadline"),
    path("deadline/<str:kind>/<int:pk>/", deadline_views.deadline_of, name="deadline_of"),
    path("notices/", notice_views.inbox, name="notices"),
    path("notices/read/", notice_views.read_all, name="notices_read"),
    path("notices/mail/", notice_views.mail, name="notices_mail"),
    path("notices/<int:pk>/open/", notice_views.open_one, name="notice_open"),
    path("personal/<str:label>/<int:pk>/<str:name>/", reveal_views.show, name="personal"),
    path("filters/keep/", saved_filter_views.keep, name="keep_filter"),
    path("filters/<int:pk>/rename/", saved_filter_views.rename, name="rename_filter"),
    path("filters/<int:pk>/remove/", saved_filter_views.remove, name="remove_filter"),
    path("password/", views.ChangePassword.as_view(), name="password"),
]
