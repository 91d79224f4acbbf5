"""Many conversions, so many at once."""
