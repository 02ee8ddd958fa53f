package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.ForwardingPolicy;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.pipeline.NonFiniteLossException;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.store.FaultyRowStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** After any failure, one line reports the first cause, and the store has all trained steps. */
class FailureTest {

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();

  private TestRun run(KeptStores stores) {
    return run(stores.in(components));
  }

  private TestRun run(Components parts) {
    return new TestRun(folder)
        .components(parts)
        .set(
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"3%\"",
            "lookahead.planned=3",
            "data.eval-fraction=0");
  }

  /** Digest of the rows after so many steps of a run without failures. */
  private String rowsAfter(long steps) {
    var stores = new KeptStores(UnaryOperator.identity());
    run(stores).set("train.max-steps=" + steps).train();
    return stores.rowsSha256();
  }

  private static final class Steps implements RunListener {

    private final AtomicLong done = new AtomicLong();
    private final Consumer<Long> also;

    Steps(Consumer<Long> also) {
      this.also = also;
    }

    @Override
    public void step(StepProgress progress) {
      done.set(progress.step());
      also.accept(progress.step());
    }

    long done() {
      return done.get();
    }
  }

  @ParameterizedTest
  @CsvSource({"READ, 1", "READ, 40", "READ, 250", "WRITE, 1", "WRITE, 60"})
  void aStoreThatFailsOnceLosesNothing(FaultyRowStore.Call call, long nth) {
    var failure = new FarsightException("the disk is on fire");
    var stores = new KeptStores(store -> store.fail(call, nth, failure));
    var steps = new Steps(step -> {});
    try (Trainer trainer = run(stores).open(steps)) {
      assertThatThrownBy(trainer::train).isSameAs(failure);
    }
    assertThat(stores.rowsSha256())
        .as("after %d steps", steps.done())
        .isEqualTo(rowsAfterOrInitial(steps.done()));
  }

  /**
   * The write-back of evicted rows fails, and so does the attempt to repeat it as the pipeline
   * comes to rest. Their only copies are in the out-ring then.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 7, 60, 200})
  void evictedRowsWhoseWriteBackFailedTwiceAreWrittenByTheFlush(long nth) {
    var first = new FarsightException("the disk is full");
    var second = new FarsightException("still full");
    var stores =
        new KeptStores(
            store ->
                store
                    .fail(FaultyRowStore.Call.WRITE, nth, first)
                    .fail(FaultyRowStore.Call.WRITE, nth + 1, second));
    var steps = new Steps(step -> {});
    try (Trainer trainer = run(stores).open(steps)) {
      assertThatThrownBy(trainer::train).isSameAs(first).hasSuppressedException(second);
    }
    assertThat(stores.rowsSha256())
        .as("after %d steps", steps.done())
        .isEqualTo(rowsAfterOrInitial(steps.done()));
  }

  /** An Error in any stage ends the run as an exception does: nothing hangs, nothing is lost. */
  @ParameterizedTest
  @CsvSource({"READ, 40", "READ, 250", "WRITE, 1", "WRITE, 60", "EXPECT, 30"})
  @Timeout(120)
  void anErrorInAStageLosesNothing(FaultyRowStore.Call call, long nth) {
    var error = new OutOfMemoryError("planted");
    var stores = new KeptStores(store -> store.fail(call, nth, error));
    var steps = new Steps(step -> {});
    try (Trainer trainer = run(stores).open(steps)) {
      assertThatThrownBy(trainer::train)
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("planted")
          .hasCause(error);
    }
    assertThat(stores.rowsSha256())
        .as("after %d steps", steps.done())
        .isEqualTo(rowsAfterOrInitial(steps.done()));
  }

  /** The write-back that is repeated as the pipeline comes to rest fails with an Error too. */
  @Test
  void anErrorWhileThePipelineComesToRestLosesNothing() {
    var first = new OutOfMemoryError("planted");
    var second = new OutOfMemoryError("planted again");
    var stores =
        new KeptStores(
            store ->
                store
                    .fail(FaultyRowStore.Call.WRITE, 60, first)
                    .fail(FaultyRowStore.Call.WRITE, 61, second));
    var steps = new Steps(step -> {});
    try (Trainer trainer = run(stores).open(steps)) {
      assertThatThrownBy(trainer::train).hasCause(first);
    }
    assertThat(first.getSuppressed()).containsExactly(second);
    assertThat(stores.rowsSha256()).isEqualTo(rowsAfter(steps.done()));
  }

