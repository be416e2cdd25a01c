"""What the demo county does with its reports to voters, and what its group leader files of the area."""

from datetime import date, datetime, time, timedelta

from deputies.models import Deputy
from office.clock import add_months, month_end
from visits.areas import actions as areas
from visits.areas import figures
from visits.voters import actions

_TEXT = {
    "on_law": "带头遵守宪法和法律，向选民宣传人代会决议和镇政府重点工作。",
    "on_sessions": "出席人代会，审议工作报告，提出关于村道养护和农村饮水的建议两件。",
    "on_activity": "参加代表小组活动四次，进站接待群众六次，参加农田水利视察一次。",
    "on_help": "走访定点联系户，协调解决路灯、排水沟清淤等群众反映的问题。",
    "reflections": "多到选民家中坐一坐，问题才听得到、说得清。",
    "shortcomings": "走访偏远村组还不够多，建议办理结果反馈不够及时。",
}
_BALLOTS = (
    {"ballots_out": 58, "ballots_back": 56, "ballots_void": 1, "satisfied": 43, "fairly": 10, "dissatisfied": 2},
    {"ballots_out": 64, "ballots_back": 64, "ballots_void": 2, "satisfied": 50, "fairly": 9, "dissatisfied": 3},
)
_HOW_FAR = ("publish", "file", "give", "tally", "hold", "publish", "hold")
"""How far the reports that were held have come, one after the other."""
_STEPS = ("hold", "tally", "give", "file", "publish")


def add(people, *, on: date, at: datetime):
    """As of the day ``on``: some reported, some are to, one is exempt; the deputy who signs in is to report soon."""
    county, deputy, leader = people.users["county"], people.deputies["deputy"], people.deputies["groupleader"]
    others = _others(on, {deputy.pk, leader.pk})
    for n, far in enumerate(_HOW_FAR):
        who = leader if n == 3 else others[n]
        _held(who, county, at, on=on - timedelta(days=24 + 5 * n), far=far, n=n)
    for n, who in enumerate([deputy, *others[8:12]]):
        _planned(who, county, at, on + timedelta(days=9 + 3 * n))
    actions.exempt(
        others[13], by=county, at=at, year=on.year, reason="病休，经批准请假", approved_by="县人大常委会主任会议"
    )
    _file_areas(people.users["groupleader"], people.users["town"], leader.group, on, at)


def _others(on, left_out):
    """Deputies without a sign-in who were in office all the year, spread over the county."""
    serving = Deputy.objects.in_office(add_months(on, -3), on + timedelta(days=60)).exclude(pk__in=left_out)
    return list(serving.filter(user=None).order_by("pk")[:70:5])


def _planned(who, county, at, day):
    told = {"days": {who.district_id: day}, "place": "村委会会议室", "starts_at": time(9), "pilot": True}
    [row] = actions.plan(Deputy.objects.filter(pk=who.pk), by=county, at=at, **told)
    return row


def _held(who, county, at, *, on, far, n):
    row = _planned(who, county, at, on)
    actions.write(row, by=county, at=at, **_TEXT)
    acts = {
        "hold": lambda: actions.hold(
            row, by=county, at=at, on=on, present=66, invited=80, observers="镇人大主席、代表小组组长"
        ),
        "tally": lambda: actions.tally(
            row,
            by=county,
            at=at,
            counted_by="村会计",
            watched_by="选民代表两名",
            comments="路灯修得快，排水沟还要抓紧。",
            **_BALLOTS[n % 2],
        ),
        "give": lambda: actions.give(row, by=county, at=at),
        "file": lambda: actions.put_on_file(row, by=county, at=at),
        "publish": lambda: actions.publish(row, by=county, at=at),
    }
    for step in _STEPS[: _STEPS.index(far) + 1]:
        acts[step]()


def _file_areas(leader, town, group, on, at):
    """One quarter received, one filed, one returned, and the last still being written."""
    last, _end = figures.period_before(on)
    rows = [_written(leader, group, add_months(last, -3 * n), at) for n in range(4)]
    filed = [areas.file_material(row, by=leader, at=at) for row in rows[1:]]
    areas.send_back(filed[1], by=town, at=at, reason="请补充接待选民来访的情况。")
    areas.receive(filed[2], by=town, at=at)


def _written(leader, group, first, at):
    last = month_end(add_months(first, 2))
    content = (
        figures.draft(figures.read(group, first, last)) + "\n选民反映较多的是村道、路灯和饮水，已由代表向镇人大反映。"
    )
    title = f"{group}联系选民活动情况（{first.year}年{first.month}月至{last.month}月）"
    return areas.write(None, by=leader, at=at, group=group, first=first, last=last, title=title, content=content)
