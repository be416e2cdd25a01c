"""Word documents of many deputies: read at once, one file each, all in one zip; nothing of a voter in a notice."""

import io
import re
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from deputies.models import Deputy
from office.models import Job
from reports import closing, exports
from reports.annual import document
from reports.narrative import exporting
from reports.snapshot import report_tx
from reports.subjects import find
from tests.queries import asked
from tests.reports.annual_year import AT, ON, YEAR, build
from visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def small():
    return build(deputies=3, visits=40, petitions=12)


def texts(content):
    made = Document(io.BytesIO(content))
    return [Paragraph(one, made).text for one in made.element.body.iter(qn("w:p"))]


def made(make, subject, folder, by=None):
    said = []
    params = {"subject": subject, "year": YEAR}
    name, path = make(params, by=by, at=AT, folder=folder, progress=lambda *step: said.append(step))
    return name, path, said


def test_each_deputy_of_a_town_has_a_report_with_the_figures_of_their_own(small, tmp_path):
    name, path, said = made(exporting.reports, f"town:{small.a.place.code}", tmp_path)
    assert name == f"东山镇{YEAR}年代表年度履职报告.zip"
    with zipfile.ZipFile(path) as archive:
        found = {one[5:-5]: texts(archive.read(one)) for one in archive.namelist()}
    deputies = list(Deputy.objects.filter(district__jurisdiction=small.a.place))
    assert sorted(found) == sorted(f"东山镇 {deputy.name}" for deputy in deputies)
    assert said[0] == (0, len(deputies), deputies[0].name)
    for deputy in deputies:
        with report_tx():
            one = document.read(find(f"deputy:{deputy.pk}")[0], YEAR, on=ON)
        assert f"指纹：{one.fingerprint}" in found[f"东山镇 {deputy.name}"]


@pytest.mark.rule("L1-58")
def test_a_notice_is_one_page_and_says_nothing_of_any_voter_and_no_number_to_call(small, tmp_path):
    deputy = small.a.deputy
    Deputy.objects.filter(pk=deputy.pk).update(phone="13912345678", job="柳林村主任", party="中共党员")
    name, path, _said = made(exporting.notices, f"deputy:{deputy.pk}", tmp_path)
    assert name.endswith(".docx")
    said = texts(path.read_bytes())
    assert {deputy.name, "柳林村主任", "中共党员", "第1选区", small.a.station.name, "联系选民"} <= set(said)
    with report_tx():
        one = document.read(find(f"deputy:{deputy.pk}")[0], YEAR, on=ON)
    assert said[said.index("联系选民") + 1] == f"{one.figure('contacts').value}次"
    whole = "\n".join(said)
    assert not re.search(r"1[3-9]\d{9}|户主|来访人", whole)


def test_the_documents_of_all_cost_as_many_queries_as_those_of_one(small, tmp_path):
    made(exporting.notices, f"deputy:{small.a.deputy.pk}", tmp_path)
    with asked() as few:
        made(exporting.notices, f"deputy:{small.a.deputy.pk}", tmp_path)
    with asked() as many:
        made(exporting.notices, "county", tmp_path)
    assert len(many) <= len(few) + 1  # a template for each of the two towns


def close(small):
    return closing.close(f"county:{small.county.code}", YEAR, by=small.office, at=AT, on=date(YEAR + 1, 1, 20)).year


def inside(path):
    """The texts of each document of a zip, by the name of its deputy."""
    with zipfile.ZipFile(path) as archive:
        return {one[5:-5].split(" ")[-1]: texts(archive.read(one)) for one in archive.namelist()}


def test_the_documents_of_a_closed_year_hold_what_was_frozen_whatever_was_written_down_since(small, tmp_path):
    deputy, place = small.a.deputy, f"town:{small.a.place.code}"
    closed = close(small)
    frozen = {one.name: one.fingerprint for one in closed.reports.filter(subject__startswith="deputy:")}
    was = inside(made(exporting.notices, place, tmp_path)[1])
    more = {"kind": "visit", "met": "村民", "logged_at": AT}
    Visit.objects.bulk_create(Visit(deputy=deputy, happened_on=date(YEAR, 5, n), **more) for n in range(1, 9))
    Deputy.objects.create(term=small.term, district=small.a.district, name="补录代表")
    with asked() as statements:
        reports = inside(made(exporting.reports, place, tmp_path)[1])
    names = set(Deputy.objects.filter(district=small.a.district).values_list("name", flat=True)) - {"补录代表"}
    assert set(reports) == names
    assert all(f"指纹：{frozen[name]}" in reports[name] for name in names)
    assert sum("reports_frozenreport" in one for one in statements) == 1
    now = inside(made(exporting.notices, place, tmp_path)[1])
    assert now == was
    closing.reopen(closed, by=small.office, at=AT, reason="漏记一次走访")
    opened = inside(made(exporting.notices, place, tmp_path)[1])
    assert (opened[deputy.name] != was[deputy.name], "补录代表" in opened) == (True, True)


def test_a_frozen_report_that_was_changed_since_is_refused_by_name(small, tmp_path):
    closed = close(small)
    closed.reports.filter(subject=f"deputy:{small.a.deputy.pk}").update(fingerprint="0" * 64)
    with pytest.raises(exports.Refused, match=small.a.deputy.name):
        made(exporting.reports, "county", tmp_path)


def test_a_year_without_records_a_stranger_and_an_empty_place_are_refused_in_words(small, tmp_path):
    for params, why in (
        ({"subject": "county", "year": 1999}, "1999"),
        ({"subject": "deputy:987", "year": YEAR}, "987"),
    ):
        with pytest.raises(exports.Refused, match=why):
            exporting.reports(params, by=None, at=AT, folder=tmp_path, progress=lambda *step: None)
    Deputy.objects.filter(district__jurisdiction=small.b.place).update(district=small.a.district)
    with pytest.raises(exports.Refused, match="没有代表"):
        made(exporting.reports, f"town:{small.b.place.code}", tmp_path)


def test_who_stops_the_work_gets_nothing(small, tmp_path):
    def stop(*step):
        raise exports.Cancelled

    with pytest.raises(exports.Cancelled):
        params = {"subject": "county", "year": YEAR}
        exporting.reports(params, by=None, at=AT, folder=tmp_path, progress=stop)


def test_a_clerk_chooses_and_the_file_is_made_in_the_background(
    client, small, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.VAR_DIR = tmp_path
    client.force_login(small.a.staff)
    address = reverse("reports:publication")
    form = client.get(address).context["form"]
    offered = [name for _group, names in form.fields["subject"].choices for name, _label in names]
    assert f"town:{small.a.place.code}" in offered and f"town:{small.b.place.code}" not in offered
    sent = {"subject": f"town:{small.a.place.code}", "year": YEAR, "what": "notices"}
    with django_capture_on_commit_callbacks(execute=True):
        moved = client.post(address, sent)
    job = Job.objects.get()
    assert moved.url == reverse("reports:export", args=[job.pk])
    assert (job.state, job.result["title"]) == ("done", f"东山镇{YEAR}年代表履职信息公示单.zip")
    refused = client.post(address, {**sent, "subject": f"town:{small.b.place.code}"})
    assert refused.status_code == 200 and Job.objects.count() == 1
