package dev.farsight.api.internal;

import com.typesafe.config.Config;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.TableSet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How initial weights are drawn, in the JSON of stores, checkpoints and models. Where every table
 * has {@linkplain Draw#uniform the usual draw}, this is what earlier versions wrote:
 *
 * <pre>
 * "draw": "uniform"
 * "draw": "by-table", "draws": [{"type": "normal", "scale": 0.01}, ...]     one for each table
 * </pre>
 */
public final class DrawsJson {

  private DrawsJson() {}

  /** The JSON keys and values. */
  public static Map<String, Object> keys(InitialRows initial) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (initial.draws().equals(InitialRows.uniform(initial.tables()))) {
      json.put("draw", Draw.Law.UNIFORM.configName());
      return json;
    }
    json.put("draw", "by-table");
    json.put("draws", initial.draws().stream().map(DrawsJson::of).toList());
    return json;
  }

  /** The JSON of one draw. */
  public static Map<String, Object> of(Draw draw) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", draw.law().configName());
    json.put("scale", (double) draw.scale());
    return json;
  }

  /** Reads one draw. */
  public static Draw draw(Config json) {
    return new Draw(law(json.getString("type")), (float) json.getDouble("scale"));
  }

  /**
   * Reads the draws of tables from JSON.
   *
   * @throws com.typesafe.config.ConfigException if a key has a value of the wrong type
   * @throws IllegalArgumentException if this version does not know a value
   */
  public static List<Draw> of(Config json, TableSet tables) {
    if (!json.hasPath("draws")) {
      return InitialRows.uniform(tables);
    }
    return json.getConfigList("draws").stream().map(DrawsJson::draw).toList();
  }

  private static Draw.Law law(String name) {
    return Arrays.stream(Draw.Law.values())
        .filter(law -> law.configName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown draw " + name));
  }
}
