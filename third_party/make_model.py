#!/usr/bin/env python3
"""Writes the all-MiniLM-L6-v2 encoder as ONNX, from its safetensors weights.

    make_model.py WEIGHTS_DIR OUT_DIR

OUT_DIR/model.onnx holds int8 weights (dynamic quantisation, a scale a column); OUT_DIR/model_fp32.onnx is the reference, kept for
ablations. Inputs input_ids, token_type_ids: int64 [1, tokens], without padding and hence without a mask; output
last_hidden_state: float [1, tokens, 384]. ONNX Runtime's fused transformer operators are written directly, but for
SkipLayerNormalization: its scalar loop takes a fifth of the time, Add and LayerNormalization a thirtieth.
"""
import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

FUSED = "com.microsoft"


class Graph:
    def __init__(self, weights):
        self.weights, self.nodes, self.constants = weights, [], []

    def constant(self, name, array=None):
        array = self.weights[name] if array is None else array
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array, dtype=np.float32), name))
        return name

    def node(self, kind, inputs, *outputs, domain=FUSED, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, list(outputs), name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def linear(self, x, layer):
        """x times the layer's weight; the bias is added by what follows."""
        return self.node("MatMul", [x, self.constant(layer + ".weight.T", self.weights[layer + ".weight"].T)], layer, domain="")

    def normed_sum(self, x, skipped, layer, output, epsilon):
        """What the dense layer gave, with its bias and with what went around it, normalised."""
        biased = self.node("Add", [x, self.constant(layer + "dense.bias")], layer + "biased", domain="")
        total = self.node("Add", [biased, skipped], layer + "sum", domain="")
        norm = [self.constant(layer + "LayerNorm.weight"), self.constant(layer + "LayerNorm.bias")]
        return self.node("LayerNormalization", [total, *norm], output, domain="", axis=-1, epsilon=epsilon)


def build(weights, config):
    g = Graph(weights)
    heads, epsilon = config["num_attention_heads"], config["layer_norm_eps"]
    for name in ("input_ids", "token_type_ids"):
        g.node("Cast", [name], name + "_32", domain="", to=TensorProto.INT32)
    e = "embeddings."
    tables = [g.constant(e + part + "_embeddings.weight") for part in ("word", "position", "token_type")]
    norm = [g.constant(e + "LayerNorm.weight"), g.constant(e + "LayerNorm.bias")]
    x = g.node("EmbedLayerNormalization", ["input_ids_32", "token_type_ids_32", *tables, *norm], "embedded", "no_mask",
               epsilon=epsilon)
    for i in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{i}."
        own = layer + "attention.self."
        parts = [own + part for part in ("query", "key", "value")]
        qkv = g.constant(own + "qkv.weight", np.concatenate([weights[p + ".weight"].T for p in parts], axis=1))
        bias = g.constant(own + "qkv.bias", np.concatenate([weights[p + ".bias"] for p in parts]))
        attended = g.node("Attention", [x, qkv, bias], layer + "attended", num_heads=heads)
        out = layer + "attention.output."
        x = g.normed_sum(g.linear(attended, out + "dense"), x, out, layer + "normed", epsilon)
        wide = g.node("BiasGelu", [g.linear(x, layer + "intermediate.dense"), g.constant(layer + "intermediate.dense.bias")],
                      layer + "gelu")
        out = layer + "output."
        last = i + 1 == config["num_hidden_layers"]
        x = g.normed_sum(g.linear(wide, out + "dense"), x, out, "last_hidden_state" if last else layer + "out", epsilon)
    def info(name, kind, shape):
        return helper.make_tensor_value_info(name, kind, shape)

    inputs = [info(n, TensorProto.INT64, ["batch", "tokens"]) for n in ("input_ids", "token_type_ids")]
    outputs = [info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", config["hidden_size"]])]
    graph = helper.make_graph(g.nodes, "bert", inputs, outputs, g.constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def embed(path, ids):
    session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
    feed = {"input_ids": ids, "token_type_ids": np.zeros_like(ids)}
    pooled = session.run(None, feed)[0].mean(axis=1)
    return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)


def main(source, target):
    config = json.loads((source / "config.json").read_text())
    if config["hidden_act"] != "gelu" or config["model_type"] != "bert":
        sys.exit("not a BERT encoder of the expected kind")
    weights = {k.removeprefix("bert."): v for k, v in load_file(source / "model.safetensors").items()}
    exact, small = target / "model_fp32.onnx", target / "model.onnx"
    onnx.save(build(weights, config), exact)
    quantize_dynamic(exact, small, per_channel=True, weight_type=QuantType.QInt8,
                     op_types_to_quantize=["MatMul", "Attention", "Gather", "EmbedLayerNormalization"],
                     extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT})
    random = np.random.default_rng(1)
    worst = 1.0
    for length in (8, 32, 128, 256):
        ids = random.integers(1000, 30000, (1, length), dtype=np.int64)
        ids[:, 0], ids[:, -1] = 101, 102
        worst = min(worst, float((embed(exact, ids) * embed(small, ids)).sum()))
    if worst < 0.95:
        sys.exit(f"the quantised model strays from the exact one: cosine {worst:.3f}")
    print(f"  model.onnx {small.stat().st_size >> 20} MiB, cosine with fp32 at least {worst:.3f}", file=sys.stderr)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
