package dev.farsight.engine.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.internal.Quoted;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of a {@link SavedModel}, and what {@code model.json} says of them: opened one by one,
 * and compared with their checksums as they are read.
 *
 * @param path of the model
 */
record SavedFiles(Path path, ModelManifest manifest) {

  /** What to do about files that are missing or damaged; farsight_model.py says the same. */
  static final String AGAIN = "; copy the model as a whole, or save it again";

  /**
   * Checks that all weights are here, in files that are read here.
   *
   * @throws FarsightException if it is an export for other programs, or of some rows
   */
  void requireComplete() {
    requireReadable();
    require(
        manifest.contents().rows() != ExportedModel.Selection.CHANGED,
        "has only the rows that differ from an earlier state (export --changed-since)");
  }

  /** Checks that the weights are in files that are read here. */
  void requireReadable() {
    require(
        manifest.contents().weights().equals(ModelManifest.Contents.MODEL.weights()),
        "has its weights as "
            + Quoted.of(manifest.contents().weights())
            + " files, for other programs; only npy is read here: export it again with --format npy");
  }

  /**
   * @param complaint what is wrong with the model; ends a sentence that begins with its path
   */
  void require(boolean condition, String complaint) {
    if (!condition) {
      throw new FarsightException(path + ": the model " + complaint);
    }
  }

  /** The file of a table or of a parameter. */
  Path file(String folder, String name, String suffix) {
    return manifest.sealed()
        ? path.resolve(folder).resolve(FileNames.of(name) + suffix)
        : FileNames.written(path.resolve(folder), name, suffix);
  }

  NpyReader open(String folder, String name, String suffix, String type) {
    Path file = file(folder, name, suffix);
    FileSeal seal = manifest.files().get(folder + "/" + file.getFileName());
    if (manifest.sealed() && seal == null) {
      throw new FarsightException(file + ": model.json has no checksum for it");
    }
    if (!Files.exists(file)) {
      throw new FarsightException(file + ": is missing" + AGAIN);
    }
    return NpyReader.open(file, type, seal);
  }
}
