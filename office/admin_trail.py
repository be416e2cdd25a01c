"""The audit trail in the admin site: what a form there changed, and how a line of the trail is read."""

from datetime import date, time

from django.apps import apps
from django.db.models import CharField, FileField, Model, QuerySet, TextField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office import reveals
from office.clocks import MOVED
from office.models import AuditEvent

DEEDS = {
    "added": _("added"),
    "changed": _("changed"),
    "chosen": _("put on the list of commendations"),
    "proposed": pgettext_lazy("commendation", "proposed"),
    "declined": pgettext_lazy("commendation", "declined"),
    "awarded": pgettext_lazy("commendation", "awarded"),
    "change_begun": _("began a change of term"),
    "change_prepared": _("prepared a change of term"),
    "change_dropped": _("gave up a change of term"),
    "change_undone": _("took back a change of term"),
    "term_ended": _("ended with the term"),
    "pass_on": _("passed on"),
    "removed": _("removed"),
    "new_password": _("given a new password"),
    "register": _("registered"),
    "logged": _("logged"),
    "withdrawn": _("withdrawn"),
    "put_in_use": _("put in use"),
    "put_aside": _("put aside"),
    "sign_in_made": _("given a sign-in"),
    "updated": _("updated by an import"),
    "queued": _("queued for import"),
    "cancelled": _("import cancelled"),
    "moved": _("deadline moved"),
    "extended": _("given more time"),
    "entered": _("entered from the notice"),
    "urged": _("urged"),
    "waived": _("waived"),
    "unwaived": _("waiver taken back"),
    "amended": _("a new version written"),
    "ended": _("ended"),
    "received": _("report received"),
    "sent_again": _("sent again"),
    "tried": _("channels tried"),
    "not_received": _("receipt taken back"),
    "rota_generated": _("rota of a year generated"),
    "confirmed": _("turn confirmed"),
    "asked_leave": _("leave asked for"),
    "asked_swap": _("swap asked for"),
    "asked_substitute": _("substitution asked for"),
    "agreed": _("agreed"),
    "refused": _("refused"),
    "notice_posted": _("notice posted"),
    "signed_in": _("signed in"),
    "held": _("held"),
    "nobody_came": _("held, nobody came"),
    "called_off": _("cancelled"),
    "appointed": _("appointment made"),
    "renewed": _("renewed"),
    "succeeded": _("signed in to the system"),
    "left": _("signed out of the system"),
    "failed": _("wrong password at the sign-in"),
    "code_failed": _("wrong code at the sign-in"),
    "locked": _("shut for a while after wrong passwords"),
    "unlocked": _("opened again after wrong passwords"),
    "password_changed": _("chose a new password"),
    "second_factor_set": _("set up a second factor"),
    "second_factor_reset": _("second factor taken away"),
    "recovery_code_used": _("used a recovery code"),
    "shown": _("shown in full"),
    "too_many": _("not shown, too many within an hour"),
    "printed": _("printed with personal data"),
    "erased": _("erased"),
    "given": _("handed out to the person"),
    "opened": _("file opened"),
    "exported": _("a list downloaded"),
    "downloaded": _("an export downloaded"),
    "handed_over": _("handed over to another deputy"),
    "hand_over_undone": _("took back the hand-over"),
    "filed": _("filed with the office"),
    "unfiled": _("filing taken back"),
    "returned": _("returned for correction"),
    "file_added": _("file added"),
    "file_removed": _("file removed"),
    "checked": _("confirmed as right"),
    "asked": _("question asked"),
    "answered": _("answered"),
    "settled": _("settled"),
    "taken_back": _("taken back"),
    "gone": _("ended with its record"),
    "reminded": _("reminded"),
    "raised": _("a matter raised in it"),
    "suggested": _("became part of a deputy's suggestion"),
    "written": _("written by an import"),
    "made": _("made"),
    "put_on_file": _("entered into the duty file"),
    "declared": _("declared for the duty file"),
    "found_so": _("declaration confirmed"),
    "not_accepted": _("declaration not accepted"),
    "taken_out": _("taken out of the duty file"),
    "year_closed": _("year closed"),
    "year_reopened": _("closed year opened again"),
}


_OF_SUBJECT = {"sign_in.ended": _("sessions ended"), "access.refused": _("was refused a page")}
"""Deeds of which the verb alone says something else."""


def name_deeds(names: dict):
    """Further names, by the verb, of what an app above writes down; a verb that has one keeps it."""
    for verb, name in names.items():
        DEEDS.setdefault(verb, name)


def deed(action: str) -> str:
    """What was done, from ``visit.logged``; a verb without a name stands for itself."""
    verb = action.rpartition(".")[2]
    return str(_OF_SUBJECT.get(action) or DEEDS.get(verb, verb))


