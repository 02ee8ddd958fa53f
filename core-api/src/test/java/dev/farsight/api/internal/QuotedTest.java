package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class QuotedTest {

  @Test
  void usualTextStaysAsItIs() {
    String text = "users/id = \"5 %\" – Größe, дом, 家, 👍";
    assertThat(Quoted.text(text)).isSameAs(text);
  }

  @Test
  void controlCharactersAreReplaced() {
    assertThat(Quoted.text("a\033[2Jb\u0000c\u009bd\u202ee\ud800f\u007f"))
        .isEqualTo("a?[2Jb?c?d?e?f?");
    assertThat(Quoted.text("a\nb\tc\rd\u2028e")).isEqualTo("a b c d?e");
    assertThat(Quoted.visibleLines("a\nb\rc")).isEqualTo("a\nb c");
  }

  @Test
  void longTextIsCut() {
    assertThat(Quoted.text("x".repeat(200))).isEqualTo("x".repeat(200));
    assertThat(Quoted.text("x".repeat(201))).isEqualTo("x".repeat(197) + "...");
    assertThat(Quoted.text("x".repeat(196) + "👍".repeat(100))).isEqualTo("x".repeat(196) + "...");
  }

  @Test
  void anyTextIsShortAndVisible() {
    long seed = 5;
    var random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      var text = new StringBuilder();
      random.ints(random.nextInt(400), 0, 0x10000).forEach(c -> text.append((char) c));
      assertThat(Quoted.text(text.toString()))
          .as("seed %d, text %d", seed, i)
          .hasSizeLessThanOrEqualTo(Quoted.LONGEST)
          .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");
    }
  }
}
