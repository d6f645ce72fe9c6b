"""A copy of a float32 graph whose large matrix products are computed in 8-bit integers.

Weights are int8 per column; activations become uint8 as they come, per tensor (ONNX Runtime's DynamicQuantizeMatMul).
What CLIP's transformers carry in a few large channels would then cost all others their precision, so each product is
first smoothed: channel j of its input is divided, and row j of its weights multiplied, by max|x_j|^a / max|w_j|^(1-a),
with the maxima of real photos (SmoothQuant, Xiao et al. 2023, section 4). Where one token is much larger than the
others, rows are scaled to the same height as well. Products that a caller names stay as they are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from clipdesk.core.entities import Pixels
from clipdesk.models.onnx_encoder import run_graph

_ALPHA = 0.65
_SMALLEST = 65_536
"""Elements of a weight below which a product stays float32: it costs next to nothing."""
_ROWS = 24
_AT_ONCE = 4
_WORTH = 1.4
"""By how much an extra step must reduce a product's error."""
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Product:
    """How one matrix product [n, k] x [k, m] is to be computed."""

    output: str
    input: str
    weight: str
    smoothing: Array | None
    """float32 [k]: the input is divided by it."""
    rows: bool
    """Whether the rows of the input are scaled to one height."""
    error: float
    """Relative error of its result, on its own, on real photos."""
    cost: int
    """Size of its weights: its share of the work."""


class Constants:
    """The constant tensors of a graph, wherever they lie, and what Transpose, Cast and Identity make of them."""

    def __init__(self, graph: onnx.ModelProto, folder: Path) -> None:
        self._folder = folder
        self._stored = {tensor.name: tensor for tensor in graph.graph.initializer}
        self._made = {node.output[0]: node for node in graph.graph.node}

    def shape(self, name: str) -> tuple[int, ...] | None:
        """The shape of a constant, None of what is not one; reads nothing."""
        if name in self._stored:
            return tuple(self._stored[name].dims)
        node = self._made.get(name)
        if node is None or node.op_type not in ("Transpose", "Cast", "Identity"):
            return None
        shape = self.shape(node.input[0])
        order = _order(node)
        return shape if shape is None or node.op_type != "Transpose" else tuple(shape[at] for at in order or (1, 0))

    def value(self, name: str) -> Array:
        """The constant itself as float32."""
        if name in self._stored:
            return self._read(self._stored[name])
        node = self._made[name]
        value = self.value(node.input[0])
        return np.transpose(value, _order(node)) if node.op_type == "Transpose" else value

    def _read(self, tensor: TensorProto) -> Array:
        if tensor.data_location == TensorProto.EXTERNAL:
            # onnx's own reader refuses files with several hard links, and reads all of them.
            place = {entry.key: entry.value for entry in tensor.external_data}
            with (self._folder / place["location"]).open("rb") as file:
                file.seek(int(place["offset"]))
                raw = file.read(int(place["length"]))
            tensor = TensorProto(data_type=tensor.data_type, dims=tensor.dims, raw_data=raw)
        return numpy_helper.to_array(tensor).astype(np.float32)


def _order(node: onnx.NodeProto) -> list[int] | None:
    return next((list(entry.ints) for entry in node.attribute if entry.name == "perm"), None)


def read_graph(source: Path) -> onnx.ModelProto:
    """A graph without the weights that lie outside it."""
    load = cast("Any", onnx).load
    return cast("onnx.ModelProto", load(str(source), load_external_data=False))


def examine(source: Path, pixels: Pixels, threads: int = 0) -> list[Product]:
    """How each large product of the graph `source` is best computed, from what photos [n, size, size, 3] send into it.

    An empty list: the graph has none, and 8 bits would gain nothing.
    """
    graph = read_graph(source)
    constants = Constants(graph, source.parent)
    nodes = [node for node in graph.graph.node if node.op_type == "MatMul" and _is_large(constants, node)]
    if not nodes:
        return []
    names = sorted({node.input[0] for node in nodes})
    peaks, samples = _activations(source, graph, names, pixels, threads)
    found: list[Product] = []
    for node in nodes:
        weight = constants.value(node.input[1])
        found.append(_plan(node, weight, peaks[node.input[0]], samples[node.input[0]]))
    return found


def _is_large(constants: Constants, node: onnx.NodeProto) -> bool:
    shape = constants.shape(node.input[1])
    return shape is not None and len(shape) == 2 and int(np.prod(shape)) >= _SMALLEST


