"""What the demo county's group leader, a deputy and the office have under way: records, questions, objections."""

from datetime import date, datetime, timedelta

from reports.models import Objection
from reports.objections import actions as objections
from visits import filing, reviews
from visits.models import ActivityAbsence, GroupActivity, Visit

_CONTENT = (
    "上午走访三户高龄老人家庭，下午在村委会座谈。\n反映较多的是助餐点距离远、冬季供水不足。\n"
    "商定由小组向镇人大主席团反映。"
)


def add(people, *, on: date, at: datetime):
    """Write it down as of the day ``on``, by the people of ``demo_chain``."""
    leader, deputy = people.users["groupleader"], people.deputies["deputy"]
    _file_records(leader, people.users["county"], deputy, on, at)
    _ask(leader, deputy, at)
    _object(people.users, deputy, on, at)


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
