import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import audit, clock
from office.management.arguments import tables

WHY = {
    "sealed": gettext_lazy("lines were changed, removed, moved or slipped in after they had been sealed"),
    "signature": gettext_lazy("the line bears no valid signature"),
    "cut off": gettext_lazy("the end of the trail is missing: its head stands outside the database"),
}


class Command(BaseCommand):
    help = "Check that the audit trail is what was written; ends with an error where it is not."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--seal", action="store_true", help="seal first what has settled")

    def handle(self, *, as_json, seal, **options):
        with tables():
            if seal:
                audit.seal(at=clock.now())
            told = audit.verify()
        if as_json:
            self.stdout.write(json.dumps(told))
        else:
            self._say(told)
        if told["broken"] or not told["guarded"]:
            raise CommandError(_("The audit trail is not whole."))

    def _say(self, told):
        words = _("Lines: %(events)d, sealed up to %(sealed_through)d by %(seals)d seals.") % told
        self.stdout.write(words)
        if not told["guarded"]:
            self.stdout.write(_("The guard of the database is missing: lines can be changed."))
        for one in told["broken"]:
            self.stdout.write(f"{one['from']}–{one['to']}: {WHY[one['why']]}")
