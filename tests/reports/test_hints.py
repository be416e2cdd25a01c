"""Records to ask about: which contacts raise a question, what closes it, what opens it again, and who sees it."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from constituents.models import Designation, Household
from deputies.models import Deputy
from office.models import AuditEvent, User
from reports.hints import questions
from reports.hints.late import days_late, written_late
from reports.hints.questions import Kind
from reports.models import HintAnswer
from tests import county
from tests.queries import asked
from visits.models import GroupActivity, Visit, VisitPhoto

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-10 10:00 +0800")]
LIST = reverse("admin:reports_hintanswer_changelist")
ANSWER, TAKE_BACK = (reverse(f"admin:reports_hintanswer_{verb}") for verb in ("answer", "take_back"))
PAPER = reverse("admin:reports_hintanswer_print")
ON = date(2026, 3, 10)
EVENING = datetime(2026, 3, 9, 20, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
OWN = "看望老人帮忙量血压"  # nine characters
SHARED = "了解今冬取暖和农田水利建设情况反映机耕道"  # twenty
MINUTE = timedelta(minutes=1)


def contact(deputy, day=1, content="", at=None, **more):
    """A contact on a day of February that was written down the next morning."""
    happened = day if isinstance(day, date) else date(2026, 2, day)
    morning = datetime(happened.year, happened.month, happened.day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    fields = {"met": "" if more.get("household") else f"选民{day}", "kind": "home", "content": content}
    return Visit.objects.create(
        deputy=deputy, happened_on=happened, logged_at=at or morning + timedelta(days=1), **{**fields, **more}
    )


def at_once(deputy, seconds, **more):
    """Contacts written down one evening, so many seconds after eight."""
    return [contact(deputy, n + 1, at=EVENING + timedelta(seconds=second), **more) for n, second in enumerate(seconds)]


def same(deputy, days, content, **more):
    return [contact(deputy, day, content, **more) for day in days]


def found(user):
    """The open questions of a person as (kind, keys of the contacts)."""
    return [(q.kind, q.contacts) for q in questions.asked(user, on=ON) if q.answer is None]


def keys(contacts):
    return [visit.pk for visit in contacts]


# -- many at once


def test_five_contacts_within_five_minutes_raise_a_question(small):
    run = at_once(small.a.deputy, (0, 60, 120, 200, 300))
    at_once(small.a.leader, (0, 60, 120, 200, 301))
    at_once(small.b.deputy, (0, 60, 120, 200))
    assert found(small.office) == [(Kind.MANY, keys(run))]


def test_a_whole_evening_of_copying_is_one_question_and_the_next_run_another(small):
    long = at_once(small.a.deputy, range(0, 1200, 50))
    next_run = at_once(small.a.deputy, range(3600, 3605))
    assert found(small.office) == [(Kind.MANY, keys(next_run)), (Kind.MANY, keys(long))]


def test_runs_may_cross_any_boundary_of_time(small):
    for at in range(0, 600, 30):
        at_once(small.a.deputy, (86400 * at + n * 75 for n in range(5)))
    assert [len(contacts) for _kind, contacts in found(small.office)] == [5] * 20


def test_what_came_from_a_workbook_was_not_written_down_at_once(small):
    at_once(small.a.deputy, (0,) * 8, imported=True)
    assert found(small.office) == []


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ((), []),
        ((0, 0, 0, 0), []),
        ((0, 75, 150, 225, 300), [(0, 4)]),
        ((0, 75, 150, 225, 301), []),
        ((0, 10, 20, 30, 40, 900, 1800, 1810, 1820, 1830, 1840), [(0, 4), (6, 10)]),
        ((0, 100, 200, 250, 300, 350, 400, 450, 500), [(0, 8)]),
    ],
)
def test_runs_are_found_in_rising_instants(seconds, expected):
    assert questions.runs([EVENING + timedelta(seconds=second) for second in seconds]) == expected


# -- one text many times


def test_one_text_on_three_days_by_one_deputy_raises_a_question(small):
    thrice = same(small.a.deputy, (1, 2, 9), f"{OWN}甲")
    same(small.a.leader, (1, 2), f"{OWN}乙")
    same(small.b.deputy, (1, 1, 2), f"{OWN}丙")
    same(small.b.leader, (1, 2, 3), f"{OWN}，。 \n")  # nine that count
    assert found(small.office) == [(Kind.SAME, keys(thrice))]


def test_one_text_by_two_deputies_raises_one_question_for_both(small):
    first = contact(small.a.deputy, 1, SHARED)
    second = contact(small.b.deputy, 2, SHARED, imported=True)
    contact(small.a.deputy, 3, SHARED[:-1])
    contact(small.b.deputy, 4, SHARED[:-1])
    assert found(small.office) == [(Kind.SAME, [first.pk, second.pk])]
    assert questions.asked(small.office, on=ON)[0].deputies == [small.a.deputy.pk, small.b.deputy.pk]


def test_visits_made_together_raise_none(small):
    for deputy in (small.a.deputy, small.a.leader):
        contact(deputy, 1, SHARED, met="李大爷", place="东山镇一村")
    activity = GroupActivity.objects.create(
        group=small.a.group, happened_on=date(2026, 2, 5), content=SHARED, logged_at=EVENING
    )
    contact(small.a.deputy, 5, SHARED, activity=activity, kind="group")
    assert found(small.office) == []
    alone = contact(small.a.leader, 2, SHARED, met="李大爷", place="东山镇一村")
    assert found(small.office)[0][1][-1] == alone.pk


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_topics_of_the_form_alone_raise_none(small, language):
    with translation.override(language):
        texts = [
            _("No difficulty, no request."),
            f"{_('Daily life:')}{_('No difficulty, no request.')}",
            "没有困难，没有要求。",
        ]
    for text in texts:
        for town in small.towns:
            same(town.deputy, (1, 2, 3, 4), text)
    assert found(small.office) == []


def test_the_topics_are_those_of_the_form():
    template = (Path(settings.BASE_DIR) / "templates/visits/_topics.html").read_text("utf-8")
    labels = re.findall(r"""<button type="button">{% translate "([^"]+)" %}""", template)
    labels += re.findall(r"""data-text="{% translate '([^']+)' %}""", template)
    assert set(labels) == set(questions.TOPICS)


