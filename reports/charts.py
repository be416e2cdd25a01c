"""Charts as SVG made on the server: no script, no style sheet of their own; the colours stand on each shape.

The shapes are told apart without colour too (light, dark, hatched, empty), so that they are read on a grey print. A
value may carry the address of what it was counted from.
"""

import sys
from collections.abc import Sequence
from typing import NamedTuple

import pygal
from django.utils.safestring import SafeString, mark_safe
from pygal.etree import etree
from pygal.style import Style

from office.sheets import width_of

# The library hangs an importer for its old maps into Python, in a way that Python 3.11 warns of at every later import.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]

INK, SOFT, RULE = "#1d2329", "#59636e", "#dde1e6"
SIZE = 13
"""Of the text in a chart, in its own pixels."""
WIDTH = 760
_ROW = 42
_NEVER = ("defs", "title", "desc")


class Look(NamedTuple):
    """How one series is drawn: its fill and outline; ``hatched`` gives the fill stripes of the outline's colour."""

    fill: str
    line: str
    hatched: bool = False


BEFORE = Look("#e9cfcc", "#a61b1b")
NOW = Look("#a61b1b", "#841414")
GOOD = Look("#bcd9c6", "#1a6b3c")
SLOW = Look("#fff4dd", "#8a5300", hatched=True)
BAD = Look("#a61b1b", "#841414")
OPEN = Look("#ffffff", "#59636e")


class Series(NamedTuple):
    """One row of values under the labels, None where there is none; ``links`` are the addresses behind them."""

    name: str
    values: Sequence
    look: Look
    links: Sequence = ()


def bars(key: str, title: str, labels: Sequence[str], series: Sequence[Series], *, width=WIDTH) -> SafeString:
    """Standing bars, one group a label, with the value above each."""
    chart = pygal.Bar(**_settings(height=300, width=width, print_values_position="top"))
    return _drawn(chart, key, title, labels, series, _whole)