  private String rowsAfterOrInitial(long steps) {
    if (steps > 0) {
      return rowsAfter(steps);
    }
    var stores = new KeptStores(UnaryOperator.identity());
    try (Trainer trainer = run(stores).open(RunListener.NONE)) {
      assertThat(trainer).isNotNull();
    }
    return stores.rowsSha256();
  }

  @Test
  void aStoreThatKeepsFailingReportsTheFirstCause() {
    var first = new FarsightException("no more room");
    var stores = new KeptStores(store -> store.failFrom(FaultyRowStore.Call.WRITE, 30, first));
    try (Trainer trainer = run(stores).open(RunListener.NONE)) {
      assertThatThrownBy(trainer::train).isSameAs(first);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 57, 200})
  void aStopEndsAfterTheStepFlushesAndReports(long after) throws IOException {
    var stores = new KeptStores(UnaryOperator.identity());
    var open = new Trainer[1];
    var steps =
        new Steps(
            step -> {
              if (step == after) {
                open[0].stop();
              }
            });
    TestRun run = run(stores);
    try (Trainer trainer = run.open(steps)) {
      open[0] = trainer;
      Report report = trainer.train();
      assertThat(report.stopped()).isTrue();
      assertThat(report.json().getLong("throughput.steps")).isEqualTo(steps.done());
      assertThat(steps.done()).isBetween(after, after + 3);
      assertThat(run.directory().resolve("report.json")).exists();
      assertThat(Files.readAllLines(run.directory().resolve("metrics.jsonl")))
          .hasSize((int) steps.done());
    }
    assertThat(stores.rowsSha256()).isEqualTo(rowsAfter(steps.done()));
  }

  @Test
  void aBatchThatDoesNotFitStopsTheRunAndReportsTheSlotsNeeded() {
    var stores = new KeptStores(UnaryOperator.identity());
    FarsightException e = null;
    Steps steps = null;
    int slots = 130;
    for (; e == null; slots -= 2) {
      steps = new Steps(step -> {});
      try (Trainer trainer = run(stores).set("cache.size=\"" + slots + " rows\"").open(steps)) {
        e = catchThrowableOfType(FarsightException.class, trainer::train);
      }
    }
    slots += 2;
    assertThat(e).hasMessageContaining("unique rows for the cache, which has " + slots + " slots");
    assertThat(e).hasMessageStartingWith("the batch of step " + (steps.done() + 1) + " has ");
    assertThat(steps.done()).isPositive();
    assertThat(stores.rowsSha256()).isEqualTo(rowsAfter(steps.done()));
    String enough = e.getMessage().replaceAll(".*set cache.size to \"(\\d+) rows\".*", "$1");
    run(stores).set("cache.size=\"" + enough + " rows\"").train();
  }

  @Test
  void plansThatWaitForRoomInTheRingsAreCounted() {
    Report roomy =
        run(components)
            .set("cache.size=\"20%\"", "lookahead.planned=8", "rings.in=1M", "rings.out=1M")
            .train();
    assertThat(roomy.json().getLong("cache.lookahead_shrunk")).isZero();
    // A ring of the largest possible batch: 3 + 37 + 37 + 37 + 37 rows of 7 floats.
    Report tight =
        run(components)
            .set("cache.size=\"20%\"", "lookahead.planned=8", "rings.in=4228 B", "rings.out=4228 B")
            .train();
    assertThat(tight.json().getLong("cache.lookahead_shrunk")).isPositive();
    assertThat(tight.json().getString("weights_sha256"))
        .isEqualTo(roomy.json().getString("weights_sha256"));
    assertThatThrownBy(() -> run(components).set("rings.in=4000 B").train())
        .hasMessageContaining("farsight.rings.in: '4000 B' is not from \"4228 B\" to");
  }

