"""The demo county written anew as another office might keep it, with what a careful clerk would read there.

``write(folder, seed)`` puts five workbooks there and returns what must come out: the clean facts, how many rows are
left out, and which cells are named. The same seed makes the same county.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import openpyxl

DEMO = Path(__file__).resolve().parent.parent.parent / "visits" / "demo_county"
TOWNS = ("城关镇", "河口镇", "双桥乡")
OUTCOMES = {
    "ok": ("转办", "交办", "转交有关部门办理", "已转县直部门"),
    "urgent": ("转办(紧急)", "转办（紧急）", "紧急,转交办理"),
    "reject": ("不予受理,引导至信访部门", "不予受理，引导到司法途径"),
    "onspot": ("当场答复", "现场答复", "当场解释并答复"),
    "motion": ("拟作为代表建议提出", "形成代表建议"),
    "inspection": ("建议组织视察", "建议开展专题调研"),
    "escalate": ("报县人大常委会逐级上报", "上报上级处理"),
}
WAYS = {
    "入户走访": ("入户走访", "home"),
    "走访": ("走访", "visit"),
    "电话联系": ("电话", "phone"),
    "座谈会": ("召开座谈会", "forum"),
    "视察": ("视察", "inspection"),
    "述职": ("向选民述职", "report"),
    "调研": ("专题调研", "survey"),
}
HEADERS = {
    "roster": {
        "name": ("姓名", "代表姓名", "代表\n姓名", "姓　名", "人大代表姓名"),
        "sex": ("性别", "性 别"),
        "nation": ("民族", "民 族"),
        "born": ("出生年月", "出生日期", "出生\n年月", "出生年月(年/月)"),
        "party": ("政治面貌", "政治\n面貌", "党派"),
        "edu": ("文化程度", "学历", "受教育程度"),
        "job": ("工作单位及职务", "单位及职务", "职务", "现任职务"),
        "district": ("选区", "所在选区", "选区名称", "所属选区"),
        "group": ("代表小组", "所在小组", "所属代表小组"),
        "town": ("所属乡镇", "乡镇", "乡（镇、街道）", "所在乡镇"),
        "phone": ("联系电话", "手机号码", "手机", "联系方式", "电话", "联系\n电话"),
        "ended": ("备注", "备  注", "说明"),
    },
    "households": {
        "deputy": ("代表姓名", "人大代表", "联系代表", "代表"),
        "head": ("户主姓名", "户主", "联系户姓名", "联系户户主"),
        "addr": ("住址", "家庭住址", "地址", "详细地址"),
        "phone": ("联系电话", "手机号码", "户主电话", "电话"),
        "people": ("家庭人口", "人口", "家庭人口数", "家庭人数"),
        "kind": ("户别", "类别", "家庭类型"),
        "since": ("确定时间", "结对时间", "确定日期"),
    },
    "stations": {
        "name": ("联络站名称", "联络站", "站点名称", "站名"),
        "town": ("所属乡镇", "乡镇", "所在乡镇"),
        "addr": ("地址", "地点", "详细地址"),
        "head": ("站长", "负责人", "站长姓名"),
        "officer": ("联络员", "联络员姓名", "专职联络员"),
        "officer_job": ("联络员职务", "职务"),
        "officer_phone": ("联络员电话", "联系电话", "联络员手机号码"),
        "deputies": ("进站代表", "驻站代表", "入站代表名单"),
        "day": ("接待时间", "接访时间", "接待日"),
    },
    "ledger": {
        "date": ("日期", "走访日期", "联系日期", "时间", "活动时间"),
        "deputy": ("代表", "代表姓名", "人大代表"),
        "who": ("联系对象", "走访对象", "联系户", "联系群众"),
        "way": ("方式", "联系方式", "活动形式", "联系形式"),
        "place": ("地点", "走访地点", "活动地点"),
        "text": ("内容", "联系内容", "主要内容", "情况记录"),
    },
    "petitions": {
        "date": ("登记日期", "来访日期", "接访时间", "日期"),
        "visitor": ("来访人", "来访群众", "来访人姓名", "反映人"),
        "phone": ("联系电话", "手机号码", "联系方式"),
        "addr": ("住址", "家庭住址"),
        "station": ("联络站", "联络站名称", "接访地点", "所属联络站"),
        "deputy": ("接访代表", "接待代表", "代表姓名"),
        "text": ("反映的主要问题", "反映问题", "主要诉求", "反映的问题及建议"),
        "category": ("类别", "问题类别", "问题类型"),
        "outcome": ("处理意见", "办理方式", "拟办意见", "处理情况"),
        "dept": ("承办单位", "责任单位", "办理部门"),
        "replied": ("答复日期", "答复时间", "办结时间", "反馈日期"),
        "rating": ("群众评价", "满意度", "群众满意度"),
    },
}
TITLES = {
    "roster": "清源县第十八届人民代表大会代表花名册",
    "households": "清源县人大代表定点联系户登记表",
    "stations": "清源县人大代表联络站一览表",
    "ledger": "清源县2026年人大代表联系选民活动台账",
    "petitions": "清源县2026年度人大代表接访登记汇总表",
}


@dataclass
class Expected:
    """What must come out of the workbooks."""

    deputies: list = field(default_factory=list)
    households: list = field(default_factory=list)
    stations: list = field(default_factory=list)
    visits: list = field(default_factory=list)
    petitions: list = field(default_factory=list)
    rejected: Counter = field(default_factory=Counter)
    problems: set = field(default_factory=set)


def write(folder: Path, seed: int) -> Expected:
    """Write the five workbooks of one messy county into ``folder``."""
    return _Office(folder, random.Random(seed)).write()


class _Office:
    def __init__(self, folder, rng):
        self.folder = folder
        self.rng = rng
        self.expected = Expected()
        truth = json.loads((DEMO / "truth.json").read_text("utf-8"))
        self.deputies = [d for d in truth["deputies"] if d["town"] in TOWNS]
        self.lost = rng.choice([d["name"] for d in self.deputies if d["ended"]])
        names = {d["name"] for d in self.deputies}
        self.households = [h for h in truth["households"] if h["deputy"] in names]
        self.stations = [s for s in truth["stations"] if s["town"] in TOWNS]
        self.visits = [v for v in truth["visits"] if v["deputy"] in names][:400]
        self.petitions = [p for p in truth["petitions"] if p["deputy"] in names]

    def write(self) -> Expected:
        self._roster()
        self._households()
        self._stations()
        self._ledger()
        self._petitions()
        return self.expected

    # -- how one value may be written

    def name(self, name):
        gap = self.rng.choice(("", "", "　", " ", "  ", "\u00a0"))
        return gap.join(name) if len(name) == 2 else name + self.rng.choice(("", "", " "))

    def phone(self, phone):
        if not phone:
            return self.rng.choice((None, "无", "—", "/"))
        ways = (
            phone,
            int(phone),
            f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
            f"{phone[:3]} {phone[3:7]} {phone[7:]}",
            phone.translate({48 + n: 0xFF10 + n for n in range(10)}),
            f" {phone}　",
        )
        return self.rng.choice(ways)

    def day(self, iso, year_needed=False):
        on = date.fromisoformat(iso)
        ways = [
            datetime(on.year, on.month, on.day),
            iso,
            f"{on.year}.{on.month}.{on.day}",
            f"{on.year}/{on.month:02d}/{on.day:02d}",
            f"{on.year}年{on.month}月{on.day}日",
            f"{on:%Y%m%d}",
            f"{on.year - 2000}.{on.month}.{on.day}",
            iso.translate({48 + n: 0xFF10 + n for n in range(10)} | {45: 0xFF0D}),
            f"{on.year}年{on.month}月{on.day}日（星期{'一二三四五六日'[on.weekday()]}）",
        ]
        if not year_needed and on.year == 2026:
            ways += [f"{on.month}月{on.day}日", f"{on.month}.{on.day}", f"{on.month}月{on.day}号"]
        return self.rng.choice(ways)

    def month(self, iso):
        on = date.fromisoformat(iso)
        ways = (
            f"{on.year}.{on.month:02d}",
            f"{on.year}-{on.month:02d}",
            f"{on.year}年{on.month}月",
            f"{on:%Y%m}",
            int(f"{on:%Y%m}"),
            datetime(on.year, on.month, 1),
        )
        return self.rng.choice(ways)

    def district(self, number):
        tens, ones = divmod(number, 10)
        digits = " 一二三四五六七八九"
        words = ("十" if tens == 1 else f"{digits[tens]}十" if tens else "") + (digits[ones] if ones else "")
        wide = str(number).translate({48 + n: 0xFF10 + n for n in range(10)})
        return self.rng.choice(
            (f"第{words}选区", f"第{number}选区", f"第 {number} 选区", f"{number}选区", number, f"第{wide}选区")
        )

    # -- one sheet

    def sheet(self, kind, book=None):
        book = book or openpyxl.Workbook()
        return _Sheet(self, kind, book, book.active)

    def reject(self, kind, sheet, row, code):
        self.expected.rejected[kind] += 1
        self.expected.problems.add((sheet.file, row, code))

    # -- the five workbooks

    def _roster(self):
        sheet = self.sheet("roster")
        carried = self.rng.choice((False, True))
        before = None
        for d in self.deputies:
            cells = {k: d[k] for k in ("sex", "nation", "party", "edu", "job")}
            cells |= {
                "name": self.name(d["name"]),
                "born": self.month(d["born"]),
                "district": self.district(d["district"]),
            }
            cells |= {"town": d["town"], "group": d["group"], "ended": d["ended"]}
            cells["phone"] = self.phone("" if d["phone_missing"] else d["phone"])
            if carried and before and d["name"] != self.lost:
                same = before["town"] == d["town"]
                cells |= {k: None for k in ("town", "group") if same}
                cells |= {"district": None} if before["district"] == d["district"] else {}
            if d["name"] == self.lost:
                cells["district"] = "待定"
                self.reject("deputies", sheet, sheet.add(cells), "not_a_district")
                before = None
                continue
            row = sheet.add(cells)
            before = d
            kept = {**d, "phone": "" if d["phone_missing"] else d["phone"]}
            if self.rng.random() < 0.06 and not carried:
                sheet.again(row)
            self.expected.deputies.append(kept)
        sheet.footer("合计", f"{len(self.deputies)}人")
        sheet.footer("填表人：张三", "审核人：李四")
        sheet.save("1 代表名单.xlsx")

    def _households(self):
        sheet = self.sheet("households")
        how = self.rng.choice(("merged", "carried", "full", "ditto"))
        before = None
        for h in self.households:
            cells = {k: h[k] for k in ("addr", "kind")}
            cells |= {"deputy": self.name(h["deputy"]), "head": self.name(h["head"]), "phone": self.phone(h["phone"])}
            cells |= {
                "people": self.rng.choice((h["people"], f"{h['people']}人")),
                "since": self.day(h["since"], not sheet.has_year),
            }
            bad = h["deputy"] != self.lost and self.rng.random() < 0.03
            if bad:
                cells["phone"] = "1991234"
            same = before == h["deputy"]
            if same and how in ("merged", "carried"):
                cells["deputy"] = None
            elif same and how == "ditto":
                cells["deputy"] = self.rng.choice(("〃", "同上"))
            row = sheet.add(cells)
            if same and how == "merged":
                sheet.merge_with_above("deputy", row)
            before = h["deputy"]
            if h["deputy"] == self.lost:
                self.reject("households", sheet, row, "unknown_deputy")
                continue
            if bad:
                self.expected.problems.add((sheet.file, row, "not_a_phone"))
            self.expected.households.append({**h, "phone": "" if bad else h["phone"] or ""})
        sheet.save("2 联系户.xlsx")

    def _stations(self):
        sheet = self.sheet("stations")
        for s in self.stations:
            cells = {k: s[k] for k in ("name", "town", "addr", "officer_job", "day")}
            cells |= {"head": self.name(s["head"]), "officer": self.name(s["officer"])}
            cells |= {"officer_phone": self.phone(s["officer_phone"])}
            cells["deputies"] = self.rng.choice(("、", "，", " ", "\n", ";")).join(s["deputies"])
            row = sheet.add(cells)
            if self.lost in s["deputies"]:
                self.expected.problems.add((sheet.file, row, "unknown_deputy"))
            self.expected.stations.append({**s, "deputies": [d for d in s["deputies"] if d != self.lost]})
        sheet.save("3 站点.xlsx")

    def _ledger(self):
        sheet = self.sheet("ledger")
        merged = self.rng.random() < 0.5
        before = None
        for v in self.visits:
            way, kind = WAYS[v["way"]]
            cells = {"deputy": self.name(v["deputy"]), "who": self.name(v["who"]), "way": way}
            cells |= {"place": v["place"], "text": v["text"], "date": self.day(v["date"])}
            under = merged and before == v["date"]
            row = sheet.add(cells | ({"date": None} if under else {}))
            if under:
                sheet.merge_with_above("date", row)
            before = v["date"]
            if self.rng.random() < 0.02 and not merged:
                sheet.again(row)
            self.expected.visits.append({**v, "way": way, "kind": kind})
            if self.rng.random() < 0.02:
                self._bad_contact(sheet, cells)
                before = None
        sheet.save("4 台账.xlsx")

    def _bad_contact(self, sheet, cells):
        change, code = self.rng.choice(
            (
                ({"date": "2026-02-30"}, "impossible_day"),
                ({"date": "3月上旬"}, "not_a_day"),
                ({"deputy": "查无此人"}, "unknown_deputy"),
                ({"who": None}, "missing"),
            )
        )
        self.reject("visits", sheet, sheet.add({**cells, "date": "2026-03-05", **change}), code)

    def _petitions(self):
        sheet = self.sheet("petitions")
        for p in self.petitions:
            words = self.rng.choice(OUTCOMES[p["outcome"]])
            cells = {k: p[k] for k in ("addr", "category", "text", "station", "deputy")}
            cells |= {"date": self.day(p["date"]), "visitor": self.name(p["visitor"]), "phone": self.phone(p["phone"])}
            cells |= {"outcome": words, "dept": p["dept"] or None, "rating": p["rating"]}
            cells["replied"] = self.day(p["replied"]) if p["replied"] else None
            early = p["replied"] and self.rng.random() < 0.05
            if early:
                cells["replied"] = "2025-12-31"
            strange = self.rng.random() < 0.03
            if strange:
                cells["station"] = "不存在的联络站"
            row = sheet.add(cells)
            if p["deputy"] == self.lost and not strange:
                self.reject("petitions", sheet, row, "unknown_deputy")
                if early:
                    self.expected.problems.add((sheet.file, row, "reply_before_registration"))
                continue
            if early:
                self.expected.problems.add((sheet.file, row, "reply_before_registration"))
            if strange:
                self.reject("petitions", sheet, row, "unknown_station")
                continue
            self.expected.petitions.append({**p, "words": words, "replied": None if early else p["replied"]})
        sheet.save("5 接访.xlsx")


class _Sheet:
    """One sheet in the making: its columns in their own order under their own headers."""

    def __init__(self, office, kind, book, ws):
        self.office, self.book, self.ws = office, book, ws
        rng = office.rng
        self.file = ""
        self.left = rng.choice((1, 1, 2))
        keys = list(HEADERS[kind])
        rng.shuffle(keys)
        keys = ["no", *keys]
        for _n in range(rng.choice((0, 0, 1, 2))):
            keys.insert(rng.randrange(1, len(keys) + 1), f"extra{len(keys)}")
        self.columns = {key: self.left + n for n, key in enumerate(keys)}
        self._head(kind, rng)
        self.n = 0
        self.last = {}
        self._problems = []

    def _head(self, kind, rng):
        width = self.left + len(self.columns) - 1
        ws = self.ws
        ws.cell(1, self.left, TITLES[kind])
        ws.merge_cells(start_row=1, end_row=1, start_column=self.left, end_column=width)
        above = [("填报单位：清源县人大常委会办公室", "2026年11月"), (None, None), ("（内部资料，注意保存）", None)]
        lines = above[: rng.choice((0, 1, 2, 3))]
        self.has_year = bool(lines) or "2026" in TITLES[kind]
        for one, two in lines:
            row = ws.max_row + 1 if one or two else ws.max_row + 2
            if one:
                ws.cell(row, self.left, one)
            if two:
                ws.cell(row, width, two)
        self.header = ws.max_row + 1
        self.row = self.header
        two_rows = rng.random() < 0.3
        for key, column in self.columns.items():
            header = (
                "序号" if key == "no" else "附记" + key if key.startswith("extra") else rng.choice(HEADERS[kind][key])
            )
            ws.cell(self.header, column, header)
            if two_rows:
                ws.merge_cells(start_row=self.header, end_row=self.header + 1, start_column=column, end_column=column)
        self.row += two_rows

    def add(self, cells) -> int:
        """Write a row of cells by key; returns its number on the sheet."""
        self.row += 1
        if self.office.rng.random() < 0.01:
            self.row += 1
        self.n += 1
        self.ws.cell(self.row, self.columns["no"], self.n)
        for key, value in cells.items():
            self.ws.cell(self.row, self.columns[key], value)
        self.last = cells
        return self.row

    def again(self, row):
        """Paste the last row once more: it is named and counted once."""
        self._problems.append((self.add(self.last), "duplicate"))

    def merge_with_above(self, key, row):
        column = self.columns[key]
        above = next(
            (
                m
                for m in self.ws.merged_cells.ranges
                if m.min_col == column == m.max_col and m.max_row >= self._above(row)
            ),
            None,
        )
        first = above.min_row if above and above.max_row == self._above(row) else self._above(row)
        if above and above.max_row == self._above(row):
            self.ws.unmerge_cells(above.coord)
        self.ws.merge_cells(start_row=first, end_row=row, start_column=column, end_column=column)

    def _above(self, row):
        """The row of data above, past a blank one."""
        return row - 1 if self.ws.cell(row - 1, self.columns["no"]).value else row - 2

    def footer(self, *texts):
        self.row += 1
        for n, text in enumerate(texts):
            self.ws.cell(self.row, self.left + n * 2, text)

    def save(self, name):
        extra = self.book.create_sheet("说明")
        extra.sheet_state = "hidden"
        extra["A1"] = "本表由各乡镇填报"
        self.book.create_sheet("Sheet3")
        expected = self.office.expected
        expected.problems = {(name if file == "" else file, row, code) for file, row, code in expected.problems}
        expected.problems |= {(name, row, code) for row, code in self._problems}
        self.book.save(self.office.folder / name)
