"""What is about a person: masked until somebody says why they need it, each time on record, and never too often."""

import pytest
from django.test import Client
from django.urls import reverse

from constituents.models import Household, LiaisonVoter, Petition, Representative
from liaison_stations.models import StationPost
from office import masking, personal_data, reveals
from office.models import AuditEvent, User
from tests.county import person
from tests.queries import asked
from visits.models import Visit

NAME, PHONE, ADDRESS = "欧阳金鸾", "13857126688", "东山镇柳林村七组十二号"


def signed_in(user, **more):
    client = Client(**more)
    client.force_login(user)
    return client


@pytest.fixture
def told(small):
    """Rows about persons, each with a name, a number and an address that stand nowhere else."""
    home = small.a.households[0]
    Household.objects.filter(pk=home.pk).update(head=NAME, phone=PHONE, address=ADDRESS, remark="低保户金鸾")
    home.refresh_from_db()
    matter = Petition.objects.create(
        station=small.a.station, deputy=small.a.deputy, year=2026, seq=1, received_on="2026-11-02",
        registered_at="2026-11-02T09:00:00+08:00", visitor=NAME, phone=PHONE, address=ADDRESS, situation="路灯不亮。",
        request="请修路灯。",
    )  # fmt: skip
    Representative.objects.create(petition=matter, position=2, name=NAME, phone=PHONE)
    voter = LiaisonVoter.objects.create(deputy=small.a.deputy, name=NAME, phone=PHONE, address=ADDRESS)
    Visit.objects.create(
        deputy=small.a.deputy, met=NAME, happened_on="2026-11-03", kind="met", logged_at="2026-11-03T09:00:00+08:00"
    )
    return {"home": home, "matter": matter, "voter": voter}


# -- the signs that are left


def test_of_a_name_the_first_sign_is_left_and_of_a_number_its_ends():
    assert [masking.name(one) for one in ("张三", " 欧阳小明", "")] == ["张*", "欧*", ""]
    numbers = ("13812341234", "0571-88012345", "88012345", "13812341234、88012345", "")
    shown = ["138****1234", "057****2345", "****45", "138****1234、****45", ""]
    assert [masking.phone(one) for one in numbers] == shown
    assert [masking.id_number(one) for one in ("330106199001011234", "12", "")] == ["3301**********1234", "**", ""]


def test_an_address_goes_as_far_as_the_village():
    places = ("东山镇柳林村七组十二号", "城关街道解放路3号", "柳林村", "解放路3号", "")
    assert [masking.address(one) for one in places] == ["东山镇柳林村****", "城关街道****", "柳林村", "****", ""]
    assert [masking.email(one) for one in ("zhang@example.cn", "无", "")] == ["z****@example.cn", "****", ""]
    assert [masking.birth("1980-04-01"), masking.birth("")] == ["1980-**", ""]


# -- the catalogue


def test_every_field_into_which_words_can_be_written_stands_in_the_catalogue():
    assert (personal_data.unlisted(), personal_data.unknown()) == ([], [])


# -- who reads what


def pages(told):
    home, matter, voter = told["home"], told["matter"], told["voter"]
    return {
        "list": reverse("constituents:list"),
        "matter": reverse("constituents:detail", args=[matter.pk]),
        "file": reverse("constituents:timeline", args=[matter.pk]),
        "correct": reverse("constituents:move", args=[matter.pk, "correct"]),
        "homes": reverse("admin:constituents_household_changelist"),
        "home": reverse("admin:constituents_household_change", args=[home.pk]),
        "home trail": reverse("admin:constituents_household_history", args=[home.pk]),
        "voters": reverse("admin:constituents_liaisonvoter_changelist"),
        "voter": reverse("admin:constituents_liaisonvoter_change", args=[voter.pk]),
        "petitions": reverse("admin:constituents_petition_changelist"),
        "petition": reverse("admin:constituents_petition_change", args=[matter.pk]),
        "deputy": reverse("admin:deputies_deputy_change", args=[voter.deputy_id]),
        "contacts": reverse("admin:visits_visit_changelist"),
        "choices": f"{reverse('admin:autocomplete')}?app_label=visits&model_name=visit&field_name=household&term=",
        "month": reverse("visits:my_month"),
        "report": f"{reverse('reports:annual_xlsx')}?year=2026&subject=town:{home.jurisdiction.code}",
    }


