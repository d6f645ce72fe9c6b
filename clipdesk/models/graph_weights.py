"""Lets an ONNX graph read its weights out of a safetensors file, so that a model has one copy of them on disk.

ONNX keeps large tensors as "external data": a file name, an offset and a length. A safetensors file is a JSON header
followed by plain little-endian tensors, so the graph can point at them. Half-precision weights get a Cast to float32,
which ONNX Runtime folds while it loads; a table that is only looked up (word embeddings) stays in half precision and
the rows that were looked up are cast.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from clipdesk.core.plain_data import parse_json

_TYPES: dict[str, int] = {"F32": TensorProto.FLOAT, "F16": TensorProto.FLOAT16, "BF16": TensorProto.BFLOAT16}


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """Where a tensor lies in a safetensors file: absolute byte offset and length, ONNX element type."""

    type: int
    shape: tuple[int, ...]
    offset: int
    length: int


def stored_tensors(file: Path) -> dict[str, StoredTensor]:
    """The floating-point tensors of a safetensors file by name (format: 8 bytes header length, JSON, data)."""
    with file.open("rb") as stream:
        (size,) = struct.unpack("<Q", stream.read(8))
        header: dict[str, Any] = parse_json(stream.read(size))
    header.pop("__metadata__", None)
    return {
        name: StoredTensor(
            type=_TYPES[entry["dtype"]],
            shape=tuple(entry["shape"]),
            offset=8 + size + entry["data_offsets"][0],
            length=entry["data_offsets"][1] - entry["data_offsets"][0],
        )
        for name, entry in header.items()
        if entry["dtype"] in _TYPES
    }


def attach(graph: onnx.ModelProto, weights: Path, prefix: str) -> int:
    """Replace every initializer `prefix + name` that equals the stored tensor `name` by a pointer to it, in place.

    What open_clip changed while loading keeps its own copy in the graph. Returns the bytes of such copies.
    """
    stored = stored_tensors(weights)
    kept: list[TensorProto] = []
    casts: list[onnx.NodeProto] = []
    copied = 0
    for tensor in list(graph.graph.initializer):
        place = stored.get(tensor.name.removeprefix(prefix))
        if place is None or not _equal(tensor, place, weights):
            kept.append(tensor)
            copied += len(tensor.raw_data)
        elif place.type == TensorProto.FLOAT:
            kept.append(_pointer(tensor.name, place, weights))
        else:
            kept.append(_pointer(tensor.name + ".stored", place, weights))
            if not _cast_rows(graph, tensor.name):
                casts.append(helper.make_node("Cast", [tensor.name + ".stored"], [tensor.name], to=TensorProto.FLOAT))
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    nodes = [*casts, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
    return copied


def _equal(tensor: TensorProto, place: StoredTensor, weights: Path) -> bool:
    if tuple(tensor.dims) != place.shape or tensor.data_type != TensorProto.FLOAT:
        return False
    with weights.open("rb") as stream:
        stream.seek(place.offset)
        raw = stream.read(place.length)
    values = numpy_helper.to_array(TensorProto(data_type=place.type, dims=place.shape, raw_data=raw))
    return bool(np.array_equal(values.astype(np.float32), numpy_helper.to_array(tensor)))


def _pointer(name: str, place: StoredTensor, weights: Path) -> TensorProto:
    tensor = TensorProto(name=name, data_type=place.type, dims=place.shape, data_location=TensorProto.EXTERNAL)
    for key, value in (("location", weights.name), ("offset", place.offset), ("length", place.length)):
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def _cast_rows(graph: onnx.ModelProto, name: str) -> bool:
    """Where `name` is only looked up (Gather), look up the stored table and cast the rows; True when done."""
    users = [node for node in graph.graph.node if name in node.input]
    if not users or any(node.op_type != "Gather" or node.input[0] != name for node in users):
        return False
    nodes: list[onnx.NodeProto] = []
    for node in graph.graph.node:
        nodes.append(node)
        if name in node.input:
            rows = node.output[0]
            node.input[0] = name + ".stored"
            node.output[0] = rows + ".stored"
            nodes.append(helper.make_node("Cast", [rows + ".stored"], [rows], to=TensorProto.FLOAT))
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
    return True
