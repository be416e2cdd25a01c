"""What is wrong with a page that somebody has before them, who may see or hear it differently and reads Chinese."""

import re

from axe_playwright_python.base import AXE_SCRIPT

AXE = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
SERIOUS = ("serious", "critical")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
WORDS = """(() => {
  const words = [document.title];
  const none = 'script, style, noscript, .material-symbols-outlined, [lang=en], [translate=no], code, textarea';
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    if (!node.parentElement.closest(none))
      words.push(node.nodeValue);
  for (const about of ['title', 'placeholder', 'aria-label', 'alt', 'data-confirm'])
    for (const element of document.querySelectorAll(`[${about}]:not(.simplebar-content-wrapper)`))
      words.push(element.getAttribute(about));
  for (const button of document.querySelectorAll('input[type=submit], input[type=button], input[type=reset]'))
    words.push(button.value);
  return words.map((text) => text.trim()).filter(Boolean);
})()"""


async def barriers(page) -> list[str]:
    """What axe-core calls serious or critical, with the elements it means."""
    await page.evaluate(AXE_SCRIPT)
    found = await page.evaluate("(options) => axe.run(document, options)", AXE)
    return [
        f"{fault['id']}: {' '.join(map(str, node['target']))}"
        for fault in found["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]


async def english(page, known) -> list[str]:
    """The English words of the page; what stands in ``known`` is none."""
    texts = await page.evaluate(WORDS)
    return sorted({word for text in texts for word in ENGLISH.findall(text) if word.lower() not in known})


FOCUS = """(() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const box = element.getBoundingClientRect();
  const outlined = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  };
  const around = [element.parentElement, element.nextElementSibling, ...(element.labels || [])].filter(Boolean);
  const words = `${element.tagName.toLowerCase()} ${element.id || element.textContent.trim().slice(0, 20)}`;
  return {
    words,
    place: [...document.querySelectorAll('*')].indexOf(element),
    shown: getComputedStyle(element).boxShadow !== 'none' || [element, ...around].some(outlined),
    inside: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
  };
})()"""
MOST_STOPS, STOPS_OF_A_FIELD = 400, 5
"""A field for a date is stopped at once for the year, the month, the day and its calendar."""


async def snags_of_keys(page) -> list[str]:
    """Where the Tab key stops: on nothing to be seen, on something that does not show it, or for ever."""
    await page.evaluate("document.activeElement.blur()")
    faults, places = [], []
    for _n in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(FOCUS)
        if stop is None or (places and stop["place"] == places[0]):
            return faults + ([] if places else ["nothing can be reached"])
        if places[-STOPS_OF_A_FIELD:] == [stop["place"]] * STOPS_OF_A_FIELD:
            return [*faults, f"the focus stays on {stop['words']}"]
        again = places[-1:] == [stop["place"]]
        places.append(stop["place"])
        faults += [
            f"{stop['words']} {fault}"
            for fault, fine in (
                ("does not show that it has the focus", stop["shown"]),
                ("has the focus and cannot be seen", stop["inside"]),
            )
            if not (fine or again)
        ]
    return [*faults, "the way through has no end"]
