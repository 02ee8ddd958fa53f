package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.engine.FaultyDevices.Call;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.store.FaultyRowStore;
import dev.farsight.testkit.store.Gate;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One of several devices fails, hangs, or is given what it cannot do: one line names it and the
 * cause, no device has updated anything of that step, rows are saved as far as devices answer, and
 * the run continues exactly from its last checkpoint.
 */
@Timeout(60)
class SeveralDevicesFailureTest {

  private static final String ON_FIRE = "the device is on fire";
  private static final String RANK = "rank \\d \\(cpu \\d\\)";
  private static final String UNSAVED =
      "; the store lacks \\d+ changed rows of "
          + RANK
          + ", so the run can only continue from the checkpoint of step \\d*0";
  private static final Call[] IN_STEPS = {
    Call.MOVE, Call.TRAIN, Call.EVALUATE, Call.MOVE_TICKET, Call.STEP_TICKET
  };
  private static final List<String> SHARDINGS = List.of("row", "table", "replicated", "column");

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();

  private TestRun run(int devices, Components parts, String... sets) {
    return new TestRun(folder)
        .components(parts)
        .set(
            "data.batch-size=36",
            "data.synthetic.rows=2510",
            "compute.nd4j-native.devices=" + devices,
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"30%\"")
        .set(sets);
  }

  /** Counts steps. */
  private static final class Steps implements RunListener {

    private final AtomicLong done = new AtomicLong();

    @Override
    public void step(StepProgress progress) {
      done.set(progress.step());
    }
  }

  private String[] settings(Random random, String collective) {
    return new String[] {
      "sharding.collective=" + collective,
      "sharding.default=" + SHARDINGS.get(random.nextInt(SHARDINGS.size())),
      "cache.regions=" + (1 + random.nextInt(2)),
      "lookahead.planned=" + (1 + random.nextInt(3)),
      "storage.backend=" + (random.nextBoolean() ? "ssd" : "offheap"),
      "storage.ssd.ram-cache=" + (random.nextBoolean() ? "\"10%\"" : "null")
    };
  }

  private String[] checkpoints() {
    return new String[] {
      "checkpoint.every=10 steps", "checkpoint.directory=" + folder.resolve("checkpoints")
    };
  }

  /** How the run fails with a device of the given fault; after that, it is resumed without. */
  private FarsightException failsAndContinues(
      long seed, int devices, String collective, FaultyDevices faulty, String... more) {
    String[] settings = settings(new Random(seed), collective);
    String expected = TestRun.digests(run(devices, components, settings).train());
    TestRun failing =
        run(devices, faulty.in(components), settings)
            .set(checkpoints())
            .set("storage.ssd.path=" + folder.resolve("rows"))
            .set(more);
    FarsightException failure;
    try (Trainer trainer = failing.open(RunListener.NONE)) {
      failure = catchThrowableOfType(FarsightException.class, trainer::train);
    }
    assertThat(failure).as("seed %d, %s", seed, failing).isNotNull();
    assertThat(TestRun.digests(failing.components(components).resume()))
        .as("seed %d, %s", seed, failing)
        .isEqualTo(expected);
    return failure;
  }

  private void aDeviceFails(long seed, int devices, String collective, Call call) {
    var random = new Random(seed);
    int rank = random.nextInt(devices);
    int nth = call == Call.EVALUATE ? 1 + random.nextInt(4) : 12 + random.nextInt(40);
    boolean error = random.nextInt(3) == 0;
    var fault =
        error
            ? FaultyDevices.failing(new OutOfMemoryError("planted"))
            : FaultyDevices.failing(ON_FIRE);
    FarsightException failure =
        failsAndContinues(seed, devices, collective, new FaultyDevices(rank, call, nth, fault));
    String name = "rank " + rank + " (cpu " + rank + ")";
    String line =
        error
            ? name + " was stopped by an error: java.lang.OutOfMemoryError: planted"
            : name + ": " + ON_FIRE;
    // A move whose ticket always fails has rows that cannot be had any more.
    if (call == Call.MOVE_TICKET && failure.getMessage().contains("the store lacks")) {
      assertThat(failure.getMessage()).startsWith(line).matches(".*" + UNSAVED);
    } else {
      assertThat(failure).as("seed %d", seed).hasMessage(line);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, threads, TRAIN",
    "3, sockets, TRAIN",
    "3, threads, MOVE",
    "2, sockets, EVALUATE",
    "2, threads, MOVE_TICKET",
    "3, sockets, STEP_TICKET"
  })
  void aDeviceThatFailsEndsTheRunWithItsName(int devices, String collective, Call call) {
    aDeviceFails(seed(call) + devices, devices, collective, call);
  }

