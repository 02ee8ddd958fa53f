package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables of docs/configuration.md are those of the reference.conf files. */
class ConfigurationReferenceTest {

  private static final Pattern ROW = Pattern.compile("^\\| `([a-z0-9.*-]+)` \\| `([^`]*)` \\|");

  @Test
  void everyKeyIsDocumentedWithItsDefault() throws IOException {
    assertThat(documented()).isEqualTo(defaults());
  }

  private static SortedMap<String, ConfigValue> documented() throws IOException {
    var keys = new TreeMap<String, ConfigValue>();
    for (String line :
        Files.readAllLines(Distribution.ROOT.resolve("docs").resolve("configuration.md"))) {
      var row = ROW.matcher(line);
      if (row.find()) {
        var value = ConfigFactory.parseString("v = " + row.group(2)).root().get("v");
        assertThat(keys.put(row.group(1), value)).as("%s twice", row.group(1)).isNull();
      }
    }
    return keys;
  }

  private static SortedMap<String, ConfigValue> defaults() {
    var loader = ConfigurationReferenceTest.class.getClassLoader();
    var reference = ConfigFactory.parseResources(loader, "reference.conf").resolve();
    var keys = new TreeMap<String, ConfigValue>();
    collect("", (ConfigObject) reference.root().get("farsight"), keys);
    return keys;
  }

  private static void collect(
      String path, ConfigObject section, SortedMap<String, ConfigValue> to) {
    section.forEach(
        (key, value) -> {
          if (value instanceof ConfigObject below) {
            collect(path + key + ".", below, to);
          } else {
            to.put(path + key, value);
          }
        });
  }
}
