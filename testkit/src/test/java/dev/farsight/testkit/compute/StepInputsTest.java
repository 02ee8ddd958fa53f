package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StepInputsTest {

  private static final BatchSchema SCHEMA = RandomBatches.schema(0, 10, 5);

  /** Feature 0 looks up 7, 2, 7 and feature 1 looks up 4, 4, 0; capacity 4; slot = 100 + row id. */
  private static StepInput filled() {
    var batch = new Batch(SCHEMA, 4, HostBuffers.plain());
    batch.samples(3);
    System.arraycopy(new int[] {7, 2, 7}, 0, batch.indices(0), 0, 3);
    System.arraycopy(new int[] {4, 4, 0}, 0, batch.indices(1), 0, 3);
    var input = new StepInput(SCHEMA, 4, 8, HostBuffers.plain());
    StepInputs.fill(input, batch, rowId -> 100 + (int) rowId);
    return input;
  }

  private static int[] first(IntBuffer buffer, int count) {
    var ints = new int[count];
    buffer.get(0, ints);
    return ints;
  }

  @Test
  void fillsAsDocumented() {
    StepInput input = filled();
    assertThat(input.uniqueRows()).isEqualTo(4);
    assertThat(first(input.uniqueSlots(), 4)).containsExactly(107, 102, 114, 110);
    assertThat(first(input.uniqueOf(), 6)).containsExactly(0, 1, 0, 2, 2, 3);
    assertThat(Arrays.copyOf(input.rowIds(), 4)).containsExactly(7, 2, 14, 10);
    assertThat(first(input.rowStarts(), 5)).containsExactly(0, 2, 3, 5, 6);
    assertThat(first(input.rowLookups(), 6)).containsExactly(0, 2, 1, 3, 4, 5);
    assertThatCode(() -> StepInputs.check(input)).doesNotThrowAnyException();
  }

  /**
   * Features a and b share table 0 of 10 rows, c has table 1 of 5. Samples: a = [7, 2] and [], b =
   * 2 and 9, c = [4] and [0, 4].
   */
  @Test
  void fillsBagsAndSharedTablesAsDocumented() {
    BatchSchema schema =
        BagContract.schema(
            new int[] {10, 5},
            Feature.bag("a", 0, 2, Pooling.SUM),
            Feature.bag("c", 1, 3, Pooling.MEAN),
            new Feature("b", 0));
    var batch = new Batch(schema, 2, HostBuffers.plain());
    System.arraycopy(new int[] {7, 2}, 0, batch.indices(0), 0, 2);
    System.arraycopy(new int[] {0, 2, 2}, 0, batch.offsets(0), 0, 3);
    System.arraycopy(new int[] {4, 0, 4}, 0, batch.indices(1), 0, 3);
    System.arraycopy(new int[] {0, 1, 3}, 0, batch.offsets(1), 0, 3);
    System.arraycopy(new int[] {2, 9}, 0, batch.indices(2), 0, 2);
    batch.samples(2);
    assertThat(batch.lookups()).isEqualTo(7);
    var input = new StepInput(schema, 2, 7, HostBuffers.plain());
    StepInputs.fill(input, batch, rowId -> 100 + (int) rowId);
    assertThat(Arrays.copyOf(input.rowIds(), 5)).containsExactly(7, 2, 9, 14, 10);
    assertThat(first(input.uniqueOf(), 7)).containsExactly(0, 1, 3, 4, 3, 1, 2);
    assertThat(first(input.rowStarts(), 6)).containsExactly(0, 1, 3, 4, 6, 7);
    assertThat(first(input.rowLookups(), 7)).containsExactly(0, 1, 5, 6, 2, 4, 3);
    assertThat(first(input.bagOf(), 7)).containsExactly(0, 0, 2, 3, 3, 4, 5);
    assertThatCode(() -> StepInputs.check(input)).doesNotThrowAnyException();
    input.bagOf().put(1, 1);
    assertThatThrownBy(() -> StepInputs.check(input)).hasMessageContaining("not in bag 0");
  }

  @Test
  void checkFindsWhatIsWrong() {
    assertComplaint(input -> input.uniqueSlots().put(1, 107), "slot 107 has another row too");
    assertComplaint(input -> input.uniqueOf().put(2, 1), "not that of lookup 2");
    assertComplaint(input -> input.rowStarts().put(2, 2), "unique row 2: start not 3");
    assertComplaint(input -> input.rowStarts().put(4, 7), "the last start is not 6");
    assertComplaint(input -> input.rowLookups().put(0, 2), "lookup 0 out of place");
    assertComplaint(StepInputs::spoilOrder, "lookup 0 out of place");
    assertComplaint(input -> input.rowIds()[1] = 3, "unique row 1: row id not 2");
    assertComplaint(input -> input.uniqueRows(3), "unique rows 3, not 4");
  }

  private static void assertComplaint(Consumer<StepInput> damage, String complaint) {
    StepInput input = filled();
    damage.accept(input);
    assertThatThrownBy(() -> StepInputs.check(input))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(complaint);
  }
}
