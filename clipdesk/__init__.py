"""clipdesk finds photos on your own computer by what is in them."""

__version__ = "0.1.0"
