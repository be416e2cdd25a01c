"""The routing desk in the admin site: tabs with what waits, and what can be done with several matters at once.

It stands in the frame of the admin site, where the office works all day; each line's next step is on the matter's own
page, as for everybody else.
"""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from constituents import actions, routing_desk
from constituents.actions.reminding import remind
from constituents.actions.routing import units_for
from constituents.forms import Words
from constituents.models import Petition, Referral
from constituents.moving import CannotMove
from constituents.routing_desk import BY_NAME, DeskForm
from constituents.verb_forms import attrs, paragraphs
from office import bulk, clock, saved_filters, typed
from office.deadlines import Uncountable
from office.roles import STAFF
from office.submissions import once
from office.versions import ChangedMeanwhile, hold

DESK = "admin:constituents_petition_routing"
REFUSALS = (CannotMove, Uncountable, ChangedMeanwhile)
MOST = routing_desk.SIZE
"""What stands on one page can be done at once: more than that nobody reads through."""
VERBS = {
    "admit": gettext_lazy("Admit"),
    "route": gettext_lazy("Route to one unit"),
    "urge": gettext_lazy("Urge"),
    "remind": gettext_lazy("Remind"),
}


def desk(request, model_admin):
    """``?tab=&q=&town=&station=&category=&level=&due=&after=``: what waits, what presses most first."""
    user, on = request.user, clock.today()
    form = DeskForm(request.GET, offered=routing_desk.offered(user))
    asked = form.cleaned_data if form.is_valid() else {"tab": routing_desk.TABS[0].name}
    tab = BY_NAME[asked.get("tab") or routing_desk.TABS[0].name]
    rows = routing_desk.narrowed(routing_desk.matters(user), asked, user)
    counts = routing_desk.counts(rows, on)
    page = routing_desk.page(routing_desk.listed(rows, tab, asked, on), request.GET.get("after"))
    context = {
        "title": _("Routing desk"),
        "form": form,
        "tab": tab,
        "tabs": [(one, counts[one.name]) for one in routing_desk.TABS],
        "page": page,
        "lines": routing_desk.lines(page.rows, tab, user, on),
        "asked": request.GET.urlencode(),
        "narrowed": any(value for name, value in asked.items() if name != "tab"),
        "bulk": VERBS.get(tab.bulk),
        **saved_filters.of(request),
    }
    return model_admin.page(request, "admin/routing/desk.html", context)


class ForMany(bulk.BulkForm):
    """What is asked before the same is done with several matters; ``chosen`` are the matters."""

    def __init__(self, *args, chosen, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.chosen = chosen

    def told_of(self, petition) -> dict:
        """What was filled in for one of the matters, by the names of the action's arguments."""
        return self.told()


class UrgeMany(ForMany):
    words = paragraphs(
        _("Words to the units"),
        longest=500,
        required=False,
        help_text=gettext_lazy("They stand in each letter; without them it names the matter and the day."),
    )


class RouteMany(ForMany):
    """One unit for all, and for each matter the words that the unit reads (D5-三c)."""

    unit = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Lead unit"),
        empty_label=gettext_lazy("please choose"),
        error_messages={"required": gettext_lazy("Please choose the unit that leads.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=[(kind, kind.label) for kind in (Referral.Kind.STATION, Referral.Kind.LETTERS)],
    )

    def __init__(self, *args, chosen, user, **kwargs):
        super().__init__(*args, chosen=chosen, user=user, **kwargs)
        self.fields["unit"].queryset = units_for(user).select_related("jurisdiction")
        for petition in chosen:
            words = "\n\n".join(part for part in (petition.situation, petition.request) if part)
            self.fields[f"brief_{petition.pk}"] = Words(
                longest=4000,
                label=petition.number,
                initial=words,
                widget=forms.Textarea(attrs("", rows=5)),
                error_messages={"required": _("Please write what is asked of the unit.")},
            )
            self.fields[f"seen_{petition.pk}"] = forms.IntegerField(initial=petition.version, widget=forms.HiddenInput)

    def told_of(self, petition):
        told = self.cleaned_data
        return {
            "unit": told["unit"],
            "kind": told["kind"],
            "brief": told[f"brief_{petition.pk}"],
            "seen": told[f"seen_{petition.pk}"],
        }


FORMS = {"admit": ForMany, "route": RouteMany, "urge": UrgeMany, "remind": ForMany}


def do(request, model_admin):
    """One deed with the chosen matters: asked first, then each for itself, and of each other one it is said why."""
    verb, back = request.POST.get("verb"), f"{reverse(DESK)}?{request.POST.get('asked', '')}"
    chosen = _chosen(request)
    if verb not in FORMS or not 0 < len(chosen) <= MOST:
        messages.warning(request, _("Choose between 1 and %d matters.") % MOST)
        return redirect(back)
    sent = request.POST if "confirmed" in request.POST else None
    form = FORMS[verb](sent, chosen=chosen, user=request.user)
    if sent is None or not form.is_valid():
        shown = {"title": VERBS[verb], "verb": verb, "form": form, "chosen": chosen, "back": back}
        shown |= {"asked": request.POST.get("asked", ""), "opts": model_admin.opts}
        return model_admin.page(request, "admin/routing/confirm.html", shown)
    at = clock.now()

    def act():
        hold(chosen)
        bulk.tell(request, bulk.each(chosen, lambda row: _deed(row, verb, form, request.user, at), refusals=REFUSALS))
        return back

    return redirect(once(user=request.user, key=form.cleaned_data["key"], at=at, act=act))


def _chosen(request) -> list:
    keys = [typed.key(one) for one in request.POST.getlist("matter")]
    rows = Petition.objects.visible_to(request.user, roles=STAFF).filter(pk__in=keys)
    return list(rows.select_related("station__jurisdiction").order_by("pk")[: MOST + 1])


def _deed(petition, verb, form, by, at):
    told, on = form.told_of(petition), clock.local_date(at)
    if verb == "admit":
        actions.admit(petition, by=by, at=at)
    elif verb == "route":
        actions.route(petition, by=by, at=at, on=on, **told)
    elif verb == "remind":
        remind(petition, by=by, at=at)
    else:
        _urge(petition, by, at, on, told)


def _urge(petition, by, at, on, told):
    """Every unit of the matter that is late; a matter without one is left alone."""
    late = list(routing_desk.late_referrals(petition, on))
    if not late:
        raise CannotMove(_("No reply is overdue here."))
    for referral in late:
        actions.urge(referral, by=by, at=at, on=on, **told)
