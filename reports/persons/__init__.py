"""Everything that is held about one person: finding it, handing it out, erasing it, and erasing it when its time is
over. The catalogue of personal data says what each field is."""
