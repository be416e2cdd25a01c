"""The office's own templates: checked at the door, looked at, used, taken back; each place its own."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from office import clock
from office.models import AuditEvent
from reports.models import ReportTemplate
from reports.narrative import built_in, templates
from visits.models import Visit

pytestmark = pytest.mark.django_db

AT = clock.now()
ADD = "admin:reports_reporttemplate_add"


def page(name, *args):
    return reverse(f"admin:reports_reporttemplate_{name}", args=args)


def word(*texts) -> bytes:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def send(client, content, place, *, kind="deputy", name="模板.docx"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse(ADD), {"kind": kind, "jurisdiction": place.pk, "file": file, "note": "改了标题"})


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def first_line(path, kind="deputy"):
    made = templates.in_use(kind, path).render(templates.example_of(kind))
    return Document(io.BytesIO(made)).paragraphs[0].text


def test_a_template_is_uploaded_looked_at_used_and_put_aside(as_town, small):
    sent = send(as_town, word("本镇的报告：{{ 对象 }}"), small.a.place)
    row = ReportTemplate.objects.get()
    assert sent.url == page("change", row.pk)
    assert (row.number, row.active, row.uploaded_by) == (1, False, small.a.staff)
    assert first_line(small.a.place.path) == "试验县人大常委会代表工作委员会"
    shown = as_town.get(page("preview", row.pk))
    assert Document(io.BytesIO(b"".join(shown.streaming_content))).paragraphs[0].text.startswith("本镇的报告：")
    as_town.post(page("use", row.pk))
    assert first_line(small.a.place.path) == "本镇的报告：试验县"
    as_town.post(page("stop", row.pk))
    assert first_line(small.a.place.path) == "试验县人大常委会代表工作委员会"
    did = AuditEvent.objects.filter(action__startswith="reporttemplate").order_by("id").values_list("action", flat=True)
    assert [one.partition(".")[2] for one in did] == ["added", "put_in_use", "put_aside"]


@pytest.mark.parametrize("kind", ["county", "town", "group", "station", "deputy", "notice"])
def test_a_preview_shows_the_real_figures_of_its_place_as_soon_as_there_are_some(client, small, kind):
    client.force_login(small.office)
    words = ("{{ 姓名 }}", "{{ 年度 }}") if kind == "notice" else ("{{ 对象 }}", "{{ 期间 }}")
    send(client, word(*words), small.county, kind=kind)

    def shown():
        answer = client.get(page("preview", ReportTemplate.objects.get().pk))
        return [one.text for one in Document(io.BytesIO(b"".join(answer.streaming_content))).paragraphs]

    example = templates.example_of(kind)
    assert shown() == [example[one[3:-3]] for one in words]
    Visit.objects.create(deputy=small.a.deputy, happened_on=date(2025, 3, 4), met="村民", kind="visit", logged_at=AT)
    names = {"county": small.county, "town": small.a.place, "group": small.a.group, "station": small.a.station}
    when = "2025" if kind == "notice" else "2025年1月1日至2025年12月31日"
    assert shown() == [names.get(kind, small.a.deputy).name, when]


def test_of_several_versions_one_is_used_and_an_earlier_one_can_be_used_again(as_town, small):
    for text in ("第一版", "第二版"):
        send(as_town, word(text), small.a.place)
    one, two = ReportTemplate.objects.order_by("number")
    for row in (one, two, one):
        as_town.post(page("use", row.pk))
        assert first_line(small.a.place.path) == f"第{'一二'[row.number - 1]}版"
    assert list(ReportTemplate.objects.filter(active=True)) == [one]


def test_a_place_without_a_template_of_its_own_writes_by_that_of_the_place_above(client, small):
    client.force_login(small.office)
    for text, place in (("县的", small.county), ("镇的", small.a.place)):
        send(client, word(text), place)
        client.post(page("use", ReportTemplate.objects.latest("id").pk))
    lines = [first_line(path) for path in (small.a.place.path, small.b.place.path, small.county.path)]
    assert lines == ["镇的", "县的", "县的"]
    assert first_line("/999/") == "试验县人大常委会代表工作委员会"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (word("第一段", "{{ 姓名 }}"), "第2段“{{ 姓名 }}”：没有“姓名”这个占位符"),
        (word("{%p for 节 in 各节 %}"), "没有结尾"),
        (b"PK\x03\x04 nothing", "另存"),
        (b"", "空"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(as_town, small, content, why, tmp_path):
    refused = send(as_town, content, small.a.place)
    assert why in str(refused.context["errors"]) or "重新保存" in str(refused.context["errors"])
    assert not ReportTemplate.objects.exists()
    assert not list(tmp_path.rglob("*.docx"))


def test_a_file_with_macros_or_of_another_kind_is_refused(as_town, small):
    for name in ("模板.docm", "模板.doc", "模板.pdf"):
        assert "docx" in str(send(as_town, word("正文"), small.a.place, name=name).context["errors"])
    assert not ReportTemplate.objects.exists()


def test_a_town_neither_uploads_for_another_nor_sees_its_templates(as_town, small, client):
    assert send(as_town, word("正文"), small.b.place).status_code == 200
    assert not ReportTemplate.objects.exists()
    as_town.force_login(small.b.staff)
    send(as_town, word("正文"), small.b.place)
    row = ReportTemplate.objects.get()
    as_town.force_login(small.a.staff)
    for name in ("change", "file", "preview"):
        assert as_town.get(page(name, row.pk)).status_code in (302, 404)
    assert as_town.post(page("use", row.pk)).status_code == 404


def test_a_template_of_another_town_is_neither_put_in_use_nor_aside(as_town, small):
    send(as_town, word("正文"), small.a.place)
    row, by = ReportTemplate.objects.get(), {"by": small.b.staff, "at": AT}
    with pytest.raises(ReportTemplate.DoesNotExist):
        templates.use(row, **by)
    templates.use(row, by=small.a.staff, at=AT)
    templates.stop(row, **by)
    assert ReportTemplate.objects.get().active


def test_a_template_whose_file_is_gone_is_not_used(as_town, small):
    send(as_town, word("正文"), small.a.place)
    row = ReportTemplate.objects.get()
    row.file.storage.delete(row.file.name)
    shown = as_town.post(page("use", row.pk), follow=True)
    assert "请重新上传" in shown.content.decode()
    assert not ReportTemplate.objects.filter(active=True).exists()


def test_every_placeholder_is_listed_with_its_meaning_and_the_built_in_templates_are_fetched(as_town):
    shown = as_town.get(page("placeholders")).content.decode()
    for said in (
        "{{ 标题 }}",
        "{%p for 节 in 各节 %}",
        "{{ 节.标题 }}",
        "{{p 表.表格 }}",
        "{{ 单位职务 }}",
        "统计期间",
    ):
        assert said in shown, said
    for kind in ReportTemplate.Kind.values:
        got = as_town.get(page("built_in", kind))
        assert b"".join(got.streaming_content) == built_in.content(kind)
    assert as_town.get(page("built_in", "nothing")).status_code == 404


def test_a_report_whose_own_template_is_gone_is_refused_in_words_and_nothing_is_written(client, small):
    from reports.annual import formats
    from reports.annual.period import Period
    from tests.reports.annual_year import AT, YEAR, fill

    fill(small, deputies=1, visits=5, petitions=3)
    client.force_login(small.office)
    send(client, word("{{ 标题 }}"), small.county, kind="county")
    row = ReportTemplate.objects.get()
    client.post(page("use", row.pk))
    made = formats.write("county", Period.year(YEAR), "docx", at=AT).content
    assert [one.text for one in Document(io.BytesIO(made)).paragraphs] == [f"试验县{YEAR}年度代表履职报告"]
    templates._compiled.cache_clear()
    row.file.storage.delete(row.file.name)
    with pytest.raises(formats.CannotWrite, match="请重新上传"):
        formats.write("county", Period.year(YEAR), "docx", at=AT)
    shown = client.get(f"{reverse('reports:annual_file')}?subject=county&year={YEAR}&format=docx", follow=True)
    assert "请重新上传" in shown.content.decode()