  /**
   * On a device that has further steps under way, and on one that has not. What is kept, rows and
   * dense parameters with their optimizer state, is that of a run of exactly 20 steps.
   */
  @ParameterizedTest
  @EnumSource(KeptDevice.Kind.class)
  void aLossThatIsNotFiniteIsReportedWithItsStepAndEarlierStepsAreKept(KeptDevice.Kind kind) {
    var stores = new KeptStores(UnaryOperator.identity());
    var device = new KeptDevice(kind);
    Components poisoned = device.poisoned(20).in(stores.in(components));
    var steps = new Steps(step -> {});
    // Three phases: steps are counted since the run began.
    try (Trainer trainer =
        run(poisoned).set("checkpoint.every=\"8 steps\"", "lookahead.planned=5").open(steps)) {
      assertThatThrownBy(trainer::train)
          .isInstanceOfSatisfying(
              NonFiniteLossException.class, e -> assertThat(e.step()).isEqualTo(20))
          .hasMessageContaining("the loss of step 21 is");
    }
    assertThat(steps.done()).isEqualTo(20);

    var expectedStores = new KeptStores(UnaryOperator.identity());
    var expectedDevice = new KeptDevice(kind);
    run(expectedDevice.in(expectedStores.in(components))).set("train.max-steps=20").train();
    assertThat(stores.rowsSha256()).isEqualTo(expectedStores.rowsSha256());
    assertThat(device.dense()).isNotEmpty();
    assertThat(device.dense()).usingRecursiveComparison().isEqualTo(expectedDevice.dense());
  }

  /** A failure that is not the device's: the steps stage's own. No later step is given. */
  @Test
  void aListenerThatFailsEndsTheStepsGivenToTheDevice() {
    var stores = new KeptStores(UnaryOperator.identity());
    var device = new KeptDevice(KeptDevice.Kind.NAIVE_QUEUED);
    var steps =
        new Steps(
            step -> {
              if (step == 20) {
                throw new IllegalStateException("the display is gone");
              }
            });
    try (Trainer trainer = run(device.in(stores.in(components))).open(steps)) {
      assertThatThrownBy(trainer::train).hasMessageContaining("the display is gone");
    }
    // With lookahead.planned=3, the device has no more than three further steps.
    assertThat(device.stepsGiven()).isBetween(20, 23);
    assertThat(stores.rowsSha256()).isEqualTo(rowsAfter(device, device.stepsGiven()));
  }

  private String rowsAfter(KeptDevice device, long steps) {
    var stores = new KeptStores(UnaryOperator.identity());
    run(device.in(stores.in(components))).set("train.max-steps=" + steps).train();
    return stores.rowsSha256();
  }

  @Test
  void aDataFailureIsReportedAfterEarlierBatchesAreTrained() {
    var stores = new KeptStores(UnaryOperator.identity());
    Components broken =
        with(
            stores.in(components),
            source ->
                new Poisoned(
                    source,
                    33,
                    batch -> {
                      throw new FarsightException(
                          "train.txt:1222: column C7: 'xyz' is not a hexadecimal number");
                    }));
    var steps = new Steps(step -> {});
    try (Trainer trainer = run(broken).open(steps)) {
      assertThatThrownBy(trainer::train).hasMessageContaining("train.txt:1222");
    }
    assertThat(steps.done()).isEqualTo(33);
    assertThat(stores.rowsSha256()).isEqualTo(rowsAfter(33));
  }

