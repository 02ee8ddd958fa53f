package dev.farsight.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void neverHandsOutWhatIsHeld(long seed) {
    var random = new Random(seed);
    int capacity = 20 + random.nextInt(100);
    int keep = 1 + random.nextInt(6);
    var owner = new long[capacity];
    Arrays.fill(owner, -1);
    List<Long> released = new ArrayList<>();
    var ring = new Ring(capacity, keep, (held, planning) -> released.add(held));
    for (long plan = 0; plan < 5_000; plan++) {
      int rows = random.nextInt(4) == 0 ? 0 : random.nextInt(capacity / 2 + 1);
      long heldBefore = ring.heldFrom();
      int from = ring.allocate(plan, rows);
      for (int r = from; r < from + rows; r++) {
        assertThat(owner[r])
            .as("seed %d plan %d row %d", seed, plan, r)
            .isLessThan(ring.heldFrom());
        owner[r] = plan;
      }
      assertThat(ring.shrunk()).isEqualTo(ring.heldFrom() > Math.max(heldBefore, plan - keep));
    }
    for (int i = 0; i < released.size(); i++) {
      assertThat(released.get(i)).isEqualTo(i);
    }
  }

  @Test
  void keepsStretchesAsLongAsThereIsRoom() {
    var ring =
        new Ring(
            100,
            3,
            (held, planning) -> {
              throw new AssertionError("plan " + held + " released for " + planning);
            });
    for (long plan = 0; plan < 10; plan++) {
      assertThat(ring.allocate(plan, 10)).isEqualTo((int) plan * 10);
      assertThat(ring.heldFrom()).isZero();
      assertThat(ring.shrunk()).isFalse();
    }
  }

  @Test
  void aStretchLargerThanTheRingIsRefused() {
    var ring = new Ring(10, 1, (held, planning) -> {});
    assertThat(ring.allocate(0, 10)).isZero();
    assertThatThrownBy(() -> ring.allocate(1, 11)).hasMessageContaining("11 rows in a ring of 10");
  }
}
