"""Encoders: turning pixels and words into vectors."""

import os

# ONNX Runtime gathers usage data, writes them into the home folder and can send them away. It looks at this variable
# when it is imported, which nothing of clipdesk does before this package.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
