package dev.farsight.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StragglerTest {

  /** Of two it is 1 / sqrt(pi), of three 3 / (2 sqrt(pi)); the others are tabulated. */
  @Test
  void theExpectedMaximumIsTheKnownOne() {
    assertThat(Straggler.expectedMaximum(1)).isCloseTo(0, within(1e-6));
    assertThat(Straggler.expectedMaximum(2)).isCloseTo(1 / Math.sqrt(Math.PI), within(1e-5));
    assertThat(Straggler.expectedMaximum(3)).isCloseTo(1.5 / Math.sqrt(Math.PI), within(1e-5));
    assertThat(Straggler.expectedMaximum(10)).isCloseTo(1.53875, within(1e-4));
    assertThat(Straggler.expectedMaximum(100)).isCloseTo(2.50759, within(1e-4));
  }

  @Test
  void equalRanksWaitForNobody() {
    assertThat(Straggler.factor(0, 1024)).isEqualTo(1);
  }
}
