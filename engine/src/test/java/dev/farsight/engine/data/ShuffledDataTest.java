package dev.farsight.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.data.ListedData.Sample;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shuffled passes against lists that are permuted as the documentation of the order says. */
@Timeout(120)
class ShuffledDataTest {

  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);
  private static final BigInteger GOLDEN = new BigInteger("9E3779B97F4A7C15", 16);

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  /** The documented order, in integers that do not overflow. */
  static final class Oracle {

    static List<Sample> order(List<Sample> samples, int blockSamples, long seed, int epoch) {
      var all = new ArrayList<Sample>();
      for (int block = 0; (long) block * blockSamples < samples.size(); block++) {
        int from = block * blockSamples;
        var some =
            new ArrayList<>(samples.subList(from, Math.min(from + blockSamples, samples.size())));
        BigInteger state =
            mix(
                mix(mix(wrap(BigInteger.valueOf(seed))).add(times(epoch + 1)).mod(TWO_64))
                    .add(times(block + 1))
                    .mod(TWO_64));
        for (int i = some.size() - 1; i >= 1; i--) {
          state = state.add(GOLDEN).mod(TWO_64);
          int j =
              mix(state)
                  .shiftRight(1)
                  .multiply(BigInteger.valueOf(i + 1))
                  .shiftRight(63)
                  .intValue();
          Sample sample = some.get(i);
          some.set(i, some.get(j));
          some.set(j, sample);
        }
        all.addAll(some);
      }
      return all;
    }

    private static BigInteger times(int factor) {
      return GOLDEN.multiply(BigInteger.valueOf(factor));
    }

    private static BigInteger wrap(BigInteger z) {
      return z.mod(TWO_64);
    }

    static BigInteger mix(BigInteger z) {
      BigInteger a = z.xor(z.shiftRight(30)).multiply(new BigInteger("BF58476D1CE4E5B9", 16));
      a = wrap(a);
      BigInteger b = wrap(a.xor(a.shiftRight(27)).multiply(new BigInteger("94D049BB133111EB", 16)));
      return b.xor(b.shiftRight(31));
    }
  }

  private static Batch batch(int size) {
    return new Batch(ListedData.SCHEMA, size, HostBuffers.plain());
  }

  /** Reads the rest of a pass; every batch but the last must be full. */
  private static List<Sample> rest(BatchSource pass, int batchSize) {
    var samples = new ArrayList<Sample>();
    Batch batch = batch(batchSize);
    boolean partial = false;
    while (pass.next(batch)) {
      assertThat(partial).as("a batch after one that is not full").isFalse();
      partial = batch.samples() < batchSize;
      samples.addAll(ListedData.of(batch));
    }
    assertThat(pass.next(batch)).isFalse();
    return samples;
  }

  @AfterEach
  void noThreadIsLeft() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("farsight-shuffle");
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 100, 10",
    "1000, 64, 10",
    "997, 100, 7",
    "50, 1000, 8",
    "40, 1, 7",
    "0, 10, 4",
    "300, 300, 300",
    "300, 30, 500",
    "4000, 1777, 128",
    "600, 200, 600"
  })
  void eachBlockIsPermutedAsDocumented(int count, int blockSamples, int batchSize) {
    var data = new ListedData(seed, count, -1);
    try (var shuffled = new ShuffledData(data, blockSamples, seed)) {
      for (int epoch = 0; epoch < 3; epoch++) {
        try (BatchSource pass = shuffled.train(epoch)) {
          assertThat(rest(pass, batchSize))
              .as("epoch %d, seed %d", epoch, seed)
              .isEqualTo(Oracle.order(data.training(), blockSamples, seed, epoch));
          assertThat(pass.badRows()).isEqualTo(count);
          assertThat(pass.truncatedBags()).isEqualTo(2L * count);
        }
      }
      assertThat(shuffled.trainSamples()).isEqualTo(count);
      try (BatchSource pass = shuffled.eval()) {
        assertThat(rest(pass, batchSize)).isEqualTo(data.evaluation());
      }
    }
    assertThat(data.openPasses()).isZero();
  }

  @Test
  void epochsAndSeedsHaveOrdersOfTheirOwn() {
    var data = new ListedData(1, 500, -1);
    List<List<Sample>> orders = new ArrayList<>();
    for (long orderSeed : new long[] {1, 2}) {
      for (int epoch = 0; epoch < 2; epoch++) {
        try (BatchSource pass = new ShuffledData(data, 100, orderSeed).train(epoch)) {
          orders.add(rest(pass, 50));
        }
      }
    }
    orders.add(data.training());
    assertThat(orders).doesNotHaveDuplicates();
    for (List<Sample> order : orders) {
      for (int block = 0; block < 5; block++) {
        assertThat(order.subList(100 * block, 100 * block + 100))
            .containsExactlyInAnyOrderElementsOf(
                data.training().subList(100 * block, 100 * block + 100));
      }
    }
  }

  @Test
  void skippingGoesToTheExactSample() {
    for (int round = 0; round < 60; round++) {
      int count = 1 + random.nextInt(700);
      int blockSamples = 1 + random.nextInt(300);
      int batchSize = 1 + random.nextInt(60);
      var data = new ListedData(seed, count, -1);
      List<Sample> all = Oracle.order(data.training(), blockSamples, seed, 1);
      int batches = (count + batchSize - 1) / batchSize;
      int skipped = Math.min(count, random.nextInt(batches + 1) * batchSize);
      String what =
          "%d samples, blocks of %d, batches of %d, %d skipped, seed %d"
              .formatted(count, blockSamples, batchSize, skipped, seed);
      try (BatchSource pass = new ShuffledData(data, blockSamples, seed).train(1)) {
        assertThat(pass.skip(skipped, batch(batchSize))).as(what).isEqualTo(skipped);
        assertThat(rest(pass, batchSize)).as(what).isEqualTo(all.subList(skipped, count));
      }
    }
  }

  @Test
  void skippingAfterReadingOrBeyondTheEndIsPossible() {
    var data = new ListedData(seed, 100, -1);
    List<Sample> all = Oracle.order(data.training(), 30, seed, 0);
    try (BatchSource pass = new ShuffledData(data, 30, seed).train(0)) {
      pass.next(batch(10));
      assertThat(pass.skip(40, batch(10))).isEqualTo(40);
      assertThat(rest(pass, 10)).isEqualTo(all.subList(50, 100));
    }
    for (long beyond : new long[] {110, 120, 150, 400}) {
      try (BatchSource pass = new ShuffledData(data, 30, seed).train(0)) {
        assertThat(pass.skip(beyond, batch(10))).as("%d", beyond).isEqualTo(100);
        assertThat(pass.next(batch(10))).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 150, 299, 300, 450})
  void aFailureIsThatOfItsBlock(int failsAt) {
    var data = new ListedData(seed, 500, failsAt);
    List<Sample> all = Oracle.order(data.training(), 100, seed, 0);
    var seen = new ArrayList<Sample>();
    try (BatchSource pass = new ShuffledData(data, 100, seed).train(0)) {
      Batch batch = batch(10);
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(
                () -> {
                  while (pass.next(batch)) {
                    seen.addAll(ListedData.of(batch));
                  }
                })
            .isInstanceOf(FarsightException.class)
            .hasMessage("list:" + failsAt + ": cannot be read");
      }
    }
    assertThat(seen).isEqualTo(all.subList(0, failsAt / 100 * 100));
    assertThat(data.openPasses()).isZero();
  }

  @Test
  void closingEndsAPassThatIsNotReadToItsEnd() {
    var data = new ListedData(seed, 3000, -1);
    for (int batches : new int[] {0, 1, 17}) {
      try (BatchSource pass = new ShuffledData(data, 100, seed).train(0)) {
        for (int b = 0; b < batches; b++) {
          assertThat(pass.next(batch(10))).isTrue();
        }
      }
    }
    assertThat(data.openPasses()).isZero();
  }

  @Test
  void aBatchWithoutRoomForItsLookupsIsRefused() {
    var data = new ListedData(seed, 300, -1);
    var narrow = ListedData.SCHEMA.withLookupLimit(3);
    try (BatchSource pass =
        new ShuffledPass(data.train(0), narrow, new SampleOrder(seed, 0), 100)) {
      assertThatThrownBy(() -> pass.next(new Batch(narrow, 10, HostBuffers.plain())))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("feature bag")
          .hasMessageContaining("data.max-lookups");
    }
  }

  private static Settings setting(String value) {
    return Settings.of(
        "farsight.data", ConfigFactory.parseString("source = criteo, shuffle = " + value));
  }

  @ParameterizedTest
  @CsvSource({"none, 0", "full, -1", "'\"500000 samples\"', 500000", "1 sample, 1", "7samples, 7"})
  void settingsAreRead(String value, int blockSamples) {
    assertThat(ShuffleSetting.blockSamples(setting(value))).isEqualTo(blockSamples);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0 samples", "500000", "2000000000 samples", "true", "5 batches", "-1 samples"})
  void otherSettingsAreRefused(String value) {
    assertThatThrownBy(() -> ShuffleSetting.blockSamples(setting(value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.shuffle")
        .hasMessageContaining("such as '500000 samples'");
  }
}
