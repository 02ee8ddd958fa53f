package dev.farsight.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.Allocation;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.testkit.data.RandomData;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A source that breaks its contract is named with the sample, before anyone sees the batch. */
class CheckedDataTest {

  private static final int SAMPLES = 100;
  private static final int BATCH_SIZE = 8;

  /** The batch that is changed, counted from 1, of which 8 samples each were read before. */
  private static final int CHANGED = 4;

  private static final String SOURCE = "data source list (plugin lists, /x/lists.jar)";

  /** Positions of the features in the schema. */
  private static final int ONE = 0;

  private static final int BAG = 1;
  private static final int WEIGHTED = 2;

  private static final Workers ALONE = new Workers("alone", 1);

  private static DataSource checked(DataSource source) {
    return new CheckedData(
        source, BATCH_SIZE, schema -> new Workers("check", 3), new PluginCalls(SOURCE));
  }

  private static Batch batch(int capacity) {
    return new Batch(ListedData.SCHEMA, capacity, HostBuffers.plain());
  }

  private static List<ListedData.Sample> readAll(BatchSource pass, int capacity) {
    var samples = new ArrayList<ListedData.Sample>();
    Batch batch = batch(capacity);
    while (pass.next(batch)) {
      samples.addAll(ListedData.of(batch));
    }
    return samples;
  }

  private static void breaks(DataSource source, String how) {
    assertThatThrownBy(
            () -> {
              try (BatchSource pass = checked(source).train(0)) {
                readAll(pass, BATCH_SIZE);
              }
            })
        .isInstanceOf(FarsightException.class)
        .hasMessage(SOURCE + " is broken: " + how);
  }

  /** An honest source, one of whose batches is changed. */
  private static DataSource changed(Consumer<Batch> change) {
    return new Changed(new ListedData(7, SAMPLES, -1), CHANGED, change);
  }

  @Test
  void whatAnHonestSourceDeliversStaysAsItIs() {
    for (int capacity : new int[] {1, 7, 8, 50, 100, 128}) {
      var listed = new ListedData(capacity, SAMPLES, -1);
      DataSource data = checked(listed);
      try (BatchSource training = data.train(3);
          BatchSource evaluation = data.eval()) {
        assertThat(readAll(training, capacity)).isEqualTo(listed.training());
        assertThat(training.next(batch(capacity))).isFalse();
        assertThat(readAll(evaluation, capacity)).isEqualTo(listed.evaluation());
        assertThat(training.badRows()).isEqualTo(SAMPLES);
        assertThat(training.truncatedBags()).isEqualTo(2 * SAMPLES);
      }
      assertThat(listed.openPasses()).isZero();
    }
  }

