package dev.farsight.testkit.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.config.Settings;
import dev.farsight.api.table.InitialRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every cache policy must do. Authors extend it and name their factory:
 *
 * <pre>
 * class SievePolicyTest extends CachePolicyContract {
 *   &#64;Override
 *   protected CachePolicyFactory factory() {
 *     return new SieveFactory();
 *   }
 * }
 * </pre>
 *
 * <p>Policies are driven by random batches through a {@link PolicyHarness}, which checks every
 * answer; a failure names the seed. How well a policy chooses is not part of the contract.
 */
public abstract class CachePolicyContract {

  private static final long HUGE = (1L << 40) + 12_345_678_901L;
  private static final int SEEDS = 5;
  private static final int LOOK_AHEAD = 4;
  private static final int LOOKS_PER_ROW = 4;

  /** Notes of the policies being made: the contract holds with them and without. */
  private int maxNote;

  /** The factory of the policies under test. */
  protected abstract CachePolicyFactory factory();

  /**
   * The policy's own settings as HOCON, such as {@code half-life = 4}; they go before those of the
   * reference.conf.
   */
  protected String settings() {
    return "";
  }

  /** Counts for policies that want frequencies: skewed, many equal, some 0. */
  protected RowFrequencies frequencies() {
    return row -> 255 / (1 + (InitialRows.mix64(row) & 1023));
  }

  /** A new policy for a region of {@code slots}. */
  protected final CachePolicy policy(int slots) {
    return policy(slots, settings());
  }

  /** A new policy with settings of its own. */
  protected final CachePolicy policy(int slots, String settings) {
    var factory = factory();
    var path = "farsight.cache." + factory.name();
    var config =
        ConfigFactory.parseString(path + " {" + settings + "}")
            .withFallback(ConfigFactory.defaultReference(factory.getClass().getClassLoader()))
            .resolve();
    return factory.create(
        new PolicyContext(
            slots,
            42,
            Settings.of(path, config.getConfig(path)),
            factory.wantsFrequencies() ? frequencies() : RowFrequencies.NONE,
            maxNote));
  }

  /** A cache around a policy; tells of next uses if the policy wants them. */
  protected final PolicyHarness harness(CachePolicy policy, int slots) {
    var factory = factory();
    return new PolicyHarness(
        factory.name(), policy, slots, factory.wantsNextUse() ? LOOK_AHEAD : 0, maxNote);
  }

  /** What a test does with a policy, a cache around it and random batches. */
  @FunctionalInterface
  private interface Play {

    void play(CachePolicy policy, PolicyHarness cache, Workload workload) throws IOException;
  }

  @Test
  void namesOnlyEvictableSlots() throws IOException {
    forSeeds(
        32,
        100,
        (policy, cache, workload) -> {
          for (RowBatch batch : workload.batches(200, 20)) {
            cache.run(batch);
            policy.checkInvariants();
          }
        });
  }

  @Test
  void worksWithWarmUpAndEvaluation() throws IOException {
    forSeeds(
        24,
        80,
        (policy, cache, workload) -> {
          cache.run(workload.batch(16, false));
          policy.checkInvariants();
          cache.run(workload.mixedBatches(200, 20));
          policy.checkInvariants();
        });
  }

  @Test
  void worksWithOneSlot() throws IOException {
    forSeeds(1, 5, (policy, cache, workload) -> cache.run(workload.mixedBatches(200, 1)));
  }

  @Test
  void findsTheOnlySlotThatIsNotPinned() throws IOException {
    forSeeds(
        16,
        40,
        (policy, cache, workload) -> {
          for (int i = 0; i < 100; i++) {
            cache.run(workload.batch(16, true));
            long[] rows = cache.residentRows();
            rows[i % rows.length] = HUGE + i;
            cache.run(RowBatch.training(rows));
            policy.checkInvariants();
          }
        });
  }

  @Test
  void worksWithBatchesAsLargeAsTheRegion() throws IOException {
    forSeeds(
        20,
        60,
        (policy, cache, workload) -> {
          for (int i = 0; i < 50; i++) {
            cache.run(workload.batch(20, i % 3 > 0));
            cache.run(workload.batches(3, 20));
            policy.checkInvariants();
          }
        });
  }

  @Test
  void worksWithHugeRowIds() throws IOException {
    for (long seed = 1; seed <= SEEDS; seed++) {
      play(
          seed,
          32,
          100,
          HUGE,
          (policy, cache, workload) -> {
            cache.run(workload.mixedBatches(200, 20));
            policy.checkInvariants();
          });
    }
  }

  @Test
  void survivesALongRun() throws IOException {
    play(
        1,
        256,
        2000,
        1,
        (policy, cache, workload) -> {
          for (int i = 0; i < 20; i++) {
            cache.run(workload.mixedBatches(250, 100));
            policy.checkInvariants();
          }
        });
  }

  @Test
  void forgetsEvictedRows() throws IOException {
    forSeeds(
        32,
        100,
        (policy, cache, workload) -> {
          for (int i = 0; i < 20; i++) {
            cache.run(workload.mixedBatches(10, 20));
            cache.drain();
            policy.checkInvariants();
          }
        });
  }

