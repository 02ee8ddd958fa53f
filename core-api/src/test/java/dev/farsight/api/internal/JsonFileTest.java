package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  @Test
  void deepNestingIsRefusedBeforeItIsParsed() {
    for (String text : List.of("[".repeat(100_000), "{\"a\":".repeat(100_000))) {
      assertThatThrownBy(() -> JsonFile.parse(FILE, "{\"x\": " + text))
          .isInstanceOf(FarsightException.class)
          .hasMessage(
              "/run/model.json: cannot be read, it is damaged: it is nested deeper than 100 levels");
    }
    String brackets = "[{\\\"".repeat(1000);
    assertThat(JsonFile.parse(FILE, "{\"a\": \"" + brackets + "\"}").getString("a")).hasSize(3000);
  }

  @Test
  void aMissingOrWrongKeyIsNamed() {
    assertThatThrownBy(() -> read("{}"))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll("/run/model.json: ", "damaged", "dim");
    assertThatThrownBy(() -> read("{\"dim\": \"x\"}"))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll("/run/model.json: ", "damaged", "dim", "STRING");
    assertThatThrownBy(() -> read("{\"dim\": 1e999}")).isInstanceOf(FarsightException.class);
  }

  private static int read(String json) {
    return JsonFile.parse(FILE, json.getBytes(StandardCharsets.UTF_8), c -> c.getInt("dim"));
  }

  @Test
  void aFileThatIsTooLargeIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.json");
    Files.write(file, new byte[(1 << 24) + 1]);
    assertThatThrownBy(() -> JsonFile.bytes(file))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(file.toString(), "more than 16.0 MiB");
  }
}
