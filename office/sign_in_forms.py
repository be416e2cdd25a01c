"""What is asked when somebody signs in or chooses a password."""

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import SetPasswordMixin, UsernameField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables


class SignInForm(forms.Form):
    """The name and the password; whether they are right is said by ``sign_ins.by_password``."""

    username = UsernameField(
        label=gettext_lazy("Sign-in name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The six digits of the app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none"}
        ),
    )


class NewPasswordForm(SetPasswordMixin, forms.Form):
    """A new password, twice; what it must be is said below it and checked here."""

    new_password1 = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password2 = forms.CharField(
        label=gettext_lazy("New password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new_password1"].help_text = password_validation.password_validators_help_text_html()

    @sensitive_variables()
    def clean(self):
        told = super().clean()
        self.validate_passwords("new_password1", "new_password2")
        self.validate_password_for_user(self.user, "new_password1")
        return told


class ChangePasswordForm(NewPasswordForm):
    """For somebody signed in: the old password as well."""

    old_password = forms.CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ["old_password", "new_password1", "new_password2"]


WRONG = gettext_lazy(
    "The name and the password do not belong together. Mind capital and small letters. After several wrong tries the"
    " name is shut for a while."
)


def wrong_code() -> str:
    """What is said of a code that does not hold, whyever."""
    return _("This code does not hold. Codes of the app change every 30 seconds and are good for one time.")
