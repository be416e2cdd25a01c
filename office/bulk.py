"""One deed for many rows: asked first, then done row by row, each with its own line in the trail and its own answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from office import audit, clock
from office.submissions import once

MOST = 500
"""So many rows are done at once."""
UNDO = "bulk_undo"


@dataclass
class Outcome:
    """What became of each row: done, or left as it was for a reason."""

    done: list = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def each(rows, deed: Callable, *, refusals: tuple, name_of: Callable = str) -> Outcome:
    """Do ``deed`` with each row; a named refusal leaves that row alone, and only that one."""
    outcome = Outcome()
    for row in rows:
        try:
            with transaction.atomic():
                deed(row)
        except refusals as refused:
            outcome.left.append((name_of(row), str(refused)))
        else:
            outcome.done.append(row)
    return outcome


class BulkForm(forms.Form):
    """What is asked before a deed is done with many rows; without fields of its own it only asks whether."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"key": uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def told(self) -> dict:
        """What was filled in, by the names of the deed's arguments."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


def run(model_admin, request, rows, *, title, action, form: BulkForm, deed, refusals=(), note=""):
    """The page that asks, or when it was answered the deed: ``deed(row, by=, at=, **told)`` for each row.

    Only rows that this person may change are touched, whatever was sent. Returns the answer to the request.
    """
    mine, back = chosen(model_admin, request, rows), request.get_full_path()
    if not mine or len(mine) > MOST:
        messages.warning(request, _("Choose between 1 and %d rows.") % MOST)
        return redirect(back)
    if "confirmed" not in request.POST or not form.is_valid():
        return ask(model_admin, request, mine, title=title, action=action, form=form, note=note)
    at, told = clock.now(), form.told()

    def act():
        outcome = each(
            mine,
            lambda row: deed(row, by=request.user, at=at, **told),
            refusals=refusals,
            name_of=model_admin.choice_label,
        )
        tell(request, outcome, more=_undo_link(request, model_admin, at))
        return back

    return redirect(once(user=request.user, key=form.cleaned_data["key"], at=at, act=act))


def change(model_admin, request, rows, *, name, value=None, **asked):
    """``run`` for one column, of which the earlier values are kept so that they can be put back.

    The value is that of the form's field of this name, where it has one.
    """
    before = {}

    def deed(row, *, by, at, **told):
        now = told.get(name, value)
        before[row.pk] = set_field(row, name, now, by=by, at=at)
        _remember(request, model_admin, at, name, before, getattr(now, "pk", now))

    return run(model_admin, request, rows, deed=deed, refusals=(Unchanged,), **asked)


def ask(model_admin, request, rows, *, title, action, form, note=""):
    """The page that asks before something is done with many rows."""
    shown = {"title": title, "action": action, "form": form, "note": note, "back": request.get_full_path()}
    shown |= {"chosen": rows, "names": _names(model_admin, rows), "opts": model_admin.opts}
    return model_admin.page(request, "admin/bulk.html", shown)


def chosen(model_admin, request, rows) -> list:
    """Those of the rows that this person may change, whatever was sent; one more than are done at once."""
    mine = model_admin.rows(request, model_admin.changing).select_related(*(model_admin.list_select_related or ()))
    return list(mine.filter(pk__in=rows.order_by().values("pk")).order_by("pk")[: MOST + 1])


def _names(model_admin, rows) -> list[str]:
    """The rows as they are named where they are chosen: without what is masked."""
    return [model_admin.choice_label(row) for row in rows[:100]]


def tell(request, outcome: Outcome, *, more=""):
    """Say how many rows were done, and of each other one why it was left as it was."""
    if outcome.done:
        messages.success(request, format_html("{} {}", _("Done: %d.") % len(outcome.done), more))
    if outcome.left:
        lines = format_html_join("；", "{}：{}", outcome.left)
        messages.warning(request, format_html("{} {}", _("Left as they were: %d.") % len(outcome.left), lines))


def _undo_link(request, model_admin, at):
    kept = request.session.get(UNDO)
    if not kept or kept["model"] != model_admin.opts.label_lower or kept["at"] != at.isoformat():
        return ""
    address = reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_undo")
    return format_html('<a class="text-link" href="{}">{}</a>', address, _("Undo"))


def set_field(row, name: str, value, *, by, at):
    """Write one column of a row, with its line in the trail; a row that has the value already is left alone."""
    row = row._meta.model._base_manager.select_for_update().get(pk=row.pk)
    was = getattr(row, row._meta.get_field(name).attname)
    now = getattr(value, "pk", value)
    if was == now:
        raise Unchanged(_("It was so already."))
    setattr(row, name, value)
    row.save(update_fields=[name])
    action = f"{row._meta.model_name}.changed"
    audit.record(by=by, at=at, action=action, subject=row, detail={"fields": {name: [was, now]}})
    return was


class Unchanged(Exception):
    """The row has that value already."""


def _remember(request, model_admin, at, name, before, now):
    """Keep for this sign-in what a column held before, so that it can be undone; the last such deed alone."""
    kept = {"at": at.isoformat(), "name": name, "now": now, "before": {str(pk): was for pk, was in before.items()}}
    request.session[UNDO] = {"model": model_admin.opts.label_lower, **kept}


def undo(request, model_admin):
    """Put back what the last deed of this sign-in changed here, where nobody has changed it since."""
    kept = request.session.get(UNDO)
    back = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist"
    if not kept or kept["model"] != model_admin.opts.label_lower:
        messages.warning(request, _("There is nothing to undo here."))
        return redirect(back)
    rows = chosen(model_admin, request, model_admin.model._base_manager.filter(pk__in=kept["before"]))
    if request.method != "POST":
        shown = {"title": _("Undo"), "chosen": rows, "names": _names(model_admin, rows), "undo": True}
        return model_admin.page(request, "admin/bulk.html", {**shown, "opts": model_admin.opts})
    del request.session[UNDO]
    with transaction.atomic():
        at = clock.now()
        deed = partial(_put_back, kept=kept, by=request.user, at=at)
        tell(request, each(rows, deed, refusals=(Unchanged,), name_of=model_admin.choice_label))
    return redirect(back)


def _put_back(row, *, kept, by, at):
    column = row._meta.get_field(kept["name"])
    now = row._meta.model._base_manager.select_for_update().values_list(column.attname, flat=True).get(pk=row.pk)
    if now != kept["now"]:
        raise Unchanged(_("It was changed meanwhile."))
    was = kept["before"][str(row.pk)]
    value = column.related_model._base_manager.filter(pk=was).first() if column.is_relation else was
    set_field(row, kept["name"], value, by=by, at=at)