def _activations(
    source: Path, graph: onnx.ModelProto, names: Sequence[str], pixels: Pixels, threads: int
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Of each tensor: the largest magnitude of each channel [k], and some of its rows [r, k]."""
    watched = onnx.ModelProto()
    watched.CopyFrom(graph)
    for name in names:
        watched.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    peaks: dict[str, Array] = {}
    rows: dict[str, list[Array]] = {name: [] for name in names}
    random = np.random.default_rng(0)
    for outputs in run_graph(watched.SerializeToString(), source.parent, names, pixels, _AT_ONCE, threads):
        for name, output in zip(names, outputs, strict=True):
            flat = output.reshape(-1, output.shape[-1])
            peak = np.abs(flat).max(axis=0)
            peaks[name] = np.maximum(peaks[name], peak) if name in peaks else peak
            tallest = int(np.abs(flat).max(axis=1).argmax())
            chosen = random.choice(len(flat), min(_ROWS, len(flat)), replace=False)
            rows[name].append(flat[np.append(chosen, tallest)])
    return peaks, {name: np.concatenate(parts) for name, parts in rows.items()}


def _plan(node: onnx.NodeProto, weight: Array, peak: Array, rows: Array) -> Product:
    """Plain, smoothed, or smoothed with scaled rows: the simplest that is about as good as the best."""
    smooth = np.maximum(peak, 1e-5) ** _ALPHA / np.maximum(np.abs(weight).max(axis=1), 1e-5) ** (1 - _ALPHA)
    smooth = (smooth / np.exp(np.log(smooth).mean())).astype(np.float32)
    smoothing, scaled = None, False
    error = _error(rows, weight, None, scaled=False)
    smoothed = _error(rows, weight, smooth, scaled=False)
    if error > _WORTH * smoothed:
        smoothing, error = smooth, smoothed
    flat = _error(rows, weight, smoothing, scaled=True)
    if error > _WORTH * flat:
        scaled, error = True, flat
    return Product(node.output[0], node.input[0], node.input[1], smoothing, scaled, error, weight.size)


def _error(rows: Array, weight: Array, smoothing: Array | None, *, scaled: bool) -> float:
    """Relative error of rows @ weight as ONNX Runtime would compute it; `rows` hold the largest of all."""
    exact = rows @ weight
    if smoothing is not None:
        rows, weight = rows / smoothing, weight * smoothing[:, None]
    height = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9) if scaled else np.float32(1)
    level = rows / height
    low, high = min(float(level.min()), 0.0), max(float(level.max()), 0.0)
    step = (high - low) / 255 or 1.0
    values, scales = per_column(weight)
    rounded = (np.rint(level / step) * step).astype(np.float32)
    made = (rounded @ (values * scales)) * height
    return float(np.linalg.norm(made - exact) / max(float(np.linalg.norm(exact)), 1e-12))


def per_column(weight: Array) -> tuple[Array, Array]:
    """Symmetric int8 of each column of [k, m], and float32 [m] to multiply with."""
    scales = np.maximum(np.abs(weight).max(axis=0) / 127, 1e-12).astype(np.float32)
    return np.clip(np.rint(weight / scales), -127, 127).astype(np.int8), scales


def write(source: Path, target: Path, products: Sequence[Product], kept: Collection[str] = ()) -> None:
    """Write the graph `source` with `products` in 8 bits to `target` in the same folder.

    `kept` names the outputs of products that stay float32; their weights stay where they are.
    """
    graph = read_graph(source)
    constants = Constants(graph, source.parent)
    chosen = {product.output: product for product in products if product.output not in kept}
    nodes: list[onnx.NodeProto] = []
    for node in graph.graph.node:
        product = chosen.get(node.output[0])
        nodes += [node] if product is None else _nodes(graph, product, constants.value(product.weight))
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
    _drop_unused(graph)
    if not any(entry.domain == "com.microsoft" for entry in graph.opset_import):
        graph.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    target.write_bytes(graph.SerializeToString())


def _nodes(graph: onnx.ModelProto, product: Product, weight: Array) -> list[onnx.NodeProto]:
    """What replaces one product."""
    name, x = product.output, product.input
    nodes: list[onnx.NodeProto] = []

    def store(suffix: str, value: Array) -> str:
        graph.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), f"{name}.{suffix}"))
        return f"{name}.{suffix}"

    def node(kind: str, inputs: list[str], output: str, **options: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **options))
        return output

    if product.smoothing is not None:
        weight = weight * product.smoothing[:, None]
        x = node("Mul", [x, store("smoothing", (1 / product.smoothing).astype(np.float32))], f"{name}.smooth")
    height = ""
    if product.rows:
        size = node("Abs", [x], f"{name}.size")
        tallest = node("ReduceMax", [size], f"{name}.tallest", axes=[-1], keepdims=1)
        height = node("Max", [tallest, store("least", np.array(1e-9, np.float32))], f"{name}.height")
        x = node("Div", [x, height], f"{name}.level")
    values, scales = per_column(weight)
    out = f"{name}.product" if product.rows else name
    node("DynamicQuantizeMatMul", [x, store("int8", values), store("scale", scales)], out, domain="com.microsoft")
    if product.rows:
        node("Mul", [out, height], name)
    return nodes


def _drop_unused(graph: onnx.ModelProto) -> None:
    """Remove nodes and stored tensors that nothing uses any more."""
    used = {entry.name for entry in graph.graph.output}
    kept: list[onnx.NodeProto] = []
    for node in reversed(graph.graph.node):
        if used.intersection(node.output):
            kept.append(node)
            used.update(node.input)
    del graph.graph.node[:]
    graph.graph.node.extend(reversed(kept))
    tensors = [tensor for tensor in graph.graph.initializer if tensor.name in used]
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(tensors)
