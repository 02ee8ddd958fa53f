package dev.farsight.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.bench.trace.TestTraces;
import dev.farsight.bench.trace.Trace;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurvesTest {

  private static final Fixture FIXTURE = new Fixture();

  @TempDir private Path folder;

  private Curves curves(Trace trace, int batch, double rate) {
    return Curves.of(trace, batch, rate, FIXTURE.settings());
  }

  @Test
  void exactCurvesAreThoseOfReplays() {
    Trace trace = TestTraces.keys(folder, TestTraces.mixedKeys(3, 20_000, 1_000));
    var curves = curves(trace, 8, 0);
    assertThat(curves.rate()).isEqualTo(1);
    for (Size size : Size.ladder(curves.leastSlots(), curves.distinct(), 5)) {
      var point = curves.point(FIXTURE.contender("lru"), size);
      var figures = FIXTURE.replay(trace, 8, size.slots(), "lru").tally().all();
      assertThat(point.allLookups()).isCloseTo(1 - figures.hitRatio(), within(1e-12));
      assertThat(point.allUniqueRows()).isCloseTo(1 - figures.uniqueHitRatio(), within(1e-12));
      assertThat(point.lookups()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lru", "lfu", "belady"})
  void aSampleComesNearTheExactCurve(String policy) {
    Trace trace = TestTraces.keys(folder, TestTraces.popularKeys(5, 80_000, 20_000));
    var exact = curves(trace, 1, 1);
    var sampled = curves(trace, 1, .25);
    assertThat((double) sampled.requests().distinct() / exact.distinct())
        .isCloseTo(.25, within(.01));
    for (Size size : Size.ladder(sampled.leastSlots(), exact.distinct(), 4)) {
      assertThat(point(sampled, policy, size))
          .as("%s at %d slots", policy, size.slots())
          .isCloseTo(point(exact, policy, size), within(.03));
    }
  }

  private static double point(Curves curves, String policy, Size size) {
    return policy.equals(Contender.BELADY)
        ? curves.bound(size).allLookups()
        : curves.point(FIXTURE.contender(policy), size).allLookups();
  }

  @Test
  void tablesHaveCurvesOfTheirOwn() {
    int[] rows = {5, 2_000};
    var parts = TestTraces.parts(8, 1, 20_000, rows);
    Trace trace = TestTraces.recorded(folder.resolve("trace"), 32, parts, rows);
    var point = curves(trace, 32, 1).point(FIXTURE.contender("lru"), new Size("200", 200));
    assertThat(point.lookups().get(0)).isLessThan(.02);
    assertThat(point.lookups().get(1)).isGreaterThan(.1);
    double mean = (point.lookups().get(0) + point.lookups().get(1)) / 2;
    assertThat(point.allLookups()).isCloseTo(mean, within(1e-12));
  }

  @Test
  void theSizeFoundIsTheLeastThatReachesTheAim() {
    Trace trace = TestTraces.keys(folder, TestTraces.mixedKeys(6, 20_000, 1_000));
    var curves = curves(trace, 1, 1);
    for (double aim : new double[] {.3, .5, .6}) {
      var search = new SizeSearch(curves, aim);
      for (String policy : List.of("lru", "belady")) {
        boolean bound = policy.equals(Contender.BELADY);
        var found = bound ? search.bound() : search.of(FIXTURE.contender(policy));
        int slots = found.size().slots();
        assertThat(found.reached()).isTrue();
        assertThat(1 - point(curves, policy, found.size())).isEqualTo(found.hitRatio());
        assertThat(found.hitRatio()).isGreaterThanOrEqualTo(aim);
        var less = new Size("less", slots - 1 - slots / 150);
        assertThat(1 - point(curves, policy, less)).as("%s, a bit less", policy).isLessThan(aim);
      }
    }
  }

  @Test
  void anAimBeyondCompulsoryMissesIsNotReached() {
    Trace trace = TestTraces.keys(folder, 1, 2, 1, 2, 3, 1);
    var found = new SizeSearch(curves(trace, 1, 1), .6).bound();
    assertThat(found.reached()).isFalse();
    assertThat(found.hitRatio()).isEqualTo(.5);
  }
}
