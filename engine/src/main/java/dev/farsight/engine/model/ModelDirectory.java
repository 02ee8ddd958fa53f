package dev.farsight.engine.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowLayout;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model on disk, in NumPy's npy files:
 *
 * <pre>
 * model.json                  format version, tables, row layout, names of dense parameters
 * dense/bottom.0.weight.npy   float32, as shaped; one file a parameter and optimizer state
 * rows/C1.index.npy           int32 [n]: which rows of table C1 follow; rows never updated are left out
 * rows/C1.weight.npy          float32 [n][dim]
 * rows/C1.state.npy           float32 [n][state]; state is 0 where the optimizer has none
 * </pre>
 *
 * <p>Written beside its place and renamed at the end, so it is there whole or not at all.
 */
public final class ModelDirectory {

  private static final int FORMAT = 1;
  private static final int CHUNK = 16_384;

  private final Path path;

  public ModelDirectory(Path path) {
    this.path = path;
  }

  /** Writes dense parameters and every row that the store has had written, as it is now. */
  public void save(DenseState dense, RowStore store, long seed) {
    write(names(dense), read(dense), store, store::read, seed);
  }

  /**
   * Writes given dense parameters, and the rows that the store has had written as they were at
   * first.
   */
  public void saveInitial(DenseState dense, float[][] values, RowStore store, long seed) {
    InitialRows initial = store.spec().initial();
    write(
        names(dense),
        values,
        store,
        (rows, from, count, into, at) -> {
          for (int i = 0; i < count; i++) {
            initial.fill(rows[from + i], into.floats(), into.floatAt(at + i));
          }
        },
        seed);
  }

  /** The values of all dense parameters. */
  public static float[][] read(DenseState dense) {
    var values = new float[dense.parameters().size()][];
    for (int p = 0; p < values.length; p++) {
      values[p] = new float[dense.parameters().get(p).size()];
      dense.read(p, values[p]);
    }
    return values;
  }

  private static List<DenseState.Parameter> names(DenseState dense) {
    return dense.parameters();
  }

  /** Where rows come from. */
  private interface RowReader {
    void read(long[] rows, int from, int count, RowBuffer into, int at);
  }

  private void write(
      List<DenseState.Parameter> parameters,
      float[][] values,
      RowStore store,
      RowReader reader,
      long seed) {
    Path partial = path.resolveSibling(path.getFileName() + ".partial");
    try {
      delete(partial);
      Files.createDirectories(partial.resolve("dense"));
      Files.createDirectories(partial.resolve("rows"));
      for (int p = 0; p < values.length; p++) {
        writeDense(partial, parameters.get(p), values[p]);
      }
      TableSet tables = store.spec().tables();
      for (int t = 0; t < tables.size(); t++) {
        writeRows(partial.resolve("rows"), t, store, reader);
      }
      Files.writeString(partial.resolve("model.json"), describe(parameters, store, seed));
      delete(path);
      Files.move(partial, path);
    } catch (IOException e) {
      throw new FarsightException(path + ": the model cannot be written: " + e, e);
    }
  }

  private static void writeDense(Path folder, DenseState.Parameter parameter, float[] values) {
    long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
    Path file = folder.resolve("dense").resolve(parameter.name() + ".npy");
    try (var npy = NpyFile.create(file, NpyFile.FLOAT32, shape)) {
      for (float value : values) {
        npy.put(value);
      }
      npy.finish();
    }
  }

  private static void writeRows(Path folder, int table, RowStore store, RowReader reader) {
    TableSet tables = store.spec().tables();
    RowLayout layout = store.spec().layout();
    String name = tables.get(table).name();
    int rows = tables.get(table).rows();
    int written = 0;
    for (int i = 0; i < rows; i++) {
      written += store.written(tables.rowId(table, i)) ? 1 : 0;
    }
    var ids = new long[Math.min(CHUNK, Math.max(1, written))];
    var buffer = RowBuffer.allocate(layout, ids.length, HostBuffers.plain());
    try (var index = NpyFile.create(folder.resolve(name + ".index.npy"), NpyFile.INT32, written);
        var weight =
            NpyFile.create(
                folder.resolve(name + ".weight.npy"), NpyFile.FLOAT32, written, layout.dim());
        var state =
            NpyFile.create(
                folder.resolve(name + ".state.npy"), NpyFile.FLOAT32, written, layout.state())) {
      int count = 0;
      for (int i = 0; i < rows; i++) {
        if (store.written(tables.rowId(table, i))) {
          index.put(i);
          ids[count++] = tables.rowId(table, i);
        }
        if (count == ids.length || (i == rows - 1 && count > 0)) {
          reader.read(ids, 0, count, buffer, 0);
          for (int r = 0; r < count; r++) {
            for (int d = 0; d < layout.floats(); d++) {
              (d < layout.dim() ? weight : state).put(buffer.floats().get(buffer.floatAt(r) + d));
            }
          }
          count = 0;
        }
      }
      index.finish();
      weight.finish();
      state.finish();
    }
  }

