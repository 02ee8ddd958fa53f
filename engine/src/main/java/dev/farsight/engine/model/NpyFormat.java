package dev.farsight.engine.model;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.internal.RowFormatJson;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes models as npy files of NumPy; {@link ModelDirectory} describes the files. */
public final class NpyFormat implements ExportFormat {

  static final int FORMAT = 2;

  /** The format of Farsight 0.1: no generation, and only dim and state of the row format. */
  static final int FIRST_FORMAT = 1;

  @Override
  public String name() {
    return "npy";
  }

  @Override
  public void write(ExportedModel model, Path folder) throws IOException {
    Path dense = Files.createDirectory(folder.resolve("dense"));
    Path rows = Files.createDirectory(folder.resolve("rows"));
    for (int p = 0; p < model.parameters().size(); p++) {
      writeDense(dense, model.parameters().get(p), model.values(p));
    }
    for (int t = 0; t < model.tables().size(); t++) {
      writeRows(rows, t, model);
    }
    Files.writeString(folder.resolve("model.json"), description(model));
  }

  private static void writeDense(Path folder, DenseState.Parameter parameter, float[] values) {
    long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
    Path file = folder.resolve(FileNames.of(parameter.name()) + ".npy");
    try (var npy = NpyFile.create(file, NpyFile.FLOAT32, shape)) {
      for (float value : values) {
        npy.put(value);
      }
      npy.finish();
    }
  }

  private static void writeRows(Path folder, int table, ExportedModel model) throws IOException {
    RowFormat format = model.format();
    String name = FileNames.of(model.tables().get(table).name());
    int rows = model.rows(table);
    try (var index = NpyFile.create(folder.resolve(name + ".index.npy"), NpyFile.INT32, rows);
        var weight =
            NpyFile.create(
                folder.resolve(name + ".weight.npy"), NpyFile.FLOAT32, rows, format.dim());
        var state =
            NpyFile.create(
                folder.resolve(name + ".state.npy"), NpyFile.FLOAT32, rows, format.stateFloats())) {
      model.forEachRow(
          table,
          (i, values, firstWord) -> {
            index.put(i);
            for (int word = 0; word < format.words(); word++) {
              (word < format.stateWord() ? weight : state).put(values.get(firstWord + word));
            }
          });
      index.finish();
      weight.finish();
      state.finish();
    }
  }

  /** The content of {@code model.json}. */
  private static String description(ExportedModel model) {
    List<Map<String, Object>> tables = new ArrayList<>();
    for (Table table : model.tables().tables()) {
      tables.add(Map.of("name", table.name(), "rows", table.rows()));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("seed", model.seed());
    json.put("generation", model.generation());
    json.putAll(RowFormatJson.keys(model.format()));
    json.put("tables", tables);
    json.put("dense", model.parameters().stream().map(DenseState.Parameter::name).toList());
    return ConfigFactory.parseMap(json)
        .root()
        .render(ConfigRenderOptions.concise().setFormatted(true));
  }
}