def test_how_the_whole_office_speaks_is_no_question_to_anybody(small):
    phrase, draft = f"{SHARED}，宣传惠农政策。", SHARED * 2
    more = [Deputy.objects.create(term=small.term, district=small.b.district, name=f"某代表{n}") for n in range(8)]
    nine = [small.a.deputy, *more]
    for deputy in nine:
        same(deputy, (1, 2, 3), phrase)
    assert [kind for kind, _contacts in found(small.office)] == [Kind.SAME]
    same(small.b.leader, (1, 2, 3), phrase)
    assert found(small.office) == []
    assert found(small.a.staff) == []  # though in this town only one deputy uses it
    passed_round = [contact(deputy, n + 1, draft) for n, deputy in enumerate([*nine, small.b.leader])]
    assert found(small.office) == [(Kind.SAME, keys(passed_round))]


# -- before the household was named


def test_a_contact_before_the_household_was_named_raises_a_question_with_that_day(small):
    home = small.a.households[0]
    home.designations.update(since=date(2026, 2, 10))
    early = [contact(small.a.deputy, day, household=home) for day in (8, 9)]
    contact(small.a.deputy, 10, household=home)
    contact(small.a.deputy, 1, household=small.a.households[1])
    assert found(small.office) == [(Kind.BEFORE, keys(early))]
    assert questions.asked(small.office, on=ON)[0].about == {"named": date(2026, 2, 10)}