  @Tag("nightly")
  @Test
  @Timeout(1200)
  void devicesThatFailAtManyMoments() {
    for (long seed = 100; seed < 220; seed++) {
      var random = new Random(-seed);
      Call[] calls = IN_STEPS;
      aDeviceFails(
          seed,
          2 + random.nextInt(2),
          random.nextBoolean() ? "threads" : "sockets",
          calls[random.nextInt(calls.length)]);
    }
  }

  private void aDeviceHangs(long seed, int devices, String collective, Call call) {
    var random = new Random(seed);
    int rank = random.nextInt(devices);
    int nth = call == Call.EVALUATE ? 2 + random.nextInt(3) : 15 + random.nextInt(35);
    var gate = new CountDownLatch(1);
    var faulty = new FaultyDevices(rank, call, nth, FaultyDevices.hanging(gate));
    try {
      FarsightException failure =
          failsAndContinues(seed, devices, collective, faulty, "sharding.timeout=1 s");
      assertThat(failure)
          .as("seed %d", seed)
          .hasMessageStartingWith("rank " + rank + " (cpu " + rank + ") does not answer");
      if (failure.getMessage().contains("the store lacks")) {
        assertThat(failure.getMessage()).matches(".*" + UNSAVED);
      }
    } finally {
      gate.countDown();
    }
  }

  private static int seed(Call call) {
    return List.of(Call.values()).indexOf(call);
  }

  @ParameterizedTest
  @CsvSource({"3, sockets, TRAIN", "2, sockets, MOVE_TICKET", "3, threads, STEP_TICKET"})
  void aDeviceThatHangsEndsTheRunWithItsName(int devices, String collective, Call call) {
    aDeviceHangs(50 + seed(call) + devices, devices, collective, call);
  }

  @Tag("nightly")
  @Test
  @Timeout(1200)
  void devicesThatHangAtManyMoments() {
    for (long seed = 300; seed < 360; seed++) {
      var random = new Random(-seed);
      Call[] calls = IN_STEPS;
      aDeviceHangs(
          seed,
          2 + random.nextInt(2),
          random.nextBoolean() ? "threads" : "sockets",
          calls[random.nextInt(calls.length)]);
    }
  }

  /** Digest of the rows after so many steps of a run without failures. */
  private String rowsAfter(int devices, long steps, String... settings) {
    var stores = new KeptStores(UnaryOperator.identity());
    run(devices, stores.in(components), settings)
        .set("train.max-steps=" + steps, "data.eval-fraction=0")
        .train();
    return stores.rowsSha256();
  }

  /** What is in the store after a failure is what the steps before it have trained. */
  private FarsightException leavesTheStepsBefore(
      int devices, KeptStores stores, UnaryOperator<Components> faults, String... settings) {
    var steps = new Steps();
    TestRun failing =
        run(devices, faults.apply(stores.in(components)), settings).set("data.eval-fraction=0");
    FarsightException failure;
    try (Trainer trainer = failing.open(steps)) {
      failure = catchThrowableOfType(FarsightException.class, trainer::train);
    }
    assertThat(failure).as("%s", failing).isNotNull();
    assertThat(steps.done.get()).isPositive();
    assertThat(stores.rowsSha256())
        .as("after %d steps, %s", steps.done.get(), failure.getMessage())
        .isEqualTo(rowsAfter(devices, steps.done.get(), settings));
    return failure;
  }

