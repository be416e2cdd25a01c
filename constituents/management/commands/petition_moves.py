import json

from django.core.management import BaseCommand

from constituents.moves import MOVES


class Command(BaseCommand):
    help = "The table of moves: what can be done with a matter, from which state to which, by whom, on what ground."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, **options):
        lines = [_line(move, source) for move in MOVES for source in move.sources]
        if options["json"]:
            self.stdout.write(json.dumps({"moves": lines}, ensure_ascii=False))
            return
        for one in lines:
            roles = "、".join(one["roles"])
            self.stdout.write(
                f"{one['subject']:<11}{one['from'] or '-':<11}{one['verb']:<16}{one['to']:<11}{one['rule']:<8}{roles}"
            )


def _line(move, source) -> dict:
    return {
        "subject": move.subject,
        "from": str(source),
        "verb": move.verb,
        "to": str(move.target or source),
        "roles": sorted(map(str, move.roles)),
        "rule": move.rule,
        "handling": move.handling,
        "name": str(move.name),
    }
