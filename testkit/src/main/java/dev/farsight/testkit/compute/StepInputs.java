package dev.farsight.testkit.compute;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import java.nio.IntBuffer;
import java.util.HashSet;
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
    int place = 0;
    Map<Long, List<Lookup>> lookupsByRow = Lookup.byRow(batch);
    var rowIds = new long[lookupsByRow.size()];
    for (Map.Entry<Long, List<Lookup>> row : lookupsByRow.entrySet()) {
      rowIds[unique] = row.getKey();
      input.uniqueSlots().put(unique, slotOf.applyAsInt(row.getKey()));
      input.rowStarts().put(unique, place);
      for (Lookup lookup : row.getValue()) {
        input.uniqueOf().put(lookup.number(), unique);
        input.rowLookups().put(place++, lookup.number());
        if (input.bagOf() != null) {
          input.bagOf().put(lookup.number(), lookup.bag());
        }
      }
      unique++;
    }
    input.rowStarts().put(unique, place);
    input.uniqueRows(unique);
    input.rowIds(rowIds);
    input.batch(batch);
  }

  /**
   * Makes {@link StepInput#rowLookups} and {@link StepInput#bagOf} unusable, as a step that
   * {@linkplain dev.farsight.api.compute.CompiledStep#ordersLookups orders lookups itself} may find
   * it.
   */
  public static void spoilOrder(StepInput input) {
    spoil(input.rowLookups());
    if (input.bagOf() != null) {
      spoil(input.bagOf());
    }
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
    int place = 0;
    Set<Integer> slots = new HashSet<>();
    for (Map.Entry<Long, List<Lookup>> row : Lookup.byRow(batch).entrySet()) {
      String what = "row " + row.getKey() + ", unique row " + unique;
      int slot = input.uniqueSlots().get(unique);
      require(slots.add(slot), what + ": slot " + slot + " has another row too");
      require(input.rowStarts().get(unique) == place, what + ": start not " + place);
      if (input.rowIds() != null) {
        require(input.rowIds()[unique] == row.getKey(), what + ": row id not " + row.getKey());
      }
      for (Lookup lookup : row.getValue()) {
        int l = lookup.number();
        require(input.uniqueOf().get(l) == unique, what + ": not that of lookup " + l);
        require(input.rowLookups().get(place) == l, what + ": lookup " + l + " out of place");
        boolean bagged = input.bagOf() == null || input.bagOf().get(l) == lookup.bag();
        require(bagged, what + ": lookup " + l + " not in bag " + lookup.bag());
        place++;
      }
      unique++;
    }
    require(input.uniqueRows() == unique, "unique rows " + input.uniqueRows() + ", not " + unique);
    require(input.rowStarts().get(unique) == place, "the last start is not " + place);
  }

  private static void require(boolean right, String complaint) {
    if (!right) {
      throw new AssertionError("step input: " + complaint);
    }
  }
}
