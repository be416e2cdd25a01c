"""Signing in with a phone's code for the first time, and being told in time that a session ends."""

import base64
import time

import pytest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.browser


def test_the_county_office_sets_up_its_phone_and_is_in(page, small, look, settings):
    settings.REQUIRE_SECOND_FACTOR = "administrators"
    small.office.set_password(PASSWORD)
    small.office.save()
    page.goto("/admin/")
    page.fill("[name=username]", "office")
    page.fill("[name=password]", PASSWORD)
    page.click("form.card-form button")
    look("second-factor")
    page.locator("summary").click()
    totp = TOTP(base64.b32decode(page.locator("code").inner_text().replace(" ", "")))
    totp.time = time.time()
    page.fill("[name=code]", f"{totp.token():06}")
    page.click("form.card-form button")
    look("recovery-codes")
    assert page.locator(".recovery-codes li").count() == 10
    page.click("a.btn-primary")
    page.wait_for_url("**/admin/")
    assert TOTPDevice.objects.get().confirmed is True


def test_whoever_does_nothing_is_told_in_time_and_can_stay(page, small, sign_in, look):
    page.clock.install()
    sign_in(small.a.officer, "/desk/new/")
    assert page.locator("#session").is_hidden()
    page.clock.fast_forward("28:01")
    look("session-ends")
    page.click(".session-stay")
    page.wait_for_selector("#session", state="hidden")
    page.clock.fast_forward("28:01")
    assert page.locator(".session-stay").is_visible()
