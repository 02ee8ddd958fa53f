package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {

  @Test
  void ordinaryTextStays() {
    assertThat(Quoted.of("été 日本 a/b 🂡")).isEqualTo("été 日本 a/b 🂡");
  }

  @Test
  void controlCharactersAreShown() {
    assertThat(Quoted.of("a\u001B[2Jb\0c\u202Ed\u009Be"))
        .isEqualTo("a\\u001B[2Jb\\u0000c\\u202Ed\\u009Be");
    assertThat(Quoted.of("\uD800x")).isEqualTo("\\uD800x");
    assertThat(Quoted.of("a\tb")).isEqualTo("a\\tb");
  }

  @Test
  void linesAreJoined() {
    assertThat(Quoted.of(" a \r\n  b\u2028c\n")).isEqualTo("a b c");
  }

  @Test
  void longTextIsCutBetweenCharacters() {
    assertThat(Quoted.of("x".repeat(200))).isEqualTo("x".repeat(200));
    assertThat(Quoted.of("x".repeat(1000))).isEqualTo("x".repeat(200) + "... (1000 characters)");
    assertThat(Quoted.of("x".repeat(199) + "🂡".repeat(10)))
        .isEqualTo("x".repeat(199) + "... (219 characters)");
  }

  @Test
  void linesStayLines() {
    assertThat(Quoted.lines("a\n  b\033\n")).isEqualTo("a\n  b\\u001B\n");
  }
}
