package dev.farsight.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uses its own reference.conf, so changes to the keys of real modules do not affect this test. */
class FarsightConfigTest {

  private static final String REFERENCE =
      """
      farsight {
        cache {
          policy = lfu, size = "1%"
          tables { "*" { size = null, depth { limit = 3 } }, big { size = 7 } }
          lru { }
        }
        data { source = synthetic, path = null, renames { "*" = null } }
        model.dlrm { bottom-mlp = [512, 64] }
        plugins { path = plugins }
      }
      """;

  @TempDir Path folder;

  @Test
  void overridesPrecedeTheFileWhichPrecedesDefaults() throws IOException {
    Config c =
        file("farsight { cache { policy = lru, size = \"5%\" }, data.path = a.txt }")
            .set(List.of("data.path=b.txt", "data.path=c.txt"))
            .resolve(loaders());
    assertThat(c.getString("cache.policy")).isEqualTo("lru");
    assertThat(c.getString("data.path")).isEqualTo("c.txt");
    assertThat(c.getString("data.source")).isEqualTo("synthetic");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cache.size=[1, 2]              | [1,2]
          cache.size=500000 rows         | "500000 rows"
          cache.size=12                  | 12
          cache.size=1e-3                | 0.001
          cache.size=007                 | "007"
          cache.size=true                | true
          cache.size=null                | null
          cache.size="null"              | "null"
          cache.size=/tmp//a b,c#d=e     | "/tmp//a b,c#d=e"
          farsight.cache.size=4 GiB      | "4 GiB"
          cache.size=${farsight.cache.policy}-x | "lfu-x"
          """)
  void overridesAreHoconOrPlainText(String override, String expected) throws IOException {
    String key = override.substring(0, override.indexOf('='));
    var path = ConfigUtil.splitPath(key.replace("farsight.", ""));
    var root = FarsightConfig.defaults().set(override).resolve(loaders()).root();
    var value = ((ConfigObject) root.get(path.get(0))).get(path.get(1));
    assertThat(value.render(ConfigRenderOptions.concise())).isEqualTo(expected);
    if (!expected.contains("lfu-x")) {
      assertThat(value.origin().description()).isEqualTo("--set " + key);
    }
  }

  @Test
  void substitutesPropertiesAndEnvironment() throws IOException {
    Config c =
        FarsightConfig.ofText("t", "base = ${user.dir}/in\nfarsight.data.path = ${base}${PATH}")
            .resolve(loaders());
    assertThat(c.getString("data.path"))
        .isEqualTo(System.getProperty("user.dir") + "/in" + System.getenv("PATH"));
  }

  @Test
  void readsJsonPropertiesAndIncludes() throws IOException {
    Path json =
        Files.writeString(folder.resolve("a.json"), "{\"farsight\":{\"data\":{\"path\":1}}}");
    assertThat(FarsightConfig.ofFile(json).resolve(loaders()).getInt("data.path")).isEqualTo(1);
    Path properties = Files.writeString(folder.resolve("b.properties"), "farsight.data.path=x y\n");
    assertThat(FarsightConfig.ofFile(properties).resolve(loaders()).getString("data.path"))
        .isEqualTo("x y");
    assertThat(
            file("include \"a.json\"\nfarsight.cache.size=3")
                .resolve(loaders())
                .getInt("data.path"))
        .isEqualTo(1);
  }

  @Test
  void aStarStandsForAnyNameAndHasItsDefaults() throws IOException {
    Config c =
        file("farsight.cache.tables { \"C1\".size = 5, C2 { depth.limit = 4 }, big.size = 8 }")
            .resolve(loaders());
    var tables = c.getConfig("cache.tables");
    assertThat(tables.root().keySet()).containsExactlyInAnyOrder("C1", "C2", "big");
    assertThat(tables.getInt("C1.size")).isEqualTo(5);
    assertThat(tables.getInt("C1.depth.limit")).isEqualTo(3);
    assertThat(tables.getInt("C2.depth.limit")).isEqualTo(4);
    assertThat(tables.getConfig("C2").root().get("size").unwrapped()).isNull();
    assertThat(tables.getInt("big.size")).isEqualTo(8);
    assertThat(FarsightConfig.defaults().resolve(loaders()).getConfig("data.renames").isEmpty())
        .isTrue();
    Config named = FarsightConfig.defaults().set("data.renames.old=new").resolve(loaders());
    assertThat(named.getString("data.renames.old")).isEqualTo("new");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          farsight { cache { polcy = lru } } | my.conf: 1: unknown key farsight.cache.polcy; did you mean farsight.cache.policy? (keys of farsight.cache: lru, policy, size, tables)
          farsight.cahce.policy = lru | my.conf: 1: unknown key farsight.cahce; did you mean farsight.cache? (keys of farsight: cache, data, model, plugins)
          farsight.data.policy = lru | my.conf: 1: unknown key farsight.data.policy; did you mean farsight.cache.policy? (keys of farsight.data: path, renames, source)
          farsight.zzz = 1 | my.conf: 1: unknown key farsight.zzz (keys of farsight: cache, data, model, plugins)
          farsight.cache.tables.C1.sise = 1 | my.conf: 1: unknown key farsight.cache.tables.C1.sise; did you mean farsight.cache.tables.C1.size? (keys of farsight.cache.tables.C1: depth, size)
          farsight.cache.tables."*".size = 1 | my.conf: 1: farsight.cache.tables: "*" is not a name that can be set
          farsight.cache."*" = 1 | my.conf: 1: farsight.cache: "*" is not a name that can be set
          farsight.cache = lru | my.conf: 1: farsight.cache: expected a section, not "lru"; its keys are lru, policy, size, tables
          farsight.cache.tables.C1 = 5 | my.conf: 1: farsight.cache.tables.C1: expected a section, not 5; its keys are depth, size
          farsight.cache.size { rows = 5 } | my.conf: 1: farsight.cache.size: expected a value, not a section
          farsight.data.path { a = 5 } | my.conf: 1: farsight.data.path: expected a value, not a section
          farsight = 3 | my.conf: 1: farsight must be a section: write farsight { ... }
          cache.policy = lru | my.conf: 1: unknown key cache; did you mean farsight.cache?
          farsigth.cache.policy = lru | my.conf: 1: unknown key farsigth; did you mean farsight?
          farsight.data.path = ${nowhere} | my.conf: 1: ${nowhere} has no value; set it in the file or in the environment, or write ${?nowhere} to leave the key out
          """)
  void reportsFileLineAndASuggestion(String text, String message) {
    assertThatThrownBy(() -> FarsightConfig.ofText("my.conf", text).resolve(loaders()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void reportsTheFirstOfSeveralMistakes() throws IOException {
    var config = file("x = 1\nfarsight {\n cache {\n  polcy = 1\n }\n data.zzzz = 2\n mdl = 3 }");
    assertThatThrownBy(() -> config.resolve(loaders()))
        .hasMessage(
            folder.resolve("my.conf")
                + ": 4: unknown key farsight.cache.polcy; did you mean farsight.cache.policy? (keys of farsight.cache: lru, policy, size, tables)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cache.polcy=1 | --set cache.polcy: unknown key farsight.cache.polcy; did you mean farsight.cache.policy? (keys of farsight.cache: lru, policy, size, tables)
          cache.size | --set cache.size: write KEY=VALUE
          =5 | --set =5: write KEY=VALUE
          cache.size= | --set cache.size: no value; write null to unset a key
          cache..size=5 | --set cache..size: not a key
          cache={policy=lru, sise=3} | --set cache: unknown key farsight.cache.sise; did you mean farsight.cache.size? (keys of farsight.cache: lru, policy, size, tables)
          """)
  void reportsWhichOverrideIsWrong(String override, String message) {
    assertThatThrownBy(() -> FarsightConfig.defaults().set(override).resolve(loaders()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void ofManyKeysAFewAreListed() throws IOException {
    String keys = "a, b, c, d, e, f, g, h, i, j, k, l";
    Path reference =
        Files.writeString(
            folder.resolve("reference.conf"),
            "farsight { x { " + (keys + ", m, n").replace(",", " = 1,") + " = 1 } }");
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      assertThat(reference).exists();
      assertThatThrownBy(
              () -> FarsightConfig.ofText("t", "farsight.x.zzzzzzzz = 1").resolve(List.of(loader)))
          .hasMessage(
              "t: 1: unknown key farsight.x.zzzzzzzz (keys of farsight.x: "
                  + keys
                  + " and 2 more)");
    }
  }

  /** The library tells of any variable that it is of the environment, and not which. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          farsight.cache.size = ${PATH} | my.conf: 1: ${PATH}
          farsight.cache { size = 1, size = ${?PATH} } | my.conf: 1: ${PATH}
          farsight.cache.size = "x"${PATH}${user.dir} | my.conf: 1: ${PATH}, ${user.dir}
          share = many, farsight.cache.size = ${share} | my.conf: 1: ${share}
          farsight.cache { size = many, size = ${?FARSIGHT_NOT_SET} } | my.conf: 1
          """)
  void aValueOfASubstitutionNamesItsVariable(String text, String place) throws IOException {
    Config c = FarsightConfig.ofText("my.conf", text).resolve(loaders());
    assertThatThrownBy(() -> Settings.of("farsight", c).section("cache").integer("size", 1, 9))
        .hasMessageStartingWith(place + ": farsight.cache.size: '");
  }

  @Test
  void anOverrideFromTheEnvironmentNamesBoth() throws IOException {
    Config c = FarsightConfig.defaults().set("cache.size=${PATH}").resolve(loaders());
    assertThatThrownBy(() -> Settings.of("farsight", c).section("cache").integer("size", 1, 9))
        .hasMessageStartingWith("--set cache.size: ${PATH}: farsight.cache.size: '");
  }

  @Test
  void anIncompleteListInAnOverrideIsReportedInOneLine() {
    assertThatThrownBy(() -> FarsightConfig.defaults().set("model.dlrm.bottom-mlp=[1, 2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("--set model.dlrm.bottom-mlp: '[1, 2' is not a HOCON value: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void settingsNameTheOverrideThatIsOutOfRange() throws IOException {
    Config c =
        FarsightConfig.defaults()
            .set("model.dlrm.bottom-mlp=[512, x]")
            .set("cache.size=-3")
            .resolve(loaders());
    var farsight = Settings.of("farsight", c);
    assertThatThrownBy(
            () -> farsight.section("model").section("dlrm").integers("bottom-mlp", 1, 9999))
        .hasMessage(
            "--set model.dlrm.bottom-mlp: farsight.model.dlrm.bottom-mlp: 'x' is not a whole number from 1 to 9999");
    assertThatThrownBy(() -> farsight.section("cache").integer("size", 1, 9))
        .hasMessage("--set cache.size: farsight.cache.size: -3 is not a whole number from 1 to 9");
  }

  @Test
  void filesThatCannotBeReadAreNamed() throws IOException {
    Path none = folder.resolve("none.conf");
    assertThatThrownBy(() -> FarsightConfig.ofFile(none)).hasMessage(none + ": no such file");
    assertThatThrownBy(() -> FarsightConfig.ofFile(folder))
        .hasMessage(folder + ": is a folder, not a configuration file");
    assertThatThrownBy(() -> file("farsight {\n cache = [1,\n}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(folder.resolve("my.conf") + ": 3: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void oneValueCanBeReadBeforeKeysAreChecked() throws IOException {
    var config = FarsightConfig.ofText("t", "farsight { x = 1, plugins.path = ${user.home} }");
    try (var loader = loader()) {
      assertThat(config.early(loader).string("plugins.path"))
          .isEqualTo(System.getProperty("user.home"));
      assertThat(config.sets("plugins.path")).isTrue();
      assertThat(config.sets("cache.size")).isFalse();
    }
  }

  @Test
  void everyLoaderAddsItsKeysOnce() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("reference.conf"), "farsight.cache.sieve { depth = 4 }");
    try (var base = loader();
        var plugin = new URLClassLoader(new URL[] {other.toUri().toURL()}, base)) {
      var config = FarsightConfig.defaults().set("cache.sieve.depth=5");
      assertThat(config.resolve(List.of(base, plugin)).getInt("cache.sieve.depth")).isEqualTo(5);
      assertThatThrownBy(() -> config.resolve(List.of(base)))
          .hasMessageContaining("unknown key farsight.cache.sieve");
    }
  }

  private FarsightConfig file(String text) throws IOException {
    return FarsightConfig.ofFile(Files.writeString(folder.resolve("my.conf"), text));
  }

  private List<ClassLoader> loaders() throws IOException {
    return List.of(loader());
  }

  private URLClassLoader loader() throws IOException {
    Path reference = Files.createDirectories(folder.resolve("reference"));
    Files.writeString(reference.resolve("reference.conf"), REFERENCE);
    return new URLClassLoader(urls(reference), null);
  }

  private static URL[] urls(Path folder) throws MalformedURLException {
    return new URL[] {folder.toUri().toURL()};
  }
}
