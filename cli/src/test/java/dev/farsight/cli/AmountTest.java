package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AmountTest {

  @Test
  void bytesInTheLargestUnitThatFits() {
    assertThat(Amount.bytes(0)).isEqualTo("0 B");
    assertThat(Amount.bytes(1023)).isEqualTo("1023 B");
    assertThat(Amount.bytes(1024)).isEqualTo("1.0 KiB");
    assertThat(Amount.bytes(5L << 29)).isEqualTo("2.5 GiB");
    assertThat(Amount.bytes(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
  }

  @Test
  void countsInGroups() {
    assertThat(Amount.count(1234567)).isEqualTo("1,234,567");
  }
}
