package dev.farsight.engine.model;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.api.internal.RowFormatJson;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.metrics.BuildInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A model on disk, as npy files of NumPy:
 *
 * <pre>
 * model.json                  format version, tables, row layout, names of dense parameters
 * dense/bottom.0.weight.npy   float32, in the parameter's shape; one file for each parameter and optimizer state
 * rows/C1.index.npy           int32 [n]: indices of the saved rows of table C1; rows that were never written are not saved
 * rows/C1.weight.npy          float32 [n][dim]
 * rows/C1.state.npy           float32 [n][state]; state is 0 if the optimizer has none
 * </pre>
 *
 * <p>Names in file names are encoded by {@link FileNames}.
 *
 * <p>A model is written to a temporary folder, which is renamed at the end. So it is either
 * complete or absent.
 */
public final class ModelDirectory {

  /** Rows read from the store at a time. */
  private static final int CHUNK_ROWS = 16_384;

  private final Path path;

  public ModelDirectory(Path path) {
    this.path = path;
  }

  /**
   * Writes the dense parameters, and all rows that were ever written to the store, with their
   * current values.
   */
  public void save(DenseState dense, RowReader rows) {
    write(
        new StoredModel(dense.parameters(), values(dense), rows, StoredModel.writtenRows(rows)),
        new NpyFormat());
  }

  /**
   * Writes the initial model: the given dense parameters, and all rows that were ever written to
   * the store, with their initial values.
   */
  public void saveInitial(DenseState dense, float[][] values, RowReader rows) {
    InitialRows initial = rows.spec().initial();
    write(
        new StoredModel(
            dense.parameters(),
            values,
            rows.spec(),
            StoredModel.writtenRows(rows),
            (ids, count, target) -> {
              for (int i = 0; i < count; i++) {
                initial.fill(ids[i], target, i);
              }
            }),
        new NpyFormat());
  }

  /** The values of all dense parameters. */
  public static float[][] values(DenseState dense) {
    var values = new float[dense.parameters().size()][];
    for (int p = 0; p < values.length; p++) {
      values[p] = new float[dense.parameters().get(p).size()];
      dense.read(p, values[p]);
    }
    return values;
  }

  /**
   * Writes a model in a format. Replaces an existing model; if this fails, no incomplete model
   * remains under the final name.
   */
  public void write(ExportedModel model, ExportFormat format) {
    Path partial = path.resolveSibling(path.getFileName() + ".partial");
    try {
      delete(partial);
      Files.createDirectories(partial);
      format.write(model, partial);
      delete(path);
      Files.move(partial, path);
    } catch (IOException e) {
      throw new FarsightException(path + ": the model cannot be written: " + e, e);
    }
  }

  /**
   * Loads the saved values into dense parameters and a store. Rows of the store that are not in the
   * model must never have been written.
   */
  public void load(DenseState dense, RowStore store) {
    check(store);
    float[][] values = loadDense(dense.parameters());
    for (int p = 0; p < values.length; p++) {
      dense.write(p, values[p]);
    }
    loadRows(store);
  }

  /** Loads the saved rows into a store. */
  public void loadRows(RowStore store) {
    TableSet tables = store.spec().tables();
    for (int t = 0; t < tables.size(); t++) {
      loadRows(t, store);
    }
  }

  /**
   * Reads the saved values of dense parameters.
   *
   * @throws FarsightException if a parameter is missing, or has another shape
   */
  public float[][] loadDense(List<DenseState.Parameter> parameters) {
    return parameters.stream().map(this::loadDense).toArray(float[][]::new);
  }

  /** The seed of the rows that are not in the files. */
  public long seed() {
    return description().getLong("seed");
  }

  /**
   * How often all rows had been drawn again: the generation of the rows that are not in the files.
   */
  public int generation() {
    Config json = description();
    return json.hasPath("generation") ? json.getInt("generation") : 0;
  }

  /** The tables that the model was trained on. */
  public TableSet tables() {
    return new TableSet(
        description().getConfigList("tables").stream()
            .map(t -> new Table(t.getString("name"), t.getInt("rows")))
            .toList());
  }

  /** The format of the model's rows. */
  public RowFormat format() {
    return RowFormatJson.of(description());
  }

