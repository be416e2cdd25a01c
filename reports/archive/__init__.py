"""The office's annual archive: one zip with numbered folders and an index; each record stands in one place."""
