"""Chinese dates as people write them: 9月5日, not 09月5日."""

MONTH_DAY_FORMAT = "n月j日"
