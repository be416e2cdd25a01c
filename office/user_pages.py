"""What the admin site does with a person's sign-in: its state, its sessions, and first passwords on a printed sheet."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from office import clock, second_factor, sessions, sign_ins

MOST = 200
"""So many first passwords are made at once: 20 sheets of paper."""


def state(page, request, user):
    """Where somebody is signed in, whether they are shut out, whether they have a second factor; and the remedies."""
    at = clock.now()
    if request.method == "POST":
        _remedy(request, user, request.POST.get("do"), at)
        return redirect(request.path)
    context = {
        "title": _("Sign-in of %s") % user,
        "original": user,
        "opts": page.opts,
        "sessions": [(row, sessions.device(row.agent)) for row in sessions.of(user, at=at)],
        "locked_until": sign_ins.locked_until(user, at=at),
        "has_device": second_factor.device_of(user) is not None,
    }
    return page.page(request, "admin/sign_in_state.html", context)


def _remedy(request, user, what, at):
    by = {"user": user, "by": request.user, "at": at}
    if what == "unlock" and sign_ins.unlock(**by):
        messages.success(request, _("Opened again: the person can sign in at once."))
    elif what == "reset" and second_factor.reset(**by):
        messages.success(request, _("The second factor was taken away. It is set up anew at the next sign-in."))
    elif what == "end" and sessions.end(**by):
        messages.success(request, _("Signed out everywhere."))
    else:
        messages.info(request, _("Nothing was to be done."))


def first_passwords(page, request, rows):
    """New first passwords for many people, shown once, as a sheet to be cut up; asked first."""
    people = list(rows.filter(is_active=True).exclude(pk=request.user.pk).order_by("name", "username")[: MOST + 1])
    if not people or len(people) > MOST:
        messages.warning(request, _("Choose between 1 and %d people (yourself aside).") % MOST)
        return redirect(request.get_full_path())
    if "confirmed" not in request.POST:
        context = {"title": _("Print first passwords"), "opts": page.opts, "people": people}
        return page.page(request, "admin/first_passwords_ask.html", context)
    slips = sign_ins.new_passwords(users=people, by=request.user, at=clock.now())
    context = {"slips": slips, "on": clock.today(), "site": request.build_absolute_uri("/")}
    return render(request, "admin/first_passwords.html", context)
