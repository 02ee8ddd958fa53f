package dev.farsight.bench.stats;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import java.io.Serial;
import java.io.Serializable;
import java.util.stream.Stream;

/**
 * What samples come to, beside the counts of rows: of a part of the data, or of a stretch of it.
 * Stretches add up to the same, in whatever order. Memory: 6 KiB a dense column, and what {@link
 * RawValues} takes.
 */
public final class PartSummary implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  private final long[] lookups;
  private final int[] mostLookups;
  private final DenseColumn[] dense;
  private final RawValues values;
  private long rows;
  private long clicks;
  private long badRows;
  private long truncatedBags;

  /** Of no samples. */
  public PartSummary(BatchSchema schema) {
    lookups = new long[schema.features().size()];
    mostLookups = new int[lookups.length];
    dense =
        Stream.generate(DenseColumn::new).limit(schema.denseWidth()).toArray(DenseColumn[]::new);
    values = new RawValues(dense.length, lookups.length);
  }

  /** Sees the raw values of the same samples. */
  RawValues values() {
    return values;
  }

  /** Counts samples and clicks. */
  void addLabels(Batch batch) {
    rows += batch.samples();
    if (batch.schema().labelled()) {
      for (int sample = 0; sample < batch.samples(); sample++) {
        clicks += batch.labels().get(sample) == 1 ? 1 : 0;
      }
    }
  }

  /** Counts the lookups of a feature. Features may be counted by different threads. */
  void addFeature(Batch batch, int feature) {
    lookups[feature] += batch.lookups(feature);
    int[] offsets = batch.offsets(feature);
    int most = 1;
    if (offsets != null) {
      most = mostLookups[feature];
      for (int sample = 0; sample < batch.samples(); sample++) {
        most = Math.max(most, offsets[sample + 1] - offsets[sample]);
      }
    }
    mostLookups[feature] = most;
  }

  /** Measures a dense column. Columns may be measured by different threads. */
  void addDense(Batch batch, int column) {
    dense[column].add(batch, column);
  }

  /** Takes over what a pass has left out. */
  void end(BatchSource pass) {
    badRows += pass.badRows();
    truncatedBags += pass.truncatedBags();
  }

  /** Adds other samples of the same schema. */
  public void add(PartSummary other) {
    rows += other.rows;
    clicks += other.clicks;
    badRows += other.badRows;
    truncatedBags += other.truncatedBags;
    for (int feature = 0; feature < lookups.length; feature++) {
      lookups[feature] += other.lookups[feature];
      mostLookups[feature] = Math.max(mostLookups[feature], other.mostLookups[feature]);
    }
    for (int column = 0; column < dense.length; column++) {
      dense[column].add(other.dense[column]);
    }
    values.add(other.values);
  }

  public long rows() {
    return rows;
  }

  long lookups(int feature) {
    return lookups[feature];
  }

  int mostLookups(int feature) {
    return mostLookups[feature];
  }

  DenseColumn dense(int column) {
    return dense[column];
  }

  int denseWidth() {
    return dense.length;
  }

  PartFigures figures(BatchSchema schema) {
    boolean known = schema.labelled() && rows > 0;
    return new PartFigures(
        rows, known ? (Double) ((double) clicks / rows) : null, badRows, truncatedBags);
  }
}
