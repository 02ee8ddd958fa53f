package dev.farsight.testkit.compute;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToIntFunction;

/** Prepares a batch for a step the naive way, straight from the words of {@link StepInput}. */
public final class StepInputs {

  private StepInputs() {}

  /**
   * Fills {@code input} for {@code batch}. Loss and logits are left alone, as is the learning rate.
   *
   * @param slotOf the slot of a row id
   */
  public static void fill(StepInput input, Batch batch, LongToIntFunction slotOf) {
    int unique = 0;
    int lookup = 0;
    for (int t = 0; t < input.tables(); t++) {
      for (Map.Entry<Integer, List<Integer>> row : samplesByIndex(batch, t).entrySet()) {
        long rowId = batch.schema().tables().rowId(t, row.getKey());
        input.uniqueSlots().put(unique, slotOf.applyAsInt(rowId));
        input.rowStarts().put(unique, lookup);
        for (int sample : row.getValue()) {
          int l = t * input.capacity() + sample;
          input.uniqueOf().put(l, unique);
          input.rowLookups().put(lookup++, l);
        }
        unique++;
      }
    }
    input.rowStarts().put(unique, lookup);
    input.uniqueRows(unique);
    input.batch(batch);
  }

  /** The samples that look up each index of a table, in order of first lookup. */
  private static Map<Integer, List<Integer>> samplesByIndex(Batch batch, int table) {
    var samples = new LinkedHashMap<Integer, List<Integer>>();
    for (int s = 0; s < batch.samples(); s++) {
      samples.computeIfAbsent(batch.indices(table)[s], i -> new ArrayList<>()).add(s);
    }
    return samples;
  }
}