  @Test
  void givesTheSameAnswersToTheSameCalls() throws IOException {
    forSeeds(
        32,
        100,
        (policy, cache, workload) -> {
          var batches = workload.mixedBatches(300, 20);
          var other = harness(policy(32), 32);
          assertSameVictims("of two instances", cache, other, batches);
        });
  }

  @Test
  void forgetsEverythingOnReset() throws IOException {
    forSeeds(
        32,
        100,
        (policy, cache, workload) -> {
          cache.run(workload.mixedBatches(100, 20));
          cache.reset();
          policy.checkInvariants();
          var fresh = harness(policy(32), 32);
          assertSameVictims("after reset", cache, fresh, workload.mixedBatches(100, 20));
        });
  }

  @Test
  void continuesEquallyFromWhatItSaved() throws IOException {
    forSeeds(
        32,
        100,
        (policy, cache, workload) -> {
          cache.run(workload.mixedBatches(100, 20));
          var restored = policy(32);
          harness(restored, 32).run(workload.mixedBatches(50, 20));
          restore(restored, save(policy));
          restored.checkInvariants();
          var copy = cache.continuedBy(restored);
          assertSameVictims("after restore", copy, cache, workload.mixedBatches(100, 20));
        });
  }

  @Test
  void allocatesNothingPerBatch() throws IOException {
    play(
        1,
        512,
        4000,
        1,
        (policy, cache, workload) -> {
          cache.run(workload.mixedBatches(500, 200));
          long least = Long.MAX_VALUE;
          // A round may meet one-time costs such as class loading; per-batch costs are in every
          // one.
          for (int round = 0; round < 3; round++) {
            long before = cache.stats().allocatedBytes();
            cache.run(workload.mixedBatches(200, 200));
            least = Math.min(least, cache.stats().allocatedBytes() - before);
          }
          assertThat(least).as("bytes allocated by the policy in 200 batches").isZero();
        });
  }

  @Test
  void looksAtFewSlotsToFindVictims() throws IOException {
    play(
        1,
        4096,
        40_000,
        1,
        (policy, cache, workload) -> {
          cache.run(workload.batches(200, 100));
          cache.run(workload.batch(4096, true));
          long rows = cache.stats().uniqueRows();
          long asked = cache.stats().pinsAsked();
          cache.run(workload.batches(1000, 10));
          assertThat(cache.stats().pinsAsked() - asked)
              .as("slots looked at to plan %d rows", cache.stats().uniqueRows() - rows)
              .isLessThan(LOOKS_PER_ROW * (cache.stats().uniqueRows() - rows) + 2 * 4096);
        });
  }

  private void forSeeds(int slots, int rows, Play play) throws IOException {
    for (long seed = 1; seed <= SEEDS; seed++) {
      play(seed, slots, rows, 1, play);
    }
  }

  /** Once with notes of rows that left, once without. */
  private void play(long seed, int slots, int rows, long stride, Play play) throws IOException {
    for (int most : new int[] {PolicyHarness.MAX_NOTE, 0}) {
      maxNote = most;
      var policy = policy(slots);
      try {
        play.play(policy, harness(policy, slots), new Workload(seed, rows, stride));
      } catch (AssertionError | RuntimeException e) {
        String notes = most > 0 ? ", with notes: " : ", without notes: ";
        throw new AssertionError("seed " + seed + notes + e.getMessage(), e);
      }
    }
  }

  /** Runs both caches through the same batches, and then compares the order of all that is left. */
  private static void assertSameVictims(
      String what, PolicyHarness actual, PolicyHarness expected, List<RowBatch> batches) {
    int first = actual.stats().victimCount();
    int[] victims = actual.run(batches);
    int[] wanted = expected.run(batches);
    int differs = Arrays.mismatch(victims, wanted);
    if (differs >= 0) {
      String batch =
          differs < victims.length ? ", batch " + actual.stats().victimBatch(first + differs) : "";
      throw different("victims " + what, batch, victims, wanted, differs);
    }
    int[] left = actual.drain();
    int[] wantedLeft = expected.drain();
    int lastDiffers = Arrays.mismatch(left, wantedLeft);
    if (lastDiffers >= 0) {
      throw different("last victims " + what, "", left, wantedLeft, lastDiffers);
    }
  }

  private static AssertionError different(
      String what, String where, int[] victims, int[] wanted, int differs) {
    return new AssertionError(
        "%s: first difference at victim %d%s: %s, and %s is expected"
            .formatted(what, differs + 1, where, slot(victims, differs), slot(wanted, differs)));
  }

  private static String slot(int[] victims, int position) {
    return position < victims.length ? "slot " + victims[position] : "none";
  }

  private static byte[] save(CachePolicy policy) throws IOException {
    var bytes = new ByteArrayOutputStream();
    policy.save(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static void restore(CachePolicy policy, byte[] saved) throws IOException {
    var in = new ByteArrayInputStream(saved);
    policy.restore(new DataInputStream(in));
    assertThat(in.available()).as("bytes saved that restore did not read").isZero();
  }
}
