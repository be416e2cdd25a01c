"""Uploaded files: what is refused, what is kept, and that nothing hidden in a picture survives."""

import io
import subprocess
import sys
import zipfile
import zlib

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from PIL import Image

from office import files, uploads
from office.uploads import CONTENT_TYPES, Refused, clean, clean_photo

SCRIPT = b"<script>alert(document.domain)</script>"
GPS, ORIENTATION = 0x8825, 0x0112


def upload(name, content):
    """As it comes out of a form, but with the name untouched by Django."""
    file = SimpleUploadedFile("x", content)
    file._name = name
    return file


def refused(name, content, by=clean) -> str:
    with pytest.raises(Refused) as refusal:
        by(upload(name, content))
    return str(refusal.value)


def picture(form="JPEG", size=(60, 40), mode="RGB", colour=(200, 30, 30), **more) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form, **more)
    return out.getvalue()


def with_gps(orientation=1):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "照相机厂"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (30.0, 15.0, 1.0)
    return exif


def package(main="word/document.xml", types=b"<Types/>", **members) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": types, main: b"<document/>", **members}.items():
            archive.writestr(name, content)
    return out.getvalue()


def png_header(width, height) -> bytes:
    """A picture that says it is huge and holds a few bytes."""

    def chunk(kind, content):
        return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    )


OTHER = "这里只收图片（jpg、png、webp）、PDF、Word（docx）和 Excel（xlsx）文件。"
NOT_WHAT = "文件内容与文件名的类型不符。请打开后重新保存，再上传。"
PIXELS = "图片超过 4000 万像素。请缩小后再上传。"
DAMAGED = "文件已损坏或有密码保护。请打开后去掉密码重新保存，再上传。"
UNPACKS = "文件解压后过大。请打开后重新保存，再上传。"
MACROS = "文件含有宏。请另存为不含宏的文件，再上传。"


# -- what is kept


@pytest.mark.parametrize(
    ("form", "name", "kind"), [("JPEG", "a.JPG", "jpg"), ("PNG", "a.png", "png"), ("WEBP", "a.webp", "webp")]
)
def test_a_picture_is_drawn_anew_in_its_own_kind(form, name, kind):
    cleaned = clean(upload(name, picture(form)))
    with Image.open(io.BytesIO(cleaned.content)) as drawn:
        assert (drawn.format, drawn.size, cleaned.kind, cleaned.name) == (form, (60, 40), kind, f"a.{kind}")