  /** Names and shapes of the saved dense parameters. */
  public List<DenseState.Parameter> parameters() {
    var parameters = new ArrayList<DenseState.Parameter>();
    for (String name : description().getStringList("dense")) {
      try (var npy =
          NpyFile.open(FileNames.written(path.resolve("dense"), name, ".npy"), NpyFile.FLOAT32)) {
        List<Integer> shape = npy.shape().stream().map(Math::toIntExact).toList();
        parameters.add(new DenseState.Parameter(name, shape, !isWeight(name)));
      }
    }
    return parameters;
  }

  private static boolean isWeight(String name) {
    return name.endsWith(".weight") || name.endsWith(".bias");
  }

  /** The content of {@code model.json}. */
  private Config description() {
    Path file = path.resolve("model.json");
    if (!Files.isRegularFile(file)) {
      throw new FarsightException(path + ": contains no model (model.json is missing)");
    }
    try {
      return JsonFile.parse(file, Files.readString(file));
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private void check(RowStore store) {
    Config json = description();
    RowFormat format = store.spec().format();
    require(
        json.getInt("format") >= NpyFormat.FIRST_FORMAT
            && json.getInt("format") <= NpyFormat.FORMAT,
        String.format(
            Locale.ROOT,
            "has format %d; this is Farsight %s, which reads formats %d to %d: use the version that wrote it",
            json.getInt("format"),
            BuildInfo.version(),
            NpyFormat.FIRST_FORMAT,
            NpyFormat.FORMAT));
    require(
        json.getInt("dim") == format.dim(),
        "has rows of " + json.getInt("dim") + " weights, not " + format.dim());
    require(
        json.getInt("state") == format.stateFloats(),
        "has rows with "
            + json.getInt("state")
            + " floats of optimizer state, not "
            + format.stateFloats()
            + "; was it trained with another optimizer.type?");
    require(
        RowFormatJson.of(json).equals(format), "has " + RowFormatJson.of(json) + ", not " + format);
    List<Table> tables = tables().tables();
    require(
        tables.equals(store.spec().tables().tables()),
        "has the tables " + new TableSet(tables) + ", not " + store.spec().tables());
  }

  private void require(boolean condition, String complaint) {
    if (!condition) {
      throw new FarsightException(path + ": the model " + complaint);
    }
  }

  private float[] loadDense(DenseState.Parameter parameter) {
    Path file = FileNames.written(path.resolve("dense"), parameter.name(), ".npy");
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
      return values;
    }
  }

  private void loadRows(int table, RowStore store) {
    TableSet tables = store.spec().tables();
    RowFormat format = store.spec().format();
    Path folder = path.resolve("rows");
    String name = tables.get(table).name();
    try (var index = NpyFile.open(FileNames.written(folder, name, ".index.npy"), NpyFile.INT32);
        var weight = NpyFile.open(FileNames.written(folder, name, ".weight.npy"), NpyFile.FLOAT32);
        var state = NpyFile.open(FileNames.written(folder, name, ".state.npy"), NpyFile.FLOAT32)) {
      long remaining = index.shape().get(0);
      var ids = new long[CHUNK_ROWS];
      var buffer = RowBuffer.allocate(format, CHUNK_ROWS, HostBuffers.plain());
      while (remaining > 0) {
        int count = (int) Math.min(remaining, CHUNK_ROWS);
        for (int r = 0; r < count; r++) {
          int i = index.nextInt();
          require(i >= 0 && i < tables.get(table).rows(), "has row " + i + " in table " + name);
          ids[r] = tables.rowId(table, i);
          for (int word = 0; word < format.words(); word++) {
            buffer
                .floats(r)
                .put(
                    buffer.wordAt(r) + word,
                    (word < format.stateWord() ? weight : state).nextFloat());
          }
        }
        store.write(ids, 0, count, buffer, 0).await();
        remaining -= count;
      }
    }
  }

  /** Writes logits, one buffer after the other, as a float32 npy array. */
  public static void savePredictions(Path file, List<FloatBuffer> logits) {
    long count = logits.stream().mapToLong(FloatBuffer::remaining).sum();
    try (var npy = NpyFile.create(file, NpyFile.FLOAT32, count)) {
      for (FloatBuffer some : logits) {
        for (int s = some.position(); s < some.limit(); s++) {
          npy.put(some.get(s));
        }
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
