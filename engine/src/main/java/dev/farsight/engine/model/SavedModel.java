package dev.farsight.engine.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model on disk, opened for reading; {@link ModelDirectory} describes the files. Nothing in it is
 * taken on trust: each file is read once, and compared with what {@code model.json} says and with
 * its checksum as it is read. What comes of a damaged file must not be used, although part of it
 * may have been passed on before the damage is found. Symbolic links in the folder are not
 * followed.
 *
 * <p><b>Memory.</b> At most 16 MiB of rows, or one row, and 1 MiB a file; no more than the files
 * have.
 */
public final class SavedModel {

  private static final int CHUNK_BYTES = 1 << 24;

  private final Path path;
  private final ModelManifest manifest;

  /**
   * @throws FarsightException if there is no model, or if {@code model.json} is damaged or of a
   *     format that this version does not read
   */
  public SavedModel(Path path) {
    this.path = path;
    manifest = ModelManifest.read(path);
    for (String folder : List.of("dense", "rows", FittedFolder.NAME)) {
      require(
          !Files.isSymbolicLink(path.resolve(folder)),
          "has a symbolic link " + folder + ", which is not followed: put the folder itself there");
    }
  }

  /**
   * The folder with what the data was found to be like; empty if there is none. Reads its files.
   *
   * @throws FarsightException if a file is missing or damaged
   */
  public Optional<Path> fitted() {
    Path folder = path.resolve(FittedFolder.NAME);
    if (!manifest.sealed()) {
      return Optional.of(folder).filter(Files::isDirectory);
    }
    String prefix = FittedFolder.NAME + "/";
    Map<String, FileSeal> seals = new TreeMap<>();
    manifest.files().entrySet().stream()
        .filter(file -> file.getKey().startsWith(prefix))
        .forEach(file -> seals.put(file.getKey().substring(prefix.length()), file.getValue()));
    FittedFolder.require(folder, seals);
    return seals.isEmpty() ? Optional.empty() : Optional.of(folder);
  }

  /** The values of the rows that are not in the files. */
  public InitialRows initial() {
    return manifest.initial();
  }

  /** The seed of the rows that are not in the files. */
  public long seed() {
    return manifest.seed();
  }

  /**
   * How often all rows had been drawn again: the generation of the rows that are not in the files.
   */
  public int generation() {
    return manifest.generation();
  }

  /** The tables that the model was trained on. */
  public TableSet tables() {
    return manifest.tables();
  }

  /** The format of the model's rows. */
  public RowFormat format() {
    return manifest.format();
  }

  /**
   * Names and shapes of the saved dense parameters.
   *
   * @throws FarsightException if a file is missing or damaged
   */
  public List<DenseState.Parameter> parameters() {
    var parameters = new ArrayList<DenseState.Parameter>();
    for (String name : manifest.dense()) {
      try (var npy = open("dense", name, ".npy", NpyHeader.FLOAT32)) {
        // The file has as many values, and an array cannot have more.
        require(
            npy.shape().stream().allMatch(size -> size <= Integer.MAX_VALUE)
                && npy.shape().stream().reduce(1L, Math::multiplyExact) <= Integer.MAX_VALUE - 8,
            "has the parameter " + Quoted.of(name) + " of shape " + npy.shape() + ", too large");
        List<Integer> shape = npy.shape().stream().map(Long::intValue).toList();
        parameters.add(new DenseState.Parameter(name, shape, !isWeight(name)));
      }
    }
    return parameters;
  }

  private static boolean isWeight(String name) {
    return name.endsWith(".weight") || name.endsWith(".bias");
  }

  /**
   * Loads the saved values into dense parameters and a store. Rows of the store that are not in the
   * model must never have been written.
   *
   * @throws FarsightException if a file is missing, damaged, or of another model; some rows may
   *     have been written then
   */
  public void load(DenseState dense, RowStore store) {
    check(store);
    float[][] values = loadDense(dense.parameters());
    for (int p = 0; p < values.length; p++) {
      dense.write(p, values[p]);
    }
    loadRows(store);
  }

  private void check(RowStore store) {
    RowFormat saved = format();
    RowFormat format = store.spec().format();
    require(
        saved.dim() == format.dim(),
        "has rows of " + saved.dim() + " weights, not " + format.dim());
    require(
        saved.stateFloats() == format.stateFloats(),
        "has rows with "
            + saved.stateFloats()
            + " floats of optimizer state, not "
            + format.stateFloats()
            + "; was it trained with another optimizer.type?");
    require(saved.equals(format), "has " + saved + ", not " + format);
    String difference = tables().differenceTo(store.spec().tables()).orElse(null);
    require(difference == null, "has " + difference);
  }

