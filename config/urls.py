"""Every address of the system. Each name has a line in ``office/policy.toml``."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("office.urls")),
    path("my/", include("visits.urls")),
    path("group/", include("visits.group_urls")),
    path("duty/", include("visits.duty_urls")),
    path("", include("visits.voters.urls")),
    path("", include("visits.areas.urls")),
    path("", include("visits.consultation_urls")),
    path("", include("constituents.urls")),
    path("stations/", include("liaison_stations.urls")),
    path("", include("reports.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler400 = "office.views.bad_request"
handler403 = "office.views.permission_denied"
handler404 = "office.views.page_not_found"
handler500 = "office.views.server_error"
