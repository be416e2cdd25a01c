"""Reception hours in an office's own words."""

from datetime import time

import pytest

from liaison_stations.hours import understood


@pytest.mark.rule("D3-三", "D5-二a")
@pytest.mark.parametrize(
    ("words", "kind", "rule", "hours"),
    [
        ("每月15日上午9:00-11:00", "monthly", "FREQ=MONTHLY;BYMONTHDAY=15", (time(9), time(11))),
        ("单月15日9:00—11:00", "odd_15th", "FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYMONTHDAY=15", (time(9), time(11))),
        (
            "每单月十五日上午9:00—11:00时",
            "odd_15th",
            "FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYMONTHDAY=15",
            (time(9), time(11)),
        ),
        ("每月二十一日", "monthly", "FREQ=MONTHLY;BYMONTHDAY=21", (time(9), time(11))),
        ("每 月 １０ 号　下午２：３０－５：００", "monthly", "FREQ=MONTHLY;BYMONTHDAY=10", (time(14, 30), time(17))),
        ("双月20日8点半至11点", "custom", "FREQ=MONTHLY;BYMONTH=2,4,6,8,10,12;BYMONTHDAY=20", (time(8, 30), time(11))),
        ("每周一上午", "weekly", "FREQ=WEEKLY;BYDAY=MO", (time(9), time(11))),
        ("每星期三下午", "weekly", "FREQ=WEEKLY;BYDAY=WE", (time(14, 30), time(17))),
        ("每月第二个星期二上午9:00-11:30", "custom", "FREQ=MONTHLY;BYDAY=2TU", (time(9), time(11, 30))),
        ("工作日上午", None, None, None),
        ("", None, None, None),
        ("每月45日", None, None, None),
        ("每月15日11:00-9:00", "monthly", "FREQ=MONTHLY;BYMONTHDAY=15", (time(9), time(11))),
        ("每月15日25:70-99:00", "monthly", "FREQ=MONTHLY;BYMONTHDAY=15", (time(9), time(11))),
    ],
)
def test_hours_are_read_as_a_recurrence_or_not_at_all(words, kind, rule, hours):
    found = understood(words)
    assert (found and tuple(found)) == (kind and (kind, rule, *hours))
