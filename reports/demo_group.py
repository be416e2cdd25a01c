"""What the demo county's group leader, a deputy and the office have under way: records, questions, objections."""

from datetime import date, datetime, timedelta

from deputies.models import CongressSession
from reports.models import Objection
from reports.objections import actions as objections
from visits import duty_entries, filing, reviews
from visits.actions import log_visit
from visits.models import ActivityAbsence, Consultation, GroupActivity, Visit

_CONTENT = (
    "上午走访三户高龄老人家庭，下午在村委会座谈。\n反映较多的是助餐点距离远、冬季供水不足。\n"
    "商定由小组向镇人大主席团反映。"
)

_OPINIONS = (
    "赶集日的人多，建议末班车晚半小时。（演示）",
    "村口候车没有遮雨的地方，老人雨天不便。（演示）",
)


def add(people, *, on: date, at: datetime):
    """Write it down as of the day ``on``, by the people of ``demo_chain``."""
    leader, deputy = people.users["groupleader"], people.deputies["deputy"]
    _file_records(leader, people.users["county"], deputy, on, at)
    _ask(leader, deputy, at)
    _object(people.users, deputy, on, at)
    _keep_files(people.users, deputy, on, at)
    _consult(people.users["county"], deputy, on, at)


def _file_records(leader, county, deputy, on, at):
    """One that waits to be filed, one with the office, one that came back."""
    write = _writer(leader, deputy, at)
    write(on - timedelta(days=6), "visit", "走访养老服务站，听取老年助餐意见")
    filing.file_record(write(on - timedelta(days=20), "forum", "村民代表座谈会"), by=leader, at=at)
    returned = filing.file_record(write(on - timedelta(days=34), "survey", "农田水利调研"), by=leader, at=at)
    filing.return_record(returned, by=county, at=at, reason="缺签到表，请补充后重新报送。")


def _writer(leader, deputy, at):
    """The deputy was away each time: what that deputy still owes stays owed."""
    group = deputy.group
    members = group.deputies.filter(end_reason="").order_by("pk")
    last = members.exclude(pk=deputy.pk).last()
    absent = {deputy.pk: (ActivityAbsence.Kind.LEAVE, "出差"), last.pk: (ActivityAbsence.Kind.ABSENT, "")}

    def write(day, kind, topic) -> GroupActivity:
        told = {"happened_on": day, "kind": kind, "topic": topic, "place": "村委会", "content": _CONTENT}
        there = members.in_office(day, day).exclude(pk__in=absent)
        return filing.write(None, by=leader, at=at, group=group, present=there, absent=absent, **told)

    return write


def _ask(leader, deputy, at):
    """A record that was confirmed, a question that waits, and one that was answered."""
    confirmed, waiting, answered = Visit.objects.filter(deputy=deputy, activity=None).order_by("-happened_on")[:3]
    reviews.confirm(confirmed, by=leader, at=at)
    reviews.ask(waiting, by=leader, at=at, question="这天您在县里开会，走访是上午还是下午？")
    review = reviews.ask(answered, by=leader, at=at, question="这次是电话还是入户？")
    reviews.answer(review, by=deputy.user, at=at, finding="wrong", answer="是电话联系，请代表工委更正。")


def _object(users, deputy, on, at):
    """An objection that waits for the office, and one that was not accepted."""
    told = {"by": deputy.user, "at": at, "deputy": deputy}
    objections.raise_objection(
        **told,
        about=f"{on.year - 2}-05-10 李* 入户走访",
        text="那天走访了李大伯家，当时还没有这个系统。",
        kind=Objection.Kind.MISSING,
        happened_on=date(on.year - 2, 5, 10),
        met="李大伯",
        way=Visit.Kind.HOME,
    )
    visit = Visit.objects.filter(deputy=deputy, activity=None).order_by("-happened_on").select_related("household")[3]
    row = objections.raise_objection(
        **told, about=reviews.in_words(visit), text="日期应当晚一天。", kind=Objection.Kind.RECORD, visit=visit
    )
    objections.refuse(row, by=users["county"], at=at, text="签到表上是这一天，请提供依据。")


def _keep_files(users, deputy, on, at):
    """What stands in duty files alone: a session with a leave, a training, an honour, a declaration that waits."""
    members = deputy.group.deputies.filter(end_reason="")
    blank = {"session": None, "until": None, "place": "", "role": "", "note": ""}

    def enter(by, day, **told):
        there = {one.pk: ("present", "") for one in members.in_office(day, day)}
        if by == users["county"] and deputy.pk in there:
            there[deputy.pk] = ("leave", "出差，已向主席团书面请假") if told["kind"] == "session" else ("present", "")
        if there:
            duty_entries.enter(by=by, at=at, attendance=there, **{**blank, "happened_on": day, **told})

    session = CongressSession.objects.filter(term=deputy.term, opens_on__lte=on).order_by("-opens_on").first()
    if session:
        enter(users["county"], session.opens_on, kind="session", part="meetings", session=session, title=session.name)
    day = on - timedelta(days=45)
    enter(users["groupleader"], day, kind="training", part="training", title="代表履职能力培训班", place="县委党校")
    told = {**blank, "part": "commendations", "attendance": "", "by": deputy.user, "at": at, "deputy": deputy}
    row = duty_entries.declare(
        **told
        | {"kind": "media", "title": "县报报道走访联系户", "happened_on": on - timedelta(days=30), "role": "县报二版"}
    )
    duty_entries.confirm(row, by=users["county"], at=at)
    duty_entries.declare(
        **told | {"kind": "award", "title": "县优秀志愿者", "happened_on": on - timedelta(days=12), "role": "县文明办"}
    )


def _consult(county, deputy, on, at):
    """A topic on which the group asks (D8-四3): two have written down what they heard, the deputy has not yet."""
    members = deputy.group.deputies.in_office(on, on).order_by("pk")
    topic = Consultation.objects.create(
        jurisdiction=deputy.term.jurisdiction,
        topic="农村客运班线怎样更方便（演示）",
        takes_place_on=on + timedelta(days=21),
        question="常委会将听取农村客运情况的报告。请了解群众对班次、站点和票价的意见。（演示）",
        until=on + timedelta(days=14),
        made_at=at,
        made_by=county,
    )
    topic.asked.set(members)
    for other, heard in zip(members.exclude(pk=deputy.pk), _OPINIONS, strict=False):
        told = {"by": county, "at": at, "deputy": other, "on": on, "kind": Visit.Kind.MET}
        log_visit(**told, met="村民", content=heard, consultation=topic)
