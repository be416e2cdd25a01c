"""A deputy's duty file (履职档案) in eight parts, read from the records that there are (D8-五, 代表法 Art. 58)."""
