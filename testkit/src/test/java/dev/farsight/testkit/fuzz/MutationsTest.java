package dev.farsight.testkit.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.testkit.fuzz.Mutations.Mutant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MutationsTest {

  private static final byte[] ORIGINAL =
      "label,price,user\n1,2.5,a\n0,300,b\n".repeat(20).getBytes(US_ASCII);

  @Test
  void aMutantIsAFunctionOfSeedAndNumber() {
    var first = new Mutations(ORIGINAL, 7);
    var again = new Mutations(ORIGINAL, 7);
    first.mutant(3);
    for (int m = 0; m < 200; m++) {
      Mutant mutant = first.mutant(m);
      assertThat(again.mutant(m).bytes()).as(mutant.changes()).isEqualTo(mutant.bytes());
      assertThat(mutant.changes()).startsWith("seed 7, mutant " + m + ": ");
    }
    assertThat(new Mutations(ORIGINAL, 8).mutant(0).bytes()).isNotEqualTo(first.mutant(0).bytes());
  }

  @Test
  void everyKindOfChangeIsMadeAndLengthsAreBounded() {
    Set<String> kinds = new HashSet<>();
    Set<String> contents = new HashSet<>();
    new Mutations(ORIGINAL, 1)
        .stream(2_000)
            .forEach(
                mutant -> {
                  String changes = mutant.changes().replaceFirst("^[^:]*: ", "");
                  for (String change : changes.split(";", -1)) {
                    kinds.add(change.strip().replaceFirst("[ \\d\\[-].*", ""));
                  }
                  contents.add(new String(mutant.bytes(), US_ASCII));
                  assertThat(mutant.bytes().length)
                      .as(mutant.changes())
                      .isLessThan(ORIGINAL.length + (192 << 10));
                });
    assertThat(kinds)
        .contains("bits", "cut", "removed", "copied", "zeroed", "inserted", "swapped")
        .contains("number", "word");
    assertThat(contents).hasSizeGreaterThan(1_800);
  }
}
