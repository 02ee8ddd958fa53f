package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.verify.Verdict;
import dev.farsight.engine.verify.Verification;
import dev.farsight.testkit.store.BitFlippingPlugin;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replays of runs, with and without planted faults. */
class VerificationTest {

  /** The tables of {@link TestRun}, whose names the synthetic source gives. */
  private static final TableSet TABLES = tables(3, 50, 400, 2000, 9000);

  @TempDir Path folder;
  private List<ClassLoader> loaders;

  private static TableSet tables(int... rows) {
    return new TableSet(
        java.util.stream.IntStream.range(0, rows.length)
            .mapToObj(t -> new Table("C" + (t + 1), rows[t]))
            .toList());
  }

  @BeforeEach
  void defaultsOfTheFaultyStore() throws IOException {
    Path classes = BitFlippingPlugin.writeTo(folder.resolve("classes"));
    URL[] urls = {classes.toUri().toURL()};
    loaders =
        List.of(
            VerificationTest.class.getClassLoader(),
            new URLClassLoader(urls, VerificationTest.class.getClassLoader()));
  }

  private TestRun run(Components components, String... sets) {
    return new TestRun(folder)
        .components(components)
        .loaders(loaders)
        .set(
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"5%\"",
            "lookahead.batches=8",
            "checkpoint.every=60 steps",
            "checkpoint.keep=10",
            "train.max-steps=240")
        .set(sets);
  }

  private Verdict verify(Path run, Components components, long from, String... overrides) {
    return new Verification(components, loaders, RunListener.NONE)
        .verify(
            run,
            from < 0 ? OptionalLong.empty() : OptionalLong.of(from),
            OptionalLong.empty(),
            List.of(overrides));
  }

  @ParameterizedTest
  @CsvSource({
    "offheap, lfu, cache.size=all",
    "offheap, lookahead, cache.policy=lru",
    "ssd, lru, cache.size=7%",
    "ssd, lfu, storage.backend=ssd",
  })
  void anHonestRunIsEqual(String store, String policy, String override) throws IOException {
    Components components = TestRun.builtIn();
    TestRun run =
        run(components, "storage.backend=" + store, "cache.policy=" + policy, "storage.ssd.maps=2");
    long evicted = run.train().json().getLong("cache.evicted_rows");
    assertThat(evicted).isPositive();
    List<String> filesBefore = files(run.directory());
    Verdict verdict = verify(run.directory(), components, 60, override);
    assertThat(verdict.equal()).as("%s", verdict).isTrue();
    assertThat(verdict.firstStep()).isEqualTo(61);
    assertThat(verdict.lastStep()).isEqualTo(240);
    assertThat(verdict.checkpoints()).isEqualTo(3);
    assertThat(verdict.rowsCompared()).isGreaterThan(1000);
    assertThat(files(run.directory())).as("the run's files").isEqualTo(filesBefore);
  }

  /** Names and sizes. */
  private static List<String> files(Path directory) throws IOException {
    try (var all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .map(f -> f + " " + f.toFile().length())
          .sorted()
          .toList();
    }
  }

  @Tag("nightly")
  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void threeThousandStepsAreEqual(String store) {
    Components components = TestRun.builtIn();
    TestRun run =
        run(
            components,
            "storage.backend=" + store,
            "train.epochs=100",
            "train.max-steps=3500",
            "checkpoint.every=500 steps");
    assertThat(run.train().json().getLong("cache.evicted_rows")).isGreaterThan(10_000);
    Verdict verdict = verify(run.directory(), components, 500);
    assertThat(verdict.equal()).as("%s", verdict).isTrue();
    assertThat(verdict.lastStep() - verdict.firstStep() + 1).isEqualTo(3000);
    assertThat(verdict.checkpoints()).isEqualTo(6);
  }

  @Test
  void aResumedRunIsEqualAcrossEpochsFromItsLastButOneCheckpoint() {
    Components components = TestRun.builtIn();
    String checkpoints = "checkpoint.directory=" + folder.resolve("checkpoints");
    run(components, checkpoints, "train.max-steps=100").train();
    run(components, checkpoints, "train.epochs=3", "train.max-steps=700", "checkpoint.keep=20")
        .resume();
    Verdict verdict = verify(folder.resolve("checkpoints"), components, -1);
    assertThat(verdict.equal()).as("%s", verdict).isTrue();
    assertThat(verdict.firstStep()).isEqualTo(661);
    Verdict all = verify(folder.resolve("checkpoints"), components, 120);
    assertThat(all.equal()).as("%s", all).isTrue();
    assertThat(all.lastStep()).isEqualTo(700);
  }

