package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What reaches the terminal: one line for each error, none that a file's or plugin's author wrote.
 */
class ConsoleTest {

  private static final String ESCAPE = "\033[2J";

  private static final String TINY =
      """
      farsight {
        data {
          batch-size = 64
          synthetic { rows = 2100, cardinalities = [50, 400, 30] }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        cache { size = "250 rows" }
        compute.threads = 1
      }
      """;

  @TempDir private Path folder;

  private record Result(int status, String out, String err) {}

  private Result run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, UTF_8);
        var errStream = new PrintStream(err, true, UTF_8)) {
      var environment = new Environment(Optional.of(folder), 0);
      status = Main.run(environment, new Interrupt(), outStream, errStream, args);
    }
    return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private String tiny() throws IOException {
    return Files.writeString(folder.resolve("tiny.conf"), TINY).toString();
  }

  /** One line without control characters. */
  private static void oneLine(String err) {
    assertThat(err).startsWith("farsight: ").endsWith("\n").hasLineCount(1);
    assertThat(err.substring(0, err.length() - 1)).doesNotContainPattern("\\p{Cc}");
    assertThat(err).doesNotContain("internal error");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          static final int X = deeper(0); |                                           | return null; | java.lang.StackOverflowError
          static final int X = 1 / Integer.parseInt("0"); |                           | return null; | java.lang.ArithmeticException: / by zero
                                          | deeper(0);                                | return null; | java.lang.StackOverflowError
                                          | throw new AssertionError("no");           | return null; | java.lang.AssertionError: no
                                          | throw new NoSuchMethodError("x");         | return null; | x
          """)
  void aPluginThatFailsWhenItIsLoadedIsNamed(
      String inClass, String inConfigure, String inOpen, String reason) throws IOException {
    Path jar = folder.resolve("plugins/broken.jar");
    String configure =
        inConfigure == null || !inConfigure.startsWith("throw")
            ? inConfigure
            : "if (API_VERSION > 0) " + inConfigure;
    PluginJars.broken(
        jar, inClass == null ? "" : inClass, configure == null ? "" : configure, inOpen);
    var result = run("list");
    oneLine(result.err());
    assertThat(result.err()).contains("broken").contains(jar.toString()).contains(reason);
    assertThat(result.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          deeper(0); return null;                           | java.lang.StackOverflowError
          throw new NoClassDefFoundError("org/example/X");  | class org.example.X is missing
          throw new IllegalStateException("a\\u001b[2J\\nb");  | java.lang.IllegalStateException: a\\u001B[2J b
          """)
  void aPluginThatFailsAtWorkIsNamed(String inOpen, String reason) throws IOException {
    PluginJars.broken(folder.resolve("plugins/broken.jar"), "", "", inOpen);
    var result =
        run(
            "train",
            tiny(),
            "--set",
            "data.source=broken",
            "--set",
            "run.directory=" + folder.resolve("run"));
    oneLine(result.err());
    assertThat(result.err())
        .startsWith(
            "farsight: data source broken (plugin broken, %s) failed in DataSourceFactory.open: %s"
                .formatted(folder.resolve("plugins/broken.jar"), reason))
        .contains("run.log");
    assertThat(result.status()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run.directory",
        "checkpoint.directory",
        "model.load",
        "storage.ssd.path",
        "compute.jcuda.timeline.file",
        "plugins.path"
      })
  void aPathWithNulIsToldInOneLine(String key) throws IOException {
    for (String command : List.of("check", "train")) {
      var args = new ArrayList<>(List.of(command, tiny(), "--set", key + "=\"a\\u0000b\""));
      args.addAll(List.of("--set", "storage.backend=ssd"));
      var result = run(args.toArray(String[]::new));
      oneLine(result.err());
      assertThat(result.err()).contains(key + ": 'a\\u0000b' is not the path of a file");
      assertThat(result.status()).isEqualTo(2);
    }
  }

  @Test
  void controlBytesOfNamesDoNotReachTheTerminal() throws IOException {
    Path trace = folder.resolve("a" + ESCAPE + "b.keys");
    Files.write(trace, new byte[64]);
    var replayed = run("trace", "replay", trace.toString(), "--format", "be64", "--size", "all");
    assertThat(replayed.err()).isEmpty();
    assertThat(replayed.out()).contains("a\\u001B[2Jb.keys").doesNotContain("\033");

    oneLine(run("check", folder.resolve("no" + ESCAPE + "\n.conf").toString()).err());
    oneLine(run("export", "no" + ESCAPE, folder.resolve("out").toString()).err());
    oneLine(run("trace", "replay", "no" + ESCAPE).err());
    oneLine(run("chekc" + ESCAPE).err());
    oneLine(run("check", tiny(), "--set", "cache.policy=lr" + ESCAPE).err());
  }

  @Test
  void whatIsQuotedIsShort() throws IOException {
    String huge = "x".repeat(100_000);
    for (String key : List.of("cache.policy", "cache.size", "train.seed", "data.source")) {
      var result = run("check", tiny(), "--set", key + "=" + huge);
      oneLine(result.err());
      assertThat(result.err()).contains(key).hasSizeLessThan(2100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run.directory", "checkpoint.directory", "storage.ssd.path"})
  void checkTellsWhatCannotBeWritten(String key) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    var result =
        run(
            "check",
            tiny(),
            "--set",
            "storage.backend=ssd",
            "--set",
            key + "=" + file.resolve("sub/folder"));
    oneLine(result.err());
    assertThat(result.err())
        .isEqualTo(
            "farsight: farsight."
                + key
                + ": "
                + file
                + ": a file is where a folder is needed; name another path\n");
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void checkTellsThatThereIsNoModel() throws IOException {
    assertThat(run("check", tiny(), "--set", "model.load=" + folder).err())
        .contains("farsight.model.load: '" + folder + "' is no model: it has no model.json");
    assertThat(run("check", tiny(), "--set", "model.load=" + folder.resolve("no")).err())
        .contains("is no folder; name RUN/model");
  }

  @Test
  void whereResultsGoIsCheckedBeforeTheWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    String under = file.resolve("x").toString();
    Path keys = Files.write(folder.resolve("keys"), new byte[64]);
    String suite =
        Files.writeString(
                folder.resolve("suite.conf"), TINY + "ablation.axes { cache.policy = [lru] }\n")
            .toString();
    for (List<String> command :
        List.of(
            List.of("trace", "record", tiny(), "--out", under),
            List.of("trace", "replay", keys.toString(), "--format", "be64", "--out", under),
            List.of("trace", "mrc", keys.toString(), "--format", "be64", "--out", under),
            List.of("data", "synth", "--out", under),
            List.of("export", folder.toString(), under),
            List.of("ablate", suite, "--out", under))) {
      var result = run(command.toArray(String[]::new));
      oneLine(result.err());
      assertThat(result.err()).contains(file + ": a file is where a folder is needed");
      assertThat(result.status()).isEqualTo(2);
    }
    assertThat(run("data", "synth", "--out", folder.toString()).err())
        .contains(folder + ": it is a folder; name a file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ablate SUITE --set run.directory=x             | name the folder of the results with --out
          ablate SUITE --set train.seed=3                | list seeds in ablation.seeds
          ablate SUITE --set checkpoint.directory=x      | would be shared by all cells
          ablate SUITE --set storage.ssd.path=x          | would be shared by all cells
          trace record TINY --out t --set run.directory=x | name the file with --out
          trace replay KEYS --format be64 --set cache.policy=lru | name policies with --policy
          trace replay KEYS --format be64 --set cache.size=1% | name sizes with --size
          trace mrc KEYS --format be64 --set data.batch-size=8 | --batch sets another
          trace size KEYS --format be64 --target-hit 90% --set cache.size=1% | it is what this command looks for
          data synth --out OUT --rows 5 --set data.synthetic.rows=7 | --rows says how many
          data synth --out OUT --set data.path=x         | the file to write is --out
          export MODEL OUT --set run.directory=x         | the folder to write is the argument OUT
          """)
  void aSettingThatACommandDoesNotUseIsRefused(String line, String message) throws IOException {
    Files.writeString(
        folder.resolve("suite.conf"), TINY + "ablation.axes { cache.policy = [lru] }\n");
    Files.write(folder.resolve("keys"), new byte[64]);
    String[] args =
        line.replace("SUITE", folder.resolve("suite.conf").toString())
            .replace("TINY", tiny())
            .replace("KEYS", folder.resolve("keys").toString())
            .replace("OUT", folder.resolve("out").toString())
            .split(" ");
    var result = run(args);
    oneLine(result.err());
    assertThat(result.err()).contains(message);
    assertThat(result.status()).isEqualTo(2);
  }
}
