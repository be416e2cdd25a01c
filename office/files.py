"""Keeping people's files outside the web root, and handing them out so that no browser runs one."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404

from office.uploads import CONTENT_TYPES, PICTURES, Cleaned


def keep(cleaned: Cleaned, *, folder: str) -> str:
    """Write a cleaned file below ``folder`` under a name of its own; the path to store in the row."""
    return default_storage.save(f"{folder}/{cleaned.stored_name()}", ContentFile(cleaned.content))


def remove(paths) -> None:
    """Delete these files once the transaction that let go of their rows is through."""
    transaction.on_commit(lambda: [default_storage.delete(path) for path in paths])


def download(path: str, name: str, kind: str, *, inline: bool = False) -> FileResponse:
    """The file at ``path`` as a download called ``name``; a picture may be shown in place (``inline``).

    Whether this person may have it is asked before, of the row that ``path`` stands in. 404 if the file is gone.
    """
    try:
        content = default_storage.open(path)
    except FileNotFoundError:
        raise Http404 from None
    attached = not (inline and kind in PICTURES)
    response = FileResponse(content, as_attachment=attached, filename=name, content_type=CONTENT_TYPES[kind])
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
