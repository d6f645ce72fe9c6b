"""The benchmarks: `clipdesk bench [engine|search]` or `python -m clipdesk.bench`. A tool; nothing is built on it."""
