"""Training and evaluation tools; imported only when one of their commands runs."""