def test_a_household_named_again_was_the_deputys_already(small):
    home = small.a.households[0]
    home.designations.update(until=date(2026, 1, 20))
    Designation.objects.create(household=home, deputy=small.a.deputy, since=date(2026, 2, 20))
    contact(small.a.deputy, 5, household=home)
    undated = Household.objects.create(head="老户", jurisdiction=small.a.place)
    Designation.objects.create(household=undated, deputy=small.a.deputy)
    contact(small.a.deputy, date(2025, 2, 5), household=undated)
    assert found(small.office) == []


def test_a_household_that_was_never_the_deputys_raises_a_question(small):
    stray = contact(small.a.leader, 5, household=small.a.households[0])
    contact(small.a.leader, 6, met="路人")
    assert found(small.office) == [(Kind.NEVER, [stray.pk])]


# -- one photo many times


def show(digest, *contacts):
    for one in contacts:
        VisitPhoto.objects.create(visit=one, kind="jpg", file="a.jpg", thumbnail="b.jpg", digest=digest)
    return keys(contacts)


def test_a_photo_shown_twice_raises_one_question_however_many_photos_they_share(small):
    first, second, third = (contact(small.a.deputy, day, household=small.a.households[0]) for day in (1, 2, 3))
    pair = show("a" * 64, first, second)
    show("b" * 64, first, second)
    show("c" * 64, third, third)  # twice with one contact is no second contact
    assert found(small.office) == [(Kind.PHOTO, pair)]
    assert [q.contacts for q in questions.asked(small.office, on=ON, of=second)] == [pair]
    assert questions.asked(small.office, on=ON, of=third) == []


def test_deputies_who_went_together_may_show_one_photo(small):
    show("a" * 64, contact(small.a.deputy, 1), contact(small.a.leader, 1))
    assert found(small.office) == []
    again = show("b" * 64, contact(small.a.deputy, 4), contact(small.b.deputy, 5))
    assert found(small.office) == [(Kind.PHOTO, again)]
    assert found(small.a.staff) == []  # one of the two is not theirs to see


# -- which years, in which order


def test_questions_are_about_this_year_and_the_last(small):
    for year in (2024, 2025):
        same(small.a.deputy, (date(year, month, 1) for month in (1, 2, 3)), f"{OWN}甲乙{year}年")
    contact(small.a.leader, date(2024, 12, 31), household=small.a.households[0])
    assert [Visit.objects.get(pk=rest[0]).happened_on.year for _kind, rest in found(small.office)] == [2025]


def test_what_was_written_down_last_comes_first(small):
    older = same(small.a.deputy, (20, 21, 22), f"{OWN}甲")
    newer = same(small.a.leader, (1, 2, 3), f"{OWN}乙")
    assert [rest for _kind, rest in found(small.office)] == [keys(newer), keys(older)]


# -- answers


def ask(client, **query):
    return [line["question"].contacts for line in client.get(LIST, query).context["lines"]]


def note(client, *contacts, kind=Kind.SAME, **more):
    told = {"finding": "paper", "note": "", "confirmed": "1", **more}
    return client.post(ANSWER, {"question": [f"{kind}-{visit.pk}" for visit in contacts], **told})


def test_an_answer_closes_the_question_with_who_when_and_why(as_town, small):
    thrice = same(small.a.deputy, (1, 2, 3), f"{OWN}甲")
    assert note(as_town, thrice[0], finding="right", note="每周去量").url == LIST
    row = HintAnswer.objects.get()
    assert (row.kind, row.finding, row.note, row.answered_by, row.jurisdiction) == (
        Kind.SAME,
        "right",
        "每周去量",
        small.a.staff,
        small.a.place,
    )
    assert set(row.visits.all()) == set(thrice)
    assert (ask(as_town), ask(as_town, tab="closed")) == ([], [keys(thrice)])
    event = AuditEvent.objects.get()
    assert (event.action, event.user, event.detail) == ("hintanswer.added", small.a.staff, {"contacts": keys(thrice)})
    page = as_town.get(LIST, {"tab": "closed"}).content.decode()
    assert [word in page for word in ("每周去量", "2026-03-10 10:00", str(small.a.staff))] == [True] * 3


