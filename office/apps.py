from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    default = True
    name = "office"
    verbose_name = _("Congress office")


class AdminSiteConfig(admin.AdminConfig):
    """Django's admin with the office's own site; stands in ``INSTALLED_APPS`` instead of ``django.contrib.admin``."""

    default = False
    default_site = "office.admin_site.OfficeSite"