def curves(key: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Lines of percentages from 0 to 100; a gap where there is no value."""
    chart = pygal.Line(**_settings(height=280, range=(0, 100), allow_interruptions=True, dots_size=4))
    return _drawn(chart, key, title, labels, series, _percent)


def rows(
    key: str, title: str, labels: Sequence[str], series: Sequence[Series], *, percent=False, width=WIDTH
) -> SafeString:
    """Lying bars, one row a label from above, the series beside each other."""
    more = {"range": (0, 100)} if percent else {}
    chart = pygal.HorizontalBar(
        **_lying(labels, len(series), print_values_position="top", margin_right=60, width=width, **more)
    )
    return _drawn(chart, key, title, *_from_above(labels, series), _percent if percent else _whole)


def stacks(key: str, title: str, labels: Sequence[str], series: Sequence[Series], *, width=WIDTH) -> SafeString:
    """Lying bars, one row a label from above, the series behind each other in it."""
    chart = pygal.HorizontalStackedBar(**_lying(labels, 1, width=width))
    return _drawn(chart, key, title, labels[::-1], [_turned(one) for one in series], _whole)


def _settings(**more) -> dict:
    style = Style(label_font_size=SIZE, major_label_font_size=SIZE, legend_font_size=SIZE, value_font_size=SIZE)
    fixed = {
        "width": WIDTH,
        "style": style,
        "css": [],
        "js": [],
        "no_prefix": True,
        "title": None,
        "no_data_text": "–",
        "margin_top": 12,
    }
    shown = {"print_values": True, "legend_at_bottom": True, "legend_at_bottom_columns": 4, "legend_box_size": 14}
    return {**fixed, **shown, "margin_bottom": 30, "max_scale": 8, "truncate_legend": -1, "truncate_label": -1, **more}


def _lying(labels, in_a_row, **more) -> dict:
    # The library takes every sign for a narrow one; Chinese signs are twice as wide.
    lacking = max((width_of(label) * 0.5 - len(label) * 0.6 for label in labels), default=0)
    height = 90 + len(labels) * (_ROW if in_a_row > 1 else 30)
    return _settings(height=height, margin_left=20 + max(0, int(lacking * SIZE)), **more)


def _from_above(labels, series):
    """The library draws the first row at the bottom, and of each row the first series too."""
    return labels[::-1], [_turned(one) for one in series][::-1]


def _turned(one: Series) -> Series:
    return one._replace(values=one.values[::-1], links=one.links[::-1])


def _drawn(chart, key, title, labels, series, in_words) -> SafeString:
    chart.x_labels, chart.show_legend = list(labels), len(series) > 1
    chart.value_formatter = chart.config.value_formatter = in_words
    for one in series:
        chart.add(one.name, [_value(one, n) for n in range(len(labels))])
    chart.add_xml_filter(lambda root: _plain(root, key, title, [one.look for one in series]))
    return mark_safe(chart.render(is_unicode=True, disable_xml_declaration=True))  # noqa: S308 (escaped by the library)


def _value(one, n):
    value, link = one.values[n], one.links[n] if one.links else ""
    return {"value": value, "xlink": {"href": link, "target": "_top"}} if link and value is not None else value


def _whole(value) -> str:
    return f"{value:,.0f}" if value else ""


def _percent(value) -> str:
    return f"{value:g}%"


def _plain(root, key, title, looks):
    """Take out whatever runs or styles, then dress each shape by attributes of its own."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag in _NEVER or "tooltip-overlay" in child.get("class", ""):
                parent.remove(child)
    root.attrib.update({"id": key, "role": "group", "aria-labelledby": f"{key}-title", "font-size": str(SIZE)})
    root.insert(0, _patterns(key, looks))
    root.insert(0, _named("title", title, id=f"{key}-title"))
    _dress(root, key, looks)
    return root


def _named(tag, text, **attributes):
    node = etree.Element(tag, attributes)
    node.text = text
    return node


def _patterns(key, looks):
    """Stripes for the hatched ones, under a name that no other chart of the page has."""
    defs = etree.Element("defs")
    for n, look in enumerate(looks):
        if look.hatched:
            size = {"width": "6", "height": "6", "patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
            pattern = etree.SubElement(defs, "pattern", {"id": f"{key}-{n}", **size})
            etree.SubElement(pattern, "rect", {"width": "6", "height": "6", "fill": look.fill})
            etree.SubElement(pattern, "rect", {"width": "2", "height": "6", "fill": look.line})
    return defs


def _dress(node, key, looks, where=frozenset()):
    """Go down the tree, knowing in which groups one is."""
    for child in node:
        inside = where | set(child.get("class", "").split())
        if child.tag in _DRESS:
            _DRESS[child.tag](child, inside, _look_of(inside, looks), key)
        if child.tag != "defs":
            _dress(child, key, looks, inside)


def _look_of(inside, looks):
    number = next((int(name[6:]) for name in inside if name.startswith("color-")), None)
    return None if number is None else (number, looks[number])


def _rect(node, inside, look, key):
    if look is None:
        node.attrib.update({"fill": "none"})
        return
    number, drawn = look
    fill = f"url(#{key}-{number})" if drawn.hatched else drawn.fill
    node.attrib.update({"fill": fill, "stroke": drawn.line, "stroke-width": "1"})


def _path(node, inside, look, key):
    if look:
        # The year before is dashed, so that two lines are told apart without colour.
        dashes = {"stroke-dasharray": "6 4"} if look[1] == BEFORE else {}
        node.attrib.update({"fill": "none", "stroke": look[1].line, "stroke-width": "2", **dashes})
    else:
        across = "axis" in inside and "y" in inside or "always_show" in inside
        node.attrib.update({"fill": "none", "stroke": RULE if across else "none", "stroke-width": "1"})


def _circle(node, inside, look, key):
    if look:
        node.attrib.update({"fill": look[1].fill, "stroke": look[1].line, "stroke-width": "2"})


def _text(node, inside, look, key):
    anchor = "start" if "legend" in inside else "end" if "axis" in inside and "y" in inside else "middle"
    node.attrib.update({"text-anchor": anchor, "fill": SOFT if "axis" in inside else INK})
    if "value" in inside and look and look[1] == BEFORE and "line-graph" in inside:
        node.text = ""  # two lines that cross would write over each other; the table has the numbers
    elif "value" in inside and "line-graph" in inside:
        node.attrib.update({"dy": "-20"})
    if "value" in inside and "horizontalbar-graph" in inside:
        node.attrib.update({"text-anchor": "start", "dx": "6"})
    if "value" in inside:
        # Readable on a dark bar and beside it.
        node.attrib.update({"stroke": "#ffffff", "stroke-width": "3", "paint-order": "stroke"})


def _link(node, inside, look, key):
    # The table beside the chart has the same addresses for the keyboard.
    node.attrib.update({"tabindex": "-1"})


_DRESS = {"rect": _rect, "path": _path, "circle": _circle, "text": _text, "a": _link}