def test_a_contact_that_comes_later_opens_it_again_and_its_end_does_not(as_county, small):
    thrice = same(small.a.deputy, (1, 2, 3), f"{OWN}甲")
    note(as_county, thrice[0])
    later = contact(small.a.deputy, 9, f"{OWN}甲")
    line = as_county.get(LIST).context["lines"][0]
    assert (line["question"].contacts, line["question"].again) == ([*keys(thrice), later.pk], True)
    assert _("Answered before; there are new contacts.") in as_county.get(LIST).content.decode()
    later.delete()
    assert ask(as_county) == []
    contact(small.a.deputy, 9, f"{OWN}甲")
    note(as_county, thrice[1])
    assert (ask(as_county), HintAnswer.objects.count()) == ([], 2)


def test_an_answer_of_one_kind_is_none_to_another(as_county, small):
    run = at_once(small.a.deputy, range(5), content=f"{OWN}甲")
    note(as_county, run[0], kind=Kind.MANY)
    assert found(small.office) == [(Kind.SAME, keys(run))]


def test_an_answer_is_taken_back_and_stays_on_record(as_town, small):
    thrice = same(small.a.deputy, (1, 2, 3), f"{OWN}甲")
    note(as_town, thrice[0])
    as_town.post(TAKE_BACK, {"question": f"same-{thrice[0].pk}"})
    row = HintAnswer.objects.get()
    assert (row.withdrawn_by, row.withdrawn_at) == (small.a.staff, row.answered_at)
    assert ask(as_town) == [keys(thrice)]
    assert [event.action for event in AuditEvent.objects.order_by("pk")] == ["hintanswer.added", "hintanswer.withdrawn"]
    page = as_town.get(reverse("admin:reports_hintanswer_question", args=[f"same-{thrice[0].pk}"]))
    assert [answer.pk for answer in page.context["history"]] == [row.pk]


def test_several_are_answered_at_once_after_they_were_shown(as_county, small):
    first, second = (same(town.deputy, (1, 2, 3), f"{OWN}{town.n}") for town in small.towns)
    chosen = {"question": [f"same-{first[0].pk}", f"same-{second[0].pk}"], "asked": "town="}
    page = as_county.post(ANSWER, chosen)
    assert (len(page.context["lines"]), HintAnswer.objects.count()) == (2, 0)
    refused = as_county.post(ANSWER, {**chosen, "confirmed": "1", "finding": "other", "note": " "})
    assert (list(refused.context["form"].errors), HintAnswer.objects.count()) == (["note"], 0)
    done = as_county.post(ANSWER, {**chosen, "confirmed": "1", "finding": "other", "note": "统一补录"})
    assert done.url == f"{LIST}?town="
    assert [row.jurisdiction for row in HintAnswer.objects.order_by("pk")] == [small.b.place, small.a.place]
    assert ask(as_county) == []


@pytest.mark.parametrize("key", ["", "same-x", f"same-{10**30}", "same-1", "-", "none-0", "same--1", "１"])
@pytest.mark.parametrize("verb", [ANSWER, TAKE_BACK])
def test_nothing_chosen_is_said_and_changes_nothing(as_county, verb, key):
    assert as_county.post(verb, {"question": key, "confirmed": "1", "finding": "right"}).url == LIST
    assert HintAnswer.objects.count() == 0
    assert len(as_county.get(LIST).context["messages"]) == 1


# -- who sees what


