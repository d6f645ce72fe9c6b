"""What clipdesk uses of ONNX Runtime's quantisation tools."""

from collections.abc import Sequence
from enum import Enum

class QuantType(Enum):
    QInt8 = ...
    QUInt8 = ...

def quantize_dynamic(
    model_input: str,
    model_output: str,
    op_types_to_quantize: Sequence[str] | None = None,
    per_channel: bool = False,
    reduce_range: bool = False,
    weight_type: QuantType = ...,
) -> None: ...