  private void require(boolean condition, String complaint) {
    if (!condition) {
      throw new FarsightException(path + ": the model " + complaint);
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

  private float[] loadDense(DenseState.Parameter parameter) {
    require(
        manifest.dense().contains(parameter.name()),
        "has no parameter " + Quoted.of(parameter.name()));
    try (var npy = open("dense", parameter.name(), ".npy", NpyHeader.FLOAT32)) {
      npy.requireShape(parameter.shape().stream().map(Integer::longValue).toList());
      float[] values = new float[parameter.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = npy.nextFloat();
      }
      npy.finish();
      return values;
    }
  }

  /**
   * Loads the saved rows into a store.
   *
   * @throws FarsightException if a file is missing or damaged; some rows may have been written then
   */
  public void loadRows(RowStore store) {
    for (int t = 0; t < tables().size(); t++) {
      loadRows(t, store);
    }
  }

  private void loadRows(int table, RowStore store) {
    RowFormat format = format();
    String name = tables().get(table).name();
    try (var index = open("rows", name, ".index.npy", NpyHeader.INT32);
        var weight = open("rows", name, ".weight.npy", NpyHeader.FLOAT32);
        var state = open("rows", name, ".state.npy", NpyHeader.FLOAT32)) {
      long rows = index.shape().isEmpty() ? 0 : index.shape().get(0);
      index.requireShape(List.of(rows));
      weight.requireShape(List.of(rows, (long) format.dim()));
      state.requireShape(List.of(rows, (long) format.stateFloats()));
      require(
          rows <= tables().get(table).rows(),
          "has " + rows + " rows of the table " + describe(tables().get(table)));
      var reader = new RowFiles(index, weight, state, table, store);
      reader.read(rows);
      index.finish();
      weight.finish();
      state.finish();
    }
  }

  private static String describe(Table table) {
    return Quoted.of(table.name()) + ", which has " + table.rows();
  }

  /** Reads the rows of one table. */
  private final class RowFiles {

    private final NpyReader index;
    private final NpyReader weight;
    private final NpyReader state;
    private final int table;
    private final RowStore store;
    private int last = -1;

    RowFiles(NpyReader index, NpyReader weight, NpyReader state, int table, RowStore store) {
      this.index = index;
      this.weight = weight;
      this.state = state;
      this.table = table;
      this.store = store;
    }

    void read(long rows) {
      RowFormat format = format();
      int chunk = (int) Math.min(rows, Math.max(1, CHUNK_BYTES / format.bytes()));
      var ids = new long[chunk];
      var buffer = RowBuffer.allocate(format, Math.max(1, chunk), HostBuffers.plain());
      for (long left = rows; left > 0; ) {
        int count = (int) Math.min(left, chunk);
        for (int r = 0; r < count; r++) {
          ids[r] = tables().rowId(table, nextIndex());
          for (int word = 0; word < format.words(); word++) {
            buffer
                .floats(r)
                .put(
                    buffer.wordAt(r) + word,
                    (word < format.stateWord() ? weight : state).nextFloat());
          }
        }
        store.write(ids, 0, count, buffer, 0).await();
        left -= count;
      }
    }

    private int nextIndex() {
      int i = index.nextInt();
      if (i < 0 || i >= tables().get(table).rows()) {
        throw index.bad("has row " + i + " of the table " + describe(tables().get(table)));
      }
      if (i <= last) {
        throw index.bad("has row " + i + " after row " + last + "; rows must ascend");
      }
      last = i;
      return i;
    }
  }

  private NpyReader open(String folder, String name, String suffix, String type) {
    Path file =
        manifest.sealed()
            ? path.resolve(folder).resolve(FileNames.of(name) + suffix)
            : FileNames.written(path.resolve(folder), name, suffix);
    FileSeal seal = manifest.files().get(folder + "/" + file.getFileName());
    if (manifest.sealed() && seal == null) {
      throw new FarsightException(file + ": model.json has no checksum for it");
    }
    if (!Files.exists(file)) {
      throw new FarsightException(file + ": is missing");
    }
    return NpyReader.open(file, type, seal);
  }
}
