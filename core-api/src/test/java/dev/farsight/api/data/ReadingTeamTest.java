package dev.farsight.api.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How many threads help the reader. */
class ReadingTeamTest {

  @Test
  void fewLookupsAreReadByOneThreadAndManyByAShareOfTheThreads() {
    assertThat(ReadingTeam.threads(26 * 16_384, 64)).isEqualTo(1);
    assertThat(ReadingTeam.threads(26 * 32_768, 64)).isEqualTo(4);
    assertThat(ReadingTeam.threads(26 * 32_768, 8)).isEqualTo(2);
    assertThat(ReadingTeam.threads(26 * 32_768, 2)).isEqualTo(1);
    assertThat(ReadingTeam.threads(214L * 32_768, 64)).isEqualTo(8);
  }
}
