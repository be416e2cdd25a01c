"""Sensitive work asks for the password once more: whoever sits down at somebody else's screen does not get that far."""

from datetime import datetime, timedelta
from functools import wraps

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import clock, kept_forms, sign_ins

LASTS = timedelta(minutes=15)
SHOWN_AT = "password_shown_at"


class PasswordForm(forms.Form):
    """The own password, once more."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


def password_again(view):
    """For an admin page ``view(self, request, …)``: whoever has not shown the password for a quarter of an hour shows
    it first. What they were about to send is kept and offered again."""

    @wraps(view)
    def shown(self, request, *args, **kwargs):
        answer = ask(request)
        return answer if answer else view(self, request, *args, **kwargs)

    return shown


def ask(request):
    """The page that asks for the password; None when it was shown lately."""
    at, told = clock.now(), request.session.get(SHOWN_AT)
    last = datetime.fromisoformat(told) if told else request.session.about.get("began_at", at)
    if at - last < LASTS:
        return None
    form = PasswordForm(request.POST if "again" in request.POST else None)
    if form.is_valid() and _is_right(request, form, at):
        request.session[SHOWN_AT] = at.isoformat()
        kept = kept_forms.read(request.POST.get("kept", ""))
        return kept_forms.offer(request, request.POST["kept"]) if kept else redirect(request.get_full_path())
    kept = request.POST.get("kept", "") if "again" in request.POST else kept_forms.of(request)
    return render(request, "office/password_again.html", {"form": form, "kept": kept})


def _is_right(request, form, at) -> bool:
    """Tries count as at the front door."""
    told = {"username": request.user.username, "password": form.cleaned_data["password"]}
    try:
        return sign_ins.by_password(request, **told, at=at) == request.user
    except (sign_ins.WrongPassword, sign_ins.Locked):
        form.add_error("password", _("This is not your present password."))
        return False
