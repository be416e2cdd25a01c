from django.urls import path

from liaison_stations import turn_views, views

app_name = "stations"
urlpatterns = [
    path("", views.index, name="index"),
    path("calendar/", views.month, name="calendar"),
    path("calendar/address/", views.renew_feed, name="renew_feed"),
    path("<int:pk>/", views.station, name="station"),
    path("<int:pk>/photo/", views.photo, name="photo"),
    path("<int:pk>/appoint/", views.appoint, name="appoint"),
    path("receptions/<int:pk>/", views.reception, name="reception"),
    path("receptions/<int:pk>/sheet/", views.sheet, name="sheet"),
    path("receptions/<int:pk>/notice/", views.notice, name="notice"),
    path("receptions/<int:pk>/notice/posted/", turn_views.post_notice, name="post_notice"),
    path("receptions/<int:pk>/held/", turn_views.hold, name="hold"),
    path("receptions/<int:pk>/cancel/", turn_views.cancel, name="cancel"),
    path("turns/<int:pk>/confirm/", turn_views.confirm, name="confirm"),
    path("turns/<int:pk>/sign-in/", turn_views.sign_in, name="sign_in"),
    path("turns/<int:pk>/leave/", turn_views.leave, name="leave"),
    path("turns/<int:pk>/swap/", turn_views.swap, name="swap"),
    path("turns/<int:pk>/substitute/", turn_views.substitute, name="substitute"),
    path("requests/<int:pk>/answer/", turn_views.answer, name="answer"),
    path("requests/<int:pk>/withdraw/", turn_views.withdraw, name="withdraw"),
    path("<str:token>.ics", views.feed, name="feed"),
]
