package dev.farsight.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.api.data.Batch;
import dev.farsight.bench.trace.Trace;
import dev.farsight.bench.trace.TracePass;
import dev.farsight.bench.trace.Traces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * CaffeineTest's comparison on traces that others recorded and that are not ours to distribute: run
 * with {@code -Dfarsight.traces=FOLDER}. docs/traces.md says where they come from.
 */
class RealTracesTest {

  private static final Fixture FIXTURE = new Fixture();

  /** Published hit ratios of LRU, to three digits. */
  @ParameterizedTest
  @CsvSource({
    "scarab-recs.trace.xz, be64, 258368, .347, .606",
    "web12.trace.xz, be32, 13756, .397, .685",
    "OLTP.lis.zst, arc, 186880, .416, .665",
    "sprite.trace.gz, text, 7075, .163, .865"
  })
  void equalsCaffeineAndThePublishedRatios(
      String name, String format, int distinct, double onePercent, double tenPercent) {
    String folder = System.getProperty("farsight.traces");
    assumeTrue(folder != null, "no folder of traces; set -Dfarsight.traces=FOLDER");
    Path file = Path.of(folder).resolve(name);
    assumeTrue(Files.exists(file), () -> file + " is not there");
    Trace trace = Traces.open(file, Optional.of(format));
    long[] keys = keys(trace);
    var comparison = Fixture.comparison(trace, 1);
    assertThat(comparison.requests().distinct()).isEqualTo(distinct);
    for (String share : new String[] {"1%", "10%"}) {
      int slots = Size.parse(share, distinct).slots();
      var lru = FIXTURE.outcome(comparison, slots, FIXTURE.contender("lru")).tally().all();
      var lfu = FIXTURE.outcome(comparison, slots, FIXTURE.contender("lfu")).tally().all();
      var exactLfu =
          FIXTURE
              .outcome(comparison, slots, Fixture.contender("exact-lfu", ExactLfu::new))
              .tally()
              .all();
      var bound = comparison.bound(slots, FIXTURE.settings()).tally().all();
      long caffeineLfu = Caffeine.lfu(keys, slots);
      long caffeineBound = Caffeine.clairvoyant(keys, slots);
      System.out.printf(
          "%s %s: %d lookups, %d slots; lru %.4f; exact lfu %.4f, farsight's %.4f; belady %.4f, with bypass %.4f%n",
          name,
          share,
          keys.length,
          slots,
          lru.hitRatio(),
          exactLfu.hitRatio(),
          lfu.hitRatio(),
          bound.hitRatio(),
          (double) caffeineBound / keys.length);
      assertThat(lru.hits()).isEqualTo(Caffeine.lru(keys, slots));
      assertThat(exactLfu.hits()).isEqualTo(caffeineLfu);
      assertThat(bound.hits()).isBetween(Caffeine.clairvoyant(keys, slots - 1), caffeineBound);
      double published = share.equals("1%") ? onePercent : tenPercent;
      assertThat(lru.hitRatio()).isCloseTo(published, within(.0005));
    }
  }

  /** Numbers of the keys: what tells them apart, which is all that matters to a cache. */
  private static long[] keys(Trace trace) {
    long[] keys = new long[1 << 16];
    int count = 0;
    Batch batch = trace.newBatch(1000);
    try (TracePass pass = trace.open(1000)) {
      while (pass.next(batch)) {
        if (count + batch.samples() > keys.length) {
          keys = Arrays.copyOf(keys, 2 * keys.length);
        }
        for (int s = 0; s < batch.samples(); s++) {
          keys[count++] = batch.indices(0)[s];
        }
      }
    }
    return Arrays.copyOf(keys, count);
  }
}
