"""Word documents: built by GB/T 9704-2012 (``gbt9704``), and filled in from templates (``fill``)."""