def test_a_town_is_asked_about_its_own_deputies_only(as_town, small):
    own = same(small.a.deputy, (1, 2, 3), f"{OWN}甲")
    foreign = same(small.b.deputy, (1, 2, 3), f"{OWN}乙")
    both = [contact(small.a.leader, 1, SHARED), contact(small.b.leader, 2, SHARED)]
    assert found(small.a.staff) == [(Kind.SAME, keys(own))]
    assert [rest for _kind, rest in found(small.office)] == [keys(both), keys(foreign), keys(own)]
    page = reverse("admin:reports_hintanswer_question", args=[f"same-{foreign[0].pk}"])
    assert as_town.get(page).url == LIST
    note(as_town, foreign[0])
    assert HintAnswer.objects.count() == 0
    assert [word for word in ("西河", "代表2", "组长2") if word in as_town.get(LIST).content.decode()] == []


def test_what_the_county_answered_about_two_towns_is_not_the_towns_to_take_back(client, small):
    thrice = same(small.a.deputy, (1, 2, 3), SHARED)
    contact(small.b.deputy, 4, SHARED)
    client.force_login(small.office)
    note(client, thrice[0], note="两镇一同走访")
    assert HintAnswer.objects.get().jurisdiction == small.county
    client.force_login(small.a.staff)
    assert (ask(client), ask(client, tab="closed")) == ([], [keys(thrice)])
    assert "两镇一同走访" not in client.get(LIST, {"tab": "closed"}).content.decode()
    page = reverse("admin:reports_hintanswer_question", args=[f"same-{thrice[0].pk}"])
    assert client.get(page).context["history"] == []
    client.post(TAKE_BACK, {"question": f"same-{thrice[0].pk}"})
    assert HintAnswer.objects.standing().count() == 1


def test_a_clerk_who_is_a_deputy_elsewhere_is_asked_as_a_clerk_only(small):
    Deputy.objects.filter(pk=small.b.deputy.pk).update(user=small.a.staff)
    county.person("more", county.Role.DEPUTY)
    small.a.staff.assignments.create(role=county.Role.DEPUTY)
    same(small.b.deputy, (1, 2, 3), f"{OWN}乙")
    assert found(User.objects.get(pk=small.a.staff.pk)) == []


@pytest.mark.parametrize("who", ["leader", "deputy_user", "leader_user", "officer", "unit_user"])
def test_others_do_not_get_there(client, small, who):
    client.force_login(small.leader if who == "leader" else getattr(small.a, who))
    pages = [LIST, PAPER, reverse("admin:reports_hintanswer_question", args=["same-1"])]
    assert {client.get(page).status_code for page in pages} == {403}
    assert {client.post(page).status_code for page in (ANSWER, TAKE_BACK)} == {403}


def test_answering_is_never_done_by_an_address_alone(as_county):
    assert [as_county.get(page).status_code for page in (ANSWER, TAKE_BACK)] == [403, 403]


# -- the list


def test_each_kind_is_put_as_a_question_that_names_the_facts(as_county, small):
    at_once(small.a.deputy, range(0, 264, 24), content="")
    same(small.a.leader, (1, 2, 3), f"{OWN}甲")
    contact(small.b.deputy, 1, SHARED), contact(small.b.leader, 2, SHARED)
    contact(small.a.leader, 5, household=small.a.households[0])
    small.b.households[0].designations.update(since=date(2026, 2, 10))
    contact(small.b.deputy, 8, household=small.b.households[0])
    told = [line["sentence"] for line in as_county.get(LIST).context["lines"]]
    many = "%(n)d contacts were written down within %(minutes)d min (from %(day)s). Were they copied from paper?"
    early = (
        "%(household)s was named a contact household on %(day)s; contacts of days before: %(n)d. "
        "Is a date wrong, or did the visits begin first?"
    )
    never = (
        "%(household)s was never a contact household of this deputy, yet has contacts: %(n)d. "
        "Was another household meant, or is the designation not on record?"
    )
    shared = (
        "%(deputies)d deputies have the same text, word for word, in %(n)d contacts. "
        "Did they go together, or write from one draft?"
    )
    own = (
        "%(n)d contacts on %(days)d days have the same text, word for word. "
        "Was it the same each time, or did an old text stay in the form?"
    )
    assert told == [
        _(early) % {"household": "户*", "day": "2026-02-10", "n": 1},
        _(never) % {"household": "户*", "n": 1},
        _(shared) % {"deputies": 2, "n": 2},
        _(own) % {"n": 3, "days": 3},
        _(many) % {"n": 11, "minutes": 4, "day": "2026-03-09 20:00"},
    ]


