"""``make screenshots``: every page at both widths into one folder, with an index page."""

import shutil
import sys
import tempfile
import time
from html import escape
from pathlib import Path

from tests.pages import site
from tests.pages.walk import HEIGHTS, looks, walk

HEAD = """<!doctype html><html lang="zh-hans"><meta charset="utf-8"><title>Pages</title><style>
body { font: 16px/1.5 sans-serif; margin: 2rem; color: #222; background: #f4f4f4 }
h2 { margin-top: 3rem } nav a { margin-right: 1rem }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(460px, 1fr)); gap: 1.5rem }
figure { margin: 0; padding: 1rem; background: #fff; border-radius: 6px }
figcaption small { color: #666; display: block; overflow-wrap: anywhere }
.two { display: flex; gap: 1rem; align-items: start; margin-top: .5rem }
img { display: block; object-fit: cover; object-position: top; border: 1px solid #ddd; height: 240px }
.w390 { width: 110px } .w1440 { width: 300px } .fault { color: #a00 }
</style>"""


def picture_of(look) -> str:
    """Where a page's picture lies in the folder."""
    return f"{look.person}/{look.name.replace(':', '-').strip('/').replace('/', '_')}-{look.width}.jpg"


def photograph(base, found, folder) -> list:
    """A picture of every page at every width."""
    for person in found:
        (folder / person).mkdir(parents=True, exist_ok=True)

    async def do(page, look):
        await page.screenshot(path=folder / picture_of(look), full_page=True, type="jpeg", quality=70)

    return walk(base, found, looks(found), do)


def index_of(found, seen) -> str:
    """The page with a small picture of every page, by person."""
    links = " ".join(f'<a href="#{person}">{person}</a>' for person in found)
    parts = [HEAD, f"<h1>{len(seen)} pictures</h1><nav>{links}</nav>"]
    for person, about in found.items():
        parts.append(f'<h2 id="{person}">{person} <small>{about["role"]}</small></h2><main>')
        parts += [
            _figure(page, [s for s in seen if (s.person, s.path) == (person, page["path"])]) for page in about["pages"]
        ]
        parts.append("</main>")
    return "\n".join(parts)


def _figure(page, seen):
    pictures = "".join(
        f'<a href="{picture_of(look)}"><img class="w{look.width}" src="{picture_of(look)}" loading="lazy"'
        f' alt="{look.width} px"></a>'
        for look in seen
    )
    faults = "".join(f'<small class="fault">{look.width} px: {escape(f)}</small>' for look in seen for f in look.faults)
    name = f"{escape(page['title'])}<small>{escape(page['name'])} · {escape(page['path'])}</small>"
    return f'<figure><figcaption>{name}{faults}</figcaption><div class="two">{pictures}</div></figure>'


def main(folder):
    began = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        print("demo county …", flush=True)
        found = site.build(Path(place))
        with site.served(Path(place)) as base:
            print(f"pictures, after {time.monotonic() - began:.0f} s …", flush=True)
            seen = photograph(base, found, folder)
    (folder / "index.html").write_text(index_of(found, seen), "utf-8")
    for look in seen:
        for fault in look.faults:
            print(f"{look}: {fault}")
    pages = sum(len(about["pages"]) for about in found.values())
    took = time.monotonic() - began
    print(f"{pages} pages at {' and '.join(map(str, HEIGHTS))} px in {took:.0f} s: {folder}/index.html")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/screenshots"))
