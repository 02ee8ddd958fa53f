package dev.farsight.onnx;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model with tables {@code ../none} and {@code C2}, each row of which has weights that tell its
 * index and one value of state.
 */
final class SmallModel implements ExportedModel {

  static final int DIM = 3;
  static final int ROWS = 20_000;

  private final RowFormat format = RowFormat.of(DIM, 1);
  private final Map<String, Object> description;
  private final List<DenseState.Parameter> parameters = new ArrayList<>();
  private final List<float[]> values = new ArrayList<>();

  /**
   * @param description the section {@code model}; empty for a model that has none
   */
  SmallModel(String description) {
    this.description =
        description.isEmpty()
            ? Map.of()
            : Map.of("model", ConfigFactory.parseString(description).root().unwrapped());
  }

  /** A model with some ops, whose last one gives the logit. */
  static SmallModel ofOps(List<String> ops) {
    return new SmallModel(
        """
        settings { model { type = small } }
        dense_features = [{ name = price, transforms = [{ type = log }] }]
        features = [
          { name = "a/b", table = C2, pooling = mean, weighted = true, max_norm = 8.5 }
          { name = c, table = "../none", pooling = sum, weighted = false, max_norm = null }
        ]
        tape { logits = %d, ops = [%s] }
        """
            .formatted(ops.size() - 1, String.join("\n", ops)));
  }

  SmallModel with(String name, List<Integer> shape, float... numbers) {
    parameters.add(new DenseState.Parameter(name, shape, false));
    values.add(numbers);
    parameters.add(new DenseState.Parameter(name + ".adagrad", shape, true));
    values.add(new float[numbers.length]);
    return this;
  }

  @Override
  public TableSet tables() {
    return new TableSet(List.of(new Table("../none", 5), new Table("C2", ROWS)));
  }

  @Override
  public RowFormat format() {
    return format;
  }

  @Override
  public InitialRows initial() {
    return new InitialRows(tables(), format, 1);
  }

  @Override
  public Map<String, Object> description() {
    return description;
  }

  @Override
  public long rowUpdates() {
    return 0;
  }

  @Override
  public long denseUpdates() {
    return 0;
  }

  @Override
  public List<DenseState.Parameter> parameters() {
    return parameters;
  }

  @Override
  public float[] values(int parameter) {
    return values.get(parameter);
  }

  /** None of the first table, every third of the second. */
  @Override
  public int rows(int table) {
    return table == 0 ? 0 : (ROWS + 2) / 3;
  }

  @Override
  public void forEachRow(int table, RowSink sink) throws IOException {
    FloatBuffer row = FloatBuffer.allocate(7 + format.words());
    for (int i = 0; i < ROWS && table == 1; i += 3) {
      row.put(7, i).put(8, -1).put(9, 2).put(10, Float.NaN);
      sink.row(i, row, 7);
    }
  }
}
