"""Reading what was printed: the text of a PDF, its pages and their size (needs poppler-utils)."""

import shutil
import subprocess

import pytest


def _asked(*command, content) -> str:
    if not shutil.which(command[0]):
        pytest.skip("needs poppler-utils")
    return subprocess.run([*command], input=content, capture_output=True, check=True).stdout.decode()


def info(content: bytes) -> dict:
    lines = _asked("pdfinfo", "-", content=content).splitlines()
    return {key: value.strip() for key, value in (line.split(":", 1) for line in lines if ":" in line)}


def pages(content: bytes) -> list[str]:
    """The text of each page, without blanks and line breaks: a line ends where the paper does."""
    found = _asked("pdftotext", "-raw", "-", "-", content=content).split("\f")[:-1]
    return ["".join(page.replace("\u200b", "").split()) for page in found]


def lines(content: bytes) -> list[list[str]]:
    """The lines of each page as they stand on it."""
    found = _asked("pdftotext", "-layout", "-", "-", content=content).split("\f")[:-1]
    return [[line for line in page.splitlines() if line.strip()] for page in found]


def fonts(content: bytes) -> list[list[str]]:
    return [line.split() for line in _asked("pdffonts", "-", content=content).splitlines()[2:]]


def edges(content: bytes) -> tuple[float, float]:
    """How far right and how far down the words of a PDF reach, in millimetres."""
    boxes = _asked("pdftotext", "-bbox", "-", "-", content=content)
    reach = [max(float(part.split('"')[1]) for part in boxes.split(f"{edge}=")[1:]) for edge in ("xMax", "yMax")]
    return tuple(points / 72 * 25.4 for points in reach)


def sizes(content: bytes) -> list[str]:
    """The size of each page, in points."""
    told = _asked("pdfinfo", "-f", "1", "-l", "9999", "-", content=content).splitlines()
    shown = [line.split(":")[1].split("pts")[0] for line in told if line.startswith("Page ") and "size" in line]
    return ["".join(size.split()) for size in shown]
