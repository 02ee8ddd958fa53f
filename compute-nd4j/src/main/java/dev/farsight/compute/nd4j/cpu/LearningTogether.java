package dev.farsight.compute.nd4j.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * One of several ranks: gradients go where they are summed over ranks, and parameters are updated
 * by the sums.
 */
final class LearningTogether implements Learning {

  private final FlatGradients dense;
  private final RowTraffic rows;
  private final List<Update> updates = new ArrayList<>();
  private OwnedColumns columns;
  private boolean rowsLearn;

  LearningTogether(FlatGradients dense, RowTraffic rows) {
    this.dense = dense;
    this.rows = rows;
  }

  @Override
  public Dense of(StepParts parts, DenseParameter parameter) {
    return dense.add(parameter);
  }

  @Override
  public List<Update> rows(StepParts parts, Matrix bags, Winners winners) {
    rowsLearn = true;
    if (parts.spec().exchange().columns()) {
      columns = new OwnedColumns(parts, rows);
      updates.addAll(columns.updates());
    } else {
      updates.addAll(OwnedRowUpdates.of(parts, rows));
    }
    List<Update> sent = new ArrayList<>(SentRowGradients.of(parts, rows, bags, winners));
    sent.addAll(SentBagGradients.of(parts, bags));
    return sent;
  }

  /** Whether rows learn, so that their gradients are exchanged. */
  boolean rowsLearn() {
    return rowsLearn;
  }

  /** What prepares the updates of rows; null if rows are whole, or do not learn. */
  OwnedColumns columns() {
    return columns;
  }

  /** The updates by the sums, once all kernels have asked. */
  List<Update> updates(Rules rules) {
    var all = new ArrayList<>(updates);
    all.addAll(dense.updates(rules.dense()));
    return all;
  }
}
