from django.urls import path

from office import deadline_views, notice_views, reveal_views, saved_filter_views, sign_in_views, system_page, views

app_name = "office"
urlpatterns = [
    path("", views.home, name="home"),
    path("signin/", sign_in_views.sign_in, name="sign_in"),
    path("signin/password/", sign_in_views.new_password, name="sign_in_password"),
    path("signin/code/", sign_in_views.code, name="sign_in_code"),
    path("signin/enrol/", sign_in_views.enrol, name="sign_in_enrol"),
    path("signout/", sign_in_views.sign_out, name="sign_out"),
    path("password/", sign_in_views.change_password, name="password"),
    path("security/", sign_in_views.security, name="security"),
    path("security/end/", sign_in_views.end_session, name="end_session"),
    path("security/second-factor/", sign_in_views.set_up_second_factor, name="second_factor"),
    path("system/", system_page.system, name="system"),
    path("alive/", sign_in_views.alive, name="alive"),
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
]
