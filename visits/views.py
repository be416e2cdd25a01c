"""A deputy's own pages: this month, and writing down a contact. They see their own record, never the group's."""

from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from django.contrib import messages
from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from constituents.models import Designation, Household
from deputies.models import Deputy
from office import clock, files, paging, submissions, typed
from office.models import Rule
from visits import actions, reviews, rules
from visits.forms import LogForm
from visits.models import Consultation, Visit, VisitPhoto

PAGE = 10
DAYS_AFTER = 14
"""So many days after its last day an opinion on a topic is taken still."""


def my_month(request):
    """Which households have been seen this month (or in ``?month=2026-10``) and which not, and how the month stands."""
    today = clock.today()
    first = _month(request, today)
    last = clock.month_end(first)
    deputy = deputy_of(request.user, today, first, last)
    if deputy is None:
        return render(request, "visits/no_mandate.html")
    own = Visit.objects.visible_to(request.user).filter(deputy=deputy).select_related("household", "petition__station")
    own = reviews.beside(own.annotate(shots=Count("photos"))).order_by("-happened_on", "-id")  # counting drops it
    is_now = first == clock.month_start(today)
    page = {
        "deputy": deputy,
        "can_log": deputy.serves and last >= rules.oldest_day(today),
        **_leaf(first, last, today),
        **_standing(deputy, own, first, last, today),
        **_homes(request.user, deputy, own, first, last, on=today if is_now else None),
        **_listed(request, own.filter(happened_on__lte=last) if is_now else own.between(first, last), today),
        "saved": _saved(request, own, today),
    }
    return render(request, "visits/my_month.html", page)


def log(request):
    """Write down a contact: with a household (``?household=``), or with anybody else."""
    today = clock.today()
    deputy = deputy_of(request.user, today, today, today)
    if deputy is None or (request.method == "GET" and not deputy.serves):
        return redirect("visits:my_month")  # which says why
    household = household_asked_for(request, deputy, today)
    if request.method == "POST":
        form = LogForm(request.POST, request.FILES, household=household, today=today, topics=topics_of(deputy, today))
        if form.is_valid() and (page := log_once(request, deputy, form)):
            return redirect(page)
    else:
        preset = _preset(request, household, today)
        form = LogForm(household=household, today=today, topics=topics_of(deputy, today), initial=preset)
    return render(request, "visits/log.html", {"form": form, "household": household, "most": rules.PHOTOS})


def record(request):
    """The own record of a year (``?year=2025``), month by month: contacts, households, late ones, matters."""
    today = clock.today()
    year = typed.number(request.GET.get("year")) or today.year
    oldest = rules.oldest_month(today).year
    if not oldest <= year <= today.year:
        raise Http404
    own = Visit.objects.visible_to(request.user).filter(deputy__user=request.user)
    page = {
        "year": year,
        "earlier": year - 1 if year > oldest else None,
        "later": year + 1 if year < today.year else None,
        "months": _months(own.between(date(year, 1, 1), date(year, 12, 31)), year, today),
    }
    return render(request, "visits/record.html", page)


def _months(visits, year, today) -> list[dict]:
    """The months of a year up to this one, the latest first, each with its contacts counted."""
    firsts = [date(year, month, 1) for month in range(12, 0, -1) if date(year, month, 1) <= today]
    of = {first: [] for first in firsts}
    for visit in visits.filter(happened_on__lte=today):
        of[clock.month_start(visit.happened_on)].append(visit)
    return [
        {
            "first": first,
            "contacts": len(rows),
            "homes": len({visit.household_id for visit in rows if visit.household_id}),
            "matters": sum(visit.matter_raised for visit in rows),
            "late": sum(_is_late(visit) for visit in rows),
        }
        for first, rows in of.items()
    ]


def contact(request, pk):
    """One of the own contacts, whole: its photos, when it was written and arrived, how its matter stands."""
    today = clock.today()
    deputy = deputy_of(request.user, today, today, today)
    own = Visit.objects.visible_to(request.user).filter(deputy=deputy)
    own = own.select_related("household", "petition__station", "consultation")
    visit = get_object_or_404(own, pk=pk)
    _describe(visit, request.user, today)
    page = {"visit": visit, "deputy": deputy, "photos": visit.photos.all(), "waited": rules.waited(visit)}
    return render(request, "visits/contact.html", page)


def photo(request, pk):
    """One photo of a contact, to whoever sees the contact; ``?small`` for a list."""
    one = get_object_or_404(VisitPhoto.objects.visible_to(request.user), pk=pk)
    file = one.thumbnail if "small" in request.GET else one.file
    return files.download(file.name, f"{one.visit_id}-{pk}.{one.kind}", one.kind, inline=True)


@require_POST
def withdraw(request, pk):
    """Take back a contact that was logged today by mistake."""

    def act():
        try:
            actions.withdraw_visit(pk, by=request.user, at=clock.now())
            messages.success(request, _("The contact was withdrawn."))
        except Visit.DoesNotExist as error:
            raise Http404 from error
        except actions.CannotWithdraw as error:
            messages.error(request, str(error))
        return reverse("visits:my_month")

    key = uuid5(NAMESPACE_URL, request.path)
    return redirect(submissions.once(user=request.user, key=key, at=clock.now(), act=act))


def log_once(request, deputy, form):
    """Save the valid form; the address of the page that confirms it, or None when the rules refuse the contact."""
    at = clock.now()

    def act():
        visit = actions.log_visit(by=request.user, deputy=deputy, at=at, **form.contact())
        return _confirmation(visit, at)

    try:
        return submissions.once(user=request.user, key=form.cleaned_data["key"], at=at, act=act)
    except actions.CannotLog as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


