package dev.farsight.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.bench.trace.TestTraces;
import dev.farsight.bench.trace.Trace;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownPopularityTest {

  private static final Fixture FIXTURE = new Fixture();

  @TempDir private Path folder;

  /** Rows brought in if every victim is found by looking at all residents and all known batches. */
  private static long naively(Requests requests, double[] popularity, int slots, int lookAhead) {
    Set<Integer> resident = new LinkedHashSet<>();
    long missed = 0;
    for (int batch = 0; batch < requests.batches(); batch++) {
      Set<Integer> needed = rows(requests, batch);
      var coming = new HashSet<>(needed);
      coming.removeAll(resident);
      missed += coming.size();
      int now = batch;
      Comparator<Integer> later = Comparator.comparing(row -> use(requests, row, now, lookAhead));
      while (resident.size() + coming.size() > slots) {
        resident.remove(
            resident.stream()
                .filter(row -> !needed.contains(row))
                .max(later.thenComparing(row -> -popularity[row]))
                .orElseThrow());
      }
      resident.addAll(coming);
    }
    return missed;
  }

  private static Set<Integer> rows(Requests requests, int batch) {
    Set<Integer> rows = new LinkedHashSet<>();
    for (int at = requests.start(batch); at < requests.start(batch + 1); at++) {
      rows.add(requests.row(at));
    }
    return rows;
  }

  private static int use(Requests requests, int row, int now, int lookAhead) {
    for (int b = now; b < Math.min(now + lookAhead, requests.batches()); b++) {
      if (rows(requests, b).contains(row)) {
        return b;
      }
    }
    return Integer.MAX_VALUE;
  }

  @Test
  void missesWhatANaiveChoiceMisses() {
    for (long seed = 0; seed < 100; seed++) {
      var random = new Random(seed);
      int rows = 5 + random.nextInt(30);
      int batchSize = 1 + random.nextInt(4);
      int slots = batchSize + random.nextInt(rows);
      int lookAhead = 1 + random.nextInt(12);
      long[] keys = random.longs(batchSize * 40L, 0, rows).map(k -> k * k / rows).toArray();
      var requests = requests(TestTraces.keys(folder, keys), batchSize);
      double[] popularity = random.doubles(requests.distinct()).toArray();
      assertThat(missed(requests, popularity, slots, lookAhead))
          .as("seed %d", seed)
          .isEqualTo(naively(requests, popularity, slots, lookAhead));
    }
  }

  @Test
  void seeingAllBatchesItIsTheBound() {
    Trace trace = TestTraces.keys(folder, TestTraces.mixedKeys(9, 20_000, 1_500));
    var requests = requests(trace, 16);
    var random = new Random(5);
    for (int slots : new int[] {100, 400, 1200}) {
      double[] popularity = random.doubles(requests.distinct()).toArray();
      assertThat(missed(requests, popularity, slots, requests.batches()))
          .isEqualTo(FIXTURE.bound(trace, 16, slots).tally().all().missed());
    }
  }

  @Test
  void saysWhenABatchDoesNotFit() {
    var requests = requests(TestTraces.keys(folder, new long[] {1, 2, 3, 4}), 4);
    assertThatThrownBy(() -> missed(requests, new double[4], 3, 2))
        .hasMessage("batch 0 needs 1 more slots than the 3 there are");
  }

  private static Requests requests(Trace trace, int batchSize) {
    return Requests.of(trace, batchSize, Sample.ALL);
  }

  private static long missed(Requests requests, double[] popularity, int slots, int lookAhead) {
    var nextUses = new NextUses(requests);
    return new KnownPopularity(requests, nextUses, popularity, slots, lookAhead).missed();
  }
}
