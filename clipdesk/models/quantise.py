"""Weights of an ONNX graph in 8 bits, through ONNX Runtime's own tools.

Matrix products are quantised dynamically: weights to int8 per column, activations to uint8 as they come, so that the
product itself is one of integers. Tables that are only looked up become uint8. Convolutions keep computing in float32:
their weights are stored in int8, per output channel and symmetric, and ONNX Runtime turns them back once, while it
loads. (Quantised dynamically, the bundled model's convolutions would be slower and lose more.)
"""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# onnx annotates file names as being of any unknown kind.
_load: Callable[[str], onnx.ModelProto] = cast("Any", onnx).load
_save: Callable[..., None] = cast("Any", onnx).save
_log = logging.getLogger(__name__)
_MOST_IN_ONE_FILE = 1_900_000_000
_SMALL = 4096
"""Tensors with fewer elements are not worth it."""


def quantise(source: Path, target: Path) -> None:
    """Write the float32 graph `source`, which holds its weights, with weights in 8 bits to `target`."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root = logging.getLogger()
    level = root.level
    with tempfile.TemporaryDirectory(prefix="clipdesk-quantise-") as scratch:
        prepared = Path(scratch) / source.name
        graph = _load(str(source))
        fold_transposes(graph)
        store_convolutions(graph)
        _store(graph, prepared)
        try:
            # It advises on the root logger to prepare models in a way that these graphs do not need.
            root.setLevel(logging.ERROR)
            quantize_dynamic(
                str(prepared),
                str(target),
                op_types_to_quantize=["MatMul", "Gemm", "Gather"],
                weight_type=QuantType.QInt8,
                per_channel=True,
            )
        finally:
            root.setLevel(level)
    _log.info("%s: %d bytes from %d", target.name, target.stat().st_size, source.stat().st_size)


def fold_transposes(graph: onnx.ModelProto) -> None:
    """Turn weights round once, in place, instead of by a node: quantisation looks only at weights themselves."""
    stored = {tensor.name: tensor for tensor in graph.graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in graph.graph.node:
        tensor = stored.get(node.input[0]) if node.op_type == "Transpose" else None
        if tensor is None:
            nodes.append(node)
            continue
        order = next((list(entry.ints) for entry in node.attribute if entry.name == "perm"), None)
        turned = np.ascontiguousarray(np.transpose(numpy_helper.to_array(tensor), order))
        graph.graph.initializer.append(numpy_helper.from_array(turned, node.output[0]))
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.graph.initializer if tensor.name in used]
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)


def store_convolutions(graph: onnx.ModelProto) -> int:
    """Store the weights of convolutions in int8, in place; returns how many."""
    weights = {node.input[1] for node in graph.graph.node if node.op_type == "Conv"}
    kept: list[TensorProto] = []
    nodes: list[onnx.NodeProto] = []
    count = 0
    for tensor in list(graph.graph.initializer):
        large = tensor.data_type == TensorProto.FLOAT and int(np.prod(tensor.dims)) >= _SMALL
        if tensor.name not in weights or not large:
            kept.append(tensor)
            continue
        values, scales = per_channel(numpy_helper.to_array(tensor))
        names = [f"{tensor.name}.int8", f"{tensor.name}.scale"]
        kept += [numpy_helper.from_array(values, names[0]), numpy_helper.from_array(scales, names[1])]
        plain = f"{tensor.name}.plain"
        nodes.append(helper.make_node("Cast", names[:1], [plain], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [plain, names[1]], [tensor.name]))
        count += 1
    nodes.extend(graph.graph.node)
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
    return count


def per_channel(weights: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Symmetric int8 of each row of [rows, ...]: int8 of that shape and float32 [rows, 1, ...] to multiply with."""
    rows = weights.reshape(len(weights), -1)
    scales = np.maximum(np.abs(rows).max(1) / 127, 1e-12).astype(np.float32)
    values = np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8)
    return values.reshape(weights.shape), scales.reshape(-1, *[1] * (weights.ndim - 1))


def embed_weights(source: Path, target: Path) -> None:
    """Write the graph `source` with its weights, wherever they lie, inside `target`.

    Beyond the 2 GB that one ONNX file can hold they go into one file beside it (`image.onnx.data`).
    """
    _store(_load(str(source)), target)


def _store(graph: onnx.ModelProto, target: Path) -> None:
    if graph.ByteSize() > _MOST_IN_ONE_FILE:
        _save(graph, str(target), save_as_external_data=True, location=f"{target.name}.data")
    else:
        _save(graph, str(target))
