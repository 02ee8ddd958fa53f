package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.typesafe.config.ConfigFactory;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, each on a host of its own as it seems, and the network between them fails. */
@Tag("nightly")
class PartitionTest {

  private static final String CONF =
      """
      farsight {
        data {
          batch-size = 60, eval-fraction = 0.01
          synthetic { rows = 60000, cardinalities = [50, 400, 3000] }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        cache { size = "1000 rows" }
        checkpoint.every = "50 steps"
        sharding { processes = 2, collective = sockets, timeout = 4 s }
        compute.threads = 1
        lookahead.threads = 1
        storage.threads = 1
      }
      """;

  private static final Predicate<String> STEP = Pattern.compile("step-\\d+").asMatchPredicate();

  @TempDir Path folder;

  private final long seed = Long.getLong("farsight.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<Process> started = new ArrayList<>();
  private Path conf;

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  private static Networks networks() throws InterruptedException {
    try {
      return Networks.make();
    } catch (IOException e) {
      return abort("no network namespaces here, so no partition: " + e.getMessage());
    }
  }

  private static String digests(Path run) {
    var report = ConfigFactory.parseFile(run.resolve("report.json").toFile());
    return report.getString("loss_sha256") + " " + report.getString("weights_sha256");
  }

  private String undisturbed() throws IOException {
    conf = Files.writeString(folder.resolve("my.conf"), CONF);
    try (Plugins plugins = Plugins.load(getClass().getClassLoader())) {
      var farsight =
          FarsightConfig.ofFile(conf)
              .set("sharding.processes=1")
              .set("compute.nd4j-native.devices=2")
              .resolve(plugins.loaders());
      Path one = folder.resolve("one");
      try (Trainer trainer = Trainer.open(farsight, plugins.components(), one, RunListener.NONE)) {
        trainer.train();
      }
      return digests(one);
    }
  }

  private List<Process> start(Networks networks, Path run) throws IOException {
    List<Process> processes = new ArrayList<>();
    for (int number = 0; number < 2; number++) {
      var command =
          new ArrayList<>(
              List.of(
                  System.getProperty("java.home") + "/bin/java",
                  "@" + Distribution.ROOT.resolve("jvm.options"),
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx512m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  NetworkRank.class.getName(),
                  Integer.toString(number),
                  networks.address(number),
                  networks.address(0),
                  run.toString(),
                  conf.toString()));
      Process process =
          new ProcessBuilder(networks.on(number, command))
              .redirectOutput(folder.resolve("out" + number).toFile())
              .redirectError(error(number).toFile())
              .start();
      processes.add(process);
      started.add(process);
    }
    return processes;
  }

  private Path error(int number) {
    return folder.resolve("err" + number);
  }

  private String said(int number) throws IOException {
    return Files.readString(error(number));
  }

  private static List<String> checkpoints(Path run) {
    String[] names = run.resolve("checkpoints").toFile().list((dir, name) -> STEP.test(name));
    return names == null ? List.of() : List.of(names);
  }

  private void awaitMidRun(List<Process> processes, Path run) throws Exception {
    List<String> before = checkpoints(run);
    while (before.containsAll(checkpoints(run))) {
      assertThat(processes).as(said(0) + said(1)).allMatch(Process::isAlive);
      TimeUnit.MILLISECONDS.sleep(10);
    }
    TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
    assertThat(processes).as("seed %d: in the middle", seed).allMatch(Process::isAlive);
  }

  private void requireEnd(List<Process> processes, int status) throws Exception {
    for (int number = 0; number < 2; number++) {
      Process process = processes.get(number);
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("process %d ends", number).isTrue();
      assertThat(process.exitValue()).as(said(number)).isEqualTo(status);
    }
  }

  @Test
  void eachSideMissesTheOtherAndTheRunGoesOnLater() throws Exception {
    String undisturbed = undisturbed();
    try (Networks networks = networks()) {
      Path run = folder.resolve("run");
      for (int partition = 0; partition < 3; partition++) {
        List<Process> processes = start(networks, run);
        awaitMidRun(processes, run);
        networks.cable(false);
        long since = System.nanoTime();
        requireEnd(processes, 1);
        System.out.println(
            "partition seen after " + (System.nanoTime() - since) / 1_000_000 + " ms");
        for (int number = 0; number < 2; number++) {
          assertThat(said(number))
              .as("seed %d", seed)
              .contains("process " + (1 - number))
              .containsOnlyOnce("\n");
        }
        networks.cable(true);
      }
      requireEnd(start(networks, run), 0);
      assertThat(digests(run)).as("seed %d", seed).isEqualTo(undisturbed);
    }
  }

  @Test
  void aShortOneIsWaitedFor() throws Exception {
    String undisturbed = undisturbed();
    try (Networks networks = networks()) {
      Path run = folder.resolve("run");
      List<Process> processes = start(networks, run);
      awaitMidRun(processes, run);
      networks.cable(false);
      TimeUnit.MILLISECONDS.sleep(500);
      networks.cable(true);
      requireEnd(processes, 0);
      assertThat(digests(run)).as("seed %d", seed).isEqualTo(undisturbed);
    }
  }

  /** They have never met: the one that calls names the address that does not answer. */
  @Test
  void aHostThatCannotBeReachedIsNamed() throws Exception {
    conf =
        Files.writeString(
            folder.resolve("my.conf"), CONF + "farsight.sharding.sockets.connect-timeout = 5 s\n");
    try (Networks networks = networks()) {
      networks.cable(false);
      requireEnd(start(networks, folder.resolve("run")), 1);
      assertThat(said(1))
          .contains("cannot reach rank 0 (process 0) at " + networks.address(0) + ":7071: ")
          .contains("sharding.sockets.host")
          .containsOnlyOnce("\n");
      assertThat(said(0))
          .contains("rank 1 (process 1) did not come in time")
          .containsOnlyOnce("\n");
    }
  }
}
