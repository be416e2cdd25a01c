"""Papers as PDF: A4, every sign as it was written, fonts in the file, and a clear word when one cannot be made."""

import errno
import os
import resource
import shutil
import signal
import subprocess

import pytest
import typst

from office import pdf, whole_files
from tests.papers import edges, fonts, info, lines, pages

LETTER = {
    "title": "关于办理01〔2026〕0001号来访事项的函",
    "sender": "东山镇人大",
    "number": "01〔2026〕0001",
    "to": "东山镇人民政府：",
    "parts": [["h", "一、交办事项"], ["p", "路面积水，请整治。"]],
    "day": "2026年3月18日",
    "stamp": "（盖章）",
}


def letter(words, **more) -> bytes:
    return pdf.render("letter", {**LETTER, **more, "parts": [["p", words]]})


def test_a_letter_is_one_a4_page_in_the_archive_format_with_its_fonts_in_it():
    content = pdf.render("letter", LETTER)
    assert (info(content)["Pages"], info(content)["Page size"]) == ("1", "595.276 x 841.89 pts (A4)")
    assert b"pdfaid" in content
    assert [line[-5] for line in fonts(content)] == ["yes", "yes"]


def test_what_people_wrote_is_never_read_as_markup():
    words = '#set page(height: 1cm) *粗* _斜_ $x$ `码` @引 <标> \\ // 注 = 题 "引号" #{1+1}'
    assert "".join(words.split()) in pages(letter(words))[0]


def test_rare_characters_of_names_are_printed():
    assert "代表䶮㛃喆𬭎来站接待。" in pages(letter("代表䶮㛃喆𬭎来站接待。"))[0]


def test_a_sign_that_no_font_has_and_one_that_cannot_be_printed_spoil_no_paper():
    assert "已经办好" in pages(letter("已\x00经办\x1b好🙂"))[0]


def test_four_thousand_signs_without_a_blank_stay_inside_the_text_block():
    right, bottom = edges(letter("x" * 4000))
    assert (right <= 28 + 156.5, bottom <= 297 - 20) == (True, True)


def test_a_long_letter_has_twenty_two_lines_a_page_and_numbers_from_the_second_on():
    content = letter("\n".join(f"第{n}行" for n in range(1, 60)))
    read = pages(content)
    assert ["—1—" in read[0], "—2—" in read[1], "—3—" in read[2]] == [False, True, True]
    assert len([line for line in lines(content)[1] if "行" in line]) == 22


def test_copies_count_their_own_pages():
    content = letter("\n".join(f"第{n}行" for n in range(1, 30)), copies=3)
    assert (info(content)["Pages"], "".join(pages(content)).count("—2—")) == ("6", 3)


@pytest.mark.parametrize(
    ("source", "words"),
    [("#set text(font: ", "unclosed"), ('#import "page.typ": *\n#data.nothing', "nothing"), ("#panic(1)", "panick")],
)
def test_a_broken_template_is_named_with_what_is_wrong(settings, tmp_path, source, words):
    (tmp_path / "page.typ").write_bytes((settings.PAPER_TEMPLATES / "page.typ").read_bytes())
    (tmp_path / "letter.typ").write_text(source)
    settings.PAPER_TEMPLATES = tmp_path
    with pytest.raises(pdf.PaperRefused, match="letter") as refused:
        pdf.render("letter", LETTER)
    assert words in str(refused.value)


def test_a_template_that_is_not_there_is_named():
    with pytest.raises(pdf.PaperRefused, match="“nowhere”"):
        pdf.render("nowhere", {})


def test_a_missing_font_is_named_before_anything_is_printed(monkeypatch):
    nothing = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[])
    monkeypatch.setattr(pdf, "_fonts", lambda own: nothing)
    with pytest.raises(pdf.PaperRefused, match="Noto Serif SC、Noto Sans SC"):
        pdf.render("letter", LETTER)


def test_the_offices_own_fonts_come_first_where_there_are_some(monkeypatch):
    class Own:
        def families(self):
            return ["FangSong_GB2312", "Noto Sans SC", "Noto Serif SC"]

    monkeypatch.setattr(pdf, "_fonts", lambda own: Own())
    assert (pdf.faces()["fang"], pdf.faces()["hei"]) == (["FangSong_GB2312", "Noto Serif SC"], ["Noto Sans SC"])


def _machine_has(sign) -> bool:
    asked = ["fc-list", f":charset={ord(sign):x}"]
    return bool(shutil.which("fc-list") and subprocess.run(asked, capture_output=True, check=True).stdout)


@pytest.mark.skipif(not _machine_has("𠮷"), reason="needs a font with this sign")
def test_a_rare_sign_of_a_name_comes_from_a_font_of_the_machine_and_stands_in_the_archive_format():
    rare, plain = (pdf.render("letter", {**LETTER, "to": f"{name}："}) for name in ("𠮷田", "吉田"))
    assert (pages(rare)[0].count("𠮷田："), b"pdfaid" in rare) == (1, True)
    assert len(fonts(rare)) == len(fonts(plain)) + 1


def test_a_folder_of_fonts_that_is_not_there_does_no_harm(settings, tmp_path):
    settings.FONT_DIRS = [str(tmp_path / "none")]
    assert pdf.render("letter", LETTER)[:5] == b"%PDF-"


def test_a_file_that_does_not_fit_leaves_the_old_one_and_nothing_beside_it(tmp_path):
    out = tmp_path / "letter.pdf"
    out.write_bytes(b"before")
    limit, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, limit[1]))
    try:
        with pytest.raises(whole_files.Unwritable, match=str(whole_files.REASONS[errno.EFBIG])):
            whole_files.write(out, b"x" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)
    assert ([one.name for one in tmp_path.iterdir()], out.read_bytes()) == (["letter.pdf"], b"before")


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path):
    held, link, pipe = tmp_path / "held.pdf", tmp_path / "link.pdf", tmp_path / "pipe"
    held.write_bytes(b"before")
    link.symlink_to(held)
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    try:
        for out in (link, pipe):
            whole_files.write(out, b"after")
        assert os.read(reader, 9) == b"after"
    finally:
        os.close(reader)
    assert (link.is_symlink(), held.read_bytes(), pipe.is_fifo()) == (True, b"after", True)


@pytest.mark.parametrize(("name", "code"), [("no/such.pdf", errno.ENOENT), (".", errno.EISDIR)])
def test_a_place_that_cannot_be_written_is_named(tmp_path, name, code):
    with pytest.raises(whole_files.Unwritable, match=str(whole_files.REASONS[code])):
        whole_files.write(tmp_path / name, b"x")
