package dev.farsight.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations that somebody else wrote, or that no person did. */
class ForeignConfigTest {

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Config resolve(FarsightConfig config) throws IOException {
    Path reference = Files.createDirectories(folder.resolve("reference"));
    Files.writeString(
        reference.resolve("reference.conf"),
        "farsight { a = 1, b = 1, model { dim = 2 }, cache { size = 1 } }");
    try (var loader = new URLClassLoader(new URL[] {reference.toUri().toURL()}, null)) {
      return config.resolve(List.of(loader));
    }
  }

  private Config read(String text) throws IOException {
    return resolve(FarsightConfig.ofFile(write("my.conf", text)));
  }

  @Test
  void noAddressIsAskedForAnInclude() throws IOException {
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      server.configureBlocking(false);
      String address = "http://localhost:" + server.socket().getLocalPort() + "/x.conf";
      write("part.conf", "include url(\"" + address + "\")");
      for (String text :
          List.of(
              "include url(\"" + address + "\")",
              "include \"" + address + "\"",
              "include required(url(\"" + address + "\"))",
              "farsight { model { include url(\"" + address + "\") } }")) {
        assertThatThrownBy(() -> read(text))
            .isInstanceOf(ConfigException.class)
            .hasMessageContainingAll(address, "include");
        assertThatThrownBy(() -> FarsightConfig.ofText("text", text))
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining(address);
      }
      assertThatThrownBy(() -> read("include \"part.conf\"")).hasMessageContaining(address);
      assertThatThrownBy(
              () -> FarsightConfig.defaults().set("model={include url(\"" + address + "\")}"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(address);
      Path plugin = Files.createDirectories(folder.resolve("plugin"));
      Files.writeString(plugin.resolve("reference.conf"), "include url(\"" + address + "\")");
      try (var loader = new URLClassLoader(new URL[] {plugin.toUri().toURL()}, null)) {
        assertThatThrownBy(() -> FarsightConfig.defaults().resolve(List.of(loader)))
            .hasMessageContaining(address);
      }
      assertThat(server.accept()).as("a connection").isNull();
    }
  }

  @Test
  void filesAreIncluded() throws IOException {
    Files.createDirectories(folder.resolve("parts"));
    write("parts/one.conf", "farsight.a = 5, include \"two\"");
    write("parts/two.conf", "farsight.b = 6");
    write("three.json", "{\"farsight\": {\"model\": {\"dim\": 7}}}");
    Config c =
        read("include \"parts/one.conf\"\ninclude file(\"" + folder.resolve("three.json") + "\")");
    assertThat(c.getInt("a")).isEqualTo(5);
    assertThat(c.getInt("b")).isEqualTo(6);
    assertThat(c.getInt("model.dim")).isEqualTo(7);
  }

  /** In the folder that the process runs in, a name has no folder. */
  @Test
  void filesAreIncludedByAFileWithoutAFolder() throws IOException {
    Path included = Files.createTempFile(Path.of(""), "included", ".conf");
    Path including = Files.createTempFile(Path.of(""), "including", ".conf");
    try {
      assertThat(including.getParent()).isNull();
      Files.writeString(included, "farsight.b = 6\nfarsight.model.wrong = 1");
      Files.writeString(including, "include \"" + included + "\"\nfarsight.a = 5");
      assertThatThrownBy(() -> resolve(FarsightConfig.ofFile(including)))
          .hasMessageContaining(included + ": 2: ");
      Files.writeString(included, "farsight.b = 6");
      Config c = resolve(FarsightConfig.ofFile(including));
      assertThat(c.getInt("a")).isEqualTo(5);
      assertThat(c.getInt("b")).isEqualTo(6);
      Files.writeString(including, "include \"" + included + "\"\nfarsight.wrong = 5");
      assertThatThrownBy(() -> resolve(FarsightConfig.ofFile(including)))
          .hasMessageStartingWith(including + ": 2: ");
    } finally {
      Files.delete(included);
      Files.delete(including);
    }
  }

  @Test
  @Timeout(60)
  void aHundredThousandUnknownKeysAreToldAtOnce() throws IOException {
    String keys =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "key" + i + " = " + i + "\n")
            .collect(Collectors.joining());
    for (String section : List.of("zzz", "cache", "q.r.s")) {
      assertThatThrownBy(() -> read("farsight { " + section + " {\n" + keys + "}}"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("unknown key farsight.");
    }
    for (String field : List.of("farsight.k%d = 1", "farsight { k%d = 1 }", "farsight={k%d=1},")) {
      String fields =
          IntStream.range(0, 100_000)
              .mapToObj(i -> String.format(Locale.ROOT, field, i))
              .collect(Collectors.joining("\n"));
      assertThatThrownBy(() -> read(fields))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("more than 10,000 sections");
    }
    String columns = "{ column = a, rows = 5 }, ".repeat(20_000);
    assertThat(read("farsight.a = [" + columns + "]").getList("a")).hasSize(20_000);
    String longKey = "farsight." + "k".repeat(5_000_000) + " = 1";
    assertThatThrownBy(() -> read(longKey))
        .isInstanceOf(ConfigException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
  }

  @ParameterizedTest
  @ValueSource(ints = {150, 3_000, 200_000})
  @Timeout(60)
  void deepNestingIsRefused(int depth) throws IOException {
    for (String text :
        List.of(
            "farsight.a = " + "[".repeat(depth) + "]".repeat(depth),
            "farsight.model " + "{ x ".repeat(depth) + "= 1" + "}".repeat(depth),
            "farsight.model" + ".x".repeat(depth) + " = 1",
            "other { " + "x { ".repeat(depth) + "}".repeat(depth) + "}, farsight.a = [[${other}]]",
            "{\"farsight\": {\"a\": " + "[".repeat(depth))) {
      assertThatThrownBy(() -> read(text))
          .isInstanceOf(ConfigException.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000).hasLineCount(1));
    }
    assertThatThrownBy(
            () ->
                resolve(
                    FarsightConfig.defaults().set("a=" + "[".repeat(depth) + "]".repeat(depth))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("nested");
  }

  @Test
  @Timeout(60)
  void aFileTooLargeForAConfigurationIsRefused() throws IOException {
    Path huge = folder.resolve("huge.conf");
    try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertThatThrownBy(() -> FarsightConfig.ofFile(huge))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(huge.toString(), "16.0 MiB");
    for (String include :
        List.of(
            "include \"huge.conf\"",
            "include \"huge\"",
            "include file(\"" + huge + "\")",
            "include file(\"/dev/zero\")")) {
      assertThatThrownBy(() -> read(include))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("16.0 MiB");
    }
    assertThatThrownBy(() -> FarsightConfig.ofFile(Path.of("/dev/zero")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/dev/zero");
  }

  @Test
  @Timeout(60)
  void aPipeIsRead() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    var writer =
        new Thread(
            () -> {
              try {
                Files.writeString(pipe, "farsight.a = 9");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    writer.start();
    assertThat(resolve(FarsightConfig.ofFile(pipe)).getInt("a")).isEqualTo(9);
    writer.join();
  }

  @Test
  void messagesHaveNoControlCharactersAndQuoteLittle() {
    String escape = "\u001B[2J";
    for (String text :
        List.of(
            "farsight { \"" + escape + "\" = 1 }",
            "\"" + escape + "\" = 1, farcight = 1",
            "farsight.model = \"" + escape + "\"",
            "farsight { a = ${\"" + escape + "\"} }",
            "farsight { a = 1 " + escape + " = } " + "x".repeat(100_000))) {
      assertThatThrownBy(() -> read(text))
          .isInstanceOf(ConfigException.class)
          .satisfies(
              e -> assertThat(e.getMessage()).doesNotContain("\u001B").hasSizeLessThan(1000));
    }
  }
}
