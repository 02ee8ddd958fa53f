package dev.farsight.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.RowIndex;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.cache.RowMap;
import dev.farsight.engine.cache.RowRequest;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookAheadTest {

  private static final int MOST = 30;

  /** Records the announced rows. */
  private static final class Announced implements Residency {

    final Set<String> uses = new HashSet<>();

    @Override
    public void announce(long batch, RowRequest request, int[] positions, int count) {
      for (int p = 0; p < count; p++) {
        assertThat(uses.add(request.rows()[positions[p]] + " in " + batch)).isTrue();
      }
    }

    @Override
    public int slots() {
      return 0;
    }

    @Override
    public int regions() {
      return 0;
    }

    @Override
    public CachePlan newPlan(HostBuffers buffers) {
      throw new AssertionError();
    }

    @Override
    public void plan(RowRequest request, CachePlan plan) {
      throw new AssertionError();
    }

    @Override
    public int maxNote() {
      return 0;
    }

    @Override
    public void undo(CachePlan plan) {
      throw new AssertionError();
    }

    @Override
    public long nextPlan() {
      return 0;
    }

    @Override
    public void drained() {
      throw new AssertionError();
    }

    @Override
    public void forgetValues() {
      throw new AssertionError();
    }

    @Override
    public int collectResident(int fromSlot, int inRows, CachePlan plan) {
      throw new AssertionError();
    }

    @Override
    public void save(DataOutput out) {
      throw new AssertionError();
    }

    @Override
    public void restore(DataInput in) {
      throw new AssertionError();
    }

    @Override
    public int collectDirty(int fromSlot, int outRows, CachePlan plan) {
      throw new AssertionError();
    }

    @Override
    public void markClean(CachePlan plan) {
      throw new AssertionError();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, true, 30",
    "2, 2, false, 30",
    "3, 5, false, 30",
    "4, 5, true, 30",
    "5, 32, true, 30",
    // With so many rows, few bits remain for the batch number.
    "6, 5, true, 4194304",
    "7, 12, true, 4194304",
    "8, 12, false, 4194304"
  })
  void knowsEveryNextUseWithinTheLookAheadAndNoneBeyond(
      long seed, int batches, boolean direct, int maxUniqueRows) {
    var random = new Random(seed);
    var announced = new Announced();
    RowIndex lastUse = direct ? RowIndexes.of(500, true).lastUses() : new RowMap(10);
    var lookAhead = new LookAhead(announced, lastUse, batches + 3, maxUniqueRows);
    List<RowRequest> requests = new ArrayList<>();
    for (int b = 0; b < 300; b++) {
      requests.add(request(random));
    }
    Set<String> expectedAnnouncements = new HashSet<>();
    int entered = 0;
    for (int n = 0; n < requests.size(); n++) {
      while (entered < Math.min(n + batches, requests.size())) {
        for (int u = 0; u < requests.get(entered).count(); u++) {
          long row = requests.get(entered).rows()[u];
          if (lastUse(requests, row, n, entered) < 0) {
            expectedAnnouncements.add(row + " in " + entered);
          }
        }
        lookAhead.enter(entered, requests.get(entered));
        entered++;
      }
      lookAhead.leave(n);
      RowRequest planned = requests.get(n);
      for (int u = 0; u < planned.count(); u++) {
        assertThat(planned.nextUse(u))
            .as("seed %d batch %d row %d", seed, n, planned.rows()[u])
            .isEqualTo(nextUse(requests, planned.rows()[u], n + 1, entered));
      }
    }
    assertThat(announced.uses).as("seed %d", seed).isEqualTo(expectedAnnouncements);
  }

  private static RowRequest request(Random random) {
    Set<Long> rows = new LinkedHashSet<>();
    int count = random.nextInt(MOST + 1);
    while (rows.size() < count) {
      rows.add((long) random.nextInt(1 + random.nextInt(500)));
    }
    var request = new RowRequest(MOST);
    request.begin(RowRequest.Use.TRAIN, true);
    rows.forEach(row -> request.add(row, 1));
    return request;
  }

  private static boolean uses(RowRequest request, long row) {
    for (int u = 0; u < request.count(); u++) {
      if (request.rows()[u] == row) {
        return true;
      }
    }
    return false;
  }

  private static long nextUse(List<RowRequest> requests, long row, int from, int to) {
    for (int b = from; b < to; b++) {
      if (uses(requests.get(b), row)) {
        return b;
      }
    }
    return SlotBatch.UNKNOWN;
  }

  private static int lastUse(List<RowRequest> requests, long row, int from, int to) {
    for (int b = to - 1; b >= from; b--) {
      if (uses(requests.get(b), row)) {
        return b;
      }
    }
    return -1;
  }
}
