"""The sizes that are measured, and the night that is judged."""

from dataclasses import dataclass
from datetime import date

from office.clock import add_months, month_end

NIGHT = date(2026, 11, 1)
"""The night after the last month on record; it judges that month."""
JUDGED = add_months(NIGHT, -1)
FIRST_MONTH = add_months(NIGHT, -12)
TOWNS = 20
"""Towns to a county."""


@dataclass(frozen=True)
class Size:
    """How much there is of everything; what is not said here follows from it (see ``sql/``)."""

    name: str
    counties: int
    deputies: int
    households: int
    petitions: int
    provinces: int = 1
    stations_a_county: int = 10
    # Of the months before the judged one, every so-manieth contact is there; 0: no contacts at all.
    every: int = 1
    # Petitions told in many words (see ``sql/petitions.sql``), beside those that the night goes through.
    told: int = 0

    @property
    def towns(self) -> int:
        return self.counties * TOWNS

    def figures(self) -> dict:
        """What the files in ``sql/`` ask for."""
        return {
            **vars(self),
            "towns": self.towns,
            "districts": -(-self.deputies // 3),
            "stations": self.counties * self.stations_a_county,
            "night": NIGHT,
            "judged": JUDGED,
            "first_month": FIRST_MONTH,
        }

    def months(self) -> list[dict]:
        """What ``contacts.sql`` asks for, month by month."""
        first_days = [add_months(FIRST_MONTH, m) for m in range(12)] if self.every else []
        return [
            {"m": m, "month": first, "days": month_end(first).day, "every": 1 if first == JUDGED else self.every}
            for m, first in enumerate(first_days)
        ]


def database_of(name) -> str:
    """What a size's own database is called."""
    return f"deputy_bench_{name}"


def referrals(n) -> Size:
    """A county whose registers hold ``n`` referrals, and no contacts."""
    return Size(f"referrals_{n}", 1, 1_500, 4_500, petitions=n, every=0)


def register(n) -> Size:
    """A county whose registers hold ``n`` petitions in many words, to be listed, searched and worked on."""
    return Size(f"register_{n}", 1, 1_500, 4_500, petitions=0, every=0, stations_a_county=TOWNS, told=n)


REGISTERS = (1_000, 100_000, 1_000_000)
REFERRALS = (1_000, 10_000, 100_000, 1_000_000)
COUNTY = Size("county", 1, 1_500, 4_500, petitions=1_500)
TEN = Size("ten_counties", 10, 15_000, 45_000, petitions=15_000)
SIZES = {
    size.name: size
    for size in (
        COUNTY,
        Size("province", 67, 100_000, 250_000, petitions=100_000),
        Size("country", 1_847, 2_770_000, 7_000_000, petitions=1_000_000, provinces=31, stations_a_county=4, every=5),
        TEN,
        *(referrals(n) for n in REFERRALS),
        *(register(n) for n in REGISTERS),
    )
}
