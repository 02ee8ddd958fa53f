package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.internal.Quoted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Opens folders of prepared data as one: the parts for training of all folders, then those for
 * evaluation. The folders must be alike, so that the same row means the same in all of them.
 */
final class PreparedSeries {

  private final List<Path> folders;
  private final List<PreparedManifest> manifests;

  /**
   * @param folders at least one
   */
  PreparedSeries(List<Path> folders) {
    this.folders = List.copyOf(folders);
    this.manifests = folders.stream().map(PreparedManifest::read).toList();
    for (int i = 1; i < manifests.size(); i++) {
      requireAlike(i);
    }
  }

  List<PreparedManifest> manifests() {
    return manifests;
  }

  NpyData open(NpySettings settings, DataContext context) {
    var opened = new ArrayList<NpyData>();
    for (int i = 0; i < folders.size(); i++) {
      opened.add(new PreparedData(folders.get(i), manifests.get(i), settings, context).open());
    }
    return opened.size() == 1 ? opened.get(0) : together(opened);
  }

  private static NpyData together(List<NpyData> opened) {
    var parts = new ArrayList<SampleFiles>();
    opened.forEach(data -> parts.addAll(data.parts().subList(0, data.trainParts())));
    opened.forEach(
        data -> parts.addAll(data.parts().subList(data.trainParts(), data.parts().size())));
    NpyData first = opened.get(0);
    return new NpyData(
        first.schema(),
        first.dense(),
        List.copyOf(parts),
        opened.stream().mapToLong(NpyData::evaluation).sum(),
        PreparedFiles.identityOf(
            opened.stream().mapToLong(NpyData::samples).sum(),
            opened.stream().map(NpyData::identity).toList()),
        first.fitted(),
        first.rule());
  }

  private void requireAlike(int other) {
    Map<String, String> first = facts(manifests.get(0));
    Map<String, String> now = facts(manifests.get(other));
    var keys = new TreeSet<>(first.keySet());
    keys.addAll(now.keySet());
    for (String key : keys) {
      if (!Objects.equals(first.get(key), now.get(key))) {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "%s: cannot be read together with %s: %s is %s here, and %s there; prepare the data with the same settings, and --fitted %s",
                folders.get(other),
                folders.get(0),
                key,
                shown(now.get(key)),
                shown(first.get(key)),
                folders.get(0)));
      }
    }
  }

  private static String shown(String value) {
    return value == null ? "not there" : Quoted.of(value);
  }

  /** What a row means, each fact with its name. */
  private static Map<String, String> facts(PreparedManifest manifest) {
    Map<String, String> facts = new LinkedHashMap<>();
    var schema = manifest.schema();
    var source = manifest.source();
    facts.put("data.source", source.name());
    facts.put("data.multi-hot", String.valueOf(source.settings().get("multi-hot")));
    flatten("data." + source.name(), source.settings().get(source.name()), facts);
    for (int d = 0; d < manifest.dense().size(); d++) {
      facts.put("dense feature " + (d + 1), manifest.dense().get(d).toString());
    }
    schema.tables().tables().forEach(t -> facts.put("rows of table " + t.name(), "" + t.rows()));
    for (int f = 0; f < schema.features().size(); f++) {
      facts.put("feature " + (f + 1), schema.features().get(f).toString());
    }
    facts.put("columns", new TreeSet<>(schema.columns()).toString());
    manifest
        .fitted()
        .forEach((name, sum) -> facts.put(PreparedManifest.FITTED + "/" + name, sum.toString()));
    return facts;
  }

  private static void flatten(String place, Object value, Map<String, String> facts) {
    if (value instanceof Map<?, ?> section) {
      section.forEach((key, below) -> flatten(place + "." + key, below, facts));
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        flatten(place + "[" + (i + 1) + "]", list.get(i), facts);
      }
    } else if (value != null) {
      facts.put(place, value.toString());
    }
  }
}