  static Stream<Arguments> wrongValues() {
    return Stream.of(
        wrong(b -> b.labels().put(5, 2), "label", 5, "2.0 is neither 0 nor 1"),
        wrong(b -> b.labels().put(0, Float.NaN), "label", 0, "NaN is neither 0 nor 1"),
        wrong(b -> b.labels().put(7, 0.5f), "label", 7, "0.5 is neither 0 nor 1"),
        wrong(
            b -> b.dense().put(2 * 3 + 1, Float.NEGATIVE_INFINITY),
            "dense feature 2 of 2",
            3,
            "-Infinity is not finite"),
        wrong(b -> b.truth().put(1, 1.5f), "true probability", 1, "1.5 is not from 0 to 1"),
        wrong(b -> b.truth().put(1, Float.NaN), "true probability", 1, "NaN is not from 0 to 1"),
        wrong(
            b -> b.weights().put(6, -1),
            "sample weight",
            6,
            "-1.0 is not a finite number of at least 0"),
        wrong(
            b -> b.weights().put(6, Float.POSITIVE_INFINITY),
            "sample weight",
            6,
            "Infinity is not a finite number of at least 0"),
        wrong(
            b -> b.indices(ONE)[7] = 100,
            "feature one",
            7,
            "index 100 is not in its table a of 100 rows"),
        wrong(
            b -> b.indices(ONE)[2] = -1,
            "feature one",
            2,
            "index -1 is not in its table a of 100 rows"),
        wrong(
            b -> b.indices(BAG)[b.offsets(BAG)[4]] = 1000,
            "feature bag",
            4,
            "index 1000 is not in its table b of 1000 rows"),
        wrong(
            b -> b.lookupWeights(WEIGHTED).put(b.offsets(WEIGHTED)[5], Float.NaN),
            "feature weighted",
            5,
            "the weight NaN of a lookup is not finite"),
        wrong(b -> b.offsets(BAG)[0] = 1, "feature bag", 0, "its first offset is 1, not 0"),
        wrong(
            b -> b.offsets(BAG)[3] = b.offsets(BAG)[2] - 1,
            "feature bag",
            2,
            "offsets \\d+ to \\d+ are a bag of -1 lookups; 0 to 9 are possible"),
        wrong(
            b -> b.offsets(BAG)[3] = b.offsets(BAG)[2] + 10,
            "feature bag",
            2,
            "offsets \\d+ to \\d+ are a bag of 10 lookups; 0 to 9 are possible"),
        wrong(
            b -> b.offsets(WEIGHTED)[8] = Integer.MIN_VALUE,
            "feature weighted",
            7,
            "offsets \\d+ to -2147483648 are a bag of -21\\d+ lookups; 0 to 3 are possible"));
  }

  private static Arguments wrong(Consumer<Batch> change, String column, int sample, String what) {
    return Arguments.of(change, column, sample, what);
  }

  @ParameterizedTest
  @MethodSource("wrongValues")
  void aWrongValueIsNamed(Consumer<Batch> change, String column, int sample, String what) {
    // Bags that are empty have nothing to change.
    DataSource data =
        changed(
            batch -> {
              fill(batch);
              change.accept(batch);
            });
    int row = (CHANGED - 1) * BATCH_SIZE + sample;
    try (BatchSource pass = checked(data).train(1)) {
      assertThatThrownBy(() -> readAll(pass, BATCH_SIZE))
          .isInstanceOf(FarsightException.class)
          .message()
          .startsWith(SOURCE + " is broken: ")
          .matches(
              ".*: %s, sample %d of batch %d of the training part in epoch 2 \\(sample %d of all, row number %d\\): %s"
                  .formatted(column, sample + 1, CHANGED, row + 1, row, what));
    }
  }

  /** Makes every bag one of two lookups. */
  private static void fill(Batch batch) {
    for (int f : new int[] {BAG, WEIGHTED}) {
      for (int s = 0; s <= batch.samples(); s++) {
        batch.offsets(f)[s] = 2 * s;
      }
      for (int i = 0; i < 2 * batch.samples(); i++) {
        batch.indices(f)[i] = i;
      }
    }
    for (int i = 0; i < 2 * batch.samples(); i++) {
      batch.lookupWeights(WEIGHTED).put(i, -i);
    }
    batch.samples(batch.samples());
  }

  @Test
  void aBatchWithoutWeightIsRefused() {
    breaks(
        changed(batch -> batch.weights().put(0, new float[BATCH_SIZE])),
        "sample weight, batch 4 of the training part in epoch 1: every weight is 0; at least one more is needed");
  }

