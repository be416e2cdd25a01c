"""What the demo county's people have under way: who, what about, and each step with how many days ago it was taken.

All of it is invented. Each step is ``(days ago, verb, what the action is told)``; names stand for rows.
"""

from typing import NamedTuple
from zlib import crc32


class Matter(NamedTuple):
    """One matter, suggestion or inspection, with its steps."""

    name: str
    # Who does what no unit does, where the step names nobody.
    by: str
    words: str
    steps: tuple
    wanted: str = ""
    title: str = ""
    station: str = "home"
    deputy: str = ""
    visitor: str = ""
    phone: str = ""
    category: str = ""


def _at_home(name, visitor, category, words, wanted, *steps, deputy="deputy", **more):
    """A matter at the station of the demo's officer."""
    told = {"visitor": visitor, "phone": f"1990001{1000 + crc32(name.encode()) % 9000}", "category": category}
    return Matter(name, "officer", words, steps, wanted, deputy=deputy, **told, **more)


def _elsewhere(name, station, visitor, category, words, wanted, *steps):
    """A matter at another station, which the county's office keeps here."""
    return _at_home(name, visitor, category, words, wanted, *steps, deputy="", station=station)._replace(by="county")


_WALKED_IN = {"channel": "walk_in"}
_AT_RECEPTION = {"channel": "reception"}
_BRIEF = "请依法依规办理，并将办理结果书面答复。"
_DONE = {"text": "经现场查看，已安排施工队处理完毕，请反映人查验。", "result": "A"}
_PLANNED = {"text": "已列入明年计划，待资金落实后实施。", "result": "C"}


def _route(unit, by="town", **more):
    return {"unit": unit, "brief": _BRIEF, "by": by, **more}


def _letter(days, unit="unit", by="county", **more):
    """Routed by the county's office to one of its units."""
    return (days, "route", _route(unit, by, **more))


