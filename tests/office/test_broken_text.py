"""A NUL byte or half a character, wherever it is sent, is never an error of ours and never reaches the database."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from office import middleware

SAID = "网址或内容中有无法识别的字符。"


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/%00", "/deadline/?start=%00", "/deadline/?%00=1", "/deadline/?start=a&start=%00"]
)
def test_an_address_with_a_nul_byte_is_refused(visitor, address):
    answer = visitor.get(address)
    assert (answer.status_code, SAID in answer.content.decode()) == (400, True)


@pytest.mark.django_db
def test_half_a_character_in_an_address_is_no_error(visitor):
    assert visitor.get("/signin/?next=%ED%A0%80").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["username", "password"])
@pytest.mark.parametrize("charset", ["utf-8", "unicode_escape"])
def test_a_form_answers_in_its_place_or_is_refused_but_never_fails(visitor, field, charset):
    boundary = "x"
    value = b"a\x00b" if charset == "utf-8" else rb"\ud800"
    body = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n--x--\r\n' % (field.encode(), value)
    kind = f"multipart/form-data; boundary={boundary}; charset={charset}"
    assert visitor.post("/signin/", body, content_type=kind).status_code in (200, 400)


# -- a view that looks nothing up in a form of its own


def answered(rf, view, fields):
    request = rf.post("/", fields)

    def get_response(request):
        try:
            return view(request)
        except Exception as fault:
            guard.process_exception(request, fault)
            raise

    guard = middleware.refuse_broken_forms(get_response)
    return guard(request)


def look_up(request):
    get_user_model().objects.filter(username=request.POST["key"]).first()
    return HttpResponse("kept")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres  # SQLite keeps a NUL byte
def test_what_fails_for_a_nul_byte_in_a_form_is_a_broken_form(rf):
    with pytest.raises(BadRequest):
        answered(rf, look_up, {"key": "a\x00"})


@pytest.mark.django_db(transaction=True)
def test_what_fails_for_half_a_character_in_a_form_is_a_broken_form(rf):
    request = rf.post("/", {})
    request.POST = request.POST.copy()
    request.POST["key"] = "\ud800"
    guard = middleware.refuse_broken_forms(look_up)
    with pytest.raises(ValueError, match="surrogates not allowed") as fault:
        guard(request)
    with pytest.raises(BadRequest):
        guard.process_exception(request, fault.value)


def fails(request):
    raise ValueError("a fault of ours")


def test_a_fault_of_ours_with_a_sound_form_stays_a_fault(rf):
    with pytest.raises(ValueError, match="a fault of ours"):
        answered(rf, fails, {"key": "a"})


def test_a_form_is_not_read_unless_its_view_fails(rf):
    request = rf.post("/", {"file": SimpleUploadedFile("a.txt", b"x" * 1000), "key": "a\x00"})
    middleware.refuse_broken_forms(lambda request: HttpResponse("kept"))(request)
    assert hasattr(request, "_post") is False
