package dev.farsight.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.data.ListedData.Sample;
import dev.farsight.engine.process.OwnRanks;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order of splits against lists that are taken from one after the other. */
@Timeout(120)
class SplitsDataTest {

  private static final int ROUNDS = 100;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  /** Data and how it is cut, drawn at random. */
  private record Drawn(
      ListedData data, int splits, int each, int blockSamples, long orderSeed, int epoch) {

    static Drawn of(Random random) {
      int samples = random.nextInt(10) == 0 ? random.nextInt(8) : random.nextInt(1200);
      return new Drawn(
          new ListedData(random.nextLong(), samples, -1),
          1 + random.nextInt(8),
          1 + random.nextInt(40),
          random.nextBoolean() ? 0 : 1 + random.nextInt(300),
          random.nextLong(),
          random.nextInt(3));
    }

    int stepSamples() {
      return splits * each;
    }

    BatchSource open() {
      return source(data).train(epoch);
    }

    DataSource source(DataSource of) {
      return new SplitsData(
          of, new SplitsData.Order(splits, stepSamples(), blockSamples, orderSeed));
    }

    /** The samples of each step. */
    List<List<Sample>> steps() {
      int[] sizes = new int[splits];
      for (int n = 0; n < data.training().size(); n++) {
        sizes[n % splits]++;
      }
      List<List<Sample>> left = new ArrayList<>();
      int from = 0;
      for (int split = 0; split < splits; split++) {
        List<Sample> some = data.training().subList(from, from + sizes[split]);
        from += sizes[split];
        left.add(new ArrayList<>(blockSamples == 0 ? some : shuffled(some, split)));
      }
      List<List<Sample>> steps = new ArrayList<>();
      while (left.stream().anyMatch(split -> !split.isEmpty())) {
        List<Sample> step = new ArrayList<>();
        for (List<Sample> split : left) {
          List<Sample> first = split.subList(0, Math.min(each, split.size()));
          step.addAll(first);
          first.clear();
        }
        steps.add(step);
      }
      return steps;
    }

    private List<Sample> shuffled(List<Sample> samples, int split) {
      BigInteger unsigned = BigInteger.valueOf(orderSeed).mod(BigInteger.ONE.shiftLeft(64));
      long own = ShuffledDataTest.Oracle.mix(unsigned).add(BigInteger.valueOf(split)).longValue();
      return ShuffledDataTest.Oracle.order(samples, blockSamples, own, epoch);
    }

    @Override
    public String toString() {
      return "%d samples, %d splits, %d of each in a step, blocks of %d"
          .formatted(data.training().size(), splits, each, blockSamples);
    }
  }

  private static Batch batch(int capacity) {
    return new Batch(ListedData.SCHEMA, capacity, HostBuffers.plain());
  }

