"""The inbox page, the bell on every page, and the admin's list of what was sent out."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.html import escape

from office.models import Notice, Outbox
from office.notices import tell
from office.roles import Role
from tests import county
from tests.queries import asked

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
INBOX = "/notices/"


def notices(user, n=1, **more):
    for i in range(n):
        tell(
            [user], **{"key": f"k{Notice.objects.count()}", "text": f"提醒{i}", "link": "/deadline/", "at": AT, **more}
        )
    return list(Notice.objects.visible_to(user).order_by("id"))


@pytest.fixture
def deputy(client, small):
    client.force_login(small.a.deputy_user)
    return small.a.deputy_user


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def shown(client, address=INBOX):
    return [notice.text for notice in client.get(address).context["notices"]]


# -- the inbox


def test_a_stranger_is_sent_to_sign_in(client, db):
    assert client.get(INBOX).headers["Location"] == f"/signin/?next={INBOX}"


def test_each_person_sees_and_opens_their_own_notices_and_no_other_s(client, small, deputy):
    mine, foreign = notices(deputy)[0], notices(small.b.deputy_user)[0]
    assert shown(client) == ["提醒0"]
    answers = [client.post(reverse("office:notice_open", args=[pk])) for pk in (mine.pk, foreign.pk, 10**15)]
    assert [answer.status_code for answer in answers] == [302, 404, 404]
    assert answers[1].content == answers[2].content
    client.post("/notices/read/", {"until": foreign.pk})
    assert (fresh(mine).read_at is None, fresh(foreign).read_at) == (False, None)


def test_the_county_office_does_not_read_other_people_s_notices(client, small):
    notices(small.a.deputy_user)
    client.force_login(small.office)
    assert shown(client) == []


def test_looking_marks_nothing_and_opening_marks_one_and_leads_to_its_page(client, deputy):
    first, second = notices(deputy, 2)
    client.get(INBOX)
    assert client.get(reverse("office:notice_open", args=[first.pk])).status_code == 403
    assert (fresh(first).read_at, fresh(second).read_at) == (None, None)
    assert client.post(reverse("office:notice_open", args=[first.pk])).headers["Location"] == "/deadline/"
    read_at = fresh(first).read_at
    client.post(reverse("office:notice_open", args=[first.pk]))
    assert (fresh(first).read_at == read_at is not None, fresh(second).read_at) == (True, None)


@pytest.mark.parametrize(
    "link",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "///evil.example", "x"],
)
def test_a_link_that_leaves_the_house_leads_back_to_the_inbox(client, deputy, link):
    notice = notices(deputy, link=link)[0]
    assert client.post(reverse("office:notice_open", args=[notice.pk])).headers["Location"] == INBOX
    assert fresh(notice).read_at is not None


def test_all_that_stood_on_the_page_is_marked_and_what_came_in_meanwhile_stays_unread(client, deputy):
    seen = notices(deputy, 3)
    until = client.get(INBOX).context["newest_unread"]
    late = notices(deputy)[-1]
    client.post("/notices/read/", {"until": until})
    assert [fresh(notice).read_at is None for notice in (*seen, late)] == [False, False, False, True]


@pytest.mark.parametrize("until", ["", "x", "-1", "9" * 30, "²"])
def test_a_broken_form_marks_nothing(client, deputy, until):
    notice = notices(deputy)[0]
    assert client.post("/notices/read/", {"until": until}).status_code == 302
    assert fresh(notice).read_at is None


def test_older_notices_follow_page_by_page(client, deputy):
    everything = [notice.text for notice in reversed(notices(deputy, 65))]
    Notice.objects.filter(text__in=everything[::2]).update(read_at=AT)
    wanted = everything[1::2] + everything[::2]
    found, address = [], INBOX
    while address:
        page = client.get(address)
        found += [notice.text for notice in page.context["notices"]]
        last = page.context["last"]
        address = last and f"{INBOX}?before={last.pk}{'&read' if last.read_at else ''}"
    assert found == wanted


@pytest.mark.parametrize("before", ["0", "x", "-5", "9" * 30, "1" * 18])
def test_a_broken_address_of_a_page_is_no_error(client, deputy, before):
    notices(deputy)
    assert client.get(f"{INBOX}?before={before}").status_code == 200


def test_what_a_notice_says_is_text_and_never_a_page(client, deputy):
    notices(deputy, text="<script>1</script>")
    page = client.get(INBOX).content.decode()
    assert ("<script>1" in page, escape("<script>1</script>") in page) == (False, True)


@pytest.mark.parametrize("n", [1, 30, 130])
def test_the_inbox_asks_little_however_full_it_is(client, deputy, n):
    notices(deputy, n)
    with asked() as statements:
        client.get(INBOX)
    assert len(statements) <= 6


# -- the bell


@pytest.mark.parametrize("address", ["/deadline/", "/my/"])
def test_the_bell_says_how_many_wait_and_asks_once(client, deputy, address):
    for n, number in ((0, None), (3, "3"), (97, "99+")):
        notices(deputy, n)
        with asked() as statements:
            page = client.get(address).content.decode()
        assert [sql for sql in statements if '"office_notice"' in sql][1:] == []
        assert page.count('class="bell"') == 1
        assert (f"</i><span>{number}</span></a>" in page) == (number is not None)
        assert f"提醒，{Notice.objects.count()} 条未读" in page


def test_the_bell_hangs_in_the_admin_site_too_and_asks_once(client, small):
    client.force_login(small.office)
    notices(small.office, 2)
    with asked() as statements:
        page = client.get(reverse("admin:office_unit_changelist")).content.decode()
    assert len([sql for sql in statements if '"office_notice"' in sql]) == 1
    assert (page.count('class="office-bell"'), page.count("notifications</span><b>2</b></a>")) == (1, 1)


def test_a_stranger_has_no_bell_and_nothing_is_asked(client, db):
    with asked() as statements:
        page = client.get("/signin/").content.decode()
    assert ('class="bell"' in page, statements) == (False, [])


# -- what was sent out


@pytest.fixture
def sent_out(small):
    rows = [("sent", {"done_at": AT, "tries": 1}), ("waiting", {"tries": 3}), ("failed", {"tries": 10, "error": "x"})]
    more = {"channel": "email", "user": small.a.deputy_user, "payload": {"text": "外"}, "created_at": AT, "next_at": AT}
    return {key: Outbox.objects.create(key=key, **{**more, **row}) for key, row in rows}


def listed(client, query=""):
    page = client.get(reverse("admin:office_outbox_changelist") + query)
    return [message.key for message in page.context["cl"].result_list]


def send_again(client, message, method="post"):
    return getattr(client, method)(reverse("admin:office_outbox_send_again", args=[message.pk]))


def test_the_county_sees_how_each_message_stands(as_county, sent_out):
    assert listed(as_county) == ["failed", "waiting", "sent"]
    assert [listed(as_county, f"?state={state}") for state in sent_out] == [["sent"], ["waiting"], ["failed"]]
    assert listed(as_county, "?state=nonsense") == ["failed", "waiting", "sent"]


def test_only_the_county_sees_what_was_sent_out(client, small, sent_out):
    for user in (small.a.staff, small.a.deputy_user, small.leader):
        client.force_login(user)
        assert client.get(reverse("admin:office_outbox_changelist")).status_code == 403
        assert send_again(client, sent_out["failed"]).status_code == 403
    assert fresh(sent_out["failed"]).tries == 10


def test_a_county_sees_no_message_to_another_county_s_people(as_county, small, sent_out):
    other = county.Jurisdiction.objects.create(name="外县", level="county", code="990800", path="/x/")
    foreign = county.person("foreign", Role.COUNTY_OFFICE, jurisdiction=other)
    Outbox.objects.filter(key="failed").update(user=foreign)
    Outbox.objects.filter(key="sent").update(user=None)
    assert listed(as_county) == ["waiting", "sent"]
    assert send_again(as_county, sent_out["failed"]).status_code == 404


def test_a_failed_message_is_sent_again_by_a_button_and_no_other_is(as_county, sent_out):
    assert send_again(as_county, sent_out["failed"], "get").status_code == 200
    assert fresh(sent_out["failed"]).tries == 10
    for message in sent_out.values():
        send_again(as_county, message)
    assert [fresh(message).tries for message in sent_out.values()] == [1, 3, 0]


def test_the_button_stands_on_a_failed_message_alone(as_county, sent_out):
    pages = {
        key: as_county.get(reverse("admin:office_outbox_change", args=[message.pk])).content.decode()
        for key, message in sent_out.items()
    }
    assert {key: "send-again" in page for key, page in pages.items()} == {
        "sent": False,
        "waiting": False,
        "failed": True,
    }


def test_nothing_can_be_written_by_hand(as_county, sent_out):
    add, change = reverse("admin:office_outbox_add"), reverse("admin:office_outbox_change", args=[sent_out["sent"].pk])
    assert [as_county.get(add).status_code, as_county.post(change, {}).status_code] == [403, 403]


@pytest.mark.parametrize("n", [1, 30])
def test_the_list_asks_the_same_for_one_message_and_for_thirty(as_county, small, n):
    for i in range(n):
        user = county.person(f"p{i}")
        Outbox.objects.create(key=str(i), channel="email", user=user, payload={"text": "外"}, created_at=AT, next_at=AT)
    with asked() as statements:
        assert len(listed(as_county)) == n
    assert len(statements) <= 10


def test_an_address_can_be_entered_for_a_person(as_county, small):
    user = small.a.deputy_user
    form = {"username": user.username, "name": "代表一", "phone": "", "email": "d1@example.cn", "is_active": "on"}
    table = {f"assignments-{name}_FORMS": n for name, n in (("TOTAL", 0), ("INITIAL", 0))}
    as_county.post(reverse("admin:office_user_change", args=[user.pk]), {**form, **table})
    assert fresh(user).email == "d1@example.cn"
