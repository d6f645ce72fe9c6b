"""What every part of clipdesk shares: plain Python, numpy and pydantic only."""
