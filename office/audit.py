"""The trail of who did what, written in the transaction of the deed; nobody can change it without its being seen.

Each line is signed with a key that the database does not hold, so that a changed or invented line is found at once.
Every few minutes what has settled is sealed: a digest over the lines in their order and over the seal before, so that
a line that is missing, moved or slipped in is found too. Nobody who writes a line waits for anybody else.
"""

import json
import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.crypto import constant_time_compare, salted_hmac

from office import audit_guard
from office.models import AuditEvent, AuditSeal

logger = logging.getLogger(__name__)

SETTLED = timedelta(minutes=10)
"""After so long no transaction is open any more that could still bring in an earlier line."""
BATCH = 2000
"""So many lines has a seal at most: where one is broken, they are looked at."""
_COLUMNS = ("id", "at", "user_id", "action", "subject_type", "subject_id", "detail", "mac")


def line(*, by, at, action: str, subject_type: str, subject_id: int, detail: dict | None = None) -> AuditEvent:
    """A signed line that is yet to be saved."""
    told = json.loads(json.dumps(detail or {}))
    user = by and by.pk
    mac = signature(at, user, action, subject_type, subject_id, told)
    about = {"subject_type": subject_type, "subject_id": subject_id}
    return AuditEvent(at=at, user_id=user, action=action, detail=told, mac=mac, **about)


def record(*, by, at, action: str, subject, detail: dict | None = None) -> AuditEvent:
    """Write one line of the trail. ``subject`` is the saved row; ``detail`` what changed, no more than needed."""
    about = {"subject_type": subject._meta.label_lower, "subject_id": subject.pk}
    event = line(by=by, at=at, action=action, detail=detail, **about)
    event.save(force_insert=True)
    return event


def record_all(*, by, at, action: str, model, keys, detail: dict | None = None) -> None:
    """Write one line for each of many rows that one deed changed alike; ``keys`` are their primary keys."""
    same = {"by": by, "at": at, "action": action, "subject_type": model._meta.label_lower, "detail": detail}
    AuditEvent.objects.bulk_create((line(subject_id=key, **same) for key in keys), batch_size=1000)


def signature(at: datetime, user, action, subject_type, subject_id, detail) -> str:
    """The signature of what a line says."""
    said = [at.astimezone(UTC).isoformat(), user, action, subject_type, subject_id, detail]
    return _mac(json.dumps(said, ensure_ascii=False, sort_keys=True))


def _mac(text: str) -> str:
    return salted_hmac("office.audit", text, secret=settings.AUDIT_KEY, algorithm="sha256").hexdigest()


# Sealing


def seal(*, at) -> int:
    """Seal what had been written when it was last looked, if that is long enough ago; how many lines that were."""
    last = AuditSeal.objects.order_by("-id").first()
    highest = AuditEvent.objects.aggregate(n=Max("id"))["n"] or 0
    if last and (last.at > at - SETTLED or last.last_id == highest):
        return 0
    sealed, until = 0, last.seen_id if last else 0
    try:
        while True:
            last, n = _seal_next(last, until=until, seen=highest, at=at)
            sealed += n
            if last.last_id >= until:
                return sealed
    except IntegrityError:
        return sealed  # another worker is at it


@transaction.atomic
def _seal_next(last, *, until, seen, at):
    after = last.last_id if last else 0
    rows = list(_lines(after, until)[:BATCH])
    bad = [row[0] for row in rows if not _is_signed(row)]
    through = rows[-1][0] if len(rows) == BATCH else until
    before = last.digest if last else ""
    digest = _digest(before, through, rows)
    told = {"before": before, "after_id": after, "last_id": through, "seen_id": seen, "count": len(rows), "bad": bad}
    made = AuditSeal.objects.create(at=at, digest=digest, **told)
    transaction.on_commit(lambda: _tell_outside(made))
    return made, len(rows)


def _lines(after, until):
    return AuditEvent.objects.filter(id__gt=after, id__lte=until).order_by("id").values_list(*_COLUMNS)


def _is_signed(row) -> bool:
    _id, *said, mac = row
    return constant_time_compare(signature(*said), mac)


def _digest(before: str, through: int, rows) -> str:
    said = "\n".join(f"{pk}:{signature(*told)}" for pk, *told, _mac_then in rows)
    return _mac(f"{before}|{through}|{len(rows)}|{said}")


def heads_file():
    """Where the heads of the chain stand outside the database; copy it to another machine as well."""
    return settings.VAR_DIR / "audit-heads.log"


def _tell_outside(made):
    """The head of the chain leaves the database: who cuts off its end cuts it off here too, or is seen."""
    logger.info("Audit head %s %s", made.last_id, made.digest)
    heads_file().parent.mkdir(parents=True, exist_ok=True)
    with heads_file().open("a", encoding="ascii") as file:
        file.write(f"{made.at.isoformat()} {made.last_id} {made.digest}\n")


# Checking


def verify() -> dict:
    """Whether the trail is what was written: ``broken`` says where it is not, and is empty when all is well."""
    broken, through, digest = [], 0, ""
    seals = list(AuditSeal.objects.order_by("id"))
    for one in seals:
        rows = list(_lines(one.after_id, one.last_id))
        whole = one.after_id == through and one.before == digest
        if not whole or not constant_time_compare(_digest(digest, one.last_id, rows), one.digest):
            broken.append({"from": one.after_id + 1, "to": one.last_id, "why": "sealed"})
        broken += [{"from": pk, "to": pk, "why": "signature"} for pk in one.bad]
        through, digest = one.last_id, one.digest
    unsealed = AuditEvent.objects.filter(id__gt=through).order_by("id").values_list(*_COLUMNS)
    broken += [{"from": row[0], "to": row[0], "why": "signature"} for row in unsealed.iterator() if not _is_signed(row)]
    told = {"events": AuditEvent.objects.count(), "seals": len(seals), "sealed_through": through}
    return {**told, "guarded": audit_guard.stands(), "broken": broken + _cut_off(seals)}


def _cut_off(seals) -> list[dict]:
    """The head that was last told outside must stand in the chain."""
    if not heads_file().exists():
        return []
    told = heads_file().read_text("ascii").split("\n")[-2:-1]
    known = {one.digest for one in seals}
    lost = [head.split() for head in told if head.split()[2] not in known]
    return [{"from": 1, "to": int(last_id), "why": "cut off"} for _at, last_id, _digest_then in lost]
