package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFileTest {

  private static final Path FILE = Path.of("/run/model.json");

  @Test
  void jsonIsRead() {
    var json = JsonFile.parse(FILE, "{\"a\": {\"b\": 1.5E-7}, \"c\": \"${a}\"}");
    assertThat(json.getDouble("a.b")).isEqualTo(1.5E-7);
    assertThat(json.getString("c")).isEqualTo("${a}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include url(\"http://localhost:1/x\")",
        "{include \"x\"}",
        "{\"a\": 1, include file(\"x\")}",
        "{\"a\": ${user.home}}",
        "{a: 1}",
        "{\"a\": 1",
        "[1]",
        ""
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> JsonFile.parse(FILE, text))
        .isInstanceOf(FarsightException.class)
        .hasMessageStartingWith("/run/model.json: cannot be read, it is damaged: ");
  }
}