  @AfterEach
  void noThreadIsLeft() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("farsight-shuffle");
  }

  @Test
  void eachStepTakesTheNextSamplesOfEachSplit() {
    for (int round = 0; round < ROUNDS; round++) {
      Drawn drawn = Drawn.of(random);
      String what = "seed %d, round %d: %s".formatted(seed, round, drawn);
      List<List<Sample>> read = new ArrayList<>();
      try (BatchSource pass = drawn.open()) {
        Batch batch = batch(drawn.stepSamples());
        while (pass.next(batch)) {
          read.add(ListedData.of(batch));
        }
        assertThat(pass.next(batch)).as(what).isFalse();
      }
      assertThat(read).as(what).isEqualTo(drawn.steps());
      assertThat(drawn.data().openPasses()).as(what).isZero();
    }
  }

  /** Of batches of any size, each but the last is full; and so it is after samples were skipped. */
  @Test
  void batchesOfAnySizeGoOnOverTheEndsOfSplits() {
    for (int round = 0; round < ROUNDS; round++) {
      Drawn drawn = Drawn.of(random);
      int size = 1 + random.nextInt(90);
      int skipAt = random.nextInt(6);
      int skipped = size * random.nextInt(30);
      String what =
          "seed %d, round %d: %s, batches of %d, after %d of them %d samples are skipped"
              .formatted(seed, round, drawn, size, skipAt, skipped);
      List<Sample> expected =
          new ArrayList<>(drawn.steps().stream().flatMap(List::stream).toList());
      int from = Math.min(expected.size(), skipAt * size);
      expected.subList(from, Math.min(expected.size(), from + skipped)).clear();
      List<Sample> read = new ArrayList<>();
      Batch batch = batch(size);
      try (BatchSource pass = drawn.open()) {
        for (int n = 0; n < skipAt && pass.next(batch); n++) {
          read.addAll(ListedData.of(batch));
        }
        int there = drawn.data().training().size() - read.size();
        assertThat(pass.skip(skipped, batch)).as(what).isEqualTo((long) Math.min(there, skipped));
        boolean full = true;
        while (pass.next(batch)) {
          assertThat(full).as(what).isTrue();
          full = batch.samples() == size;
          read.addAll(ListedData.of(batch));
        }
      }
      assertThat(read).as(what).isEqualTo(expected);
      assertThat(drawn.data().openPasses()).as(what).isZero();
    }
  }

  /** However ranks are divided among processes, together they read the same steps. */
  @Test
  void processesReadTheSameStepsTogether() {
    for (int round = 0; round < ROUNDS; round++) {
      Drawn any = Drawn.of(random);
      int processes = 1 + random.nextInt(4);
      int devices = 1 + random.nextInt(3);
      int ranks = processes * devices;
      // The number of splits and that of ranks need not divide each other.
      var drawn =
          new Drawn(
              any.data, any.splits, any.each * ranks, any.blockSamples, any.orderSeed, any.epoch);
      int skipAt = random.nextInt(3);
      int skippedSteps = random.nextInt(3);
      String what =
          "seed %d, round %d: %s, %d processes of %d devices, %d steps skipped after %d"
              .formatted(seed, round, drawn, processes, devices, skippedSteps, skipAt);
      List<List<Sample>> expected = new ArrayList<>(drawn.steps());
      int from = Math.min(expected.size(), skipAt);
      expected.subList(from, Math.min(expected.size(), from + skippedSteps)).clear();
      List<List<Sample>> read = new ArrayList<>();
      for (int process = 0; process < processes; process++) {
        var own = new OwnRanks(process * devices, devices, ranks);
        add(read, steps(drawn, own, skipAt, skippedSteps));
      }
      assertThat(read).as(what).isEqualTo(expected);
      assertThat(drawn.data().openPasses()).as(what).isZero();
    }
  }

  private static List<List<Sample>> steps(Drawn drawn, OwnRanks own, int skipAt, int skippedSteps) {
    DataSource source = drawn.source(drawn.data());
    List<List<Sample>> steps = new ArrayList<>();
    Batch batch = batch(drawn.stepSamples() / own.all());
    try (BatchSource pass =
        StepPass.of(source, own, drawn.stepSamples(), () -> source.train(drawn.epoch()))) {
      while (true) {
        if (steps.size() == skipAt) {
          pass.skip((long) skippedSteps * drawn.stepSamples(), batch);
        }
        if (!pass.next(batch)) {
          return steps;
        }
        List<Sample> step = new ArrayList<>(ListedData.of(batch));
        boolean more = true;
        for (int device = 1; device < own.count(); device++) {
          more = more && StepSource.withinStep(pass).next(batch);
          if (more) {
            step.addAll(ListedData.of(batch));
          }
        }
        steps.add(step);
      }
    }
  }

  private static void add(List<List<Sample>> all, List<List<Sample>> steps) {
    for (int step = 0; step < steps.size(); step++) {
      if (step == all.size()) {
        all.add(new ArrayList<>());
      }
      all.get(step).addAll(steps.get(step));
    }
  }

  /** Notes which stretches are opened. */
  private static final class Noted extends ForwardingDataSource {

    final Set<Long> begun = new HashSet<>();

    Noted(DataSource source) {
      super(source);
    }

    @Override
    public BatchSource stretch(int epoch, long from, long to) {
      begun.add(from);
      return super.stretch(epoch, from, to);
    }
  }

  /** With 8 splits, each of 4 processes opens 2 of them before the last step. */
  @Test
  void aProcessReadsItsSplitsAlone() {
    int samples = 80_003;
    int stepSamples = 160;
    var tables = new TableSet(List.of(new Table("a", 50)));
    for (int process = 0; process < 4; process++) {
      var made = new SeekingData(tables, 5, samples, 0);
      var noted = new Noted(made);
      DataSource source = new SplitsData(noted, new SplitsData.Order(8, stepSamples, 0, 1));
      var own = new OwnRanks(process, 1, 4);
      var batch = new Batch(made.schema(), stepSamples / 4, HostBuffers.plain());
      try (BatchSource pass = StepPass.of(source, own, stepSamples, () -> source.train(0))) {
        for (int step = 0; step < samples / stepSamples; step++) {
          assertThat(pass.next(batch)).isTrue();
        }
        long first = 20_000L * process + Math.min(3, 2 * process);
        long second = 20_000L * process + 10_000 + Math.min(3, 2 * process + 1);
        assertThat(noted.begun).as("process %d", process).containsExactlyInAnyOrder(first, second);
        assertThat(made.made()).as("process %d", process).isBetween(20_000L, 20_002L);
        // Three samples are left, of the first three splits, and the first process has them.
        assertThat(pass.next(batch)).isTrue();
        assertThat(batch.samples()).isEqualTo(process == 0 ? 3 : 0);
        assertThat(pass.next(batch)).isFalse();
      }
      // One of them is of the split of another process, from which a batch is read for it.
      assertThat(made.made())
          .as("process %d", process)
          .isLessThanOrEqualTo(20_002 + (process == 0 ? SplitReader.room(20) : 0));
    }
  }

  @Test
  void aSplitThatEndsEarlyIsTold() {
    var data = new ListedData(1, 100, -1);
    var shorter =
        new ForwardingDataSource(data) {
          @Override
          public BatchSource stretch(int epoch, long from, long to) {
            return super.stretch(epoch, from, to - (from > 0 ? 1 : 0));
          }
        };
    var source = new SplitsData(shorter, new SplitsData.Order(4, 20, 0, 1));
    try (BatchSource pass = source.train(0)) {
      Batch batch = batch(20);
      for (int step = 0; step < 4; step++) {
        assertThat(pass.next(batch)).isTrue();
      }
      assertThatThrownBy(() -> pass.next(batch))
          .isInstanceOf(FarsightException.class)
          .hasMessage("split 1 of the data has ended before its sample 25; was the data changed?");
    }
    assertThat(data.openPasses()).isZero();
  }

  /** Each sample that is read cuts two bags short. */
  @Test
  void bagsCutShortAreCountedByTheSplitsThatAreRead() {
    var data = new ListedData(1, 1000, -1);
    var source = new SplitsData(data, new SplitsData.Order(4, 20, 0, 1));
    try (BatchSource pass = source.train(0)) {
      Batch batch = batch(20);
      while (pass.next(batch)) {
        assertThat(pass.truncatedBags()).isPositive();
      }
      assertThat(pass.truncatedBags()).isEqualTo(2000);
    }
  }

  private static Settings settings(String keys) {
    String defaults =
        "batch-size = 24, splits = 4, shuffle = none, on-bad-row = fail, source = list, eval-where"
            + " { column = null }";
    return Settings.of(
        "farsight.data",
        ConfigFactory.parseString(keys + ", a = 1")
            .withFallback(ConfigFactory.parseString(defaults)));
  }

  @Test
  void aSourceThatCannotIsRefused() {
    var whole =
        new ForwardingDataSource(new ListedData(1, 100, -1)) {
          @Override
          public boolean readsStretches() {
            return false;
          }
        };
    assertThatThrownBy(() -> SplitsSetting.apply(whole, settings("b = 1"), 24, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.splits")
        .hasMessageContaining("data.source = list");
    assertThat(SplitsSetting.apply(whole, settings("splits = 0"), 24, 1)).isSameAs(whole);
    var unknown =
        new ForwardingDataSource(new ListedData(1, 100, -1)) {
          @Override
          public long trainSamples() {
            return UNKNOWN;
          }
        };
    assertThatThrownBy(() -> SplitsSetting.apply(unknown, settings("b = 1"), 24, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("how many samples");
  }
}