  /** Two batches are a step of two ranks. */
  @Test
  void aRankMayHaveNoWeightIfAnotherHas() {
    Consumer<Batch> weightless =
        batch -> batch.weights().put(0, new float[batch.capacity()], 0, batch.samples());
    int half = BATCH_SIZE / 2;
    for (int alone = 1; alone <= 25; alone++) {
      DataSource source = new Changed(new ListedData(half, SAMPLES, -1), alone, weightless);
      try (BatchSource pass = checked(source).train(0)) {
        // The last step is one batch, after which the source ends.
        if (alone < 25) {
          assertThat(readAll(pass, half)).hasSize(SAMPLES);
        } else {
          assertThatThrownBy(() -> readAll(pass, half)).hasMessageContaining("weight, batch 13 of");
        }
      }
    }
    DataSource both =
        new Changed(new Changed(new ListedData(half, SAMPLES, -1), 7, weightless), 8, weightless);
    assertThatThrownBy(
            () -> {
              try (BatchSource pass = checked(both).train(0)) {
                readAll(pass, half);
              }
            })
        .hasMessage(
            SOURCE
                + " is broken: sample weight, batch 4 of the training part in epoch 1: every weight is 0; at least one more is needed");
  }

  @Test
  void lookupsThatAreChangedAfterTheyWereCountedAreRefused() {
    breaks(
        changed(
            batch -> {
              fill(batch);
              batch.offsets(BAG)[BATCH_SIZE]--;
            }),
        "feature bag, batch 4 of the training part in epoch 1: its last offset is 15, and was 16 when Batch.samples was set, which comes last");
  }

  @Test
  void moreLookupsThanThereIsRoomForAreRefused() {
    BatchSchema narrow = ListedData.SCHEMA.withLookupLimit(20);
    DataSource data =
        checked(
            changed(
                batch -> {
                  for (int s = 0; s <= BATCH_SIZE; s++) {
                    batch.offsets(BAG)[s] = 3 * s;
                  }
                  batch.samples(BATCH_SIZE);
                }));
    var batch = new Batch(narrow, BATCH_SIZE, HostBuffers.plain());
    try (BatchSource pass = data.train(0)) {
      assertThatThrownBy(
              () -> {
                while (pass.next(batch)) {
                  assertThat(batch.samples()).isPositive();
                }
              })
          .hasMessageContaining("room for 20");
    }
  }

  @Test
  void aHalfFullBatchInTheMiddleIsRefused() {
    breaks(
        changed(batch -> batch.samples(BATCH_SIZE - 1)),
        "batch 5 of the training part in epoch 1 comes after one that was not full; only the last one may be so");
  }

  @Test
  void anEmptyBatchIsRefused() {
    breaks(
        changed(batch -> batch.samples(0)),
        "batch 4 of the training part in epoch 1 has no sample; a source that has no more returns false");
  }

  /** A carrier still has the number of samples of the batch before. */
  @Test
  void aSourceThatDoesNotCountItsSamplesIsRefused() {
    DataSource data = checked(new Counting(new ListedData(7, SAMPLES, -1), SAMPLES, 0));
    Batch used = batch(BATCH_SIZE);
    used.samples(BATCH_SIZE);
    BatchSource forgetful =
        new CheckedPass(
            new Forgetful(),
            ListedData.SCHEMA,
            BATCH_SIZE,
            ALONE,
            new PluginCalls(SOURCE),
            new Promise("the training part", DataSource.UNKNOWN));
    assertThatThrownBy(() -> forgetful.next(used)).hasMessageContaining("batch 1 of the training");
    assertThat(data.schema()).isEqualTo(ListedData.SCHEMA);
  }

  @Test
  void moreSamplesThanTheBatchHoldsAreAFailureOfTheCall() {
    assertThatThrownBy(
            () -> {
              try (BatchSource pass =
                  checked(changed(batch -> batch.samples(BATCH_SIZE + 1))).train(0)) {
                readAll(pass, BATCH_SIZE);
              }
            })
        .hasMessage(
            SOURCE
                + " failed in BatchSource.next at batch 4 of the training part in epoch 1: java.lang.IllegalArgumentException: 9 samples in a batch of 8");
  }