def test_it_is_narrowed_by_town_kind_and_deputy_and_counted_by_kind(as_county, small):
    own = same(small.a.deputy, (1, 2, 3), f"{OWN}甲")
    other = at_once(small.b.deputy, range(5))
    both = [contact(small.a.leader, 1, SHARED), contact(small.b.leader, 2, SHARED)]
    assert ask(as_county, town=small.a.place.pk) == [keys(both), keys(own)]
    assert ask(as_county, kind="many") == [keys(other)]
    assert ask(as_county, q="组长2") == [keys(both)]
    assert ask(as_county, q="没有这个人") == []
    context = as_county.get(LIST, {"town": small.b.place.pk}).context
    assert {kind: n for kind, _label, n in context["kinds"]} == {
        **dict.fromkeys(Kind, 0),
        "many": 1,
        "same": 1,
    }
    assert [n for _tab, _label, n in context["tabs"]] == [2, 0, None]
    assert context["towns"] == [(small.a.place.pk, "东山镇"), (small.b.place.pk, "西河乡")]


def test_twenty_stand_on_a_page(as_county, small):
    for n in range(23):
        same(small.a.deputy, (1, 2, 3), f"{OWN}第{n}种", imported=True)
    first, second = (as_county.get(LIST, {"page": n}).context for n in (1, 2))
    assert (len(first["lines"]), len(second["lines"]), first["page"].paginator.count) == (20, 3, 23)
    assert len(as_county.get(PAPER).context["lines"]) == 23


def test_an_empty_list_says_so_on_each_tab(as_county, small):
    told = ["There is nothing to ask about.", "No question has been answered yet.", "No contact was written down late."]
    for tab, words in zip(("open", "closed", "late"), told, strict=True):
        assert _(words) in as_county.get(LIST, {"tab": tab}).content.decode()


@pytest.mark.parametrize(
    "query", ["tab=x", "town=x", "kind=x", f"town={10**30}", "page=x", "q=" + 60 * "长", "town=-1"]
)
def test_an_address_that_cannot_be_read_is_never_an_error(as_county, query):
    assert {as_county.get(f"{page}?{query}").status_code for page in (LIST, PAPER)} == {200}


def test_pages_ask_the_database_the_same_whatever_there_is(as_county, small):
    def cost(address):
        with asked() as statements:
            assert as_county.get(address).status_code == 200
        return len(statements)

    def grow(n):
        for town in small.towns:
            deputy = Deputy.objects.create(term=small.term, district=town.district, name=f"新{n}")
            same(deputy, (1, 2, 3), f"{OWN}第{n}种{town.n}")
            contact(deputy, 4, f"{SHARED}{n}")
            at_once(deputy, range(6))
            contact(deputy, 5, household=town.households[0])
            contact(deputy, date(2026, 1, 7), at=EVENING)

    grow(1)
    answered = same(small.a.leader, (7, 8, 9), f"{OWN}旧")
    note(as_county, answered[0])
    page = reverse("admin:reports_hintanswer_question", args=[f"same-{answered[0].pk}"])
    addresses = [LIST, f"{LIST}?tab=closed", f"{LIST}?tab=late", PAPER, page]
    before = [cost(address) for address in addresses]
    for n in range(2, 9):
        grow(n)
    assert [cost(address) for address in addresses] == before
    assert max(before) <= 10


