package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that use Chronicle Map: what it logs and prints is not for the console. */
class LibraryOutputTest {

  /** Every line that a run without a terminal may print. */
  private static final Pattern OURS =
      Pattern.compile(
          "[a-z][a-z ]+|going back to .*|step \\d.*|trained .*|AUROC .*|cache .*|.* limits? this run.*|report: .*");

  private static final String CONF =
      """
      farsight {
        data {
          batch-size = 64, eval-fraction = 0.001
          synthetic { rows = ROWS, cardinalities = [500, 4000, 300] }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        cache.size = "250 rows"
        compute.threads = 1
        storage.backend = ssd
        checkpoint.every = "20 steps"
      }
      """;

  @TempDir private Path folder;
  private Distribution distribution;

  @BeforeEach
  void prepare() throws Exception {
    distribution = Distribution.make(folder.resolve("farsight"));
  }

  private List<String> train(int rows, String... more) throws Exception {
    Path conf = folder.resolve("run.conf");
    Files.writeString(conf, CONF.replace("ROWS", Integer.toString(rows)));
    var command =
        new ArrayList<>(
            List.of(
                distribution.launcher().toString(),
                "train",
                conf.toString(),
                "--set",
                "run.directory=" + folder.resolve("run"),
                "--set",
                "storage.ssd.path=" + folder.resolve("store")));
    command.addAll(List.of(more));
    return command;
  }

  private static void oursAlone(Distribution.Result result) {
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines()).allSatisfy(line -> assertThat(line).matches(OURS));
    assertThat(result.status()).isZero();
  }

  /** Otherwise the test would prove nothing. */
  private void librariesLogged() throws Exception {
    assertThat(folder.resolve("run/run.log")).content().containsPattern("WARN +\\[");
  }

  @Test
  void aRunPrintsWhatIsOursAlone() throws Exception {
    oursAlone(Distribution.run(folder, train(7000)));
  }

  @Test
  void aRecoveryPrintsWhatIsOursAlone() throws Exception {
    Process killed = Distribution.builder(folder, train(10_000_000)).start();
    try (var out = killed.inputReader(UTF_8)) {
      while (Checkpoints.last(folder.resolve("run")) < 0) {
        assertThat(out.readLine()).isNotNull();
      }
      killed.destroyForcibly();
    }
    assertThat(Distribution.status(killed)).isEqualTo(137);
    // A run that was killed late must still have steps to train.
    long steps = Checkpoints.last(folder.resolve("run")) + 1000;
    var command = train(10_000_000, "--resume", "--set", "train.max-steps=" + steps);
    command.addAll(List.of("--set", "checkpoint.every=400 steps"));
    var result = Distribution.run(folder, command);
    oursAlone(result);
    librariesLogged();
  }
}