  @Test
  void aPassDeliversWhatWasPromised() {
    var listed = new ListedData(7, SAMPLES, -1);
    breaks(
        new Counting(listed, SAMPLES + 1, 0),
        "the training part in epoch 1 ended after 100 samples, and the source had said 101");
    breaks(
        new Counting(listed, SAMPLES + 3, 2),
        "the training part in epoch 1 ended after 100 samples, and the source had said 103; only 2 malformed rows were left out");
    breaks(
        new Counting(listed, 95, 9),
        "the training part in epoch 1 has 96 samples or more, and the source had said 95");
    breaks(new Counting(listed, -2, 0), "DataSource.trainSamples returned -2");
    for (DataSource honest :
        List.of(
            new Counting(listed, SAMPLES, 0),
            new Counting(listed, SAMPLES + 3, 3),
            new Counting(listed, DataSource.UNKNOWN, 0))) {
      try (BatchSource pass = checked(honest).train(0)) {
        assertThat(readAll(pass, BATCH_SIZE)).hasSize(SAMPLES);
      }
    }
  }

  @Test
  void skippedSamplesCount() {
    var listed = new ListedData(7, SAMPLES, -1);
    try (BatchSource pass = checked(new Counting(listed, SAMPLES, 0)).train(0)) {
      assertThat(pass.skip(2 * BATCH_SIZE, batch(BATCH_SIZE))).isEqualTo(2 * BATCH_SIZE);
      assertThat(readAll(pass, BATCH_SIZE))
          .isEqualTo(listed.training().subList(2 * BATCH_SIZE, SAMPLES));
    }
    // Skips one sample more than it says.
    var source = new ListedData(7, SAMPLES - 1, -1);
    DataSource lying = new Counting(source, SAMPLES, 0);
    assertThatThrownBy(
            () -> {
              try (BatchSource pass = checked(lying).train(0)) {
                pass.skip(2 * BATCH_SIZE, batch(BATCH_SIZE));
                readAll(pass, BATCH_SIZE);
              }
            })
        .hasMessageContaining("ended after 99 samples, and the source had said 100");
  }

  @Test
  void skippingSaysANumberThatIsPossible() {
    for (long skipped : new long[] {-1, 17}) {
      var pass =
          new CheckedPass(
              new Skipping(skipped),
              ListedData.SCHEMA,
              BATCH_SIZE,
              ALONE,
              new PluginCalls(SOURCE),
              new Promise("the training part", SAMPLES));
      assertThatThrownBy(() -> pass.skip(16, batch(BATCH_SIZE)))
          .hasMessage(
              SOURCE
                  + " is broken: BatchSource.skip skipped "
                  + skipped
                  + " samples of the training part, 16 were wanted");
    }
  }

  @Test
  void schemasThatDifferAreRefused() {
    var listed = new ListedData(7, SAMPLES, -1);
    var other = new BatchSchema(3, ListedData.SCHEMA.tables(), true, false);
    var random = new RandomData(other, BATCH_SIZE, SAMPLES, SAMPLES, 1);
    breaks(
        new ForwardingDataSource(listed) {
          @Override
          public BatchSource train(int epoch) {
            return random.train(epoch);
          }
        },
        "the schema of the training part in epoch 1 is not that of the source");
    breaks(
        new ForwardingDataSource(listed) {
          private int calls;

          @Override
          public BatchSchema schema() {
            return calls++ == 0 ? ListedData.SCHEMA : other;
          }
        },
        "its schema has changed since it was opened");
    assertThat(listed.openPasses()).isZero();
  }

  @Test
  void nullIsRefused() {
    var listed = new ListedData(7, SAMPLES, -1);
    breaks(
        new ForwardingDataSource(listed) {
          @Override
          public BatchSource train(int epoch) {
            return null;
          }
        },
        "DataSource.train returned null");
  }

