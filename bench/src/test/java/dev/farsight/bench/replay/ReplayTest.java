package dev.farsight.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.bench.trace.TestTraces;
import dev.farsight.bench.trace.Trace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {

  private static final Fixture FIXTURE = new Fixture();
  private static final int[] ROWS = {3, 50, 400};
  private static final int BATCH = 16;

  @TempDir private Path folder;

  /** LRU over rows named by table and index, on the trace as it was written. */
  private static final class NaiveLru {

    private final List<Feature> features;
    private final LinkedHashSet<String> resident = new LinkedHashSet<>();
    private final Set<String> seen = new HashSet<>();
    private final int slots;
    final long[] lookups = new long[ROWS.length];
    final long[] hits = new long[ROWS.length];
    final long[] uniqueHits = new long[ROWS.length];
    final long[] compulsory = new long[ROWS.length];
    long evicted;

    NaiveLru(BatchSchema schema, int slots) {
      features = schema.features();
      this.slots = slots;
    }

    void run(List<TestTraces.Part> parts) {
      for (TestTraces.Part part : parts) {
        for (int from = 0; from < part.samples().size(); from += BATCH) {
          int to = Math.min(from + BATCH, part.samples().size());
          batch(part.samples().subList(from, to), part.phase().training());
        }
      }
    }

    /** Feature by feature of those that share the table, each sample by sample. */
    private List<Integer> lookupsOf(int table, List<List<List<Integer>>> samples) {
      List<Integer> indices = new ArrayList<>();
      for (int f = 0; f < features.size(); f++) {
        if (features.get(f).table() == table) {
          for (List<List<Integer>> sample : samples) {
            indices.addAll(sample.get(f));
          }
        }
      }
      return indices;
    }

    private void batch(List<List<List<Integer>>> samples, boolean training) {
      var before = Set.copyOf(resident);
      var known = Set.copyOf(seen);
      List<String> unique = new ArrayList<>();
      for (int t = 0; t < ROWS.length; t++) {
        for (int index : lookupsOf(t, samples)) {
          String row = t + ":" + index;
          boolean first = !unique.contains(row);
          if (first) {
            unique.add(row);
          }
          if (training) {
            lookups[t]++;
            hits[t] += before.contains(row) ? 1 : 0;
            uniqueHits[t] += first && before.contains(row) ? 1 : 0;
            compulsory[t] += first && !known.contains(row) ? 1 : 0;
          }
        }
      }
      seen.addAll(unique);
      // Evaluation refreshes no row that is resident, but those that it brings in are used now.
      List<String> used = new ArrayList<>();
      unique.stream().filter(row -> training && before.contains(row)).forEach(used::add);
      unique.stream().filter(row -> !before.contains(row)).forEach(used::add);
      used.forEach(
          row -> {
            resident.remove(row);
            resident.add(row);
          });
      var victims = resident.stream().filter(row -> !unique.contains(row)).toList();
      int tooMany = resident.size() - slots;
      for (int v = 0; v < tooMany; v++) {
        resident.remove(victims.get(v));
        evicted += training ? 1 : 0;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 100, 200, 400})
  void countsWhatANaiveCacheCounts(int slots) {
    compare(TestTraces.schema(ROWS), slots);
  }

  @ParameterizedTest
  @ValueSource(ints = {150, 200, 300, 420})
  void countsWhatANaiveCacheCountsOfBagsAndSharedTables(int slots) {
    compare(TestTraces.bags(ROWS), slots);
  }

  private void compare(BatchSchema schema, int slots) {
    for (long seed = 0; seed < 4; seed++) {
      var parts = TestTraces.parts(seed, 6, 700, schema);
      Trace trace = TestTraces.recorded(folder.resolve("trace"), BATCH, parts, schema);
      assertThat(DistinctRows.in(trace)).isEqualTo(distinct(parts, schema));
      var naive = new NaiveLru(schema, slots);
      naive.run(parts);
      var outcome = FIXTURE.outcomes(trace, BATCH, slots, "lru").get(1);
      for (int t = 0; t < ROWS.length; t++) {
        Tally.Figures figures = outcome.tally().of(t);
        assertThat(figures.lookups()).as("lookups, seed %d", seed).isEqualTo(naive.lookups[t]);
        assertThat(figures.hits()).as("hits, seed %d", seed).isEqualTo(naive.hits[t]);
        assertThat(figures.uniqueHits())
            .as("unique hits, seed %d", seed)
            .isEqualTo(naive.uniqueHits[t]);
        assertThat(figures.compulsory())
            .as("compulsory, seed %d", seed)
            .isEqualTo(naive.compulsory[t]);
        assertThat(figures.compulsory() + figures.capacity() + figures.policy())
            .as("misses by cause, seed %d", seed)
            .isEqualTo(figures.missed());
      }
      assertThat(outcome.evicted()).as("evicted, seed %d", seed).isEqualTo(naive.evicted);
      assertThat(outcome.loaded() + outcome.forwarded()).isEqualTo(outcome.tally().all().missed());
    }
  }

  private static long distinct(List<TestTraces.Part> parts, BatchSchema schema) {
    Set<List<Integer>> rows = new HashSet<>();
    for (var part : parts) {
      for (var sample : part.samples()) {
        for (int f = 0; f < sample.size(); f++) {
          int table = schema.features().get(f).table();
          sample.get(f).forEach(index -> rows.add(List.of(table, index)));
        }
      }
    }
    return rows.size();
  }

  @Test
  void missesAreTheFaultOfThePolicyWhereTheClairvoyantHits() {
    // Two slots. lru throws 1 out for 3, the clairvoyant 2.
    Trace trace = TestTraces.keys(folder, 1, 2, 3, 1, 2);
    var outcomes = FIXTURE.outcomes(trace, 1, 2, "lru");
    Tally.Figures bound = outcomes.get(0).tally().all();
    assertThat(bound.compulsory()).isEqualTo(3);
    assertThat(bound.capacity()).isEqualTo(1);
    assertThat(bound.policy()).isZero();
    Tally.Figures lru = outcomes.get(1).tally().all();
    assertThat(lru.compulsory()).isEqualTo(3);
    assertThat(lru.policy()).as("row 1").isEqualTo(1);
    assertThat(lru.capacity()).as("row 2").isEqualTo(1);
    assertThat(outcomes.get(1).regret(outcomes.get(0))).isEqualTo(.25);
  }

  @Test
  void aTraceInOtherBatchesIsTheSameLookups() {
    Trace trace = TestTraces.keys(folder, TestTraces.mixedKeys(2, 5_000, 300));
    for (int batch : new int[] {1, 7, 64}) {
      var figures = FIXTURE.replay(trace, batch, 100, "lru").tally().all();
      assertThat(figures.lookups()).isEqualTo(5_000);
      assertThat(figures.compulsory()).isEqualTo(DistinctRows.in(trace));
    }
  }

  @Test
  void batchesMayBeLargerThanTheRunHadRoomFor() {
    var schema = TestTraces.bags(ROWS).withLookupLimit(4 * BATCH);
    var parts = TestTraces.parts(12, 3, 700, schema);
    Trace trace = TestTraces.recorded(folder.resolve("trace"), BATCH, parts, schema);
    var recorded = FIXTURE.replay(trace, BATCH, 400, "lru").tally().all();
    var larger = FIXTURE.replay(trace, 64 * BATCH, 453, "lru").tally().all();
    assertThat(larger.lookups()).isEqualTo(recorded.lookups());
    assertThat(larger.uniqueRows()).isLessThan(recorded.uniqueRows());
  }

  @Test
  void aCacheThatCannotHoldABatchIsRefused() {
    Trace trace = TestTraces.keys(folder, 1, 2, 3, 4, 1, 2);
    assertThatThrownBy(() -> FIXTURE.replay(trace, 4, 3, "lru"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "a cache of 3 slots cannot hold every batch; the least that can is --size \"4 rows\", or take a smaller --batch");
  }

  @Test
  void anUnknownPolicyIsToldWithThoseThereAre() {
    assertThatThrownBy(() -> FIXTURE.contender("lfru"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("--policy: lfru is no cache policy here; did you mean lfu? (avail")
        .hasMessageContaining("lru");
  }
}
