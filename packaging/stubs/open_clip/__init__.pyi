"""What clipdesk uses of open_clip, which is annotated only in part."""

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

def create_model(
    model_name: str,
    pretrained: str | None = None,
    load_weights: bool = True,
    *,
    weights_only: bool = True,
    pretrained_image: bool = False,
    pretrained_text: bool = True,
) -> nn.Module: ...
def get_tokenizer(model_name: str = "", context_length: int | None = None) -> Callable[[list[str]], Tensor]: ...
def get_model_config(model_name: str) -> dict[str, Any] | None: ...
def get_pretrained_cfg(model: str, tag: str) -> dict[str, Any]: ...
