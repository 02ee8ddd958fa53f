package dev.farsight.serving.request;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The inputs that a model takes. Samples come either <em>encoded</em>, as the model computes with
 * them, or as <em>raw</em> fields, as the data has them. Immutable.
 *
 * <pre>
 * encoded  dense         FP32  [B, n]
 *          NAME          INT64 [B], or [L] for a bag: positions of rows in the feature's table
 *          NAME.offsets  INT64 [B + 1] or [B], of a bag
 *          NAME.weights  FP32  [L], of lookups with weights
 * raw      FIELD         BYTES [B], or numbers for a field that is no feature
 *          FIELD         BYTES [L] and FIELD.offsets INT64, of a list
 * </pre>
 */
public final class ModelInputs {

  public static final String DENSE = "dense";
  public static final String OFFSETS = ".offsets";
  public static final String WEIGHTS = ".weights";

  /** What an encoded input is. */
  enum Kind {
    DENSE,
    INDICES,
    OFFSETS,
    WEIGHTS
  }

  /**
   * An encoded input.
   *
   * @param feature the feature's position; -1 for dense features
   */
  record Encoded(Kind kind, int feature) {}

  /**
   * An input as metadata tell of it.
   *
   * @param shape -1 where any size is possible
   */
  public record Description(String name, DataType type, List<Long> shape) {}

  private final BatchSchema schema;
  private final Map<String, Encoded> encoded = new LinkedHashMap<>();

  /** Names of raw fields, and where their offsets would be. */
  private final Set<String> fields;

  private final Map<String, String> fieldOfOffsets = new HashMap<>();
  private final List<Description> descriptions = new ArrayList<>();

  /**
   * @param fieldNames the fields that the model's data has; empty if it cannot encode any
   */
  public ModelInputs(BatchSchema schema, List<String> fieldNames) {
    this.schema = schema;
    this.fields = new LinkedHashSet<>(fieldNames);
    if (schema.denseWidth() > 0) {
      add(
          DENSE,
          new Encoded(Kind.DENSE, -1),
          DataType.FP32,
          List.of(-1L, (long) schema.denseWidth()));
    }
    for (int f = 0; f < schema.features().size(); f++) {
      Feature feature = schema.features().get(f);
      add(feature.name(), new Encoded(Kind.INDICES, f), DataType.INT64, List.of(-1L));
      if (!feature.oneHot()) {
        add(feature.name() + OFFSETS, new Encoded(Kind.OFFSETS, f), DataType.INT64, List.of(-1L));
      }
      if (feature.weighted()) {
        add(feature.name() + WEIGHTS, new Encoded(Kind.WEIGHTS, f), DataType.FP32, List.of(-1L));
      }
    }
    for (String field : fields) {
      fieldOfOffsets.put(field + OFFSETS, field);
      if (!encoded.containsKey(field)) {
        descriptions.add(new Description(field, DataType.BYTES, List.of(-1L)));
      }
    }
  }

  private void add(String name, Encoded input, DataType type, List<Long> shape) {
    encoded.put(name, input);
    descriptions.add(new Description(name, type, shape));
  }

  BatchSchema schema() {
    return schema;
  }

  /** All inputs, each name once: a feature's is shown encoded. */
  public List<Description> descriptions() {
    return List.copyOf(descriptions);
  }

  /** Whether samples may come as raw fields. */
  public boolean hasFields() {
    return !fields.isEmpty();
  }

  /** Whether a tensor is a raw field. */
  boolean isField(Tensor tensor) {
    return fields.contains(tensor.name())
        && (tensor.type() == DataType.BYTES || !encoded.containsKey(tensor.name()));
  }

  /** The encoded input of this name; null if there is none. */
  Encoded encoded(String name) {
    return encoded.get(name);
  }

  /** The raw field whose offsets have this name; null if there is none. */
  String fieldOfOffsets(String name) {
    return fieldOfOffsets.get(name);
  }

  /** The refusal of an input that the model does not have. */
  Refusal unknown(String name) {
    Set<String> names = new LinkedHashSet<>(encoded.keySet());
    names.addAll(fields);
    return Refusal.invalid(
        "unknown input " + Quoted.of(name) + Nearest.question(name, names) + hint(names));
  }

  private static String hint(Set<String> names) {
    return names.size() > 8 ? "" : "; the model takes " + Quoted.of(String.join(", ", names));
  }
}