def test_on_paper_there_is_room_for_each_answer(as_county, small):
    same(small.a.deputy, (1, 2, 3), f"{OWN}甲")
    text = as_county.get(PAPER).content.decode()
    assert [text.count(word) for word in ("代表1", f"{OWN}甲", '<td class="note"></td>')] == [1, 1, 1]


# -- one question, one contact


def test_a_question_has_a_page_with_its_contacts_and_whom_to_ask(as_town, small):
    Deputy.objects.filter(pk=small.a.deputy.pk).update(phone="19900000001")
    thrice = same(small.a.deputy, (1, 2, 3), f"{OWN}甲")
    page = as_town.get(reverse("admin:reports_hintanswer_question", args=[f"same-{thrice[1].pk}"]))
    assert page.context["line"]["contacts"] == thrice[::-1]
    text = page.content.decode()
    links = [reverse("admin:visits_visit_change", args=[visit.pk]) for visit in thrice]
    assert [link in text for link in (*links, "199****0001")] == [True] * 4


def test_the_page_of_a_contact_says_that_a_question_rests_on_it(as_town, small):
    thrice = same(small.a.deputy, (1, 2, 3), f"{OWN}甲")
    other = contact(small.a.deputy, 4, "别的事")
    link = reverse("admin:reports_hintanswer_question", args=[f"same-{thrice[1].pk}"])
    page = reverse("admin:visits_visit_change", args=[thrice[1].pk])
    assert link in as_town.get(page).content.decode()
    words = _("There is a question about this contact:")
    assert words not in as_town.get(reverse("admin:visits_visit_change", args=[other.pk])).content.decode()
    assert words not in as_town.get(reverse("admin:visits_visit_add")).content.decode()
    note(as_town, thrice[0])
    assert words not in as_town.get(page).content.decode()


# -- written down late


def test_late_is_what_was_written_down_this_year_after_its_month(as_county, small):
    def at(*parts):
        return datetime(*parts, tzinfo=ZoneInfo("Asia/Shanghai"))

    days = {
        "in time": (date(2026, 2, 28), at(2026, 2, 28, 23, 59)),
        "next minute": (date(2026, 2, 28), at(2026, 3, 1, 0, 0)),
        "over the year": (date(2025, 12, 31), at(2026, 1, 1, 0, 0)),
        "long ago": (date(2024, 7, 4), at(2026, 3, 9, 12)),
        "last year": (date(2025, 5, 4), at(2025, 12, 31, 23, 59)),
    }
    made = {name: contact(small.a.deputy, day, at=instant) for name, (day, instant) in days.items()}
    contact(small.a.deputy, date(2025, 5, 4), at=at(2026, 3, 1), imported=True)
    late = Visit.objects.filter(written_late(ON))
    assert set(late) == {made["next minute"], made["over the year"], made["long ago"]}
    shown = as_county.get(LIST, {"tab": "late"}).context
    assert [(visit.pk, n) for visit, n in shown["late"]] == [
        (made["long ago"].pk, 586),
        (made["next minute"].pk, 1),
        (made["over the year"].pk, 1),
    ]
    assert days_late(made["long ago"]) == (date(2026, 3, 9) - date(2024, 7, 31)).days


def test_the_late_ones_are_those_of_the_own_town_and_can_be_narrowed_and_printed(as_town, small):
    for town in small.towns:
        contact(town.deputy, 3, at=EVENING), contact(town.leader, 4, at=EVENING)
    shown = as_town.get(LIST, {"tab": "late"}).context
    assert {visit.deputy for visit, _n in shown["late"]} == {small.a.deputy, small.a.leader}
    assert list(shown["towns"]) == [(small.a.place.pk, "东山镇")]
    narrowed = as_town.get(LIST, {"tab": "late", "q": "组长"}).context["late"]
    assert [visit.deputy for visit, _n in narrowed] == [small.a.leader]
    text = as_town.get(PAPER, {"tab": "late"}).content.decode()
    assert [text.count(word) for word in ("代表1", "组长1", "代表2")] == [1, 1, 0]
