"""A duty report made by hand, of every kind of part that one may have."""

from datetime import date
from types import SimpleNamespace

from office.sheets import Head, Ident, Table, Tenths


def figure(key, label, value, before=None, records="visit", ids=(), share=False):
    number = Tenths if share else int
    now, was = (None if one is None else number(one) for one in (value, before))
    gap = None if now is None or was is None else int(now) - int(was)
    return SimpleNamespace(
        key=key, label=label, value=now, before=was, clause="D1-3①b", records=records, ids=ids, is_share=share,
        difference=gap,
    )  # fmt: skip


def table(name, columns, rows, notes=("期间",), **more):
    heads = [Head("序号"), Head("代表"), *(Head(f"第{n}栏") for n in range(1, columns - 1))]
    lines = [[Ident(n), f"代表{n}", *range(columns - 2)] for n in range(1, rows + 1)]
    return Table(name, name, heads, lines, notes, fixed=2, **more)


def section(key, title, sentences=(), figures=(), tables=(), chart=None):
    return SimpleNamespace(
        key=key, title=title, clauses=("D1-3①b",), sentences=list(sentences), figures=list(figures),
        tables=list(tables), chart=chart,
    )  # fmt: skip


def chart():
    series = [SimpleNamespace(name="次数", values=list(range(12)))]
    return SimpleNamespace(kind="bars", title="各月联系次数", labels=[f"{n}月" for n in range(1, 13)], series=series)


def document(kind="county", *, rows=40, name="试验县"):
    months = tuple(f"{deputy}:2026-{month:02d}" for deputy in (3, 4, 9) for month in range(1, 13))
    contacts = [
        figure("contacts", "联系选民次数", 126, 118, ids=(3, *range(5, 130))),
        figure("owed", "应当联系的月份", 36, 36, "deputy_month", months),
        figure("share.met", "完成率", 955, 960, share=True),
        figure("none", "没有记录的项目", 0, None),
    ]
    cases = [[Ident(1), "路灯亮了", "群众反映路灯不亮，三天修好。"], [Ident(2), "自来水<通>了", "一户&一户接通。"]]
    sections = [
        section("contacts", "联系选民", ["40名代表共联系选民126次。", "上年同期118次。"], contacts,
                [table("履职总表", 20, rows, sums=[None, "合计", *range(18)])], chart()),
        section("petitions", "来访事项", ["接待来访12件。"],
                [figure("petitions", "接待来访", 12, None, "petition", (1, 2, 7))], [table("按乡镇统计", 5, 3)]),
        section("missing", "尚缺事项", ["没有尚缺的事项。"]),
        section("cases", "典型案例", tables=[Table("典型案例", "", [Head("序号"), Head("标题"), Head("经过")], cases)]),
    ]  # fmt: skip
    return SimpleNamespace(
        subject=SimpleNamespace(kind=kind, name=name), first=date(2026, 1, 1), last=date(2026, 12, 31),
        on=date(2026, 12, 31), title=f"{name}2026年度人大代表履职情况报告", sections=sections, fingerprint="3f1a" * 16,
        section=lambda key: next((one for one in sections if one.key == key), None),
    )  # fmt: skip
