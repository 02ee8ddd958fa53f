package dev.farsight.bench.quick;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What {@code farsight bench} measures, each part once: what its figures are worth shows elsewhere.
 */
class QuickBenchTest {

  @Test
  void everyPartIsMeasured() {
    List<Ratio> ratios = new ArrayList<>();
    new QuickBench(1e-9, ratios::add).run();
    assertThat(ratios)
        .extracting(Ratio::part)
        .doesNotHaveDuplicates()
        .contains(
            "planning, lru",
            "planning, lfu",
            "planning, lookahead",
            "planning, frequency",
            "offheap, read rows of 64 bytes",
            "offheap, write rows of 516 bytes",
            "Criteo parser, one thread",
            "AUROC of a million samples",
            "step, DLRM whole",
            "step, rows alone: gather, sum gradients, update");
    assertThat(ratios)
        .allSatisfy(
            ratio -> {
              assertThat(ratio.rate()).as(ratio.part()).isPositive().isFinite();
              assertThat(ratio.limit()).as(ratio.part()).isPositive().isFinite();
            });
  }
}
