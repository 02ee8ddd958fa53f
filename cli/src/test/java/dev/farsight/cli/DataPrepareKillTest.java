package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.datasets.prepare.FileSums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Processes that prepare data are killed at random moments; the data ends with the same bytes. */
@TestInstance(Lifecycle.PER_CLASS)
class DataPrepareKillTest {

  private static final int ROWS = 24_000;
  private static final int PART = 500;

  /** Another one for each test. */
  @TempDir Path folder;

  private Path conf;

  /** What a process that nobody disturbs prepares. */
  private Map<String, String> wanted;

  @BeforeAll
  void prepareUndisturbed(@TempDir Path shared) throws Exception {
    folder = shared;
    writeRows();
    Path whole = folder.resolve("whole");
    end(start(whole));
    wanted = sums(whole);
    assertThat(wanted).hasSizeGreaterThan(ROWS / PART * 3);
  }

  private void writeRows() throws IOException {
    var random = new Random(1);
    Path rows =
        Files.writeString(
            folder.resolve("rows.csv"),
            IntStream.range(0, ROWS)
                .mapToObj(
                    row ->
                        "%d,%d,%d,%d %d\n"
                            .formatted(
                                random.nextInt(2),
                                random.nextInt(99),
                                random.nextInt(50),
                                random.nextInt(99),
                                random.nextInt(999)))
                .collect(Collectors.joining("", "label,age,user,seen\n", "")));
    conf =
        Files.writeString(
            folder.resolve("my.conf"),
            """
            farsight.data {
              source = csv
              path = "%s"
              batch-size = 64
              csv {
                dense = [{ column = age, transform = standard }]
                min-count = 3
                categorical = [
                  { column = user, rows = 50, kind = integer }
                  { column = seen, rows = 900, kind = integer, separator = " ", max-lookups = 2 }
                ]
              }
            }
            """
                .formatted(rows));
  }

  private Process start(Path out) throws IOException {
    return start(out, "unlimited");
  }

  /**
   * @param limit the most KiB of a file that it writes
   */
  private Process start(Path out, String limit) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                // A background process of a shell ignores SIGINT, and so do those it starts.
                "env",
                "--default-signal=INT",
                "bash",
                "-c",
                "ulimit -f " + limit + "; exec \"$@\"",
                "prepare",
                System.getProperty("java.home") + "/bin/java",
                "@" + Distribution.ROOT.resolve("jvm.options"),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "data",
                "prepare",
                conf.toString(),
                "--part-rows",
                Integer.toString(PART),
                "--out",
                out.toString()));
    return Distribution.builder(folder, command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("out.txt").toFile())
        .start();
  }

  private void end(Process process) throws Exception {
    int status = Distribution.status(process);
    assertThat(status).as(Files.readString(folder.resolve("out.txt"))).isZero();
  }

  private static Map<String, String> sums(Path out) throws IOException {
    var sums = new TreeMap<String, String>();
    FileSums.ofFolder(out.resolve("fitted")).forEach((name, sum) -> sums.put(name, sum.sha256()));
    try (var files = Files.list(out)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!name.equals("lock")) {
          sums.put(name, FileSums.of(file).sha256());
        }
      }
    }
    return sums;
  }

  private static int files(Path out) throws IOException {
    if (!Files.isDirectory(out)) {
      return 0;
    }
    try (var files = Files.list(out)) {
      return (int) files.count();
    }
  }

  /** Kills when there are some more files, and a moment later. */
  private static boolean kill(Process process, Path out, Random random) throws Exception {
    int enough = files(out) + random.nextInt(40);
    while (process.isAlive() && files(out) < enough) {
      Thread.sleep(1);
    }
    Thread.sleep(random.nextInt(20));
    boolean alive = process.isAlive();
    process.destroyForcibly().waitFor();
    return alive;
  }

  private void killAndCompare(int rounds, int kills) throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    int killed = 0;
    for (int round = 0; round < rounds; round++) {
      Path out = folder.resolve("killed-" + round);
      for (int k = 0; k < kills && !Files.exists(out.resolve("manifest.json")); k++) {
        killed += kill(start(out), out, random) ? 1 : 0;
      }
      end(start(out));
      assertThat(sums(out)).isEqualTo(wanted);
    }
    assertThat(killed).isPositive();
  }

  @Test
  void killedFiveTimes() throws Exception {
    killAndCompare(1, 5);
  }

  @Test
  @Tag("nightly")
  void killedOften() throws Exception {
    killAndCompare(8, 12);
  }

  /** Ctrl-C ends after the batch at hand, and the same command goes on from the complete parts. */
  @Test
  void ctrlCStopsAndIsGoneOnWith() throws Exception {
    Path out = folder.resolve("out");
    Process process = start(out);
    String part = out.resolve("train-00001_dense.npy").toString();
    String script = "until [[ -e $0 ]]; do kill -0 $1 || exit 1; done; kill -INT $1";
    Process kill =
        new ProcessBuilder("bash", "-c", script, part, Long.toString(process.pid())).start();
    assertThat(Distribution.status(kill)).isZero();
    int status = Distribution.status(process);
    String printed = Files.readString(folder.resolve("out.txt"));
    assertThat(status).as(printed).isEqualTo(130);
    assertThat(printed)
        .contains("stopping after this batch; Ctrl-C again ends at once\n")
        .containsPattern(
            "\nstopped: [\\d,]+ rows are complete, .* in \\d+ parts?; the same command goes on from"
                + " the last complete part\n$");
    assertThat(out.resolve("manifest.json")).doesNotExist();
    end(start(out));
    assertThat(sums(out)).isEqualTo(wanted);
  }

  /** As on a full disk. */
  @Test
  void whatCannotBeWrittenIsGoneOnWith() throws Exception {
    Path out = folder.resolve("out");
    int sumsKiB = 4; // of a part's 500 rows; the manifest comes later
    assertThat(Distribution.status(start(out, Integer.toString(sumsKiB)))).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("out.txt")).lines().reduce((a, b) -> b))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith("farsight: " + out)
                    .contains("cannot be written: file too large")
                    .endsWith("parts are complete, and the same command goes on from there"));
    assertThat(out.resolve("manifest.json")).doesNotExist();
    end(start(out));
    assertThat(sums(out)).isEqualTo(wanted);
  }
}
