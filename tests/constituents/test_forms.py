"""The form at the desk: it keeps the visitor's words, names what is wrong, offers only the station's own deputies."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils.datastructures import MultiValueDict

from constituents.forms import PetitionForm
from deputies.models import Deputy
from liaison_stations.models import Reception

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 15)


@pytest.fixture
def fill(small):
    """A form of the first station, filled in, with some fields otherwise (None: left out)."""

    def fill(**otherwise):
        given = {
            "key": str(uuid4()),
            "visitor": "张凤英",
            "visitor_count": "1",
            "channel": "walk_in",
            "situation": "三组到村小学的路积水。",
            "request": "请把路面垫高。",
        }
        sent = MultiValueDict()
        for name, value in (given | otherwise).items():
            if value is not None:
                sent.setlist(name, value if isinstance(value, list) else [value])
        return PetitionForm(sent, station=small.a.station, on=ON)

    return fill


def codes(form):
    return {name: [error.code for error in errors] for name, errors in form.errors.as_data().items()}


@pytest.mark.rule("D5-三a")
def test_two_fields_for_the_matter_and_one_for_the_visitor_are_all_that_must_be_written(fill):
    assert codes(fill()) == {}
    bare = fill(visitor="", situation=" ", request="\u3000", visitor_count="", channel="")
    assert codes(bare) == dict.fromkeys(("visitor", "visitor_count", "channel", "situation", "request"), ["required"])


@pytest.mark.rule("D5-三a")
def test_the_labels_of_both_required_texts_cite_their_clause(fill):
    labels = [fill()[name].label for name in ("situation", "request")]
    assert [label.count("D5-三a") for label in labels] == [1, 1]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("199-0849-0085", "19908490085"),
        ("１９９ ０８４９ ００８５", "19908490085"),
        ("+86 19908490085", "19908490085"),
        ("0719－3221234", "0719-3221234"),
        ("3221234", "3221234"),
        ("19908490085、19932983728", "19908490085、19932983728"),
    ],
)
def test_a_phone_number_is_evened_out(fill, typed, kept):
    form = fill(phone=typed)
    assert form.is_valid()
    assert form.cleaned_data["phone"] == kept


@pytest.mark.parametrize("typed", ["1990849008", "199084900855", "电话", "12345", "19908490085 儿子"])
def test_a_phone_number_that_cannot_be_right_is_asked_about_and_kept_in_the_form(fill, typed):
    form = fill(phone=typed)
    assert codes(form) == {"phone": ["phone"]}
    assert form["phone"].value() == typed


@pytest.mark.parametrize("name", ["visitor", "phone", "address", "category", "situation", "request"])
@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\ud800", "\ufffd"])
def test_a_sign_that_cannot_be_stored_is_named(fill, name, sign):
    assert codes(fill(**{name: f"一{sign}二"})) == {name: ["unreadable"]}


def test_a_text_has_four_thousand_characters_however_the_browser_breaks_lines(fill):
    longest = "\r\n".join(["字" * 999] * 4) + "字字字字"
    form = fill(situation=longest[:-3])
    assert form.is_valid()
    assert len(form.cleaned_data["situation"]) == 4000
    assert codes(fill(situation=longest)) == {"situation": ["long"]}
    assert codes(fill(visitor="名" * 51, address="址" * 151, category="类" * 31)) == {
        "visitor": ["long"],
        "address": ["long"],
        "category": ["long"],
    }


def test_no_field_cuts_a_pasted_text_in_the_browser(fill):
    assert [name for name, field in fill().fields.items() if "maxlength" in field.widget.attrs] == []


@pytest.mark.parametrize("count", ["0", "-1", "1.5", "两", "10000", "9" * 5000, "\x00"])
def test_a_number_of_visitors_that_cannot_be_is_refused(fill, count):
    assert list(codes(fill(visitor_count=count))) == ["visitor_count"]


def test_a_full_width_number_of_visitors_is_read(fill):
    form = fill(visitor_count="１２")
    assert form.is_valid()
    assert form.cleaned_data["visitor_count"] == 12


def test_the_deputies_of_the_station_who_are_in_office_are_offered(small, fill):
    for name, more in {"离任": {"end_reason": "辞职"}, "未到": {"joined_on": date(2026, 4, 1)}, "在任": {}}.items():
        deputy = Deputy.objects.create(term=small.term, district=small.a.district, name=name, **more)
        small.a.station.deputies.add(deputy)
    assert [str(deputy) for deputy in fill().fields["deputy"].queryset] == ["代表1", "在任"]


def test_a_deputy_of_another_station_is_refused(small, fill):
    assert codes(fill(deputy=str(small.b.deputy.pk))) == {"deputy": ["invalid_choice"]}
    assert codes(fill(deputy=str(small.a.leader.pk))) == {"deputy": ["invalid_choice"]}


@pytest.mark.parametrize("sent", ["0", "-1", "9" * 30, "1\x00", "x"])
def test_a_deputy_that_is_none_is_refused(fill, sent):
    assert list(codes(fill(deputy=sent))) == ["deputy"]


@pytest.mark.rule("D1-3①d")
@pytest.mark.parametrize("sent", ["visit", "", "fax", "\x00"])
def test_only_the_ways_of_the_desk_are_taken(fill, sent):
    assert list(codes(fill(channel=sent))) == ["channel"]


def test_a_form_without_its_key_is_not_taken_and_gets_a_new_one(small, fill):
    for key in (None, "", "x", "\x00"):
        form = fill(key=key)
        assert list(codes(form)) == ["key"]
        form.renew_key()
        again = PetitionForm(form.data, station=small.a.station, on=ON)
        assert codes(again) == {}
        assert again.cleaned_data["visitor"] == "张凤英"


# --- who else came, and what was brought ---


@pytest.mark.rule("L2-20")
def test_four_more_people_are_taken_and_rows_that_stayed_empty_are_nobody(fill):
    form = fill(
        representatives_name=["李 四", "", "王五", "赵六", "钱七"],
        representatives_phone=["199-0849-0085", " ", "", "", ""],
    )
    assert form.is_valid()
    assert form.cleaned_data["representatives"] == [("李四", "19908490085"), ("王五", ""), ("赵六", ""), ("钱七", "")]


@pytest.mark.rule("L2-20")
def test_six_people_are_refused_with_the_rule_and_nobody_is_dropped_from_the_form(fill):
    form = fill(representatives_name=list("甲乙丙丁戊"), representatives_phone=[""] * 5)
    assert codes(form) == {"representatives": ["many"]}
    assert form.errors["representatives"][0].count("L2-20") == 1
    assert form.people() == [(name, "") for name in "甲乙丙丁戊"]


@pytest.mark.parametrize(
    ("name", "phone", "code"),
    [("", "19908490085", "nameless"), ("李四", "123", "phone"), ("李\x00", "", "unreadable"), ("李" * 51, "", "long")],
)
def test_a_row_that_is_half_or_wrong_is_named(fill, name, phone, code):
    assert codes(fill(representatives_name=[name], representatives_phone=[phone])) == {"representatives": [code]}


def test_the_first_of_four_empty_rows_waits_for_a_name(fill):
    assert fill().people() == [("", "")] * 4


# --- the reception of the day ---


@pytest.mark.rule("D5-三a")
def test_a_reception_of_the_day_is_offered_and_preset(small):
    today, other = (
        Reception.objects.create(station=small.a.station, planned_on=day) for day in (ON, date(2026, 3, 16))
    )
    form = PetitionForm(station=small.a.station, on=ON)
    assert list(form.fields["reception"].queryset) == [today]
    assert (form["channel"].value(), form["reception"].value()) == ("reception", today.pk)


@pytest.mark.parametrize("otherwise", [{"cancelled": True}, {"planned_on": date(2026, 3, 14)}])
def test_without_a_reception_on_the_day_none_is_offered(small, otherwise):
    Reception.objects.create(station=small.a.station, **{"planned_on": ON, **otherwise})
    Reception.objects.create(station=small.b.station, planned_on=ON)
    form = PetitionForm(station=small.a.station, on=ON)
    assert ("reception" in form.fields, form["channel"].value()) == (False, "walk_in")


def test_who_came_otherwise_than_to_the_reception_does_not_belong_to_it(small, fill):
    today = Reception.objects.create(station=small.a.station, planned_on=ON)
    told = {}
    for channel in ("walk_in", "reception"):
        form = fill(channel=channel, reception=str(today.pk))
        assert form.is_valid()
        told[channel] = form.matter().get("reception")
    assert told == {"walk_in": None, "reception": today}
