package dev.farsight.reading.internal.record;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.Table;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.internal.vocabulary.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was found out from a training part, in a folder: {@code fitted.json},
 *
 * <pre>
 * {"format": 2,
 *  "tables": [{"name": "C1", "rows": 1461, "min_count": 3, "kept": 812}, ...],
 *  "vocabularies": [{"name": "C2", "min_count": 2, "most_rows": 100000, "kept": 5120}, ...],
 *  "dense": [{"column": "I1", "transforms": "log, standard", "mean": 1.9, "deviation": 1.2}, ...]}
 * </pre>
 *
 * with the tables of which rows were counted, those that have a vocabulary, if there are any, and
 * the dense columns that were measured; and for each of the former {@code NAME.kept.npy}, a {@link
 * BitsFile} with the rows that are told apart, of the latter {@code NAME.vocabulary.npy}, the
 * values of a {@link Vocabulary}, which are mapped. Without vocabularies the format is 1. They are
 * read only for columns that need exactly these.
 */
final class FittedFiles {

  private static final String JSON = "fitted.json";
  private static final int FORMAT = 1;

  /** With vocabularies: who knows the first format alone would take indices by modulo. */
  private static final int FORMAT_OF_VOCABULARIES = 2;

  private static final String VOCABULARIES = "vocabularies";

  private FittedFiles() {}

