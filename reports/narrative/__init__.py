"""The report in words (N11): typical cases, the office's own templates, and the notice of a deputy for publication."""
