"""What the demo county's office did for its reports: typical cases, templates of its own, a candidate for commendation.

Each says in its words that it is an example.
"""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from constituents.models import Petition
from office import uploads
from office.clock import add_months
from office.models import Jurisdiction
from office.models.places import Level
from reports.commendations import actions, candidates
from reports.commendations.models import Commendation
from reports.narrative import built_in, cases, templates
from reports.narrative.models import ENDED_WELL, ReportTemplate
from reports.subjects import find
from visits.models import GroupActivity

_MATTER = (
    "一件来访，办到群众满意（演示）",
    "群众到联络站反映身边的难事，代表当场登记，转交承办单位办理。承办单位按期答复，代表上门反馈，群众表示满意。",
)
_ACTIVITY = (
    "代表小组分片走访，听民情、集民意（演示）",
    "代表小组集中走访选民，逐户听取对村道和饮水的意见，梳理后交有关单位研究，并向选民作了反馈。",
)
_NOTE = "演示：与系统自带模板相同，可下载修改后上传新版本"


def add(*, by, on: date, at):
    """Write it all down as of the instant ``at``, as the county office ``by``."""
    _pick_cases(by, on, at)
    _use_templates(by, at)
    _choose_one(by, on, at)


def _pick_cases(by, on, at):
    ended = Petition.objects.filter(status__in=ENDED_WELL, satisfaction="satisfied").order_by("-received_on", "-pk")
    activity = GroupActivity.objects.filter(happened_on__lte=on).order_by("-happened_on", "-pk").first()
    matter = ended.filter(deputy__isnull=False).first()
    for record, day, (title, text) in (
        (matter, matter.received_on, _MATTER),
        (activity, activity.happened_on, _ACTIVITY),
    ):
        cases.pick(record, year=day.year, title=title, text=text, by=by, at=at, on=on)


def _use_templates(by, at):
    county = Jurisdiction.objects.get(level=Level.COUNTY)
    for kind in ReportTemplate.Kind.values:
        cleaned = uploads.clean_template(SimpleUploadedFile(f"{kind}.docx", built_in.content(kind)))
        row = templates.upload(cleaned, kind=kind, jurisdiction=county, note=_NOTE, by=by, at=at)
        templates.use(row, by=by, at=at)


def _choose_one(by, on, at):
    """The first who meets everything; early in a year it is the one before that is looked at."""
    kind, year = Commendation.Kind.DEPUTY, add_months(on, -6).year
    meeting = candidates.read(kind, find("county")[0], year, on=on, user=by).meeting
    actions.choose(meeting[:1], kind=kind, year=year, ground="全年履职情况良好（演示）", by=by, at=at)