PETITIONS = (
    # Just registered
    _at_home(
        "light",
        "周小满",
        "基础设施",
        "村口两盏路灯坏了半个月，晚上骑车看不清路。",
        "尽快修好路灯。",
        (1, "register", _WALKED_IN),
    ),
    _at_home(
        "bus",
        "吴大海",
        "交通出行",
        "末班车提前到下午四点半，放学的孩子赶不上。",
        "恢复原来的末班车时间。",
        (0, "register", _AT_RECEPTION),
    ),
    _at_home(
        "school",
        "郑小妹",
        "教育",
        "中心小学食堂排队时间长，低年级孩子常常吃不上热饭。",
        "分年级错时就餐。",
        (9, "register", _WALKED_IN),
        (8, "admit"),
    ),
    # Ended at the desk
    _at_home(
        "will",
        "钱多福",
        "家庭纠纷",
        "兄弟三人因老宅分割争执多年，想请代表出面裁决。",
        "判定老宅归属。",
        (40, "register", {**_WALKED_IN}),
        (40, "decline", {"reason": "personal"}),
    ),
    _at_home(
        "court",
        "孙有田",
        "涉法涉诉",
        "对法院一审判决不服，要求代表帮助改判。",
        "撤销一审判决。",
        (33, "register", _WALKED_IN),
        (32, "decline", {"reason": "judicial"}),
    ),
    _at_home(
        "pension",
        "李阿婆",
        "社会保障",
        "不清楚高龄补贴从什么时候开始发，到哪里办。",
        "说明高龄补贴的办理方法。",
        (21, "register", _AT_RECEPTION),
        (21, "answer", {"text": "年满八十周岁当月起可到镇便民服务中心申请，带身份证和银行卡即可。"}),
    ),
    _at_home(
        "light_again",
        "周小满的邻居",
        "基础设施",
        "村口路灯不亮，和前几天反映的是同一处。",
        "修好路灯。",
        (0, "register", _WALKED_IN),
        (0, "merge", {"into": "light"}),
    ),
    # With the township
    _at_home(
        "ditch",
        "赵铁柱",
        "农田水利",
        "三组排水沟淤塞，一下雨就淹两亩菜地。",
        "清理排水沟。",
        (19, "register", {**_WALKED_IN, "files": ("排水沟.jpg",)}),
        (18, "admit"),
        (18, "hand_over"),
        (17, "route", _route("unit2")),
        (15, "accept", {"person": "王干事"}),
    ),
    _at_home(
        "rubbish",
        "冯秀英",
        "环境卫生",
        "集镇东头垃圾桶三天清一次，气味很大。",
        "增加清运次数。",
        (5, "register", _WALKED_IN),
        (4, "admit"),
        (3, "route", _route("unit2")),
    ),
    _at_home(
        "bridge",
        "陈石头",
        "交通出行",
        "通往邻镇的小桥栏杆断了，属于两镇共管。",
        "请上级协调修复。",
        (14, "register", _AT_RECEPTION),
        (13, "admit"),
        (12, "escalate", {"note": "涉及两个镇，需县里协调。", "by": "town"}),
    ),
    _at_home(
        "noise",
        "何静",
        "环境保护",
        "村边加工点夜间作业，噪声影响休息。",
        "限制夜间作业。",
        (16, "register", _WALKED_IN),
        (15, "admit"),
        (14, "route", _route("unit2")),
        (11, "give_back", {"reason": "不属于镇政府职权，应由县级主管部门处理。"}),
    ),
    # With the county's units
    _at_home(
        "water",
        "林水生",
        "饮水安全",
        "自来水每到傍晚就没有压力，二楼上不了水。",
        "检修加压设备。",
        (6, "register", _WALKED_IN),
        (5, "admit"),
        (5, "escalate", {"note": "水厂由县里管理。", "by": "town"}),
        _letter(3),
    ),
    _at_home(
        "road",
        "高路平",
        "交通出行",
        "进村公路塌方半边，只剩一个车道。",
        "修复塌方路段。",
        (130, "register", {**_WALKED_IN, "files": ("塌方路段.jpg",)}),
        (129, "admit"),
        (129, "hand_over"),
        (128, "escalate", {"note": "县道。", "by": "town"}),
        _letter(126, assisting=("unit3",)),
        (124, "accept", {"person": "刘科长"}),
        (20, "urge", {"words": "请尽快答复。", "by": "county"}),
    ),
    _elsewhere(
        "clinic",
        "second",
        "马春兰",
        "医疗卫生",
        "镇卫生院没有儿科医生，孩子发烧要跑县城。",
        "安排儿科医生定期坐诊。",
        (125, "register", _AT_RECEPTION),
        (124, "admit"),
        _letter(123),
        (121, "accept"),
    ),
    _elsewhere(
        "river",
        "second",
        "罗江",
        "环境保护",
        "河道漂浮物多，汛期有堵塞桥洞的危险。",
        "清理河道。",
        (60, "register", _WALKED_IN),
        (59, "admit"),
        _letter(57),
        (55, "accept"),
        (30, "pause", {"reason": "河水上涨，无法作业。", "by": "county"}),
    ),
    _elsewhere(
        "market",
        "third",
        "唐菊",
        "市场管理",
        "农贸市场占道经营，消防车进不去。",
        "划定经营区域。",
        (85, "register", _WALKED_IN),
        (84, "admit"),
        _letter(82, kind="letters"),
        (80, "accept"),
        (4, "ask_time", {"amount": 10, "unit": "days", "reason": "涉及四十户摊位安置，正在逐户协商。"}),
    ),
    _elsewhere(
        "heating",
        "third",
        "韩冬",
        "民生",
        "敬老院取暖设备老旧，冬天室内不到十二度。",
        "更换取暖设备。",
        (50, "register", _AT_RECEPTION),
        (49, "admit"),
        _letter(47),
        (45, "accept"),
        (12, "ask_time", {"amount": 5, "unit": "working-days", "reason": "设备正在招标。"}),
        (9, "extend", {"amount": 5, "unit": "working-days", "reason": "同意，招标公告已发布。", "by": "county"}),
    ),
    # The reply has come
    _at_home(
        "well",
        "江小燕",
        "饮水安全",
        "机井水泵坏了，灌溉要到两里外拉水。",
        "更换水泵。",
        (35, "register", _WALKED_IN),
        (34, "admit"),
        (34, "hand_over"),
        (33, "route", _route("unit2")),
        (31, "accept", {"person": "王干事"}),
        (3, "reply", _DONE),
    ),
    _at_home(
        "signal",
        "曹亮",
        "基础设施",
        "山后几户手机没有信号，报警都打不出去。",
        "增设基站。",
        (45, "register", {"channel": "visit"}),
        (44, "forward", {"by": "deputy", "to": "镇人大主席"}),
        (43, "admit"),
        (43, "escalate", {"note": "需通信主管部门。", "by": "town"}),
        _letter(42),
        (40, "accept"),
        (10, "reply", _PLANNED),
        (8, "feed_back", {"way": "door", "told": "基站已列入明年计划，年内先装信号放大器。", "by": "deputy"}),
    ),
    _at_home(
        "stairs",
        "金花",
        "养老",
        "老年活动室台阶没有扶手，已有两人摔倒。",
        "加装扶手。",
        (55, "register", _WALKED_IN),
        (54, "admit"),
        (54, "hand_over"),
        (53, "route", _route("unit2")),
        (51, "accept"),
        (30, "reply", _DONE),
        (28, "feed_back", {"way": "station", "told": "扶手已装好，请看看是否合用。"}),
        (28, "judge", {"result": "satisfied"}),
    ),
    _at_home(
        "bins",
        "潘月",
        "环境卫生",
        "村委会门前广场没有垃圾桶。",
        "增设垃圾桶。",
        (70, "register", _AT_RECEPTION),
        (69, "admit"),
        (68, "route", _route("unit2")),
        (66, "accept"),
        (50, "reply", _DONE),
        (48, "feed_back", {"way": "phone", "told": "已增设四只垃圾桶。", "result": "satisfied"}),
        (47, "close", {"by": "town"}),
    ),
    _at_home(
        "slope",
        "石岩",
        "地质安全",
        "屋后山坡掉石头，修了一段还在掉。",
        "做完整的防护。",
        (95, "register", _WALKED_IN),
        (94, "admit"),
        (94, "hand_over"),
        (93, "escalate", {"note": "需专业勘察。", "by": "town"}),
        _letter(92),
        (90, "accept", {"person": "刘科长"}),
        (40, "reply", _DONE),
        (38, "feed_back", {"way": "door", "told": "防护网已装好第一段。", "by": "deputy"}),
        (15, "judge", {"result": "dissatisfied", "words": "第二段没有装，还在掉石头。"}),
        (13, "accept", {"person": "刘科长"}),
    ),
    # What is special
    _at_home(
        "dam",
        "石大山",
        "防汛",
        "山塘坝体渗水，水已经浑了，下游有三十户人家。",
        "立即派人查看、转移群众。",
        (1, "register", {**_WALKED_IN, "urgent": True}),
        (1, "admit"),
    ),
    _at_home(
        "land",
        "田野",
        "土地",
        "十二户的土地流转租金两年没有付清。",
        "督促付清租金。",
        (24, "register", {**_AT_RECEPTION, "representatives": (("田甜", "19900012001"), ("于得水", "19900012002"))}),
        (23, "admit"),
        (22, "route", _route("unit2", kind="letters")),
        (20, "accept"),
    ),
    _at_home(
        "service",
        "方正",
        "工作作风",
        "到窗口办事跑了四趟，每次说法都不一样。",
        "一次告知所需材料，改进作风。",
        (11, "register", _WALKED_IN),
        (10, "admit"),
        (10, "name_complained", {"units": ("unit3",)}),
    ),
    _at_home(
        "path",
        "郭小路",
        "基础设施",
        "通组路两侧杂草遮挡视线，转弯处看不见来车。",
        "定期清理。",
        (4, "register", {"channel": "visit", "by": "deputy"}),
    ),
)

