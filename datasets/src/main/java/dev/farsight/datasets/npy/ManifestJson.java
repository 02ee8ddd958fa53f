package dev.farsight.datasets.npy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.datasets.npy.PreparedManifest.FileSum;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import dev.farsight.datasets.npy.PreparedManifest.Source;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A {@link PreparedManifest} as JSON. */
final class ManifestJson {

  private ManifestJson() {}

  static String write(PreparedManifest manifest) {
    BatchSchema schema = manifest.schema();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", PreparedManifest.FORMAT);
    json.put("farsight", manifest.farsight());
    json.put(
        "source",
        Map.of(
            "name", manifest.source().name(),
            "identity", manifest.source().identity(),
            "settings", manifest.source().settings()));
    json.put("labelled", schema.labelled());
    json.put("columns", columns(schema));
    json.put(
        "dense",
        manifest.dense().stream()
            .map(d -> Map.of("name", d.name(), "transforms", d.transforms()))
            .toList());
    json.put(
        "tables",
        schema.tables().tables().stream()
            .map(t -> Map.of("name", t.name(), "rows", t.rows()))
            .toList());
    json.put("features", schema.features().stream().map(f -> feature(f, schema)).toList());
    json.put("parts", manifest.parts().stream().map(ManifestJson::part).toList());
    json.put("fitted", files(manifest.fitted()));
    json.put("bad_rows", manifest.badRows());
    json.put("truncated_bags", manifest.truncatedBags());
    // Keys with dots are names of files, not paths.
    return ConfigValueFactory.fromMap(json).render(ConfigRenderOptions.concise().setFormatted(true))
        + "\n";
  }

  private static List<String> columns(BatchSchema schema) {
    return Arrays.stream(Column.values())
        .filter(column -> column != Column.LABEL && schema.has(column))
        .map(ManifestJson::name)
        .toList();
  }

  private static String name(Column column) {
    return column.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> feature(Feature feature, BatchSchema schema) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", feature.name());
    json.put("table", schema.tables().get(feature.table()).name());
    json.put("min_lookups", feature.minLookups());
    json.put("max_lookups", feature.maxLookups());
    json.put("pooling", feature.pooling().configName());
    json.put("weighted", feature.weighted());
    return json;
  }

  private static Map<String, Object> part(Part part) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", part.name());
    json.put("split", part.evaluation() ? "eval" : "train");
    json.put("samples", part.samples());
    json.put("files", files(part.files()));
    return json;
  }

  private static Map<String, Object> files(SortedMap<String, FileSum> files) {
    Map<String, Object> json = new LinkedHashMap<>();
    files.forEach(
        (name, sum) -> json.put(name, Map.of("bytes", sum.bytes(), "sha256", sum.sha256())));
    return json;
  }

  static PreparedManifest read(Path file, Config json) {
    if (json.getInt("format") != PreparedManifest.FORMAT) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: has format %d, and this version reads %d; prepare the data again",
              file,
              json.getInt("format"),
              PreparedManifest.FORMAT));
    }
    Config source = json.getConfig("source");
    List<DenseFeature> dense =
        json.getConfigList("dense").stream().map(ManifestJson::denseFeature).toList();
    return new PreparedManifest(
        json.getString("farsight"),
        new Source(
            source.getString("name"),
            source.getString("identity"),
            source.getObject("settings").unwrapped()),
        schema(json, dense.size()),
        dense,
        json.getConfigList("parts").stream().map(ManifestJson::part).toList(),
        files(json.getObject("fitted")),
        json.getLong("bad_rows"),
        json.getLong("truncated_bags"));
  }

  private static DenseFeature denseFeature(Config json) {
    return new DenseFeature(
        json.getString("name"),
        json.getObjectList("transforms").stream().map(step -> step.unwrapped()).toList());
  }

  private static BatchSchema schema(Config json, int denseWidth) {
    var tables =
        new TableSet(
            json.getConfigList("tables").stream()
                .map(t -> new Table(t.getString("name"), t.getInt("rows")))
                .toList());
    Set<Column> columns = EnumSet.noneOf(Column.class);
    if (json.getBoolean("labelled")) {
      columns.add(Column.LABEL);
    }
    json.getStringList("columns").forEach(name -> columns.add(column(name)));
    return new BatchSchema(
        denseWidth,
        tables,
        json.getConfigList("features").stream().map(f -> feature(f, tables)).toList(),
        columns);
  }

  private static Column column(String name) {
    return Arrays.stream(Column.values())
        .filter(column -> column != Column.LABEL && name(column).equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no column is named " + Quoted.of(name)));
  }

  private static Feature feature(Config json, TableSet tables) {
    String name = json.getString("name");
    int table = tables.find(json.getString("table"));
    if (table < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "feature %s: there is no table %s",
              Quoted.of(name),
              Quoted.of(json.getString("table"))));
    }
    return new Feature(
        name,
        table,
        json.getInt("min_lookups"),
        json.getInt("max_lookups"),
        pooling(json.getString("pooling")),
        json.getBoolean("weighted"));
  }

  private static Pooling pooling(String name) {
    return Arrays.stream(Pooling.values())
        .filter(pooling -> pooling.configName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no pooling is named " + Quoted.of(name)));
  }

  private static Part part(Config json) {
    String split = json.getString("split");
    if (!split.equals("train") && !split.equals("eval")) {
      throw new IllegalArgumentException(
          "split " + Quoted.of(split) + " is neither train nor eval");
    }
    return new Part(
        json.getString("name"),
        split.equals("eval"),
        json.getLong("samples"),
        files(json.getObject("files")));
  }

  private static SortedMap<String, FileSum> files(ConfigObject json) {
    var files = new TreeMap<String, FileSum>();
    json.forEach(
        (name, value) -> {
          if (!(value instanceof ConfigObject object)) {
            throw new IllegalArgumentException("file " + Quoted.of(name) + ": no bytes and sha256");
          }
          Config file = object.toConfig();
          files.put(name, new FileSum(file.getLong("bytes"), file.getString("sha256")));
        });
    return files;
  }
}
