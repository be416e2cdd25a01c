"""Signing in, step by step: the password, a new one where it is due, the code of the phone, and only then the door.

Until all that is asked has been shown nobody is signed in: there is no address behind which one could skip a step.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from office import clock, kept_forms, passwords, second_factor, sessions, sign_ins
from office.models import User
from office.sign_in_forms import WRONG, ChangePasswordForm, CodeForm, NewPasswordForm, SignInForm, wrong_code

PENDING = "pending_sign_in"
STEP_LASTS = timedelta(minutes=10)


@never_cache
@sensitive_post_parameters("password")
def sign_in(request):
    """The front door: name and password."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_next(request))
    form = SignInForm(request.POST if "username" in request.POST else None)
    if form.is_valid():
        try:
            user = sign_ins.by_password(request, **form.cleaned_data, at=clock.now())
        except sign_ins.Locked as locked:
            return _locked(request, locked.until)
        except sign_ins.WrongPassword:
            form.add_error(None, WRONG)
        else:
            _wait_for(request, user)
            return _proceed(request, user)
    return ask_for_password(request, form)


def ask_for_password(request, form=None, kept=""):
    """The page of the front door; ``kept`` is what somebody typed who is no longer signed in."""
    context = {"form": form or SignInForm(), "next": _next(request, ""), "office_name": settings.OFFICE_NAME}
    return render(request, "office/sign_in.html", context | {"kept": kept or request.POST.get("kept", "")})


def _locked(request, until):
    minutes = max(1, round((until - clock.now()).total_seconds() / 60))
    return render(request, "office/locked.html", {"until": until, "minutes": minutes}, status=429)


# -- between the password and the door


def _wait_for(request, user):
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "since": clock.now().isoformat(),
    }


