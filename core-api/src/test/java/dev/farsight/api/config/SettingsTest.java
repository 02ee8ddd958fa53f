package dev.farsight.api.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  private static final String IN_NO_REFERENCE =
      ", and is in no reference.conf; that of a plugin must have every key that it reads";

  private static Settings settings(String text) {
    var options = ConfigParseOptions.defaults().setOriginDescription("my.conf");
    return Settings.of("farsight.x", ConfigFactory.parseString(text, options));
  }

  @Test
  void readsHoconValues() {
    var s = settings("a = 3, b = 1.5, c = 2 MiB, d = yes, e = [1, 2], f = lru, g = 7, h = null");
    assertThat(s.integer("a", 0, 10)).isEqualTo(3);
    assertThat(s.number("b", 0, 2)).isEqualTo(1.5);
    assertThat(s.bytes("c")).isEqualTo(2 << 20);
    assertThat(s.bool("d")).isTrue();
    assertThat(s.integers("e", 0, 5)).containsExactly(1, 2);
    assertThat(s.integers("g", 0, 9)).containsExactly(7);
    assertThat(s.choice("f", List.of("lru", "lfu"))).isEqualTo("lru");
    assertThat(s.has("h")).isFalse();
    assertThat(s.section("none").has("x")).isFalse();
  }

  @Test
  void errorsNameFileLineKeyValueAndRange() {
    var s = settings("a = 3\nb = many\nc = 1.5\nd = [1]");
    assertThatThrownBy(() -> s.integer("a", 4, 9))
        .isInstanceOf(ConfigException.class)
        .hasMessage("my.conf: 1: farsight.x.a: 3 is not a whole number from 4 to 9");
    assertThatThrownBy(() -> s.number("b", 0, 1))
        .hasMessage("my.conf: 2: farsight.x.b: 'many' is not a number from 0 to 1");
    assertThatThrownBy(() -> s.integer("c", 0, 9))
        .hasMessageContaining("my.conf: 3: farsight.x.c: 1.5");
    assertThatThrownBy(() -> s.bytes("b"))
        .hasMessageContaining("farsight.x.b: 'many' is not a size");
    assertThatThrownBy(() -> s.string("d"))
        .hasMessageContaining("farsight.x.d: [1] is not a string");
    assertThatThrownBy(() -> s.string("e")).hasMessageContaining("farsight.x.e is not set");
    assertThatThrownBy(() -> s.choice("b", List.of("x", "y")))
        .hasMessageContaining("'many' is none of x, y");
  }

  @Test
  void aShareIsANumberOrInPercent() {
    var s =
        settings(
            "a = 0.25, b = .25, c = \"25%\", d = 25%, e = \"25 %\", f = 1, g = 0, h = 100%, i = 2.5e-1");
    for (String key : List.of("a", "b", "c", "d", "e", "i")) {
      assertThat(s.share(key, 0, 1)).as(key).isEqualTo(0.25);
    }
    assertThat(s.share("f", 0, 1)).isEqualTo(s.share("h", 0, 1)).isEqualTo(1);
    assertThat(s.share("g", 0, 1)).isZero();
    assertThat(settings("a = \"0.1%\"").share("a", 0, 1)).isEqualTo(0.001);
    for (String bad : List.of("25", "-1%", "101%", "%", "1%%", "half", "NaN", "[1]")) {
      assertThatThrownBy(() -> settings("\na = " + bad).share("a", 0, 1))
          .isInstanceOf(ConfigException.class)
          .hasMessageMatching("my.conf: 2: farsight.x.a: .* is not a share from 0 to 1; .*");
    }
  }

  @Test
  void aSizeNeedsAUnit() {
    assertThat(settings("a = 4096 B").bytes("a")).isEqualTo(4096);
    assertThat(settings("a = 1.5 KiB").bytes("a")).isEqualTo(1536);
    assertThat(settings("a = 0").bytes("a")).isZero();
    for (String number : List.of("4096", "\"4096\"", "1.5", "-4")) {
      assertThatThrownBy(() -> settings("a = " + number).bytes("a"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(
              "has no unit; write \"" + number.replace("\"", "") + " MiB\", or \"");
    }
  }

  @Test
  void nullWhereAValueIsNeededIsNamedWithItsPlace() {
    assertThatThrownBy(() -> settings("\na = null").string("a"))
        .hasMessage("my.conf: 2: farsight.x.a: null is not allowed here; leave the key out");
    assertThatThrownBy(() -> settings("\nb = 1").string("a"))
        .hasMessageEndingWith("farsight.x.a is not set" + IN_NO_REFERENCE);
    assertThatThrownBy(() -> Settings.of("suite.x", ConfigFactory.empty()).string("a"))
        .hasMessageEndingWith("suite.x.a is not set");
    assertThatThrownBy(() -> Settings.of("farsight.x[1]", ConfigFactory.empty()).string("a"))
        .hasMessageEndingWith("farsight.x[1].a is not set");
  }

  /** What the user has not set is not blamed on a file that he did not write. */
  @Test
  void errorsOfDefaultsNameNoFile(@TempDir Path folder) throws IOException {
    Path jar = folder.resolve("part.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("reference.conf"));
      out.write("x { a = 3, b { c = 1 } }".getBytes(UTF_8));
    }
    try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      Config config = ConfigFactory.parseResources(loader, "reference.conf");
      var s = Settings.of("farsight.x", config.getConfig("x"));
      assertThatThrownBy(() -> s.integer("a", 4, 9))
          .hasMessage("farsight.x.a: 3 (the default) is not a whole number from 4 to 9");
      assertThatThrownBy(() -> s.section("b").string("d"))
          .hasMessage("farsight.x.b.d is not set" + IN_NO_REFERENCE);
    }
  }

  /** A million digits, which would take minutes, and what would garble a terminal. */
  @Test
  @Timeout(60)
  void longValuesAreQuotedInPart() {
    var s = settings("a = \"" + "9".repeat(1_000_000) + "\", b = \"x\\u001b[2J\\n\"");
    String shown =
        "my.conf: 1: farsight.x.a: '" + "9".repeat(200) + "... (1000000 characters)' is not a ";
    assertThatThrownBy(() -> s.integer("a", 0, 9)).hasMessage(shown + "whole number from 0 to 9");
    assertThatThrownBy(() -> s.number("a", 0, 9)).hasMessage(shown + "number from 0 to 9");
    assertThatThrownBy(() -> s.bool("b"))
        .hasMessage("my.conf: 1: farsight.x.b: 'x\\u001B[2J' is neither true nor false");
  }

  @Test
  void aPathThatNoFileCanHaveIsRefusedWithItsKey() {
    assertThat(settings("a = runs/1").path("a")).isEqualTo(Path.of("runs/1"));
    assertThatThrownBy(() -> settings("a = \"runs/\\u0000/1\"").path("a"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "my.conf: 1: farsight.x.a: 'runs/\\u0000/1' is not the path of a file: Nul character not allowed");
  }

  @Test
  void aMessageQuotesAtMost200CharactersAndNoControlCharacters() {
    assertThatThrownBy(
            () -> settings("a = \"\\u001b[2J" + "x".repeat(5000) + "\"").integer("a", 0, 1))
        .isInstanceOf(ConfigException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400))
        .hasMessageContaining("'\\u001B[2Jxxx");
  }
}