  @ParameterizedTest
  @CsvSource({"2, threads, row", "3, sockets, table", "2, sockets, replicated"})
  void noDeviceUpdatesAnythingOfAStepThatOneCannotDo(
      int devices, String collective, String sharding) {
    String[] settings = {"sharding.collective=" + collective, "sharding.default=" + sharding};
    for (int rank = 0; rank < devices; rank++) {
      Call call = rank == 0 ? Call.MOVE : Call.TRAIN;
      var faulty = new FaultyDevices(rank, call, 20 + 7 * rank, FaultyDevices.failing(ON_FIRE));
      FarsightException failure =
          leavesTheStepsBefore(
              devices, new KeptStores(UnaryOperator.identity()), faulty::in, settings);
      assertThat(failure).hasMessage("rank " + rank + " (cpu " + rank + "): " + ON_FIRE);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, threads", "3, sockets"})
  void aLossThatIsNotFiniteOnOneRankStopsAllBeforeAnyUpdates(int devices, String collective) {
    int rank = devices - 1;
    var faulty = new FaultyDevices(rank, Call.TRAIN, 23, FaultyDevices.poisoning());
    FarsightException failure =
        leavesTheStepsBefore(
            devices,
            new KeptStores(UnaryOperator.identity()),
            faulty::in,
            "sharding.collective=" + collective);
    assertThat(failure)
        .hasMessageStartingWith("the loss of step 23 is ")
        .hasMessageContaining("among the samples of rank " + rank + " (cpu " + rank + ");");
  }

  @ParameterizedTest
  @EnumSource(names = {"READ", "WRITE", "EXPECT"})
  void aStoreThatFailsUnderOneRankLosesNothing(FaultyRowStore.Call call) {
    var random = new Random(call.name().length());
    for (int repeat = 0; repeat < 2; repeat++) {
      var error = new OutOfMemoryError("planted");
      var full = new FarsightException("the disk is full");
      int nth = 40 + random.nextInt(60);
      boolean isError = repeat == 1;
      var stores =
          new KeptStores(
              store -> isError ? store.fail(call, nth, error) : store.fail(call, nth, full));
      FarsightException failure =
          leavesTheStepsBefore(2 + repeat, stores, UnaryOperator.identity(), "cache.size=\"6%\"");
      assertThat(failure.getMessage())
          .matches(
              isError
                  ? RANK + " was stopped by an error: java.lang.OutOfMemoryError: planted"
                  : RANK + ": the disk is full");
    }
  }

  @Test
  void aBatchThatDoesNotFitOneRanksCacheIsNamedWithItsStep() {
    FarsightException failure = null;
    for (int slots = 160; failure == null; slots -= 4) {
      var steps = new Steps();
      TestRun run = run(2, components, "cache.size=\"" + slots + " rows\"", "data.eval-fraction=0");
      try (Trainer trainer = run.open(steps)) {
        failure = catchThrowableOfType(FarsightException.class, trainer::train);
      }
    }
    assertThat(failure.getMessage()).matches(RANK + ": the batch of step \\d+ has .*");
  }

  /** Longer than a device may take for a call. */
  @Test
  void whatIsSlowButNoDeviceIsNotTakenForAHang() throws InterruptedException {
    var gate = new Gate();
    var stores = new KeptStores(store -> store.hold(FaultyRowStore.Call.READ, 60, gate));
    TestRun run = run(2, stores.in(components), "sharding.timeout=1 s");
    var opener =
        new Thread(
            () -> {
              gate.awaitArrival();
              sleep(2500);
              gate.open();
            });
    opener.start();
    var slow =
        new RunListener() {
          @Override
          public void step(StepProgress progress) {
            if (progress.step() == 30) {
              sleep(2500);
            }
          }
        };
    try (Trainer trainer = run.open(slow)) {
      assertThat(trainer.train().stopped()).isFalse();
    }
    opener.join();
  }

  /** Such as one that compiles, while the others have done so before. */
  @ParameterizedTest
  @CsvSource({"threads, TRAIN", "sockets, TRAIN", "threads, EVALUATE"})
  void theFirstStepOfOneRankMayTakeLong(String collective, Call call) {
    var slow = new FaultyDevices(1, call, 1, argument -> sleep(1000));
    String[] sets = {"sharding.collective=" + collective, "train.max-steps=4"};
    String expected = TestRun.digests(run(2, components, sets).train());
    assertThat(
            TestRun.digests(
                run(2, slow.in(components), sets).set("sharding.timeout=200 ms").train()))
        .isEqualTo(expected);
  }

  /** The others wait for it before they train. */
  @ParameterizedTest
  @CsvSource({"threads", "sockets"})
  void oneRankMayTakeLongToCompile(String collective) {
    FaultyDevices.Fault meeting =
        argument -> {
          var group = (Collective) argument;
          if (group.rank() == 1) {
            sleep(1000);
          }
          group.barrier();
        };
    var slow = new FaultyDevices(FaultyDevices.ALL, Call.COMPILE, 1, meeting);
    TestRun run = run(2, slow.in(components), "sharding.collective=" + collective);
    run.set("sharding.timeout=200 ms", "train.max-steps=4");
    assertThat(run.train().stopped()).isFalse();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRunThatIsStoppedAgainAndAgainEndsAsOneThatIsNot() {
    String expected = TestRun.digests(run(3, components).train());
    var random = new Random(3);
    TestRun run = run(3, components).set(checkpoints());
    Report report = null;
    for (int stops = 0; report == null || report.stopped(); stops++) {
      try (Trainer trainer = run.open(RunListener.NONE, stops > 0)) {
        long millis = random.nextInt(150) + 20L * stops;
        var stopper =
            new Thread(
                () -> {
                  sleep(millis);
                  trainer.stop();
                });
        stopper.start();
        report = trainer.train();
        join(stopper);
      }
    }
    assertThat(TestRun.digests(report)).isEqualTo(expected);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
