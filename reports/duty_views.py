"""What is still owed: a deputy's own page, and that of a group and its deputies."""

from django.http import Http404
from django.shortcuts import render

from deputies.models import Deputy
from office import clock
from office.roles import Role
from reports.duties import group_screen, people, screen
from reports.subjects import EVERYTHING, OWN, Kind, Subject


def own(request):
    """The signed-in deputy's duties: what is missing with the next step, what is done, what is not asked and why."""
    on, user = clock.today(), request.user
    found = screen.read(Subject(Kind.DEPUTY, OWN, str(user)), screen.OF_A_DEPUTY, on=on, user=user)
    serves = _is_asked_today(found)
    if not serves:
        mandate = Deputy.objects.visible_to(user).filter(user=user)
        if not mandate.exists():
            return render(request, "visits/no_mandate.html")
        serves = mandate.in_office(on, on).exists()
    return render(request, "reports/duties.html", {"sheet": screen.sheet(found, on), "on": on, "serves": serves})


def _is_asked_today(found) -> bool:
    """Whoever is asked for households or liaison voters today is in office: nobody else need be looked up."""
    return any(duty.rule.period == "standing" and not duty.excluded for duty in found)


def of_group(request):
    """``?group=&only=missing``: the group's own duties, and each of its deputies with what is missing."""
    asked = request.GET.get("group")
    groups = people.groups(EVERYTHING, request.user, clock.today())
    groups = [one for one in groups if not one.is_closed or str(one.pk) == asked]
    group = _chosen(groups, asked)
    context = _of_one(group, request) if group else {}
    return render(request, "reports/group_duties.html", {"groups": groups, "group": group, **context})


def _chosen(groups, asked) -> people.Person | None:
    """The group asked for, without one the first; 404 for one that is not in this person's sight."""
    if asked is None:
        return groups[0] if groups else None
    found = [group for group in groups if str(group.pk) == asked]
    if not found:
        raise Http404
    return found[0]


def _of_one(group, request) -> dict:
    on, only = clock.today(), request.GET.get("only") == "missing"
    subject, measures = Subject(Kind.GROUP, str(group.pk), group.name), screen.OF_A_DEPUTY + screen.OF_A_GROUP
    found = screen.read(subject, measures, on=on, user=request.user, known={"group": [group]})
    of_group = [duty for duty in found if duty.rule.measure in screen.OF_A_GROUP]
    rows, tallies = group_screen.rows(found, on), group_screen.tallies(found, on)
    return {
        "on": on,
        "only": only,
        # Only who leads the group is led on to where it is done.
        "serves": request.user.has_role(Role.GROUP_LEADER),
        "sheet": screen.sheet(of_group, on),
        "rows": [row for row in rows if row.is_missing or not only],
        "n_rows": len(rows),
        "n_missing": sum(row.is_missing for row in rows),
        "month": next((tally for tally in tallies if tally.rule.measure == "monthly_contact"), None),
        "tallies": tallies,
    }
