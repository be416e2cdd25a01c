"""``make papers``: every printed form, filled and blank, and the duty report in every form, as pictures to look at.

On a demo county of its own, in which one matter is as long as it may be. Pictures need poppler-utils, those of Word and
Excel files LibreOffice besides; without them the files are there all the same.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from tests.pages.site import ROOT, environment

DOTS = "70"
HEAD = """<!doctype html><html lang="zh-hans"><meta charset="utf-8"><title>Papers</title><style>
body { font: 16px/1.5 sans-serif; margin: 2rem; background: #777 } h2 { color: #fff; margin: 2rem 0 .5rem }
main { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start } img { background: #fff; max-width: 100% }
</style>"""
SHOWN = 12
"""Pages of one file that become pictures; of a longer one the last, too."""


def main(folder: Path):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        print("demo county …", flush=True)
        command = [sys.executable, "-m", "tests.pages.papers", "--write", folder.resolve()]
        subprocess.run(command, cwd=ROOT, env=environment(Path(place)), check=True)
    print("pictures …", flush=True)
    files = sorted(file for file in folder.iterdir() if file.suffix in (".pdf", ".docx", ".xlsx"))
    parts = [HEAD, *(_part(file, _pictures(file)) for file in files)]
    (folder / "index.html").write_text("\n".join(parts), "utf-8")
    print(f"{len(files)} files: {folder}/index.html")


def _part(file, pictures) -> str:
    images = "".join(f'<a href="{name}"><img src="{name}" loading="lazy" alt="{name}"></a>' for name in pictures)
    return f'<h2><a href="{escape(file.name)}">{escape(file.name)}</a></h2><main>{images}</main>'


def _pictures(file: Path) -> list[str]:
    """The pages of a file as pictures beside it."""
    printed = file if file.suffix == ".pdf" else _printed(file)
    if printed is None or not shutil.which("pdftoppm"):
        return []
    command = ["pdftoppm", "-r", DOTS, "-png", "-l", str(SHOWN), printed, file.with_name(f"{file.name}-page")]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return sorted(one.name for one in file.parent.glob(f"{file.name}-page*.png"))


def _printed(file: Path) -> Path | None:
    if not shutil.which("soffice"):
        return None
    folder = file.parent / "printed"
    with tempfile.TemporaryDirectory() as home:
        command = ["soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", folder, file], check=True, capture_output=True)
    return folder / f"{file.stem}.pdf"


# In the demo county


def write(folder: Path):
    """Every form filled and blank, and the duty reports."""
    import django

    django.setup()
    from tests.pages.crawl import prepare

    prepare()
    _make_long()
    _forms(folder)
    _reports(folder)


def _make_long():
    """The fullest matter gets the longest words and names that it may have."""
    from constituents.models import Petition

    petition = _fullest()
    words = "雨天路面积水，老人和学生出行不便，望有关部门到现场查看。" * 400
    long = {"visitor": "欧阳" * 25, "address": "某某村第十二村民小组" * 15, "situation": words[:4000]}
    Petition.objects.filter(pk=petition.pk).update(**long, request=words[:2000])


def _fullest():
    from constituents.models import Petition

    return Petition.objects.filter(status="closed").order_by("pk").last()


def _forms(folder):
    from django.core.management import call_command

    from office import clock
    from reports.printing.kinds import FORMS

    month = f"{clock.today():%Y-%m}"
    for form in FORMS.values():
        call_command("print_form", form.name, out=str(folder / f"{form.name}-blank.pdf"), verbosity=0)
        for n, options in enumerate(_records(form, month)):
            call_command("print_form", form.name, out=str(folder / f"{form.name}-filled-{n}.pdf"), **options)


def _records(form, month) -> list[dict]:
    """The records that a form is filled from here."""
    from constituents.models import Petition, Referral, Urging
    from visits.models import Visit

    if form.name == "decline_notice":
        return [{"petition": Petition.objects.filter(status="declined").first().pk}]
    if form.name == "urging_letter":
        return [{"urging": Urging.objects.first().pk}]
    if form.name == "rota":
        station = _fullest().station_id
        return [{"station": station, "year": int(month[:4])}, {"month": month}]
    found = {
        "petition": lambda: [_fullest().pk, Petition.objects.filter(status="closed").first().pk],
        "referral": lambda: [Referral.objects.filter(petition__isnull=False).first().pk],
        "deputy": lambda: [_visited().deputy_id],
        "household": list,
        "visit": lambda: [Visit.objects.filter(petition__isnull=False).first().pk],
    }
    return [{kind: pk} for kind in form.of for pk in found.get(kind, lambda kind=kind: _first(kind))()]


def _visited():
    from visits.models import Visit

    return Visit.objects.filter(household__designations__until=None, household__isnull=False).first()


def _first(kind) -> list[int]:
    from reports.printing import records

    rows = records.rows(kind).order_by("pk")
    rows = rows.filter(kind="regular") if kind == "reception" else rows
    return [rows.values_list("pk", flat=True).first()]


def _reports(folder):
    from django.core.management import call_command

    from deputies.models import DeputyGroup
    from office import clock
    from reports.annual.formats import FORMATS

    year = str(clock.today().year)
    group = DeputyGroup.objects.order_by("pk").first()
    for subject in (f"group:{group.pk}", f"deputy:{_visited().deputy_id}", "county"):
        for form in set(FORMATS) - {"json"}:
            out = folder / f"report-{subject.partition(':')[0]}.{form}"
            call_command("annual_report", year=year, subject=subject, format=form, out=str(out), verbosity=0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        write(Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/papers"))
