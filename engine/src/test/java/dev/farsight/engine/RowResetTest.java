package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.verify.Verdict;
import dev.farsight.engine.verify.Verification;
import dev.farsight.testkit.store.FaultyRowStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of several epochs that draw all rows anew, with every store. */
class RowResetTest {

  /** Training samples of an epoch: 30 steps. */
  private static final int SAMPLES = 30 * 37;

  @TempDir Path folder;

  private final Components builtIn = TestRun.builtIn();

  /** Four epochs of 30 steps. */
  private TestRun run(Components components) {
    return new TestRun(folder)
        .components(components)
        .set(
            "data.synthetic.rows=" + SAMPLES * 10 / 9,
            "data.eval-fraction=0.1",
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"10%\"",
            "train.epochs=4",
            "train.reset-rows=each-epoch");
  }

  private Components components(String store) {
    return store.equals("file") ? new FileStores(folder.resolve("rows")).in(builtIn) : builtIn;
  }

  private String[] store(String store) {
    List<String> sets = new ArrayList<>();
    if (store.startsWith("ssd")) {
      sets.add("storage.backend=ssd");
      sets.add("storage.ssd.maps=2");
      sets.add("storage.ssd.path=" + folder.resolve("rows"));
    }
    if (store.endsWith("below memory")) {
      sets.add("storage.ssd.ram-cache=\"20%\"");
    }
    sets.add("checkpoint.directory=" + folder.resolve("checkpoints"));
    return sets.toArray(String[]::new);
  }

  private TestRun run(String store) {
    return run(components(store)).set(store(store));
  }

  private Config whole() {
    return run(builtIn).train().json();
  }

  private static void assertEqual(Config report, Config whole) {
    for (String digest : List.of("loss_sha256", "weights_sha256")) {
      assertThat(report.getString(digest)).as(digest).isEqualTo(whole.getString(digest));
    }
  }

  /** Stops the run after a step, or when it draws rows. */
  private static final class Stop implements RunListener {

    private final long steps;
    private final int draws;
    private long seenSteps;
    private int seenDraws;
    private volatile Trainer trainer;

    Stop(long steps, int draws) {
      this.steps = steps;
      this.draws = draws;
    }

    @Override
    public void step(StepProgress progress) {
      if (++seenSteps == steps) {
        trainer.stop();
      }
    }

    @Override
    public void phase(String what) {
      if (what.equals("drawing all rows anew") && ++seenDraws == draws) {
        trainer.stop();
      }
    }
  }

  private static Report train(TestRun run, Stop stop, boolean resume) {
    try (Trainer trainer = run.open(stop, resume)) {
      stop.trainer = trainer;
      return trainer.train();
    }
  }

