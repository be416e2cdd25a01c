"""What leaves the house about a matter names its number and nobody, and reaches nobody who may not see it (A16)."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db.models import F, Value
from django.db.models.functions import Concat

from constituents import actions
from constituents.models import Petition, Referral, ResultClass
from office.models import Notice, Outbox, User

NOW, TODAY = datetime(2026, 3, 16, 1, 30, tzinfo=UTC), date(2026, 3, 16)
NAMED = {"visitor": "欧阳金鸾", "phone": "13857126688", "address": "柳林村七组十二号"}
WORDS = ("蟠桃园积水", "请垫高蟠桃路", "承办蟠桃回复", "蟠桃反馈", "蟠桃致谢", "同来人夏侯", "13700009999")


def whole_way(town):
    """One urgent matter from the desk to the verdict, every word in it a canary."""
    solved, _new = ResultClass.objects.get_or_create(key="A", defaults={"name": "已解决", "counts_as_solved": True})
    matter = actions.register(
        by=town.officer, at=NOW, on=TODAY, station=town.station, situation="蟠桃园积水", request="请垫高蟠桃路",
        urgent=True, deputy=town.deputy, representatives=[("同来人夏侯", "13700009999")], **NAMED,
    )  # fmt: skip
    matter = actions.admit(matter, by=town.staff, at=NOW)
    referral = actions.route(matter, by=town.staff, at=NOW, on=TODAY, unit=town.unit, brief="请垫高蟠桃路")
    actions.reply(referral, by=town.unit_user, at=NOW, on=TODAY, text="承办蟠桃回复", result=solved)
    matter = Petition.objects.get(pk=matter.pk)
    matter = actions.feed_back(matter, by=town.officer, at=NOW, on=TODAY, way="phone", told="蟠桃反馈")
    return actions.judge(matter, by=town.officer, at=NOW, on=TODAY, result="satisfied", words="蟠桃致谢")


@pytest.fixture
def told(small, settings):
    settings.NOTICE_BY_EMAIL, settings.NOTICE_URLS = True, ["json://127.0.0.1:9/"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    User.objects.update(email=Concat(F("username"), Value("@example.cn")))
    with time_machine.travel(NOW, tick=False):
        yield [whole_way(town) for town in small.towns]


@pytest.mark.django_db
def test_no_name_no_number_and_no_word_of_a_person_leaves_the_house(told):
    messages = [*Outbox.objects.values_list("payload", "key")]
    assert len(messages) > 10
    leaked = [word for word in (*NAMED.values(), *WORDS) if any(word in str(one) for one in messages)]
    assert leaked == []


@pytest.mark.django_db
def test_whoever_is_told_may_open_what_they_are_told_of(told, small, client):
    of_town = {matter.pk: town for matter, town in zip(told, small.towns, strict=True)}
    notices = list(Notice.objects.select_related("user"))
    assert len(notices) > 10
    for notice in notices:
        client.force_login(notice.user)
        assert client.get(notice.link, follow=True).status_code == 200, (notice.user, notice.text)
    for other, town in ((small.b, small.a), (small.a, small.b)):
        strangers = [other.officer, other.staff, other.deputy_user, other.unit_user]
        theirs = [pk for pk, held in of_town.items() if held == town]
        tasks = Referral.objects.filter(petition__in=theirs).values_list("pk", flat=True)
        links = {*(f"/matters/{pk}/" for pk in theirs), *(f"/tasks/{pk}/" for pk in tasks)}
        assert not Notice.objects.filter(user__in=strangers, link__in=links).exists()
