"""What authors write: read, judged, made into trees, published and written back."""