  @ParameterizedTest
  @EnumSource(PlantedFault.Kind.class)
  void aPlantedFaultIsFoundAndNamed(PlantedFault.Kind kind) throws IOException {
    var fault = new PlantedFault(kind);
    Components components = with(fault);
    long armedStep = kind == PlantedFault.Kind.IN_A_CHECKPOINT ? 178 : 150;
    TestRun run = run(components, "storage.backend=" + BitFlippingPlugin.NAME);
    try (Trainer trainer = run.open(armingAt(armedStep, fault))) {
      trainer.train();
    }
    assertThat(fault.flippedRow()).isNotNegative();
    String name = nameOf(fault.flippedRow());

    Verdict verdict = verify(run.directory(), components, 60);

    assertThat(verdict.equal()).isFalse();
    Verdict.RowDifference rows = verdict.rowDifference().orElseThrow();
    assertThat(rows.step()).isEqualTo(180);
    if (kind == PlantedFault.Kind.IN_A_CHECKPOINT) {
      assertThat(verdict.lossDifference()).isEmpty();
      assertThat(rows.rows()).isEqualTo(new Verdict.Rows(1, List.of(name)));
      return;
    }
    Verdict.LossDifference loss = verdict.lossDifference().orElseThrow();
    assertThat(loss.step()).isGreaterThan(armedStep).isLessThan(armedStep + 30);
    assertThat(loss.replayed()).isNotEqualTo(loss.recorded());
    assertThat(rows.rows().count()).isPositive();
    assertThat(rows.rows().names()).isNotEmpty();
    boolean again = kind == PlantedFault.Kind.EACH_TIME;
    assertThat(loss.cameAgain()).isEqualTo(again);
    if (again) {
      assertThat(loss.before()).isEqualTo(new Verdict.Rows(1, List.of(name)));
      assertThat(loss.after().count()).isPositive();
    } else {
      assertThat(loss.again()).isEqualTo(loss.replayed());
      assertThat(loss.before().count()).isZero();
      assertThat(loss.after().count()).isZero();
    }
  }

  private static Components with(PlantedFault fault) {
    return KeptStores.insteadOfConfigured(fault, TestRun.builtIn());
  }

  private static RunListener armingAt(long step, PlantedFault fault) {
    return new RunListener() {
      @Override
      public void step(StepProgress progress) {
        if (progress.step() == step) {
          fault.arm();
        }
      }
    };
  }

  private static String nameOf(long row) {
    int table = TABLES.tableOf(row);
    return TABLES.get(table).name() + " row " + TABLES.indexOf(table, row);
  }

  @ParameterizedTest
  @CsvSource({
    "train.seed=6, train.seed was 5",
    "optimizer.learning-rate=0.5, optimizer.learning-rate was",
    "model.dlrm.top-mlp=[14], model.dlrm.top-mlp was",
  })
  void aReferenceThatCouldDifferIsRefused(String override, String message) {
    Components components = TestRun.builtIn();
    TestRun run = run(components);
    run.train();
    assertThatThrownBy(() -> verify(run.directory(), components, -1, override))
        .hasMessageContaining(message);
  }

  @Test
  void aRunWithOneCheckpointHasNothingToCompare() {
    Components components = TestRun.builtIn();
    TestRun run = run(components, "checkpoint.keep=1");
    run.train();
    assertThatThrownBy(() -> verify(run.directory(), components, -1))
        .hasMessageContaining("only the checkpoint of step 240")
        .hasMessageContaining("checkpoint.keep");
    assertThatThrownBy(() -> verify(run.directory(), components, 100))
        .hasMessageContaining("no checkpoint of step 100; there are 240");
  }

  @Test
  void damagedLossesAreNotBelieved() throws IOException {
    Components components = TestRun.builtIn();
    TestRun run = run(components);
    run.train();
    Path losses = run.directory().resolve("checkpoints/losses.bin");
    byte[] bytes = Files.readAllBytes(losses);
    byte[] damaged = Arrays.copyOf(bytes, bytes.length);
    damaged[500] ^= 1;
    Files.write(losses, damaged);
    assertThatThrownBy(() -> verify(run.directory(), components, -1))
        .hasMessageContaining("losses.bin: is damaged");
  }

  @Test
  void aStoppedVerificationProvesNothingAndLeavesNothing() throws Exception {
    Components components = TestRun.builtIn();
    TestRun run = run(components);
    run.train();
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Set<Path> before = scratchFolders(temporary);
    var verification = new Verification[1];
    RunListener stopping =
        new RunListener() {
          @Override
          public void step(StepProgress progress) {
            if (progress.step() == 90) {
              verification[0].stop();
            }
          }
        };
    verification[0] = new Verification(components, loaders, stopping);
    assertThatThrownBy(
            () ->
                verification[0].verify(
                    run.directory(), OptionalLong.of(60), OptionalLong.empty(), List.of()))
        .hasMessage("the verification was stopped: nothing is proved");
    requireNoneSince(before, temporary);
  }

  /** Verifications of other processes have folders there too, which go away with them. */
  private static void requireNoneSince(Set<Path> before, Path temporary) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    Set<Path> since = scratchFolders(temporary);
    since.removeAll(before);
    while (!since.isEmpty()) {
      assertThat(System.nanoTime()).as("left: %s", since).isLessThan(deadline);
      Thread.sleep(10);
      since.retainAll(scratchFolders(temporary));
    }
  }

  private static Set<Path> scratchFolders(Path temporary) throws IOException {
    try (var files = Files.list(temporary)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("farsight-verify"))
          .collect(Collectors.toSet());
    }
  }
}