  /** A wrong value at a random place, among values at the edges of what is possible. */
  @Test
  void anyWrongIndexIsFound() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      int feature = random.nextInt(4);
      int[] found = {-1};
      DataSource data =
          changed(
              batch -> {
                int lookups = batch.lookups(feature);
                if (lookups == 0) {
                  return;
                }
                int lookup = random.nextInt(lookups);
                batch.indices(feature)[lookup] =
                    random.nextBoolean() ? -1 - random.nextInt(9) : 1000 + random.nextInt(9);
                int[] offsets = batch.offsets(feature);
                found[0] = offsets == null ? lookup : 0;
                for (int s = 0; offsets != null && s < batch.samples(); s++) {
                  boolean inBag = offsets[s] <= lookup && lookup < offsets[s + 1];
                  found[0] = inBag ? s : found[0];
                }
              });
      try (BatchSource pass = checked(data).train(0)) {
        String name = ListedData.SCHEMA.features().get(feature).name();
        assertThatThrownBy(() -> readAll(pass, BATCH_SIZE))
            .as("seed %d", seed)
            .hasMessageContaining(
                "feature %s, sample %d of batch 4 ".formatted(name, found[0] + 1));
      }
    }
  }

  @Test
  void checkingAllocatesNothing() {
    var batch = batch(BATCH_SIZE);
    try (BatchSource honest = new ListedData(7, SAMPLES, -1).train(0)) {
      assertThat(honest.next(batch)).isTrue();
    }
    var pass =
        new CheckedPass(
            new Same(),
            ListedData.SCHEMA,
            BATCH_SIZE,
            ALONE,
            new PluginCalls(SOURCE),
            new Promise("the training part", DataSource.UNKNOWN));
    for (int warmUp = 0; warmUp < 100; warmUp++) {
      pass.next(batch);
    }
    var allocation = new Allocation();
    for (int n = 0; n < 1000; n++) {
      pass.next(batch);
    }
    assertThat(allocation.bytes()).isLessThan(1000);
  }

  /** Changes the batch with a given number, from 1, of the training part. */
  private static final class Changed extends ForwardingDataSource {

    private final int number;
    private final Consumer<Batch> change;

    Changed(DataSource honest, int number, Consumer<Batch> change) {
      super(honest);
      this.number = number;
      this.change = change;
    }

    @Override
    public BatchSource train(int epoch) {
      BatchSource honest = super.train(epoch);
      return new Source() {
        private int batches;

        @Override
        public boolean next(Batch batch) {
          boolean more = honest.next(batch);
          if (++batches == number) {
            change.accept(batch);
          }
          return more;
        }

        @Override
        public void close() {
          honest.close();
        }
      };
    }
  }

  /** Tells other numbers than the source below. */
  private static final class Counting extends ForwardingDataSource {

    private final long trainSamples;
    private final long badRows;

    Counting(DataSource honest, long trainSamples, long badRows) {
      super(honest);
      this.trainSamples = trainSamples;
      this.badRows = badRows;
    }

    @Override
    public long trainSamples() {
      return trainSamples;
    }

    @Override
    public BatchSource train(int epoch) {
      BatchSource honest = super.train(epoch);
      return new Source() {
        @Override
        public boolean next(Batch batch) {
          return honest.next(batch);
        }

        @Override
        public long badRows() {
          return badRows;
        }

        @Override
        public void close() {
          honest.close();
        }
      };
    }
  }

  private abstract static class Source implements BatchSource {

    @Override
    public BatchSchema schema() {
      return ListedData.SCHEMA;
    }

    @Override
    public void close() {}
  }

  /** Says that there is a batch, and does not fill it. */
  private static final class Forgetful extends Source {

    @Override
    public boolean next(Batch batch) {
      return true;
    }
  }

  /** Leaves the batch as it is. */
  private static final class Same extends Source {

    @Override
    public boolean next(Batch batch) {
      batch.samples(BATCH_SIZE);
      return true;
    }
  }

  private static final class Skipping extends Source {

    private final long skipped;

    Skipping(long skipped) {
      this.skipped = skipped;
    }

    @Override
    public boolean next(Batch batch) {
      return false;
    }

    @Override
    public long skip(long samples, Batch scratch) {
      return skipped;
    }
  }
}