_GROUNDS = "走访中多名选民谈到同一个问题，现场查看属实；现有办法只能应急，需要从制度和经费上解决。"


def _suggestion(name, title, wanted, *steps, by="deputy"):
    return Matter(name, by, _GROUNDS, steps, wanted, title, deputy=by)


_FILED = {"by": "county"}
SUGGESTIONS = (
    _suggestion(
        "s_draft",
        "关于完善农村客运班次的建议",
        "建议由交通部门按学生作息调整末班车。",
        (0, "write", {"sources": ("bus",)}),
    ),
    _suggestion(
        "s_ask",
        "关于加强山塘日常巡查的建议",
        "建议每座山塘落实巡查员，汛期每天一报。",
        (6, "write", {"signers": ("deputy",)}),
        by="groupleader",
    ),
    _suggestion(
        "s_new",
        "关于农村饮水加压设施维护的建议",
        "建议设立专项维护资金，明确管护单位。",
        (5, "write", {"sources": ("water",), "signers": ("groupleader",)}),
        (4, "sign", {"by": "groupleader"}),
        (3, "submit"),
    ),
    _suggestion(
        "s_filed",
        "关于增设农村公共照明的建议",
        "建议分三年实现通组路照明全覆盖。",
        (26, "write"),
        (25, "submit"),
        (22, "file", _FILED),
    ),
    _suggestion(
        "s_routed",
        "关于改善乡镇卫生院儿科的建议",
        "建议县级医院儿科医生每周到镇坐诊两天。",
        (62, "write", {"signers": ("groupleader",)}),
        (61, "sign", {"by": "groupleader"}),
        (60, "submit"),
        (57, "file", _FILED),
        (55, "route_suggestion", {"unit": "unit", "assisting": ("unit3",), "by": "county"}),
        (53, "accept"),
    ),
    _suggestion(
        "s_replied",
        "关于地质灾害隐患点治理的建议",
        "建议对全镇隐患点统一勘察、分年治理。",
        (105, "write"),
        (104, "submit"),
        (101, "file", {**_FILED, "wide": True}),
        (99, "route_suggestion", {"unit": "unit", "by": "county"}),
        (97, "accept"),
        (6, "reply", {"text": "已完成十二处隐患点勘察，治理方案报县政府审定。", "result": "B"}),
    ),
    _suggestion(
        "s_closed",
        "关于集镇垃圾分类试点的建议",
        "建议在集镇两个小区先行试点。",
        (118, "write"),
        (117, "submit"),
        (115, "file", _FILED),
        (113, "route_suggestion", {"unit": "unit3", "by": "county"}),
        (111, "accept"),
        (70, "reply", {"text": "两个小区已开始试点，效果良好。", "result": "A"}),
        (65, "judge_suggestion", {"result": "satisfied"}),
        (60, "close_suggestion", _FILED),
    ),
)


