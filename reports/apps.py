from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "reports"
    verbose_name = _("Duties and reports")

    def ready(self):
        from reports import export_kinds  # noqa: F401 - fills the table of exports; needs the models
