package dev.farsight.engine.model;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.api.table.RowFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Writes models as npy files of NumPy; {@link ModelDirectory} describes the files. */
public final class NpyFormat implements ExportFormat {

  /** Ends the name of a table's file of removed rows. */
  static final String REMOVED = ".removed.npy";

  @Override
  public String name() {
    return "npy";
  }

  @Override
  public void write(ExportedModel model, Path folder) throws IOException {
    Path dense = Files.createDirectory(folder.resolve("dense"));
    Path rows = Files.createDirectory(folder.resolve("rows"));
    Map<String, FileSeal> files = new TreeMap<>();
    for (int p = 0; p < model.parameters().size(); p++) {
      writeDense(dense, model.parameters().get(p), model.values(p), files);
    }
    for (int t = 0; t < model.tables().size(); t++) {
      writeRows(rows, t, model, files);
      if (model.selection() == ExportedModel.Selection.CHANGED) {
        writeRemoved(rows, t, model, files);
      }
    }
    FittedFolder.write(folder.resolve(FittedFolder.NAME), model::saveFitted)
        .forEach((name, seal) -> files.put(FittedFolder.NAME + "/" + name, seal));
    ModelManifest.of(model, name(), files).write(folder);
  }

  private static void writeDense(
      Path folder, DenseState.Parameter parameter, float[] values, Map<String, FileSeal> files) {
    long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
    String file = FileNames.of(parameter.name()) + ".npy";
    try (var npy = new NpyWriter(folder.resolve(file), NpyHeader.FLOAT32, shape)) {
      for (float value : values) {
        npy.put(value);
      }
      files.put("dense/" + file, npy.finish());
    }
  }

  private static void writeRemoved(
      Path folder, int table, ExportedModel model, Map<String, FileSeal> files) {
    String file = FileNames.of(model.tables().get(table).name()) + REMOVED;
    int[] removed = model.removedRows(table);
    try (var npy = new NpyWriter(folder.resolve(file), NpyHeader.INT32, removed.length)) {
      for (int index : removed) {
        npy.put(index);
      }
      files.put("rows/" + file, npy.finish());
    }
  }

  private static void writeRows(
      Path folder, int table, ExportedModel model, Map<String, FileSeal> files) throws IOException {
    RowFormat format = model.format();
    String name = FileNames.of(model.tables().get(table).name());
    int rows = model.rows(table);
    String indexFile = name + ".index.npy";
    String weightFile = name + ".weight.npy";
    String stateFile = name + ".state.npy";
    try (var index = new NpyWriter(folder.resolve(indexFile), NpyHeader.INT32, rows);
        var weight =
            new NpyWriter(folder.resolve(weightFile), NpyHeader.FLOAT32, rows, format.dim());
        var state =
            new NpyWriter(
                folder.resolve(stateFile), NpyHeader.FLOAT32, rows, format.stateFloats())) {
      model.forEachRow(
          table,
          (i, values, firstWord) -> {
            index.put(i);
            int floats = format.dim() + format.stateFloats();
            for (int f = 0; f < floats; f++) {
              (f < format.dim() ? weight : state).put(values.get(firstWord + f));
            }
          });
      files.put("rows/" + indexFile, index.finish());
      files.put("rows/" + weightFile, weight.finish());
      files.put("rows/" + stateFile, state.finish());
    }
  }
}
