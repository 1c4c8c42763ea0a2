"""The embedded engine's terms and ours: the one place that turns one into the other."""
