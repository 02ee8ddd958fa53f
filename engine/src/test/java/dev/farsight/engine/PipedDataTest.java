package dev.farsight.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs on data that a process writes to a pipe. */
@Timeout(300)
class PipedDataTest {

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void write() throws IOException {
    var random = new SplittableRandom(1);
    var text = new StringBuilder("label,price,user\n");
    for (int row = 0; row < 6_000; row++) {
      int user = random.nextInt(500);
      text.append(user % 2).append(',').append(user % 7).append(',').append(user).append('\n');
    }
    file = folder.resolve("clicks.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.toString().getBytes(UTF_8));
    }
  }

  private static List<String> settings(String path) {
    return List.of(
        "data.source=csv",
        "data.path=" + path,
        "data.csv.dense=[price]",
        "data.csv.categorical=[{ column = user, rows = 500, kind = integer }]",
        "data.eval-fraction=0",
        "cache.size=\"100 rows\"");
  }

  private TestRun run(Path path, String... sets) {
    return new TestRun(folder).set(settings(path.toString()).toArray(String[]::new)).set(sets);
  }

  private Path pipe() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  @Test
  void aRunOnAPipeIsThatOnTheFile() throws Exception {
    Path pipe = pipe();
    Process writer =
        new ProcessBuilder("bash", "-c", "zcat \"$0\" >\"$1\"", file.toString(), pipe.toString())
            .start();
    Config piped = run(pipe).train().json();
    assertThat(writer.waitFor()).isZero();
    Config plain = run(file).train().json();
    assertThat(piped.getString("loss_sha256")).isEqualTo(plain.getString("loss_sha256"));
    assertThat(piped.getString("weights_sha256")).isEqualTo(plain.getString("weights_sha256"));
  }

  /** {@code --set data.path=<(zcat clicks.csv.gz)}, which bash turns into a path in /dev/fd. */
  @Test
  void processSubstitutionIsRead() throws Exception {
    Path child = Files.createDirectory(folder.resolve("child"));
    var settings = new ArrayList<String>();
    run(file).addTo(settings);
    var command =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "file=$1; shift; exec \"$@\" data.path=<(zcat \"$file\")",
                "bash",
                file.toString(),
                System.getProperty("java.home") + "/bin/java",
                "@" + Path.of("").toAbsolutePath().resolveSibling("jvm.options"),
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                ChildRun.class.getName(),
                child.toString(),
                "memory",
                "begin"));
    command.addAll(settings);
    Path output = folder.resolve("out.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(output)).isZero();
    Config report = ConfigFactory.parseFile(child.resolve("run/report.json").toFile());
    assertThat(report.getString("loss_sha256"))
        .isEqualTo(run(file).train().json().getString("loss_sha256"));
  }

  /** No process writes the pipe, so that opening it would hang. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train.epochs=2                | train.epochs = 2 may need another pass
          checkpoint.every="10 steps"   | a run with checkpoints may need another pass
          cache.warm-up=0.5             | cache.warm-up = 0.5 may need another pass
          cache.policy=frequency        | cache.policy = frequency may need another pass
          storage.backend=ssd;storage.ssd.ram-cache=200 rows;storage.ssd.ram-policy=frequency | the policy of the tier above the store may need another pass
          data.eval-fraction=0.1        | farsight.data.eval-fraction: 0.1 needs the rows counted first
          """)
  void whatNeedsMoreThanOnePassIsRefusedAtOnce(String sets, String complaint) throws Exception {
    Path pipe = pipe();
    assertThatThrownBy(() -> run(pipe, sets.split(";", -1)).train())
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining(complaint)
        .hasMessageContaining(pipe + " can be read only once, as it is no regular file");
  }
}