  @ParameterizedTest
  @CsvSource({
    "PINNED, which the batch being planned uses",
    "TWICE, as a victim twice",
    "FOREIGN, slot -1 of",
    "TOO_FEW, victims of",
    "THROWS, failed in CachePolicy.victims at batch",
    "THROWS_LATE, failed in CachePolicy.admit at batch"
  })
  void aPolicyThatCheatsIsNamedAndNothingIsLost(Cheat cheat, String complaint) {
    var stores = new KeptStores(UnaryOperator.identity());
    Components parts = stores.in(components);
    var policies = new TreeMap<>(parts.policies());
    policies.put("lfu", new CheatingFactory(parts.policies().get("lru"), cheat));
    parts =
        new Components(
            policies,
            parts.stores(),
            parts.computes(),
            parts.sources(),
            parts.models(),
            parts.collectives(),
            parts.exportFormats(),
            parts.offers());
    var steps = new Steps(step -> {});
    try (Trainer trainer = run(parts).open(steps)) {
      assertThatThrownBy(trainer::train)
          .hasMessageContaining("cache policy lfu")
          .hasMessageContaining(complaint);
    }
    assertThat(steps.done()).isPositive();
    assertThat(stores.rowsSha256()).isEqualTo(rowsAfter(steps.done()));
  }

  private enum Cheat {
    PINNED,
    TWICE,
    FOREIGN,
    TOO_FEW,
    THROWS,
    THROWS_LATE
  }

  /** Makes policies that follow the contract for 25 calls and then break it. */
  private record CheatingFactory(CachePolicyFactory honest, Cheat cheat)
      implements CachePolicyFactory {

    @Override
    public String name() {
      return "lfu";
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      return new CheatingPolicy(honest.create(context), cheat, context.slots());
    }
  }

  private static final class CheatingPolicy extends ForwardingPolicy {

    private static final int HONEST_CALLS = 25;
    private final Cheat cheat;
    private final int slots;
    private int calls;

    CheatingPolicy(CachePolicy honest, Cheat cheat, int slots) {
      super(honest);
      this.cheat = cheat;
      this.slots = slots;
    }

    @Override
    public void admit(SlotBatch rows) {
      if (cheat == Cheat.THROWS_LATE && calls > HONEST_CALLS) {
        throw new IllegalStateException("tired");
      }
      super.admit(rows);
    }

    @Override
    public int victims(int count, Pins pins, int[] victims) {
      int chosen = super.victims(count, pins, victims);
      if (++calls <= HONEST_CALLS) {
        return chosen;
      }
      switch (cheat) {
        case PINNED -> {
          for (int slot = 0; slot < slots; slot++) {
            victims[0] = pins.pinned(slot) ? slot : victims[0];
          }
        }
        case TWICE -> victims[chosen - 1] = victims[0];
        case FOREIGN -> victims[0] = -1;
        case TOO_FEW -> chosen--;
        case THROWS -> throw new IllegalStateException("tired");
        case THROWS_LATE -> {}
      }
      return chosen;
    }
  }

  private static Components with(Components parts, UnaryOperator<BatchSource> change) {
    var changed = new ChangedFactory(parts.sources().get("synthetic"), change);
    return TestRun.withSynthetic(parts, changed);
  }

  private record ChangedFactory(DataSourceFactory honest, UnaryOperator<BatchSource> change)
      implements DataSourceFactory {

    @Override
    public String name() {
      return honest.name();
    }

    @Override
    public DataSource open(DataContext context) {
      return new ChangedSource(honest.open(context), change);
    }
  }

  private static final class ChangedSource extends ForwardingDataSource {

    private final UnaryOperator<BatchSource> change;

    ChangedSource(DataSource honest, UnaryOperator<BatchSource> change) {
      super(honest);
      this.change = change;
    }

    @Override
    public BatchSource train(int epoch) {
      return change.apply(super.train(epoch));
    }
  }

  /** A source that changes the batch with a given number. */
  private static final class Poisoned implements BatchSource {

    private final BatchSource honest;
    private final int number;
    private final Consumer<Batch> poison;
    private int next;

    Poisoned(BatchSource honest, int number, Consumer<Batch> poison) {
      this.honest = honest;
      this.number = number;
      this.poison = poison;
    }

    @Override
    public BatchSchema schema() {
      return honest.schema();
    }

    @Override
    public boolean next(Batch target) {
      boolean more = honest.next(target);
      if (next++ == number) {
        poison.accept(target);
      }
      return more;
    }

    @Override
    public void close() {
      honest.close();
    }
  }
}
