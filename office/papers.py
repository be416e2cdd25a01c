"""Papers on which a person stands in full: whoever prints one leaves a line in the trail."""

from office import audit


def printed(row, *, paper: str, by, at, reason: str = "") -> None:
    """Write down that a paper about ``row`` was made, and for what where a reason is asked for."""
    audit.record(by=by, at=at, action="personal.printed", subject=row, detail={"paper": paper, "reason": reason})
