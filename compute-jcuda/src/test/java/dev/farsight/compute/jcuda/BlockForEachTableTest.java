package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.table.RowGroups;
import dev.farsight.testkit.compute.RandomBatches;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which batches take the way through shared memory. */
class BlockForEachTableTest {

  /** Of a block on Hopper. */
  private static final int HOPPER = 227 << 10;

  private static boolean finds(BatchSchema schema, int batchSize, int sharedBytes) {
    StepSpec spec = SkewedBatches.spec(schema, batchSize);
    return BlockForEachTable.finds(spec, RowGroups.one(schema.tables()), sharedBytes);
  }

  @Test
  void aBlockFindsTheRowsOfATableThatItHasRoomFor() {
    var schema = RandomBatches.schema(13, 40, 1_000_000);
    assertThat(finds(schema, 16_384, HOPPER)).isTrue();
    assertThat(finds(schema, 16_384, 99 << 10)).isFalse();
    assertThat(finds(schema, 65_536, HOPPER)).isFalse();
    assertThat(finds(schema, 65_536, 1 << 30)).isFalse();
    StepSpec spec = SkewedBatches.spec(RandomBatches.schema(0, 1, 2, 3), 1000);
    assertThat(BlockForEachTable.finds(spec, SkewedBatches.groups(spec, 255), HOPPER)).isTrue();
    assertThat(BlockForEachTable.finds(spec, SkewedBatches.groups(spec, 256), HOPPER)).isFalse();
  }

  @Test
  void aBlockHasACursorForEachUniqueRowOfTheLargestTable() {
    var small = RandomBatches.schema(0, 1, 7, 3);
    assertThat(BlockForEachTable.orderingBytes(SkewedBatches.spec(small, 100))).isEqualTo(28);
    assertThat(BlockForEachTable.orderingBytes(SkewedBatches.spec(small, 5))).isEqualTo(20);
    var large = RandomBatches.schema(0, 3, Integer.MAX_VALUE);
    StepSpec spec = SkewedBatches.spec(large, 16_384);
    assertThat(BlockForEachTable.orderingBytes(spec)).isEqualTo(64 << 10);
    assertThat(BlockForEachTable.orders(spec, 64 << 10)).isTrue();
    assertThat(BlockForEachTable.orders(spec, (64 << 10) - 1)).isFalse();
  }

  @Test
  void bagsAndSharedTablesTakeTheOtherWay() {
    var tables = RandomBatches.schema(0, 40, 50).tables();
    var shared =
        new BatchSchema(
            0,
            tables,
            List.of(new Feature("a", 0), new Feature("b", 1), new Feature("c", 1)),
            Set.of());
    var exchanged =
        new BatchSchema(0, tables, List.of(new Feature("a", 1), new Feature("b", 0)), Set.of());
    for (BatchSchema schema : List.of(SkewedBatches.bags(5), shared, exchanged)) {
      assertThat(finds(schema, 100, HOPPER)).isFalse();
      assertThat(BlockForEachTable.orders(SkewedBatches.spec(schema, 100), HOPPER)).isFalse();
    }
  }
}
