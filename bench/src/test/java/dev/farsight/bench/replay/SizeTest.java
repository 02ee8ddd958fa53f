package dev.farsight.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeTest {

  @ParameterizedTest
  @CsvSource({
    "1%, 137",
    "10 %, 1375",
    ".1%, 13",
    "7%, 962",
    "100%, 13756",
    "ALL, 13756",
    "500, 500",
    "500 rows, 500",
    "1 row, 1"
  })
  void meansSoManySlots(String text, int slots) {
    assertThat(Size.parse(text, 13_756).slots()).isEqualTo(slots);
  }

  @Test
  void percentagesAreExact() {
    assertThat(Size.parse("7%", 100).slots()).isEqualTo(7);
    assertThat(Size.parse("0.1%", 3000).slots()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x      | x is no cache size; write 1%, 5000 rows or all
          -1%    | -1% is no cache size; write 1%, 5000 rows or all
          0      | 0 gives no slot
          0.001% | 0.001% gives no slot
          101%   | 101% is 1010 slots, but the trace has 1000 distinct rows
          1001   | 1001 is 1001 slots, but the trace has 1000 distinct rows
          """)
  void whatIsNoSizeIsTold(String text, String message) {
    assertThatThrownBy(() -> Size.parse(text, 1000))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--size: " + message);
  }

  @Test
  void aLadderGoesFromTheLeastToAllAtEqualRatios() {
    var ladder = Size.ladder(10, 100_000, 5);
    assertThat(ladder).extracting(Size::slots).containsExactly(10, 100, 1000, 10_000, 100_000);
    assertThat(Size.ladder(3, 4, 12)).extracting(Size::slots).containsExactly(3, 4);
    assertThat(Size.ladder(7, 7, 12)).extracting(Size::slots).containsExactly(7);
  }
}