def history(row, verbs=()) -> list[tuple]:
    """What was done with ``row``, the first deed first, in words and as the event; ``verbs``: only these."""
    label = row._meta.label_lower
    events = AuditEvent.objects.filter(subject_type=label, subject_id=row.pk).select_related("user").order_by("pk")
    if verbs:
        events = events.filter(action__in=[f"{row._meta.model_name}.{verb}" for verb in verbs])
    return [(deed(event.action), event) for event in events]


def subject_name(event) -> str:
    """The kind and key of the row that a line of the trail is about."""
    if event.subject_type == "office.user" and event.subject_id == 0:
        return _("a sign-in name that nobody has")
    model = apps.get_model(event.subject_type)
    return f"{capfirst(model._meta.verbose_name)} {event.subject_id}"


def detail(form, formsets) -> dict:
    """The changed fields of a form and the rows added, changed or removed in the tables below it; empty if none."""
    rows = [row for formset in formsets for row in _rows(formset)]
    return {key: value for key, value in (("fields", _fields(form)), ("rows", rows)) if value}


def _rows(formset):
    for form in formset.forms:
        row = {"model": form._meta.model._meta.label_lower, "pk": form.instance.pk}
        if form in formset.deleted_forms:
            # The key is gone with the row, so its name is kept instead.
            yield {**row, "did": "removed", "was": str(form.instance)}
        elif form.has_changed():
            yield {**row, "did": "added" if form in formset.extra_forms else "changed", "fields": _fields(form)}


def _fields(form) -> dict:
    return {name: _values(form, name) for name in form.changed_data}


def _values(form, name):
    """The value before and after; of free text and files only that they changed: they may hold what people confided."""
    field = form._meta.model._meta.get_field(name)
    if isinstance(field, CharField | TextField | FileField) and not field.choices:
        return None
    return [_plain(form.get_initial_for_field(form.fields[name], name)), _plain(form.cleaned_data[name])]


def _plain(value):
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, list | QuerySet):
        return sorted(_plain(one) for one in value)
    return value.isoformat() if isinstance(value, date | time) else value


def changes(event) -> list[str]:
    """What a line of the trail says was changed, for reading; nothing for what no form here and no import did."""
    detail = event.detail
    # An import writes the columns alone; a form writes them beside the rows of its tables.
    fields = detail if event.action == "import.updated" else detail.get("fields", {})
    if event.action == MOVED:
        fields = {detail["field"]: [detail["was"], detail["now"]]}
    elif {"was", "now"} <= set(detail) and detail["was"] != detail["now"]:
        fields = {"status": [detail["was"], detail["now"]]}  # a move from state to state
    # Of long texts the names alone are kept, not what stood there.
    fields = dict.fromkeys(fields) if isinstance(fields, list) else fields
    told = _told(event.subject_type, fields)
    told += _personal(event)
    for row in detail.get("rows", ()):
        name = capfirst(apps.get_model(row["model"])._meta.verbose_name)
        told.append(f"{name} {deed(row['did'])}: {row.get('was') or '，'.join(_told(row['model'], row['fields']))}")
    return told


PAPERS = {
    "receipt": _("receipt"),
    "form": _("reception register form"),
    "file": _("whole file"),
    "decline_notice": _("notice of a declined matter"),
    "reception_register": _("reception register form"),
    "feedback_slip": _("feedback slip"),
    "visit_card": _("visit card"),
    "duty_file": _("duty file"),
    "voters_agenda": _("agenda of a report to voters"),
    "voters_sign_in": _("sign-in sheet of a report to voters"),
    "voters_tally": _("tally sheet of a report to voters"),
    "voters_result": _("result of a report to voters"),
}
REASONS = {**dict(reveals.Reason.choices), "command": _("by a command")}


def _personal(event) -> list[str]:
    """Which field was shown or which paper was printed, and for what."""
    if not event.action.startswith("personal."):
        return []
    name, paper = event.detail.get("field"), event.detail.get("paper")
    model = apps.get_model(event.subject_type)
    what = [str(model._meta.get_field(name).verbose_name)] if name else [str(PAPERS.get(paper, paper))] if paper else []
    reason = event.detail.get("reason")
    return what + ([str(REASONS.get(reason, reason))] if reason else [])


def _told(label, fields) -> list[str]:
    """In the order of the model: PostgreSQL keeps an object's names in an order of its own."""
    meta = apps.get_model(label)._meta
    told = [field for field in meta.get_fields() if field.name in fields]
    return [_one_told(field, fields[field.name]) for field in told]


def _one_told(field, values) -> str:
    name = str(field.verbose_name)
    if values is None:
        return name
    before, after = (_in_words(field, value) for value in values)
    return f"{name} {'–' if before in (None, '') else before} → {'–' if after in (None, '') else after}"


def _in_words(field, value):
    """A value as a person chose it; of several rows their keys."""
    return "、".join(map(str, value)) if isinstance(value, list) else dict(field.flatchoices or ()).get(value, value)