  private static String describe(List<DenseState.Parameter> parameters, RowStore store, long seed) {
    RowLayout layout = store.spec().layout();
    List<Map<String, Object>> tables = new ArrayList<>();
    for (Table table : store.spec().tables().tables()) {
      tables.add(Map.of("name", table.name(), "rows", table.rows()));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("seed", seed);
    json.put("dim", layout.dim());
    json.put("state", layout.state());
    json.put("tables", tables);
    json.put("dense", parameters.stream().map(DenseState.Parameter::name).toList());
    return ConfigFactory.parseMap(json)
        .root()
        .render(ConfigRenderOptions.concise().setFormatted(true));
  }

  /** Puts the saved values into dense parameters and store, whose other rows must be untouched. */
  public void load(DenseState dense, RowStore store) {
    check(store);
    for (int p = 0; p < dense.parameters().size(); p++) {
      loadDense(dense, p);
    }
    TableSet tables = store.spec().tables();
    for (int t = 0; t < tables.size(); t++) {
      loadRows(t, store);
    }
  }

  /** The seed with which rows that are not in the files are drawn. */
  public long seed() {
    return description().getLong("seed");
  }

  private Config description() {
    Path file = path.resolve("model.json");
    if (!Files.isRegularFile(file)) {
      throw new FarsightException(path + ": holds no model (model.json is missing)");
    }
    try {
      return ConfigFactory.parseString(Files.readString(file));
    } catch (IOException | com.typesafe.config.ConfigException e) {
      throw new FarsightException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private void check(RowStore store) {
    Config json = description();
    RowLayout layout = store.spec().layout();
    require(
        json.getInt("format") == FORMAT, "has format " + json.getInt("format") + ", not " + FORMAT);
    require(
        json.getInt("dim") == layout.dim(),
        "has rows of " + json.getInt("dim") + " weights, not " + layout.dim());
    require(
        json.getInt("state") == layout.state(),
        "has rows with "
            + json.getInt("state")
            + " floats of optimizer state, not "
            + layout.state()
            + "; was it trained with another optimizer.type?");
    List<Table> tables =
        json.getConfigList("tables").stream()
            .map(t -> new Table(t.getString("name"), t.getInt("rows")))
            .toList();
    require(
        tables.equals(store.spec().tables().tables()),
        "has other tables: " + new TableSet(tables) + ", not " + store.spec().tables());
  }

  private void require(boolean fits, String complaint) {
    if (!fits) {
      throw new FarsightException(path + ": the model " + complaint);
    }
  }

  private void loadDense(DenseState dense, int p) {
    DenseState.Parameter parameter = dense.parameters().get(p);
    Path file = path.resolve("dense").resolve(parameter.name() + ".npy");
    require(Files.isRegularFile(file), "has no parameter " + parameter.name());
    try (var npy = NpyFile.open(file, NpyFile.FLOAT32)) {
      List<Long> shape = parameter.shape().stream().map(Integer::longValue).toList();
      require(
          npy.shape().equals(shape),
          "has " + parameter.name() + " of shape " + npy.shape() + ", not " + shape);
      float[] values = new float[parameter.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = npy.nextFloat();
      }
      dense.write(p, values);
    }
  }

  private void loadRows(int table, RowStore store) {
    TableSet tables = store.spec().tables();
    RowLayout layout = store.spec().layout();
    Path folder = path.resolve("rows");
    String name = tables.get(table).name();
    try (var index = NpyFile.open(folder.resolve(name + ".index.npy"), NpyFile.INT32);
        var weight = NpyFile.open(folder.resolve(name + ".weight.npy"), NpyFile.FLOAT32);
        var state = NpyFile.open(folder.resolve(name + ".state.npy"), NpyFile.FLOAT32)) {
      long left = index.shape().get(0);
      var ids = new long[CHUNK];
      var buffer = RowBuffer.allocate(layout, CHUNK, HostBuffers.plain());
      while (left > 0) {
        int count = (int) Math.min(left, CHUNK);
        for (int r = 0; r < count; r++) {
          int i = index.nextInt();
          require(i >= 0 && i < tables.get(table).rows(), "has row " + i + " in table " + name);
          ids[r] = tables.rowId(table, i);
          for (int d = 0; d < layout.floats(); d++) {
            buffer
                .floats()
                .put(buffer.floatAt(r) + d, (d < layout.dim() ? weight : state).nextFloat());
          }
        }
        store.write(ids, 0, count, buffer, 0);
        left -= count;
      }
    }
  }

  /** Writes logits of samples as a float32 npy array. */
  public static void savePredictions(Path file, float[] logits, int count) {
    try (var npy = NpyFile.create(file, NpyFile.FLOAT32, count)) {
      for (int s = 0; s < count; s++) {
        npy.put(logits[s]);
      }
      npy.finish();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var paths = Files.walk(folder)) {
      for (Path p : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }
}