  @Test
  void epochsOfARunAreDifferentAndHitsAreThoseOfOneThatDrawsNothing() {
    Config reset = whole();
    Config plain = run(builtIn).set("train.reset-rows=never").train().json();
    assertThat(reset.getLong("throughput.steps")).isEqualTo(120);
    assertThat(reset.getString("loss_sha256")).isNotEqualTo(plain.getString("loss_sha256"));
    for (String counter : List.of("lookups", "hits", "unique_rows", "evicted_rows")) {
      assertThat(reset.getLong("cache." + counter))
          .as(counter)
          .isEqualTo(plain.getLong("cache." + counter));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "file", "ssd", "ssd below memory"})
  void aRunStoppedAnywhereResumesToTheSameBits(String store) {
    Config whole = whole();
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 3; round++) {
      TestRun run =
          run(components(store + round)).set(store(store)).set("checkpoint.every=7 steps");
      if (round > 0) {
        // Epochs without a checkpoint of their own.
        run.set("checkpoint.every=45 steps");
      }
      boolean resume = false;
      Report report;
      do {
        boolean drawing = random.nextBoolean();
        var stop =
            new Stop(drawing ? -1 : 1 + random.nextInt(80), drawing ? 1 + random.nextInt(2) : -1);
        report = train(run, stop, resume);
        resume = true;
      } while (report.stopped());
      assertThat(report.json().getString("weights_sha256"))
          .as("weights, seed %d", seed)
          .isEqualTo(whole.getString("weights_sha256"));
      assertEqual(report.json(), whole);
      deleteRun();
    }
  }

  private void deleteRun() {
    try {
      for (String name : List.of("rows", "checkpoints")) {
        DurableFiles.delete(folder.resolve(name));
      }
      for (int generation = 1; generation < 5; generation++) {
        DurableFiles.delete(folder.resolve("rows.generation-" + generation));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All checkpoints are kept, and later ones are lost one after the other. */
  @ParameterizedTest
  @ValueSource(strings = {"memory", "file", "ssd", "ssd below memory"})
  void aCheckpointOfAnEarlierGenerationIsGoneBackTo(String store) throws IOException {
    Config whole = whole();
    String[] often = {"checkpoint.every=20 steps", "checkpoint.keep=20"};
    assertEqual(run(store).set(often).train().json(), whole);
    for (long step : new long[] {100, 60, 40, 20}) {
      try (var all = Files.list(folder.resolve("checkpoints"))) {
        for (Path checkpoint : all.toList()) {
          String name = checkpoint.getFileName().toString();
          if (name.matches("step-\\d+") && Long.parseLong(name.substring(5)) > step) {
            DurableFiles.delete(checkpoint);
          }
        }
      }
      assertEqual(run(store).set(often).resume().json(), whole);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "file", "ssd", "ssd below memory"})
  void theBestModelIsRestoredOverResets(String store) {
    String[] stopping = {
      "train.eval-every=1 epoch",
      "train.early-stopping.patience=2",
      "train.early-stopping.min-delta=1"
    };
    Config best = run(builtIn).set(stopping).set("train.epochs=1").train().json();
    String restore = "train.early-stopping.restore-best=true";
    Report report = run(store).set(stopping).set(restore, "checkpoint.keep=1").train();
    assertThat(report.json().getLong("throughput.steps")).isEqualTo(90);
    assertThat(report.json().getLong("restored_step")).isEqualTo(30);
    assertThat(report.json().getString("weights_sha256"))
        .isEqualTo(best.getString("weights_sha256"));
    assertThat(report.quality().orElseThrow().auroc()).isEqualTo(best.getDouble("quality.auroc"));
    // Going back changed no checkpoint.
    assertEqual(run(store).set("checkpoint.keep=1").resume().json(), whole());
  }

  @Test
  void onlyEndsOfEpochsCanBeComparedForEarlyStopping() {
    assertThatThrownBy(
            () ->
                run(builtIn).set("train.eval-every=10", "train.early-stopping.patience=2").train())
        .hasMessageContaining("farsight.train.eval-every")
        .hasMessageContaining("must be a number of epochs");
  }

  @ParameterizedTest
  @CsvSource({"offheap, cache.size=all", "ssd, storage.backend=ssd", "ssd, cache.policy=lru"})
  void verificationGoesOverResets(String store, String override) {
    TestRun run =
        run(store)
            .set("checkpoint.every=25 steps", "checkpoint.keep=10", "storage.backend=" + store);
    run.train();
    for (long from : new long[] {25, 75}) {
      Verdict verdict = verify(folder.resolve("checkpoints"), from, override);
      assertThat(verdict.equal()).as("%s", verdict).isTrue();
      assertThat(verdict.lastStep()).isEqualTo(120);
      assertThat(verdict.rowsCompared()).isPositive();
    }
  }

  private Verdict verify(Path checkpoints, long from, String... overrides) {
    var verification =
        new Verification(builtIn, List.of(RowResetTest.class.getClassLoader()), RunListener.NONE);
    return verification.verify(
        checkpoints, OptionalLong.of(from), OptionalLong.empty(), List.of(overrides));
  }

  /** The run's checkpoint of step 60 has the rows of the third epoch. */
  @ParameterizedTest
  @ValueSource(strings = {"memory", "ssd"})
  void aCheckpointBetweenAResetAndTheNextStepIsExactToo(String store) {
    String[] rarely = {"checkpoint.every=25 steps", "checkpoint.keep=10"};
    TestRun run = run(store).set(rarely);
    Report stopped = train(run, new Stop(-1, 2), false);
    assertThat(stopped.stopped()).isTrue();
    assertThat(stopped.json().getLong("throughput.steps")).isEqualTo(60);
    assertThat(folder.resolve("checkpoints/step-000000000060")).exists();
    assertEqual(run(store).set(rarely).resume().json(), whole());
    for (long from : new long[] {50, 60}) {
      Verdict verdict = verify(folder.resolve("checkpoints"), from);
      assertThat(verdict.equal()).as("%s", verdict).isTrue();
    }
  }

  @Test
  void generationsThatNoCheckpointNeedsAreDeleted() {
    run("ssd").set("checkpoint.every=10 steps", "checkpoint.keep=2").train();
    Path rows = folder.resolve("rows");
    assertThat(rows.resolve("store.json")).exists();
    assertThat(rows.resolve("rows-0.map")).doesNotExist();
    assertThat(rows.resolve("written.rows")).doesNotExist();
    assertThat(rows.resolve("generation-1")).doesNotExist();
    assertThat(rows.resolve("generation-2")).doesNotExist();
    assertThat(rows.resolve("generation-3/rows-1.map")).exists();
    String elsewhere = "checkpoint.directory=" + folder.resolve("elsewhere");
    assertThatThrownBy(() -> run(builtIn).set(store("ssd")).set(elsewhere).train())
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("contains the rows of an earlier run");
  }

  @Test
  void withoutCheckpointsOnlyTheLastGenerationIsKept() {
    run("ssd").train();
    assertThat(folder.resolve("rows/generation-2")).doesNotExist();
    assertThat(folder.resolve("rows/generation-3/rows-0.map")).exists();
  }

  @Test
  void modelsHaveTheRowsOfTheLastGeneration() {
    TestRun run = run(builtIn).set("model.save=true", "model.save-initial=true");
    Report report = run.train();
    Path directory = run.directory();
    assertThat(generation(directory.resolve("model"))).isEqualTo(3);
    assertThat(generation(directory.resolve("initial-model"))).isZero();
    TestRun loaded =
        run(builtIn).set("model.load=" + directory.resolve("model"), "train.reset-rows=never");
    try (Trainer trainer = loaded.open(RunListener.NONE)) {
      Report again = trainer.evaluate();
      assertThat(again.json().getString("weights_sha256"))
          .isEqualTo(report.json().getString("weights_sha256"));
      assertThat(again.quality().orElseThrow().auroc())
          .isEqualTo(report.quality().orElseThrow().auroc());
    }
  }

  private static int generation(Path model) {
    return ConfigFactory.parseFile(model.resolve("model.json").toFile()).getInt("generation");
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "ssd"})
  void anExportHasTheGenerationOfItsCheckpoint(String store) {
    run(store).set("checkpoint.every=25 steps", "checkpoint.keep=10").train();
    var export = new Export(new TestRun(folder).config(), builtIn);
    Path checkpoints = folder.resolve("checkpoints");
    Path earlier = checkpoints.resolve("step-000000000050");
    export.write(earlier, Optional.empty(), folder.resolve("earlier"), new NpyFormat());
    export.write(checkpoints, Optional.empty(), folder.resolve("last"), new NpyFormat());
    assertThat(generation(folder.resolve("earlier"))).isEqualTo(1);
    assertThat(generation(folder.resolve("last"))).isEqualTo(3);
    Path difference = folder.resolve("difference");
    export.write(checkpoints, Optional.of(earlier), difference, new NpyFormat());
    assertThat(generation(difference)).isEqualTo(3);
  }

  /** The rows are then those of the end of the first epoch. */
  @Test
  void aStoreThatCannotBeginAGenerationLosesNothing() {
    var whole = new KeptStores(UnaryOperator.identity());
    run(whole.in(builtIn)).set("train.epochs=1").train();
    var failure = new FarsightException("no room for more rows");
    var stores = new KeptStores(store -> store.fail(FaultyRowStore.Call.GENERATION, 1, failure));
    assertThatThrownBy(() -> run(stores.in(builtIn)).train()).hasMessage(failure.getMessage());
    assertThat(stores.rowsSha256()).isEqualTo(whole.rowsSha256());
  }

  @Test
  void itBelongsToTheIdentityOfTheRun() {
    run("memory").set("checkpoint.every=25 steps", "train.max-steps=50").train();
    assertThatThrownBy(
            () -> run("memory").set("checkpoint.every=25 steps", "train.reset-rows=never").resume())
        .hasMessageContaining("train.reset-rows was each-epoch, is never");
  }

  @Test
  void frozenRowsCannotBeDrawnAnew() {
    assertThatThrownBy(() -> run(builtIn).set("optimizer.freeze-rows=true").train())
        .hasMessageContaining("reset-rows")
        .hasMessageContaining("optimizer.freeze-rows");
  }
}
