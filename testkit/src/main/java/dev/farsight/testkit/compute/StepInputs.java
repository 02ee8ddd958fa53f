package dev.farsight.testkit.compute;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongToIntFunction;

/** Prepares a batch for a step the naive way, straight from the words of {@link StepInput}. */
public final class StepInputs {

  private StepInputs() {}

  /**
   * Fills {@code input} for {@code batch}. Loss, logits, step and learning rates stay as they are.
   *
   * @param slotOf the slot of a row id
   */
  public static void fill(StepInput input, Batch batch, LongToIntFunction slotOf) {
    int unique = 0;
    int lookup = 0;
    var rowIds = new long[batch.lookups()];
    for (int f = 0; f < batch.schema().features().size(); f++) {
      for (Map.Entry<Integer, List<Integer>> row : samplesByIndex(batch, f).entrySet()) {
        long rowId = rowId(batch, f, row.getKey());
        rowIds[unique] = rowId;
        input.uniqueSlots().put(unique, slotOf.applyAsInt(rowId));
        input.rowStarts().put(unique, lookup);
        for (int sample : row.getValue()) {
          int l = batch.lookupStart(f) + sample;
          input.uniqueOf().put(l, unique);
          input.rowLookups().put(lookup++, l);
        }
        unique++;
      }
    }
    input.rowStarts().put(unique, lookup);
    input.uniqueRows(unique);
    input.rowIds(rowIds);
    input.batch(batch);
  }

  /**
   * Makes {@link StepInput#rowLookups} unusable, as a step that {@linkplain
   * dev.farsight.api.compute.CompiledStep#ordersLookups orders lookups itself} may find it.
   */
  public static void spoilOrder(StepInput input) {
    spoil(input.rowLookups());
  }

  /**
   * Makes {@link StepInput#uniqueOf} unusable, as a step may find it whose {@link
   * dev.farsight.api.compute.RowFinder} knows the unique rows.
   */
  public static void spoilUniqueOf(StepInput input) {
    spoil(input.uniqueOf());
  }

  private static void spoil(IntBuffer values) {
    for (int l = 0; l < values.capacity(); l++) {
      values.put(l, -1);
    }
  }

  /**
   * Checks that {@code input} describes its batch, whatever prepared it.
   *
   * @throws AssertionError that names the first thing wrong
   */
  public static void check(StepInput input) {
    Batch batch = input.batch();
    int unique = 0;
    int lookup = 0;
    Set<Integer> slots = new HashSet<>();
    for (int f = 0; f < batch.schema().features().size(); f++) {
      for (Map.Entry<Integer, List<Integer>> row : samplesByIndex(batch, f).entrySet()) {
        String what = "feature " + f + " index " + row.getKey() + ", unique row " + unique;
        int slot = input.uniqueSlots().get(unique);
        require(slots.add(slot), what + ": slot " + slot + " has another row too");
        require(input.rowStarts().get(unique) == lookup, what + ": start not " + lookup);
        if (input.rowIds() != null) {
          long rowId = rowId(batch, f, row.getKey());
          require(input.rowIds()[unique] == rowId, what + ": row id not " + rowId);
        }
        for (int sample : row.getValue()) {
          int l = batch.lookupStart(f) + sample;
          require(input.uniqueOf().get(l) == unique, what + ": not that of lookup " + l);
          require(input.rowLookups().get(lookup) == l, what + ": lookup " + l + " out of place");
          lookup++;
        }
        unique++;
      }
    }
    require(input.uniqueRows() == unique, "unique rows " + input.uniqueRows() + ", not " + unique);
    require(input.rowStarts().get(unique) == lookup, "the last start is not " + lookup);
  }

  private static void require(boolean right, String complaint) {
    if (!right) {
      throw new AssertionError("step input: " + complaint);
    }
  }

  private static long rowId(Batch batch, int feature, int index) {
    return batch.schema().tables().rowId(batch.schema().features().get(feature).table(), index);
  }

  /** The samples in which a feature looks up each index, in order of first lookup. */
  private static Map<Integer, List<Integer>> samplesByIndex(Batch batch, int feature) {
    var samples = new LinkedHashMap<Integer, List<Integer>>();
    for (int s = 0; s < batch.samples(); s++) {
      samples.computeIfAbsent(batch.indices(feature)[s], i -> new ArrayList<>()).add(s);
    }
    return samples;
  }
}
