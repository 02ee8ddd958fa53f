package dev.farsight.engine.verify;

import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a verification found.
 *
 * @param firstStep the first step that was repeated
 * @param lastStep the last step of the stretch to repeat
 * @param checkpoints the checkpoints whose changed rows were compared with those of the replay
 * @param rowsCompared rows that these checkpoints had changed
 * @param lossDifference the first step whose loss differs; empty if all are the same bits
 * @param rowDifference the rows that differ at a checkpoint; empty if no checkpoint after the
 *     difference could be compared, or if its rows are the same bits
 */
public record Verdict(
    long firstStep,
    long lastStep,
    int checkpoints,
    long rowsCompared,
    Optional<LossDifference> lossDifference,
    Optional<RowDifference> rowDifference) {

  /** Whether the replay computed what the run recorded, to the bit. */
  public boolean equal() {
    return lossDifference.isEmpty() && rowDifference.isEmpty();
  }

  /**
   * A step whose recorded loss is not that of the replay.
   *
   * @param step the step, counted from 1
   * @param recorded the loss that the run recorded
   * @param replayed the loss of the replay
   * @param again the loss of a second replay, with the run's own configuration
   * @param before rows of the step's batch that differ between the two replays before the step
   * @param after the same after the step
   */
  public record LossDifference(
      long step, float recorded, float replayed, float again, Rows before, Rows after) {

    /** Whether the run's own configuration gave the recorded loss again. */
    public boolean cameAgain() {
      return Float.floatToRawIntBits(again) == Float.floatToRawIntBits(recorded);
    }
  }

  /**
   * A checkpoint whose rows are not those of the replay.
   *
   * @param step the checkpoint's step
   * @param rows the rows that differ
   */
  public record RowDifference(long step, Rows rows) {}

  /**
   * Some rows.
   *
   * @param count how many
   * @param names the first of them, such as {@code C1 row 17}
   */
  public record Rows(long count, List<String> names) {

    private static final int MAX_NAMES = 10;

    static Rows of(RowBits rows, TableSet tables) {
      var names = new ArrayList<String>();
      long row = rows.next(0);
      for (; row >= 0 && names.size() < MAX_NAMES; row = rows.next(row + 1)) {
        int table = tables.tableOf(row);
        names.add(tables.get(table).name() + " row " + tables.indexOf(table, row));
      }
      return new Rows(rows.count(), List.copyOf(names));
    }
  }
}
