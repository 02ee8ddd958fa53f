package dev.farsight.api.internal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A row format in the JSON of stores, checkpoints and models:
 *
 * <pre>
 * "dim": 16, "state": 1, "precision": "fp32",
 * "state_parts": [{"name": "adagrad", "floats": 1, "start": 0.0}]
 * </pre>
 *
 * <p>Version 0.1 wrote only dim and state. Such rows have float32 weights and the state of
 * rowwise-adagrad.
 */
public final class RowFormatJson {

  private RowFormatJson() {}

  /** The JSON keys and values of a format. */
  public static Map<String, Object> keys(RowFormat format) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dim", format.dim());
    json.put("state", format.stateFloats());
    json.put("precision", format.precision().configName());
    json.put(
        "state_parts",
        format.state().stream()
            .map(p -> Map.of("name", p.name(), "floats", p.floats(), "start", (double) p.start()))
            .toList());
    return json;
  }

  /**
   * Reads a format from JSON.
   *
   * @throws ConfigException if a key is missing or has a value of the wrong type
   * @throws IllegalArgumentException if this version does not know a value
   */
  public static RowFormat of(Config json) {
    int dim = json.getInt("dim");
    int stateFloats = json.getInt("state");
    if (!json.hasPath("state_parts")) {
      return RowFormat.fp32(
          dim, stateFloats == 0 ? List.of() : List.of(new StatePart("adagrad", stateFloats, 0)));
    }
    List<StatePart> parts =
        json.getConfigList("state_parts").stream()
            .map(
                p ->
                    new StatePart(
                        p.getString("name"), p.getInt("floats"), (float) p.getDouble("start")))
            .toList();
    var format = new RowFormat(dim, precision(json.getString("precision")), parts);
    if (format.stateFloats() != stateFloats) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "state is %d, but state_parts have %d floats",
              stateFloats,
              format.stateFloats()));
    }
    return format;
  }

  private static Precision precision(String name) {
    return Arrays.stream(Precision.values())
        .filter(p -> p.configName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown precision " + name));
  }
}