def _engagement(name, kind, place, words, days, *steps, **told):
    asked = (days, "ask", {"kind": kind, **told})
    return Matter(name, "deputy", words, (asked, *steps), title=place, deputy="deputy")


ENGAGEMENTS = (
    _engagement(
        "e_asked", "request", "柳溪水厂", "傍晚水压不足，想持证到水厂视察加压设备。", 2, because="water", in_days=9
    ),
    _engagement(
        "e_agreed",
        "proposal",
        "进村公路塌方路段",
        "建议组织代表到塌方路段调研，听取修复方案。",
        15,
        (12, "agree", {"answer": "同意，由代表小组组织，交通部门派人参加。", "by": "county"}),
        because="road",
        in_days=2,
    ),
    _engagement(
        "e_held",
        "invitation",
        "镇便民服务中心",
        "受邀参加窗口服务座谈。",
        40,
        (38, "agree", {"answer": "请按时参加。", "by": "county"}),
        (30, "hold", {"outcome": "提出三条意见，中心承诺公开一次告知清单。"}),
    ),
    _engagement(
        "e_refused",
        "request",
        "加工点",
        "想夜间到加工点查看噪声情况。",
        10,
        (7, "refuse", {"answer": "该事项已交主管部门检测，待结果出来再定。", "by": "county"}),
    ),
)

SCRIPT = (*PETITIONS, *SUGGESTIONS, *ENGAGEMENTS)
