package dev.farsight.engine.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportedModel.Selection;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.InitialRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A model and exports of the rows changed since ({@code export --changed-since}, as npy), one after
 * the other: together the model of the last one. States are told apart by the steps trained and the
 * SHA-256 of their losses; an export that does not begin where the one before ends is refused.
 *
 * <p>Reads descriptions at once, and rows when they are asked for; every checksum is compared.
 * Memory: one row. Not thread-safe.
 */
public final class ModelSequence {

  private final List<SavedModel> models = new ArrayList<>();
  private final List<Path> paths = new ArrayList<>();

  /** Receives the rows of the sequence, one after the other; for a row, the last call counts. */
  public interface RowSink {

    /**
     * @param table position of the table
     * @param index index of the row in its table
     * @param weights valid until this call returns
     */
    void row(int table, int index, float[] weights);

    /** The row is as if it had never been written. */
    void removed(int table, int index);
  }

  /**
   * @param base a folder {@code model}, or an export of all written rows
   * @throws FarsightException if it is none, or damaged
   */
  public ModelSequence(Path base) {
    var model = new SavedModel(base);
    model.requireComplete();
    add(base, model);
  }

  private void add(Path path, SavedModel model) {
    models.add(model);
    paths.add(path);
  }

  /**
   * Adds an export of the rows changed since the end of the sequence.
   *
   * @return this sequence
   * @throws FarsightException if it is none, does not begin there, or is of other tables
   */
  public ModelSequence then(Path delta) {
    var model = new SavedModel(delta);
    ModelManifest manifest = model.manifest();
    if (manifest.contents().rows() != Selection.CHANGED) {
      throw new FarsightException(
          delta + ": is a model of its own, no export of changed rows (export --changed-since)");
    }
    InitialRows before = last().initial();
    if (before.tables().differenceTo(manifest.initial().tables()).isPresent()
        || !before.format().equals(manifest.initial().format())) {
      throw new FarsightException(
          delta + ": has other tables or another row format than " + lastPath());
    }
    if (!sameState(manifest.since(), last().manifest().training())) {
      throw new FarsightException(
          "%s: begins at step %s, but %s ends at step %s%s; give the exports of one run in order, without a gap"
              .formatted(
                  delta,
                  steps(manifest.since()),
                  lastPath(),
                  steps(last().manifest().training()),
                  steps(manifest.since()).equals(steps(last().manifest().training()))
                      ? " of another run"
                      : ""));
    }
    add(delta, model);
    return this;
  }

  private static boolean sameState(Map<String, Object> one, Map<String, Object> other) {
    return one.get("steps") instanceof Number a
        && other.get("steps") instanceof Number b
        && a.longValue() == b.longValue()
        && Objects.equals(one.get("loss_sha256"), other.get("loss_sha256"));
  }

  private static String steps(Map<String, Object> training) {
    return Quoted.of(String.valueOf(training.getOrDefault("steps", "unknown")));
  }

  private SavedModel last() {
    return models.get(models.size() - 1);
  }

  private Path lastPath() {
    return paths.get(paths.size() - 1);
  }

  /** Steps trained: the sequence number of the last state. */
  public long steps() {
    return last().manifest().training().get("steps") instanceof Number steps
        ? steps.longValue()
        : 0;
  }

  /** The values of rows that are not written. */
  public InitialRows initial() {
    return last().initial();
  }

  /** Names and shapes of the dense parameters and their optimizer state. */
  public List<DenseState.Parameter> parameters() {
    return last().parameters();
  }

  /** The values of dense parameters. */
  public float[][] dense(List<DenseState.Parameter> parameters) {
    return last().loadDense(parameters);
  }

  /**
   * Gives the rows of all parts, in order.
   *
   * @throws FarsightException if a file is missing or damaged; some rows were given then
   */
  public void rows(RowSink sink) {
    for (SavedModel model : models) {
      boolean delta = model.manifest().contents().rows() == Selection.CHANGED;
      for (int t = 0; t < model.initial().tables().size(); t++) {
        int table = t;
        if (delta) {
          model.tableRows().removed(table, index -> sink.removed(table, index));
        }
        model.tableRows().weights(table, (index, weights) -> sink.row(table, index, weights));
      }
    }
  }
}
