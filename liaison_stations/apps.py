from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "liaison_stations"
    verbose_name = _("Liaison stations")
