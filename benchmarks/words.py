"""What is typed and searched for, by program and peer alike; and who the peer is."""

PEER = "django-helpdesk==2.6.1"
SLOW_ROUNDS = 2
"""So often is asked what takes longer than a turn by itself."""
VISITOR = "王小明"
SITUATION = "村口的路灯坏了半个月，晚上学生放学看不清路，下雨天还积水，请有关部门到场勘察。"
REQUEST = "尽快维修路灯，清理积水。"
REPLY = "已现场勘察，路灯将于本月修复，积水路段已清理。"
SEARCHED = ("王", "路灯", "王建国", "农家书屋", "石寨村", "危房改造食堂校车", "1391234", "不存在的词语")
"""One, two, three, four and eight signs, from those that stand in every third text to one that stands in none."""