  /** Writes files into an empty folder; none if nothing was found out. */
  static void write(Path folder, FitNeeds needs, Fitted fitted) throws IOException {
    if (!needs.any()) {
      return;
    }
    var tables = new ArrayList<Map<String, Object>>();
    for (int t : needs.countedTables()) {
      KeptRows kept = fitted.kept().get(t);
      Table table = needs.columns().tables().get(t);
      BitsFile.write(keptFile(folder, table), kept.bits(), kept.rows());
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", table.name());
      json.put("rows", table.rows());
      json.put("min_count", needs.minCount(t));
      json.put("kept", kept.size());
      tables.add(json);
    }
    var vocabularies = new ArrayList<Map<String, Object>>();
    for (int t : needs.vocabularies()) {
      Vocabulary vocabulary = fitted.vocabularies().get(t);
      Table table = needs.columns().tables().get(t);
      vocabulary.write(vocabularyFile(folder, table));
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", table.name());
      json.put("min_count", needs.minCount(t));
      json.put("most_rows", table.rows());
      json.put("kept", vocabulary.size());
      vocabularies.add(json);
    }
    var dense = new ArrayList<Map<String, Object>>();
    for (int d : needs.fittedColumns()) {
      DenseColumn column = needs.columns().dense().get(d);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("column", column.name());
      json.put("transforms", DenseFit.steps(column));
      json.put("mean", fitted.scales().get(d).mean());
      json.put("deviation", fitted.scales().get(d).deviation());
      dense.add(json);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", vocabularies.isEmpty() ? FORMAT : FORMAT_OF_VOCABULARIES);
    json.put("tables", tables);
    if (!vocabularies.isEmpty()) {
      json.put(VOCABULARIES, vocabularies);
    }
    json.put("dense", dense);
    Files.writeString(
        folder.resolve(JSON),
        ConfigFactory.parseMap(json).root().render(ConfigRenderOptions.concise().setFormatted(true))
            + "\n");
  }

  private static Path keptFile(Path folder, Table table) {
    return folder.resolve(FileNames.of(table.name()) + ".kept.npy");
  }

  private static Path vocabularyFile(Path folder, Table table) {
    return folder.resolve(FileNames.of(table.name()) + ".vocabulary.npy");
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws FarsightException if it is missing or damaged, or is not what is needed; the message
   *     names the file
   */
  static Fitted read(Path folder, FitNeeds needs) {
    Path file = folder.resolve(JSON);
    if (!Files.isRegularFile(file)) {
      if (needs.any()) {
        throw other(file, "is missing, and the settings ask for " + asked(needs).get(0));
      }
      return Fitted.NOTHING;
    }
    try {
      return JsonFile.parse(file, JsonFile.bytes(file), json -> read(file, json, needs));
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private static Fitted read(Path file, Config json, FitNeeds needs) {
    int format = json.getInt("format");
    if (format != FORMAT && format != FORMAT_OF_VOCABULARIES) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: has format %d, this version reads %d and %d",
              file,
              format,
              FORMAT,
              FORMAT_OF_VOCABULARIES));
    }
    List<? extends Config> tables = json.getConfigList("tables");
    List<? extends Config> vocabularies =
        json.hasPath(VOCABULARIES) ? json.getConfigList(VOCABULARIES) : List.of();
    List<? extends Config> dense = json.getConfigList("dense");
    var given = new ArrayList<String>();
    tables.forEach(
        t -> given.add(told(t.getString("name"), t.getInt("rows"), t.getInt("min_count"))));
    vocabularies.forEach(
        v ->
            given.add(
                toldOfValues(v.getString("name"), v.getInt("most_rows"), v.getInt("min_count"))));
    dense.forEach(d -> given.add(told(d.getString("column"), d.getString("transforms"))));
    requireSame(file, given, asked(needs));
    Map<Integer, KeptRows> kept = new TreeMap<>();
    for (int t = 0; t < tables.size(); t++) {
      int number = needs.countedTables().get(t);
      kept.put(
          number,
          readKept(file, needs.columns().tables().get(number), tables.get(t).getInt("kept")));
    }
    Map<Integer, Vocabulary> values = new TreeMap<>();
    for (int v = 0; v < vocabularies.size(); v++) {
      int number = needs.vocabularies().get(v);
      Path of = vocabularyFile(file.resolveSibling(""), needs.columns().tables().get(number));
      values.put(number, Vocabulary.read(of, vocabularies.get(v).getInt("kept")));
    }
    Map<Integer, Scale> scales = new TreeMap<>();
    for (int d = 0; d < dense.size(); d++) {
      scales.put(needs.fittedColumns().get(d), scale(dense.get(d)));
    }
    return new Fitted(kept, values, scales);
  }

  private static KeptRows readKept(Path json, Table table, int size) {
    Path file = keptFile(json.resolveSibling(""), table);
    int rows = table.rows() - 1;
    var kept = new KeptRows(rows, BitsFile.read(file, rows));
    if (kept.size() != size) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: is damaged: it has %d rows, not the %d that %s tells",
              file,
              kept.size(),
              size,
              JSON));
    }
    return kept;
  }

  private static Scale scale(Config json) {
    var scale = new Scale(json.getDouble("mean"), json.getDouble("deviation"));
    if (!Double.isFinite(scale.mean())
        || !Double.isFinite(scale.deviation())
        || scale.deviation() < 0) {
      throw new IllegalArgumentException(
          "mean " + scale.mean() + " and deviation " + scale.deviation() + " are none");
    }
    return scale;
  }

  private static List<String> asked(FitNeeds needs) {
    var asked = new ArrayList<String>();
    for (int t : needs.countedTables()) {
      Table table = needs.columns().tables().get(t);
      asked.add(told(table.name(), table.rows(), needs.minCount(t)));
    }
    for (int t : needs.vocabularies()) {
      Table table = needs.columns().tables().get(t);
      asked.add(toldOfValues(table.name(), table.rows(), needs.minCount(t)));
    }
    for (int d : needs.fittedColumns()) {
      DenseColumn column = needs.columns().dense().get(d);
      asked.add(told(column.name(), DenseFit.steps(column)));
    }
    return asked;
  }

  private static String told(String table, int rows, int minCount) {
    return String.format(
        Locale.ROOT, "table %s of %d rows with min-count = %d", Quoted.of(table), rows, minCount);
  }

  private static String toldOfValues(String table, int mostRows, int minCount) {
    return String.format(
        Locale.ROOT,
        "table %s with ids = vocabulary%s and min-count = %d",
        Quoted.of(table),
        mostRows == Integer.MAX_VALUE ? "" : ", at most " + mostRows + " rows",
        minCount);
  }

  private static String told(String column, String steps) {
    return "column " + Quoted.of(column) + " with transform = [" + Quoted.of(steps) + "]";
  }

  private static void requireSame(Path file, List<String> given, List<String> asked) {
    for (int i = 0; i < Math.max(given.size(), asked.size()); i++) {
      String has = i < given.size() ? given.get(i) : "nothing";
      String wants = i < asked.size() ? asked.get(i) : "nothing";
      if (!has.equals(wants)) {
        throw other(file, "has " + has + ", and the settings ask for " + wants);
      }
    }
  }

  private static FarsightException other(Path file, String complaint) {
    return new FarsightException(
        file
            + ": "
            + complaint
            + "; set ids, min-count and transform as they were when the model was trained");
  }
}