SECRETS = (NAME, "金鸾", PHONE, "七组十二号")


def leaks(client, address):
    response = client.get(address)
    body = b"".join(response) if response.streaming else response.content
    if response.headers["Content-Type"].startswith("application/vnd"):
        body = words_of(body)
    return response.status_code, [secret for secret in SECRETS if secret in body.decode("utf-8", "replace")]


def words_of(book):
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


@pytest.mark.django_db
def test_the_offices_and_the_leaders_read_no_person_in_full_before_they_ask(small, told):
    for user in (small.office, small.a.staff, small.leader):
        client = signed_in(user)
        seen = {name: leaks(client, address) for name, address in pages(told).items()}
        opened = {name for name, (status, _found) in seen.items() if status == 200}
        assert {name: found for name, (_status, found) in seen.items() if found} == {}, user
        assert opened >= (
            {"list", "matter", "file", "report"} if user == small.leader else set(pages(told)) - {"month"}
        )


@pytest.mark.django_db
def test_the_deputy_reads_the_own_household_and_matter_and_the_desk_its_matters(small, told):
    def reads(user, page):
        return leaks(signed_in(user), pages(told)[page])[1]

    assert reads(small.a.deputy_user, "month") == [NAME, "金鸾", "七组十二号"]
    assert reads(small.a.deputy_user, "matter") == reads(small.a.officer, "matter") == list(SECRETS)
    assert reads(small.a.deputy_user, "report") == []


# -- asking


def ask(client, row, field, **told):
    return client.post(reverse("office:personal", args=[row._meta.label_lower, row.pk, field]), told)


@pytest.mark.django_db
def test_an_office_says_why_and_is_then_shown_the_field_and_the_trail_knows(small, told):
    client, home = signed_in(small.a.staff, headers={"HX-Request": "true"}), told["home"]
    first = ask(client, home, "phone").content.decode()
    assert (PHONE in first, "为什么" in first, AuditEvent.objects.count()) == (False, True, 0)
    assert PHONE in ask(client, home, "phone", reason="call").content.decode()
    # The reason holds for the other fields of the same row, and for no other row.
    assert NAME in ask(client, home, "head").content.decode()
    assert NAME not in ask(client, told["voter"], "name").content.decode()
    trail = AuditEvent.objects.order_by("pk").values_list("action", "user", "subject_type", "subject_id", "detail")
    shown = ("personal.shown", small.a.staff.pk, "constituents.household", home.pk)
    assert list(trail) == [(*shown, {"field": name, "reason": "call"}) for name in ("phone", "head")]


@pytest.mark.django_db
def test_without_htmx_it_is_a_page_of_its_own(small, told):
    client = signed_in(small.office)
    page = ask(client, told["matter"], "visitor", reason="check")
    assert [one.name for one in page.templates][:2] == ["office/personal.html", "base.html"]
    assert NAME in page.content.decode()


@pytest.mark.django_db
def test_nobody_is_shown_a_row_that_is_not_theirs_or_a_field_that_is_not_masked(small, told):
    of_town_b, told_why = signed_in(small.b.staff), {"reason": "call"}
    people = [Representative.objects.get(), told["home"], told["matter"], told["voter"], small.a.staff]
    fields = ["name", "phone", "visitor", "address", "phone"]
    answers = [ask(of_town_b, row, field, **told_why).status_code for row, field in zip(people, fields, strict=True)]
    assert answers == [404] * 5
    strange = [("office.user", "password"), ("office.user", "username"), ("office.unit", "name"), ("no.such", "name")]
    own = signed_in(small.office)
    addresses = [reverse("office:personal", args=[label, small.office.pk, name]) for label, name in strange]
    assert [own.post(address, told_why).status_code for address in addresses] == [404] * 4
    others = (small.leader, small.a.deputy_user, small.a.officer, small.a.unit_user)
    assert [ask(signed_in(user), told["home"], "phone", **told_why).status_code for user in others] == [403] * 4
    assert not AuditEvent.objects.filter(action=reveals.SHOWN).exists()