def _pending(request) -> User | None:
    """Who has shown their password and still has something to show."""
    told = request.session.get(PENDING)
    if not told or clock.now() - datetime.fromisoformat(told["since"]) > STEP_LASTS:
        return None
    user = User.objects.filter(pk=told["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == told["hash"] else None


def _proceed(request, user):
    """Ask for the next thing that is missing, or open the door."""
    if passwords.is_due(user, at=clock.now()):
        return _step(request, "password", NewPasswordForm(user=user), user)
    if second_factor.device_of(user):
        return _step(request, "code", CodeForm(), user)
    if second_factor.is_required(user):
        return _enrol(request, user, CodeForm())
    return _enter(request, user)


def _step(request, step, form, user, **more):
    context = {"form": form, "person": user, "next": _next(request, ""), "kept": request.POST.get("kept", "")}
    return render(request, f"office/sign_in_{step}.html", context | more)


def _enrol(request, user, form):
    device = second_factor.begin(user)
    return _step(request, "enrol", form, user, picture=second_factor.picture(device), key=second_factor.spelt(device))


def _enter(request, user):
    request.session.pop(PENDING, None)
    sign_ins.enter(request, user, at=clock.now())
    if kept_forms.read(request.POST.get("kept", "")):
        return kept_forms.offer(request, request.POST["kept"])
    return redirect(_next(request))


def _next(request, otherwise=None) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else resolve_url("office:home") if otherwise is None else otherwise


def _for_pending(view):
    """A step for whoever has shown their password; everybody else begins at the front door."""

    @never_cache
    @sensitive_post_parameters()
    def step(request):
        user = _pending(request)
        if user is None:
            if request.method == "POST":
                messages.warning(request, _("That took too long. Please sign in once more."))
            return redirect("office:sign_in")
        return view(request, user) if request.method == "POST" else _proceed(request, user)

    return step


@_for_pending
def new_password(request, user):
    """A first password, or one that is too old, gives way to the person's own."""
    form = NewPasswordForm(request.POST, user=user)
    if not (form.is_valid() and passwords.is_due(user, at=clock.now())):
        return _step(request, "password", form, user)
    sign_ins.choose_password(user=user, password=form.cleaned_data["new_password1"], at=clock.now())
    _wait_for(request, user)
    return _proceed(request, user)


@_for_pending
def code(request, user):
    """The code of the app, or a recovery code."""
    if passwords.is_due(user, at=clock.now()) or not second_factor.device_of(user):
        return _proceed(request, user)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            second_factor.check(user=user, code=form.cleaned_data["code"], at=clock.now())
        except second_factor.WrongCode:
            form.add_error("code", wrong_code())
        except second_factor.TooManyCodes as locked:
            return _locked(request, locked.until)
        else:
            return _enter(request, user)
    return _step(request, "code", form, user)


@_for_pending
def enrol(request, user):
    """The app shows its first code: from now on it is asked for."""
    if passwords.is_due(user, at=clock.now()) or second_factor.device_of(user):
        return _proceed(request, user)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            codes = second_factor.confirm(user=user, code=form.cleaned_data["code"], at=clock.now())
        except second_factor.WrongCode:
            form.add_error("code", wrong_code())
        else:
            answer = _enter(request, user)
            return _recovery_codes(request, codes, answer)
    return _enrol(request, user, form)


def _recovery_codes(request, codes, answer):
    """The codes, once; below them what would have come next."""
    if answer.status_code == 302:
        return render(request, "office/recovery_codes.html", {"codes": codes, "on": answer["Location"]})
    kept = request.POST["kept"]
    return render(request, "office/recovery_codes.html", {"codes": codes, "kept": kept_forms.read(kept)})


# -- for somebody signed in


def sign_out(request):
    sign_ins.leave(request, at=clock.now())
    return redirect("office:home")


@sensitive_post_parameters()
def change_password(request):
    """A new password of one's own; the sessions elsewhere end."""
    form = ChangePasswordForm(request.POST or None, user=request.user)
    if form.is_valid() and _shows_password(request, form, "old_password"):
        own = request.session.session_key
        sign_ins.choose_password(
            user=request.user, password=form.cleaned_data["new_password1"], at=clock.now(), session=own
        )
        sign_ins.stay(request)
        messages.success(request, _("Your new password holds from now on."))
        return redirect("office:home")
    return render(request, "office/password.html", {"form": form})


def _shows_password(request, form, field) -> bool:
    """Whether the person knows the own password; tries count as at the front door."""
    told = {"username": request.user.username, "password": form.cleaned_data[field]}
    try:
        sign_ins.by_password(request, **told, at=clock.now())
    except (sign_ins.WrongPassword, sign_ins.Locked):
        form.add_error(field, _("This is not your present password."))
        return False
    return True


def security(request):
    """Where a person is signed in, and the second factor."""
    user, at = request.user, clock.now()
    context = {
        "sessions": [(row, sessions.device(row.agent)) for row in sessions.of(user, at=at)],
        "own": request.session.session_key,
        "device": second_factor.device_of(user),
        "required": second_factor.is_required(user),
        "codes_left": user.recovery_codes.filter(used_at=None).count(),
    }
    return render(request, "office/security.html", context)


def end_session(request):
    """End one of one's own sessions elsewhere, or all of them."""
    user, name, at = request.user, request.POST.get("session"), clock.now()
    keys = [row.pk for row in sessions.of(user, at=at) if name in (None, row.name)]
    if sessions.end(user=user, by=user, at=at, keys=keys, but=request.session.session_key):
        messages.success(request, _("Signed out there."))
    return redirect("office:security")


def alive(request):
    """Whoever reads or types without sending anything says that they are still there."""
    return HttpResponse(status=204)


def set_up_second_factor(request):
    """A second factor for somebody of whom none is demanded, or a new phone."""
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        try:
            codes = second_factor.confirm(user=request.user, code=form.cleaned_data["code"], at=clock.now())
        except second_factor.WrongCode:
            form.add_error("code", wrong_code())
        else:
            return render(request, "office/recovery_codes.html", {"codes": codes, "on": reverse("office:security")})
    device = second_factor.begin(request.user)
    context = {"form": form, "picture": second_factor.picture(device), "key": second_factor.spelt(device)}
    return render(request, "office/second_factor.html", context)
