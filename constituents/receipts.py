"""The code on a receipt: whoever has it, and knows the end of the phone number, may see how their matter stands.

A code is worked out from the register number and the system's secret key, so that a lost receipt can be printed
anew; the database holds only what it hashes to.
"""

from django.utils.crypto import constant_time_compare, salted_hmac

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 16
"""Sixteen signs of 32: 80 bits, in four groups that can be read out."""
_TAIL = 4


def code_of(station: int, year: int, seq: int) -> str:
    """The code of a register number, without its dashes."""
    digest = salted_hmac("constituents.receipt", f"{station}/{year}/{seq}", algorithm="sha256").digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:LENGTH])


def printed(code: str) -> str:
    """A code as it stands on paper: XXXX-XXXX-XXXX-XXXX."""
    return "-".join(code[i : i + 4] for i in range(0, LENGTH, 4))


def tidy(typed: str) -> str:
    """A code as somebody typed it, without dashes and blanks; what cannot be one stays as it is."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())[:64]


def hash_of(code: str) -> str:
    """What stands in the database for a code."""
    return salted_hmac("constituents.receipt.hash", code, algorithm="sha256").hexdigest()


def knows(petition, told: str) -> bool:
    """Whether ``told`` ends the phone number of the visitor; who left none says the name that was registered."""
    digits = ["".join(sign for sign in one if sign.isdigit()) for one in petition.phone.split("、")]
    tails = [number[-_TAIL:] for number in digits if len(number) >= _TAIL]
    wanted = tails or [petition.visitor]
    return any(constant_time_compare(told.strip(), one) for one in wanted)