def _confirmation(visit, at):
    month = clock.month_key(visit.happened_on)
    query = f"?saved={visit.pk}"
    if month != clock.month_key(clock.local_date(at)):
        query = f"?month={month}&saved={visit.pk}"
    return reverse("visits:my_month") + query


def deputy_of(user, today, first, last):
    """The user's own mandate; whether it holds today (``serves``) and all through the period (``owes``)."""
    return (
        Deputy.objects.visible_to(user)
        .filter(user=user)
        .select_related("term")
        .annotate(
            serves=Exists(Deputy.objects.in_office(today, today).filter(pk=OuterRef("pk"))),
            owes=Exists(Deputy.objects.owing(first, last).filter(pk=OuterRef("pk"))),
        )
        .present()
        .first()
    )


def _month(request, today):
    """The first day of the month that is asked for; this month by default."""
    asked = request.GET.get("month")
    first = rules.month_named(asked, today) if asked else clock.month_start(today)
    if first is None:
        raise Http404
    return first


def _leaf(first, last, today) -> dict:
    """The month, its days still to come (today not counted), and the months beside it."""
    is_now = first == clock.month_start(today)
    return {
        "month": first,
        "is_now": is_now,
        "days_left": (last - today).days,
        "earlier": clock.add_months(first, -1) if first > rules.oldest_month(today) else None,
        "later": None if is_now else clock.add_months(first, 1),
    }


def _standing(deputy, own, first, last, today) -> dict:
    """The month under D1-3①b: its contacts of whatever kind, its state, and the rule behind it."""
    # The version of the month's last day; without regulations loaded there is none, and the defaults hold.
    rule = Rule.objects.holding(last, rules.MEASURE)
    amounts = rule.amounts if rule else {}
    since = deputy.term.records_since
    contacts = own.between(first, last).count()
    state = rules.month_state(
        contacts=contacts,
        owed=deputy.owes and since is not None and since <= last,
        last=last,
        today=today,
        minimum=amounts.get("minimum", rules.CONTACTS_A_MONTH),
        amber_day=amounts.get("amber_day", rules.AMBER_DAY),
    )
    return {"rule": rule, "contacts": contacts, "state": state}


def own_households(user, deputy, first, last):
    """The households that were this deputy's on some day of the period."""
    named = Designation.objects.visible_to(user).within(first, last).filter(deputy=deputy)
    return Household.objects.visible_to(user).filter(pk__in=named.values("household"))


def _homes(user, deputy, own, first, last, on) -> dict:
    """The deputy's households with the day each was last seen, the most urgent first.

    For the month that runs those of today (``on``); for a past month all that were theirs in it.
    """
    visits = own.filter(household=OuterRef("pk")).order_by("-happened_on").values("happened_on")
    homes = (
        own_households(user, deputy, on or first, on or last)
        .annotate(
            seen_on=Subquery(visits.between(first, last)[:1]),
            last_seen_on=Subquery(visits.filter(happened_on__lte=last)[:1]),
        )
        .order_by(F("seen_on").desc(nulls_first=True), F("last_seen_on").asc(nulls_first=True), "pk")
    )
    return {"homes": homes, "seen": sum(home.seen_on is not None for home in homes)}


def household_asked_for(request, deputy, today):
    """The household of this form, or None; not one of the deputy's own: 404."""
    asked = request.POST.get("household") or request.GET.get("household")
    if not asked:
        return None
    if request.method == "POST":
        first, last = rules.oldest_day(today), today  # the day written in the form decides, when it is saved
    elif "month" in request.GET:
        first = _month(request, today)
        last = clock.month_end(first)
    else:
        first = last = today
    return get_object_or_404(own_households(request.user, deputy, first, last), pk=typed.key(asked))


def topics_of(deputy, today) -> list[Consultation]:
    """The topics on which a deputy asks, in whichever mandate they were asked to.

    What was written on a phone may arrive some days after the last day.
    """
    open_ones = Consultation.objects.filter(until__gte=today - timedelta(days=DAYS_AFTER))
    return list(open_ones.filter(asked__user=deputy.user_id).distinct().order_by("until", "pk")) if deputy else []


def _preset(request, household, today):
    """Today and, with a household, a visit at home. For a past month no day: nobody can guess it."""
    preset = {"key": uuid4(), "consultation": request.GET.get("consultation")}
    if "month" not in request.GET:
        preset["on"] = today
    if household:
        preset["kind"] = Visit.Kind.HOME
    return preset


def _listed(request, visits, today):
    """One page of contacts, the newest first, each with what the page says about it."""
    page = paging.page(visits, request.GET.get("page"), PAGE)
    for visit in page.rows:
        _describe(visit, request.user, today)
    return {"visits": page.rows, "page": page}


def _saved(request, own, today):
    """The contact that was just logged, for the confirmation."""
    visit = own.filter(pk=typed.key(request.GET.get("saved"))).first()
    if visit:
        _describe(visit, request.user, today)
    return visit


def _describe(visit, user, today):
    visit.is_late = _is_late(visit)
    visit.may_withdraw = rules.may_withdraw(visit, by=user, on=today)
    visit.may_raise = visit.matter_raised and rules.may_raise(visit, on=today)


def _is_late(visit) -> bool:
    return not visit.imported and rules.is_late(visit.happened_on, clock.local_date(visit.logged_at))
