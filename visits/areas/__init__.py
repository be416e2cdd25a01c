"""What a convener writes up of the area's contacts and files with the township congress (D1-3a)."""