@pytest.mark.parametrize(("form", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_place_camera_notes_and_a_script_behind_the_picture_are_gone(form, name):
    notes = {"exif": with_gps(), "xmp": b"<x:xmpmeta>116.391 39.907</x:xmpmeta>", "comment": b"116.391"}
    notes = (
        {"exif": notes["exif"]}
        if form == "PNG"
        else {k: v for k, v in notes.items() if form == "JPEG" or k != "comment"}
    )
    foul = picture(form, **notes) + SCRIPT
    with Image.open(io.BytesIO(foul)) as before:
        assert before.getexif().get_ifd(GPS) != {}
    cleaned = clean_photo(upload(name, foul)).content
    with Image.open(io.BytesIO(cleaned)) as after:
        assert (dict(after.getexif()), after.getexif().get_ifd(GPS)) == ({}, {})
    assert [
        mark for mark in (b"<script", b"xmpmeta", b"116.391", "照相机厂".encode(), b"Exif") if mark in cleaned
    ] == []


def test_a_photo_stands_upright_after_its_note_of_turning_is_gone():
    sideways = Image.new("RGB", (40, 20), "white")
    sideways.paste("black", (0, 0, 20, 20))
    out = io.BytesIO()
    sideways.save(out, "JPEG", exif=with_gps(orientation=6))
    with Image.open(io.BytesIO(clean_photo(upload("a.jpg", out.getvalue())).content)) as upright:
        assert upright.size == (20, 40)
        assert upright.convert("L").getpixel((10, 5)) < 50 < 200 < upright.convert("L").getpixel((10, 35))


def test_the_long_side_is_at_most_2000_pixels_and_a_small_picture_keeps_its_size():
    with Image.open(io.BytesIO(clean(upload("a.jpg", picture(size=(5000, 2500)))).content)) as drawn:
        assert drawn.size == (2000, 1000)
    with Image.open(io.BytesIO(clean(upload("a.png", picture("PNG", size=(1, 7)))).content)) as drawn:
        assert drawn.size == (1, 7)


@pytest.mark.parametrize(
    ("mode", "colour", "kept"),
    [
        ("P", 3, "RGB"),
        ("RGBA", (9, 9, 9, 50), "RGBA"),
        ("LA", (9, 50), "RGBA"),
        ("1", 1, "RGB"),
        ("I;16", 40000, "RGB"),
    ],
)
def test_every_way_of_keeping_colours_is_read(mode, colour, kept):
    with Image.open(io.BytesIO(clean(upload("a.png", picture("PNG", mode=mode, colour=colour))).content)) as drawn:
        assert drawn.mode == kept


def test_a_printer_s_jpeg_becomes_one_for_screens():
    with Image.open(io.BytesIO(clean(upload("a.jpg", picture(mode="CMYK", colour=(0, 0, 0, 0)))).content)) as drawn:
        assert drawn.mode == "RGB"


def test_pdf_word_and_excel_stay_as_they_are():
    workbook = io.BytesIO()
    openpyxl.Workbook().save(workbook)
    for name, content in {"a.pdf": b"%PDF-1.7\n%%EOF", "a.docx": package(), "a.xlsx": workbook.getvalue()}.items():
        assert clean(upload(name, content)).content == content


# -- what is refused


@pytest.mark.parametrize(
    "name",
    ["a.svg", "a.html", "a.htm", "a.exe", "a.php", "a.docm", "a.gif", "a", "", "a.jpg.php", "a.jpg\x00.php"],
)
def test_a_file_of_another_kind_is_refused(name):
    assert refused(name, picture()) == OTHER


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"<html><script>1</script></html>"),
        ("a.png", picture("JPEG")),
        ("a.jpg", picture("GIF", mode="P", colour=1)),
        ("a.pdf", b"MZ" + bytes(300)),
        ("a.pdf", b"<html>%PDF-1.7"),
        ("a.docx", b"MZ" + bytes(600)),
        ("a.xlsx", b"%PDF-1.7"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(name, content):
    assert refused(name, content) == NOT_WHAT


def test_an_empty_file_and_one_over_ten_megabytes_are_refused():
    assert refused("a.jpg", b"") == "这个文件是空的。"
    assert refused("a.pdf", b"%PDF-1.7" + bytes(10 * 2**20)) == "文件超过 10 MB。请压缩后再上传。"


def test_a_photo_is_a_picture_and_nothing_else():
    assert refused("a.pdf", b"%PDF-1.7", by=clean_photo) == "这里只收图片：jpg、png 或 webp。"


@pytest.mark.parametrize("content", [picture()[:200], b"\xff\xd8\xff\xe0" + SCRIPT])
def test_a_damaged_picture_is_refused(content):
    assert refused("a.jpg", content) == "图片已损坏。请打开后重新保存，再上传。"


@pytest.mark.parametrize("size", [(20_000, 20_000), (7_000, 7_000), (65_000, 65_000)])
def test_a_picture_that_would_fill_the_memory_is_refused(size):
    assert refused("a.png", png_header(*size)) == PIXELS


@pytest.mark.parametrize(
    "members",
    [
        {"word/vbaProject.bin": b"x"},
        {"types": b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'},
        {"word/activeX/activeX1.bin": b"x"},
    ],
)
def test_a_document_with_macros_is_refused_under_whatever_name(members):
    assert refused("a.docx", package(**members)) == MACROS


def test_a_document_without_its_main_part_or_of_the_other_program_is_refused():
    assert refused("a.xlsx", package()) == NOT_WHAT
    assert refused("a.docx", package(main="word/other.xml")) == DAMAGED


@pytest.mark.parametrize("name", ["/etc/passwd", "../../x", "C:/x", "a\\..\\..\\x"])
def test_a_document_with_a_member_outside_itself_is_refused(name):
    assert refused("a.docx", package(**{name: b"x"})) == DAMAGED


def test_a_document_under_a_password_or_cut_off_is_refused():
    locked = bytearray(package())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refused("a.docx", bytes(locked)) == DAMAGED
    assert refused("a.docx", package()[:-30]) == DAMAGED


@pytest.mark.parametrize("name", ["旧.docx", "加密.xlsx"])
def test_a_document_of_the_old_kind_or_locked_as_word_locks_it_is_named_as_that(name):
    with pytest.raises(Refused, match="密码"):
        clean(SimpleUploadedFile(name, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096)))


def test_a_document_that_defines_its_own_entities_is_refused():
    assert refused("a.docx", package(types=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Types>&a;</Types>')) == DAMAGED


def test_a_document_that_lies_about_its_sizes_is_refused():
    lying = bytearray(package(**{"word/big.xml": bytes(2**20)}))
    at = lying.rindex(b"PK\x01\x02") + 24
    lying[at : at + 4] = (10).to_bytes(4, "little")
    assert refused("a.docx", bytes(lying)) == DAMAGED


def test_a_document_of_too_many_members_is_refused():
    assert refused("a.docx", package(**{f"word/{n}.xml": b"x" for n in range(1_000)})) == UNPACKS
    assert clean(upload("a.docx", package(**{f"word/{n}.xml": b"x" for n in range(998)}))).kind == "docx"


# -- bombs: the answer is a refusal, soon, and the memory stays


BOMBED = """
import io, resource, sys, time
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from office.uploads import Refused, clean
content = sys.stdin.buffer.read()
clean(SimpleUploadedFile("a.pdf", b"%PDF-1.7"))
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    print(clean(SimpleUploadedFile(sys.argv[1], content)).kind)
except Refused:
    print("refused")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, time.process_time() - began)
"""


def bombed(name, content):
    """What became of the file in a process of its own, the megabytes it took and its seconds of work."""
    command = [sys.executable, "-c", BOMBED, name]
    env = {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "x", "DATABASE_URL": "sqlite://:memory:"}
    told = subprocess.run(command, input=content, capture_output=True, check=True, env=env).stdout.split()
    return told[0].decode(), int(told[1]), float(told[2])


def unpacking_to(size):
    return package(**{f"word/{n}.xml": bytes(size // 10) for n in range(10)})


@pytest.mark.parametrize(
    ("name", "content", "fate"),
    [
        ("a.png", lambda: png_header(20_000, 20_000), "refused"),
        ("a.docx", lambda: unpacking_to(400 * 2**20), "refused"),
        ("a.docx", lambda: package(types=bytes(150 * 2**20), **{"word/x.bin": bytes(range(256)) * 2**5}), "refused"),
        ("a.png", lambda: picture("PNG", size=(6_300, 6_300)), "png"),
        ("a.jpg", lambda: picture("JPEG", size=(6_300, 6_300)), "jpg"),
    ],
)
def test_a_bomb_takes_neither_time_nor_memory(name, content, fate):
    became, megabytes, seconds = bombed(name, content())
    assert became == fate
    assert megabytes < 200
    assert seconds < 5


# -- names


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/现场照片.JPG", "现场照片.jpg"),
        ("C:\\Users\\王\\桌面\\照片.jpeg", "照片.jpg"),
        ("a\r\nSet-Cookie: x\x00\u202egpj.jpg", "aSet-Cookie: xgpj.jpg"),
        (".jpg", "jpg.jpg"),
        ("路" * 300 + ".jpg", "路" * 96 + ".jpg"),
        ("\ud800照.jpg", "照.jpg"),
    ],
)
def test_a_name_is_kept_for_show_alone(given, shown):
    assert clean(upload(given, picture())).name == shown


def test_the_stored_name_says_nothing_and_never_repeats():
    cleaned = clean(upload("举报人.jpg", picture()))
    names = {cleaned.stored_name() for _ in range(50)}
    assert len(names) == 50
    assert {len(name) for name in names} == {36 + 4}


# -- handing out


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.django_db  # the end of an answer looks after the connections
def test_a_kept_file_lies_below_its_folder_and_comes_back_as_a_download_that_runs_nothing(media):
    cleaned = clean(upload("信访件.pdf", b"%PDF-1.7"))
    path = files.keep(cleaned, folder="petitions")
    assert [str(file.relative_to(media)) for file in media.rglob("*.pdf")] == [path]
    answer = files.download(path, cleaned.name, cleaned.kind, inline=True)
    assert b"".join(answer) == b"%PDF-1.7"
    told = {
        name: answer.headers[name]
        for name in (
            "Content-Type",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Cache-Control",
            "Content-Disposition",
        )
    }
    assert told == {
        "Content-Type": CONTENT_TYPES["pdf"],
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "private, no-store",
        "Content-Disposition": "attachment; filename*=utf-8''%E4%BF%A1%E8%AE%BF%E4%BB%B6.pdf",
    }
    answer.close()


@pytest.mark.django_db  # the end of an answer looks after the connections
def test_a_picture_may_be_shown_in_place_but_only_when_asked(media):
    path = files.keep(clean(upload("a.png", picture("PNG"))), folder="photos")
    for inline, wanted in ((True, 'inline; filename="a.png"'), (False, 'attachment; filename="a.png"')):
        answer = files.download(path, "a.png", "png", inline=inline)
        assert answer.headers["Content-Disposition"] == wanted
        answer.close()


def test_a_file_that_is_gone_is_a_page_not_found(media):
    with pytest.raises(Http404):
        files.download("petitions/none.pdf", "a.pdf", "pdf")


def test_every_kind_has_its_type_and_the_pictures_are_among_them():
    assert set(uploads.PICTURES) < set(CONTENT_TYPES)
