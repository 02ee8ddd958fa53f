package dev.farsight.engine.model;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A tape as JSON, so that any program can compute logits; docs/run-directory.md has what each op
 * computes. Op number i gives value number i:
 *
 * <pre>
 * {"ops": [{"op": "dense", "inputs": [], "shape": [1, 13]},
 *          {"op": "linear", "inputs": [0], "parameters": ["top.0.weight", "top.0.bias"], "activation": "relu", "shape": [1, 512]},
 *          ...],
 *  "logits": 9}
 * </pre>
 */
final class TapeJson {

  private TapeJson() {}

  static Map<String, Object> of(Tape tape) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ops", tape.ops().stream().map(TapeJson::of).toList());
    json.put("logits", tape.logits().id());
    return json;
  }

  private static Map<String, Object> of(Op op) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("op", name(op));
    json.put("inputs", op.inputs().stream().map(Tensor::id).toList());
    if (!op.parameters().isEmpty()) {
      json.put("parameters", op.parameters().stream().map(Parameter::name).toList());
    }
    if (op instanceof Op.Linear linear) {
      json.put("activation", linear.activation().name().toLowerCase(Locale.ROOT));
    } else if (op instanceof Op.Slice slice) {
      json.put("from", slice.from());
    } else if (op instanceof Op.Cross cross) {
      json.put("rank", cross.rank());
    } else if (op instanceof Op.LayerNorm norm) {
      json.put("eps", (double) norm.eps());
    }
    json.put("shape", List.of(op.output().features(), op.output().width()));
    return json;
  }

  /** The name of the op's class, such as {@code factorization-machine}. */
  private static String name(Op op) {
    return op.getClass()
        .getSimpleName()
        .replaceAll("(?<=.)(?=\\p{Upper})", "-")
        .toLowerCase(Locale.ROOT);
  }
}
