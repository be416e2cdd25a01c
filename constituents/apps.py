from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "constituents"
    verbose_name = _("Voters and petitions")