@pytest.mark.django_db
def test_who_is_shown_very_much_has_to_stop_and_the_refusal_is_on_record(small, told, monkeypatch):
    monkeypatch.setattr(reveals, "LIMIT", 2)
    client = signed_in(small.office)
    answers = [ask(client, told["home"], "phone", reason="check").content.decode() for _ in range(3)]
    assert [PHONE in text for text in answers] == [True, True, False]
    assert [*AuditEvent.objects.values_list("action", flat=True)].count("personal.too_many") == 1


# -- forms


@pytest.mark.django_db
def test_a_form_that_shows_only_masks_keeps_what_stands_in_the_register(small, told):
    home = told["home"]
    client, address = signed_in(small.office), reverse("admin:constituents_household_change", args=[home.pk])
    form = client.get(address).context["adminform"].form
    sent = {f"{inline.formset.prefix}-{name}": 0 for inline in client.get(address).context["inline_admin_formsets"]
            for name in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    assert [name for name, field in form.fields.items() if field.disabled] == ["head", "address", "phone", "remark"]
    sent |= {"jurisdiction": home.jurisdiction_id, "people": 4, "kind": "困难户"}
    sent |= {"designations-TOTAL_FORMS": 0, "designations-INITIAL_FORMS": 0}
    assert client.post(address, sent).status_code == 302
    home.refresh_from_db()
    assert (home.head, home.phone, home.address, home.people) == (NAME, PHONE, ADDRESS, 4)
    # What nobody was shown nobody writes over; what was asked for and typed anew is saved.
    anew = sent | {"phone": "13900001111", "head": "别人"}
    phones = []
    for shown_to in (small.a.staff, small.office):
        ask(signed_in(shown_to), home, "phone", reason="check")
        assert client.post(address, anew).status_code == 302
        home.refresh_from_db()
        phones.append((home.head, home.phone))
    assert phones == [(NAME, PHONE), (NAME, "13900001111")]


@pytest.mark.django_db
def test_a_search_finds_a_whole_name_or_number_and_no_part_of_one(small, told):
    client = signed_in(small.office)

    def found(page, text):
        return client.get(reverse(f"admin:constituents_{page}_changelist"), {"q": text}).context["cl"].result_count

    assert [found("household", text) for text in (NAME, PHONE, NAME[:2], PHONE[:5], "柳林")] == [1, 1, 0, 0, 0]
    assert [found("liaisonvoter", text) for text in (NAME, PHONE, NAME[:2], PHONE[:5])] == [1, 1, 0, 0]


@pytest.mark.django_db
def test_a_list_of_three_masked_rows_asks_no_more_than_a_list_of_one(small, told):
    client = signed_in(small.office)

    def queries():
        with asked() as statements:
            client.get(reverse("admin:constituents_liaisonvoter_changelist"))
        return len(statements)

    one = queries()
    for name in ("钱某", "孙某"):
        LiaisonVoter.objects.create(deputy=small.a.deputy, name=name)
    assert queries() == one <= 10


@pytest.mark.django_db
def test_every_paper_with_a_person_in_full_leaves_a_line(small, told):
    matter = told["matter"]
    client = signed_in(small.a.officer)
    assert [
        client.get(reverse(f"constituents:{name}", args=[matter.pk])).status_code for name in ("receipt", "form")
    ] == [
        200,
        200,
    ]
    lines = AuditEvent.objects.filter(action="personal.printed", subject_id=matter.pk, user=small.a.officer)
    assert [one.detail["paper"] for one in lines.order_by("pk")] == ["receipt", "form"]


@pytest.mark.django_db
def test_colleagues_and_station_officers_are_masked_as_far_as_the_catalogue_says(small):
    User.objects.filter(pk=small.a.staff.pk).update(phone=PHONE, email="staff@example.cn")
    StationPost.objects.filter(user=small.a.officer).update(phone="0571-8801234")
    page = signed_in(small.office).get(reverse("admin:office_user_change", args=[small.a.staff.pk])).content.decode()
    assert [word in page for word in (PHONE, "staff@example.cn", "138****6688", "s****@example.cn")] == [
        False, False, True, True,
    ]  # fmt: skip
    own = signed_in(person("county2", "county_office", jurisdiction=small.county))
    station = own.get(reverse("admin:liaison_stations_station_change", args=[small.a.station.pk])).content.decode()
    assert "0571-8801234" in station  # printed on every notice and receipt
