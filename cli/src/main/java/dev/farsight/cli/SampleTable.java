package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.npy.PreparedManifest;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Prints samples as columns, a line for each of their values: so any number of features can be
 * read. As many samples stand side by side as the terminal has room for, the others below.
 */
final class SampleTable {

  /** Of output that no terminal shows. */
  private static final int COLUMNS = 80;

  private static final int LEAST_COLUMNS = 40;
  private static final int SHORTEST_BAG = 16;

  /** Columns of text between two entries. */
  private static final int GAP = 2;

  private final DataSource data;
  private final BatchSchema schema;
  private final int columns;

  /**
   * A line of the table.
   *
   * @param name what it shows
   * @param values of each sample
   */
  private record Line(String name, List<String> values) {}

  /**
   * @param columns width of the terminal; 0 if there is none
   */
  SampleTable(DataSource data, int columns) {
    this.data = data;
    this.schema = data.schema();
    this.columns = columns == 0 ? COLUMNS : Math.max(columns, LEAST_COLUMNS);
  }

  /** Prints the first samples of a part. */
  void print(PrintStream out, boolean evaluation, int rows) {
    String part = evaluation ? "evaluation" : "training";
    long samples = evaluation ? data.evalSamples() : data.trainSamples();
    if (samples == 0) {
      throw new FarsightException(
          "the "
              + part
              + " part has no samples; "
              + (evaluation ? "leave out --eval" : "--eval shows those for evaluation"));
    }
    out.println(
        part
            + " part"
            + (samples == DataSource.UNKNOWN
                ? ""
                : ": " + Amount.count(samples) + (samples == 1 ? " sample" : " samples")));
    var batch = new Batch(schema, rows, HostBuffers.plain());
    try (BatchSource pass = evaluation ? data.eval() : data.train(0)) {
      if (!pass.next(batch)) {
        throw new FarsightException("the " + part + " part has no samples");
      }
    }
    print(out, lines(batch));
  }

  private List<Line> lines(Batch batch) {
    var lines = new ArrayList<Line>();
    lines.add(line("sample", batch, s -> Integer.toString(s + 1)));
    if (schema.labelled()) {
      lines.add(line("label", batch, s -> Integer.toString((int) batch.labels().get(s))));
    }
    if (schema.has(Column.TRUTH)) {
      lines.add(line("true probability", batch, s -> Float.toString(batch.truth().get(s))));
    }
    if (schema.has(Column.WEIGHT)) {
      lines.add(line("weight", batch, s -> Float.toString(batch.weights().get(s))));
    }
    if (schema.has(Column.GROUP)) {
      lines.add(line("group", batch, s -> Long.toString(batch.groups().get(s))));
    }
    if (schema.has(Column.ROW_NUMBER)) {
      lines.add(line("row number", batch, s -> Long.toString(batch.rowNumbers().get(s))));
    }
    addDense(batch, lines);
    addFeatures(batch, lines);
    return lines;
  }

  private static Line line(String name, Batch batch, IntFunction<String> value) {
    var values = new ArrayList<String>();
    for (int s = 0; s < batch.samples(); s++) {
      values.add(value.apply(s));
    }
    return new Line(name, values);
  }

  private void addDense(Batch batch, List<Line> lines) {
    int width = schema.denseWidth();
    List<DenseFeature> dense = PreparedManifest.dense(width, data.denseFeatures());
    if (width > 0) {
      lines.add(line("dense features:", batch, s -> ""));
    }
    for (int d = 0; d < width; d++) {
      int at = d;
      lines.add(
          line(
              "  " + shown(dense.get(d).name()),
              batch,
              s -> Float.toString(batch.dense().get(s * width + at))));
    }
  }

  private void addFeatures(Batch batch, List<Line> lines) {
    lines.add(line("rows looked up:", batch, s -> ""));
    List<Feature> features = schema.features();
    int room = bagColumns(batch.samples());
    for (int f = 0; f < features.size(); f++) {
      int feature = f;
      lines.add(
          line("  " + shown(features.get(f).name()), batch, s -> lookups(batch, feature, s, room)));
    }
  }

  private int nameColumns() {
    int dense =
        PreparedManifest.dense(schema.denseWidth(), data.denseFeatures()).stream()
            .mapToInt(d -> shown(d.name()).length())
            .max()
            .orElse(0);
    int features =
        schema.features().stream().mapToInt(f -> shown(f.name()).length()).max().orElse(0);
    return Math.max("true probability".length(), 2 + Math.max(dense, features));
  }

  /** Names of columns are not ours: one that is very long must not push values away. */
  private String shown(String name) {
    int most = columns / 3;
    return name.length() <= most ? name : name.substring(0, most - 3) + "...";
  }

  /** The most columns of a bag's text, so that two samples stand side by side. */
  private int bagColumns(int samples) {
    int room = columns - nameColumns();
    return Math.max(SHORTEST_BAG, samples == 1 ? room - GAP : room / 2 - GAP);
  }

  /** A row's number alone, or a bag in brackets, with weights after {@code x}. */
  private static String lookups(Batch batch, int feature, int sample, int room) {
    int[] indices = batch.indices(feature);
    int[] offsets = batch.offsets(feature);
    if (offsets == null) {
      return Integer.toString(indices[sample]);
    }
    int lookups = offsets[sample + 1] - offsets[sample];
    String of = ", ... of " + lookups + "]";
    var text = new StringBuilder("[");
    for (int i = 0; i < lookups; i++) {
      int at = offsets[sample] + i;
      String next = (i == 0 ? "" : ", ") + lookup(batch, feature, at);
      boolean last = i == lookups - 1;
      if (i > 0 && text.length() + next.length() + (last ? 1 : of.length()) > room) {
        return text + of;
      }
      text.append(next);
    }
    return text.append(']').toString();
  }

  private static String lookup(Batch batch, int feature, int at) {
    String row = Integer.toString(batch.indices(feature)[at]);
    var weights = batch.lookupWeights(feature);
    return weights == null ? row : row + " x " + weights.get(at);
  }

  private void print(PrintStream out, List<Line> lines) {
    int names = lines.stream().mapToInt(line -> line.name().length()).max().orElseThrow();
    int samples = lines.get(0).values().size();
    for (int from = 0; from < samples; ) {
      int end = from;
      int used = names;
      do {
        used += GAP + width(lines, end++);
      } while (end < samples && used + GAP + width(lines, end) <= columns);
      out.println();
      block(lines, from, end).print(out);
      from = end;
    }
  }

  private static int width(List<Line> lines, int sample) {
    return lines.stream().mapToInt(line -> line.values().get(sample).length()).max().orElseThrow();
  }

  private static TextTable block(List<Line> lines, int from, int end) {
    TextTable table = null;
    for (Line line : lines) {
      var row = new ArrayList<String>();
      row.add(line.name());
      row.addAll(line.values().subList(from, end));
      if (table == null) {
        table = new TextTable(row.toArray(String[]::new));
      } else {
        table.row(row);
      }
    }
    return table;
  }
}
