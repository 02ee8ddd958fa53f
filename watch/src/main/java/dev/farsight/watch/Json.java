package dev.farsight.watch;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object that is built field by field. A number that is not finite is {@code null}. */
public final class Json {

  private final Map<String, Object> fields = new LinkedHashMap<>();

  public Json put(String name, Object value) {
    fields.put(name, plain(value));
    return this;
  }

  /** The text, on one line. */
  public String text() {
    return ConfigValueFactory.fromMap(fields).render(ConfigRenderOptions.concise());
  }

  /** As what has a place in JSON. A {@code Stream.toList()} may have nulls. */
  private static Object plain(Object value) {
    if (value instanceof Json json) {
      return json.fields;
    }
    if (value instanceof Double number) {
      return Double.isFinite(number) ? number : null;
    }
    if (value instanceof Float number) {
      return plain(number.doubleValue());
    }
    if (value instanceof double[] numbers) {
      return Arrays.stream(numbers).mapToObj(Json::plain).toList();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Json::plain).toList();
    }
    return value;
  }
}
