"""The tables an office starts with: they are whole, they come once, and what the office edited stays."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from constituents import reference
from constituents.models import DeclineReason, HintWord, ResultClass, Snippet
from office.models import AuditEvent
from tests import county

pytestmark = pytest.mark.django_db
TABLES = (DeclineReason, ResultClass, Snippet, HintWord)


@pytest.fixture
def small(db):
    reference.load()
    return county.build()


def rows():
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


def test_every_row_is_one_that_the_office_could_have_entered():
    reference.load()
    for model in TABLES:
        for row in model.objects.all():
            row.full_clean(validate_unique=False)


def test_a_second_time_brings_nothing_and_changes_nothing():
    first = reference.load()
    before = rows()
    assert first == dict(zip(("reasons", "results", "snippets", "words"), map(len, before), strict=True))
    assert reference.load() == {"reasons": 0, "results": 0, "snippets": 0, "words": 0}
    assert rows() == before


@pytest.mark.rule("D3-五b")
def test_each_reason_to_decline_says_where_the_person_is_guided_to_and_on_what_ground():
    reference.load()
    keys = ["personal", "judicial", "letters", "arbitration", "unclear", "elsewhere"]
    assert list(DeclineReason.objects.values_list("key", flat=True)) == keys
    assert DeclineReason.objects.filter(guidance="").count() == DeclineReason.objects.filter(basis="").count() == 0


def test_only_what_is_solved_counts_as_solved():
    reference.load()
    classes = ResultClass.objects.values_list("key", "counts_as_solved")
    assert list(classes) == [("A", True), ("B", False), ("C", False), ("D", False)]


def test_every_policy_text_names_its_source_and_defers_to_the_rules_in_force():
    reference.load()
    texts = list(Snippet.objects.all())
    assert len(texts) >= 8
    assert [text.name for text in texts if not (text.text.endswith("以现行文件为准。") and "《" in text.source)] == []


def test_a_word_that_hints_at_declining_names_the_reason():
    reference.load()
    assert HintWord.objects.filter(kind="decline", reason=None).count() == 0
    assert HintWord.objects.get(kind="decline", word="法院").reason.key == "judicial"
    assert set(HintWord.objects.values_list("kind", flat=True)) == {"decline", "urgent", "no_suggestion"}


def test_what_the_office_edited_renamed_or_took_out_of_use_stays_so():
    reference.load()
    DeclineReason.objects.filter(key="personal").update(name="个人诉求", active=False)
    Snippet.objects.filter(name="怎样申请法律援助").update(name="法律援助")
    HintWord.objects.filter(word="停水").update(word="停气")
    DeclineReason.objects.create(key="own", name="本县自定", guidance="县政务服务中心")
    before = rows()
    assert reference.load() == {"reasons": 0, "results": 0, "snippets": 0, "words": 0}
    assert rows() == before


def test_a_reason_that_a_new_version_brings_comes_beside_what_is_there():
    reference.load()
    DeclineReason.objects.filter(key="unclear").delete()
    assert reference.load()["reasons"] == 1


def test_the_command_prints_one_json_object_or_one_line(capsys):
    call_command("load_tables", "--json")
    assert json.loads(capsys.readouterr().out)["results"] == 4
    call_command("load_tables")
    assert len(capsys.readouterr().out.splitlines()) == 1
    call_command("load_tables", verbosity=0)
    assert capsys.readouterr().out == ""


# -- in the admin site


def page(model, name, *args):
    return reverse(f"admin:constituents_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("model", TABLES)
def test_the_county_writes_and_a_town_reads(client, small, model):
    row = model.objects.first()
    for user, may_write in ((small.office, 200), (small.a.staff, 403)):
        client.force_login(user)
        assert client.get(page(model, "changelist")).status_code == 200
        assert client.get(page(model, "change", row.pk)).status_code == 200
        assert client.get(page(model, "add")).status_code == may_write
    assert client.post(page(model, "change", row.pk), {"name": "改"}).status_code == 403


@pytest.mark.rule("D3-五b")
def test_a_reason_is_edited_with_a_line_in_the_trail_and_keeps_its_key(client, small):
    client.force_login(small.office)
    row = DeclineReason.objects.get(key="judicial")
    form = {"key": "x", "name": "涉法涉诉", "guidance": "到法院", "basis": "D3-五b", "position": 20, "active": "on"}
    assert client.post(page(DeclineReason, "change", row.pk), form).status_code == 302
    row.refresh_from_db()
    assert (row.key, row.name) == ("judicial", "涉法涉诉")
    assert AuditEvent.objects.get(action="declinereason.changed").user == small.office


def test_the_same_policy_text_or_word_cannot_be_entered_twice(client, small):
    client.force_login(small.office)
    text = {"name": "怎样申请法律援助", "text": "文字", "source": "来源", "position": 1}
    assert client.post(page(Snippet, "add"), text).status_code == 200
    assert client.post(page(HintWord, "add"), {"kind": "urgent", "word": "停水"}).status_code == 200


@pytest.mark.parametrize("user", ["officer", "deputy_user", "unit_user"])
def test_nobody_else_opens_them(client, small, user):
    client.force_login(getattr(small.a, user))
    assert [client.get(page(model, "changelist")).status_code for model in TABLES] == [403] * 4
