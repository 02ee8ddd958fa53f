package dev.farsight.engine.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Writes a model to disk, as npy files of NumPy; {@link SavedModel} reads it.
 *
 * <pre>
 * model.json                  format version, tables, row layout, names of dense parameters, checksums of the files below
 * model.json.sha256           checksum of model.json, for sha256sum -c
 * dense/bottom.0.weight.npy   float32, in the parameter's shape; one file for each parameter and optimizer state
 * rows/C1.index.npy           int32 [n]: indices of the saved rows of table C1, ascending; rows that were never written are not saved
 * rows/C1.weight.npy          float32 [n][dim], whatever the precision of the rows
 * rows/C1.state.npy           float32 [n][state]; state is 0 if the optimizer has none
 * rows/C1.removed.npy         int32 [n]: of rows that differ from an earlier state: those written there and not here
 * data/                       what the data source found out from the training part, in files of its own; absent if nothing
 * </pre>
 *
 * <p>Names in file names are encoded by {@link FileNames}.
 *
 * <p>A model is written beside its place, hashed as it is written, forced to disk and put in its
 * place last ({@link PartialDirectory}): so the place has a complete model, the earlier one or
 * none.
 *
 * <p><b>Cost.</b> One pass over the rows that were ever written, by one thread, which also hashes;
 * forcing then waits for the disk. Memory: a chunk of rows, and 1 MiB for each of three files.
 */
public final class ModelDirectory {

  private static final Pattern OWN_FILE =
      Pattern.compile("(dense|rows)(/[^/]+\\.npy)?|data|model\\.json(\\.sha256)?|");

  private final Path path;

  public ModelDirectory(Path path) {
    this.path = path;
  }

  /**
   * Writes the dense parameters, and all rows that were ever written to the store, with their
   * current values.
   */
  public void save(DenseState dense, RowReader rows, ModelFacts facts) {
    write(
        new StoredModel(
            dense.parameters(),
            values(dense),
            rows,
            StoredModel.writtenRows(rows),
            ExportedModel.Selection.WRITTEN,
            facts),
        new NpyFormat());
  }

  /**
   * Writes the initial model: the given dense parameters, and all rows that were ever written to
   * the store, with their values of generation 0.
   *
   * @param facts those of the model trained from it
   */
  public void saveInitial(DenseState dense, float[][] values, RowReader rows, ModelFacts facts) {
    StoreSpec spec = rows.spec().ofGeneration(0);
    InitialRows initial = spec.initial();
    write(
        new StoredModel(
            dense.parameters(),
            values,
            spec,
            StoredModel.writtenRows(rows),
            (ids, count, target) -> {
              for (int i = 0; i < count; i++) {
                initial.fill(ids[i], target, i);
              }
            },
            ExportedModel.Selection.WRITTEN,
            facts.untrained()),
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
   * Writes a model in a format. Replaces an existing model; anything else that is in its place is
   * kept under another name.
   *
   * @throws FarsightException if it cannot be written; the place is then as before
   */
  public void write(ExportedModel model, ExportFormat format) {
    try {
      PartialDirectory partial = PartialDirectory.create(path);
      try {
        format.write(model, partial.content());
        describe(model, format, partial.content());
      } catch (IOException | RuntimeException | Error e) {
        partial.discardAfter(e);
        throw e;
      }
      partial.publish(ModelDirectory::isModel);
    } catch (IOException e) {
      throw DurableFiles.unwritable(path, e);
    }
  }

  /** Adds what a format left out: what the data was found to be like, and {@code model.json}. */
  private static void describe(ExportedModel model, ExportFormat format, Path folder)
      throws IOException {
    if (Files.exists(folder.resolve(ModelManifest.FILE))) {
      return;
    }
    if (!Files.exists(folder.resolve(FittedFolder.NAME))) {
      FittedFolder.write(folder.resolve(FittedFolder.NAME), model::saveFitted);
    }
    Map<String, FileSeal> files = new TreeMap<>();
    try (var all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), FileSeal.of(file));
      }
    }
    ModelManifest.of(model, format.name(), files).write(folder);
  }

  /** Whether a directory has the files of a model, and no other ones. */
  private static boolean isModel(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(folder.resolve(ModelManifest.FILE), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (var files = Files.walk(folder)) {
      List<Path> all = files.toList();
      return all.stream().noneMatch(Files::isSymbolicLink)
          && all.stream()
              .map(file -> folder.relativize(file).toString())
              .filter(file -> !OWN_FILE.matcher(file).matches())
              .allMatch(file -> isFitted(folder, file));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a file is one that a data source wrote, which may have any name. */
  private static boolean isFitted(Path folder, String file) {
    try {
      return file.startsWith(FittedFolder.NAME + "/")
          && ModelManifest.read(folder).files().containsKey(file);
    } catch (FarsightException e) {
      return false;
    }
  }

  /** Writes logits, one buffer after the other, as a float32 npy array. */
  public static void savePredictions(Path file, List<FloatBuffer> logits) {
    long count = logits.stream().mapToLong(FloatBuffer::remaining).sum();
    try (var npy = new NpyWriter(file, NpyHeader.FLOAT32, count)) {
      for (FloatBuffer some : logits) {
        for (int s = some.position(); s < some.limit(); s++) {
          npy.put(some.get(s));
        }
      }
      npy.finish();
    }
  }
}
