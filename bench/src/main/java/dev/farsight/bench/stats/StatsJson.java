package dev.farsight.bench.stats;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.bench.stats.ExpectedHits.OfSize;
import dev.farsight.bench.stats.ExpectedHits.Ratios;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code stats.json}; docs/data.md says what its fields mean. */
final class StatsJson {

  private static final int FORMAT = 1;

  private StatsJson() {}

  /**
   * @param counts what is said of the files of counts
   */
  static String of(DataStats stats, Map<String, Object> counts, boolean formatted) {
    var json = new LinkedHashMap<String, Object>();
    json.put("format", FORMAT);
    json.put("source", stats.source());
    json.put("path", stats.path());
    json.put("labelled", stats.labelled());
    json.put("raw_values", stats.rawValues());
    json.put("training", part(stats.training()));
    json.put("evaluation", stats.evaluation() == null ? null : part(stats.evaluation()));
    json.put("dense", stats.dense().stream().map(StatsJson::dense).toList());
    json.put("features", stats.features().stream().map(f -> feature(f, stats)).toList());
    json.put("tables", stats.tables().stream().map(StatsJson::table).toList());
    json.put("values_standard_error", RawValues.STANDARD_ERROR);
    json.put("min_count_share", TableFigures.RARE_SHARE);
    json.put("expected_hits", expected(stats.expected()));
    json.put("counts", counts);
    return ConfigValueFactory.fromMap(json)
        .render(ConfigRenderOptions.concise().setFormatted(formatted));
  }

  private static Map<String, Object> part(PartFigures part) {
    var json = new LinkedHashMap<String, Object>();
    json.put("rows", part.rows());
    json.put("click_rate", part.clickRate());
    json.put("bad_rows", part.badRows());
    json.put("truncated_bags", part.truncatedBags());
    return json;
  }

  private static Map<String, Object> dense(DenseFigures column) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", column.name());
    putKnown(json, "missing", column.missing());
    json.put("min", column.min());
    json.put("mean", column.mean());
    json.put("deviation", column.deviation());
    json.put("max", column.max());
    return json;
  }

  private static Map<String, Object> feature(FeatureFigures feature, DataStats stats) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", feature.name());
    json.put("table", stats.tables().get(feature.table()).name());
    putKnown(json, "missing", feature.missing());
    json.put("lookups", feature.lookups());
    json.put("mean_lookups", feature.meanLookups());
    json.put("most_lookups", feature.mostLookups());
    putKnown(json, "values", feature.values());
    return json;
  }

  private static Map<String, Object> table(TableFigures table) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", table.name());
    json.put("rows", table.rows());
    json.put("lookups", table.lookups());
    json.put("used_rows", table.usedRows());
    json.put("once_rows", table.onceRows());
    putKnown(json, "values", table.values());
    putKnown(json, "shared_values", table.sharedValues());
    json.put(
        "top",
        Map.of(
            "1", table.top1(),
            "10", table.top10(),
            "100", table.top100(),
            "1%", table.topPercent()));
    json.put(
        "curve",
        table.curve().stream().map(point -> List.of(point.rank(), point.count())).toList());
    json.put("min_count", table.minCount());
    json.put("rare_rows", table.rareRows());
    return json;
  }

  /** A field that is absent where nothing is known. */
  private static void putKnown(Map<String, Object> json, String key, Object value) {
    if (value != null) {
      json.put(key, value);
    }
  }

  private static Map<String, Object> expected(ExpectedHits expected) {
    var json = new LinkedHashMap<String, Object>();
    json.put("batches", expected.batches());
    json.put("batch_size", expected.batchSize());
    json.put("row_share", expected.rowShare());
    json.put("sizes", expected.sizes().stream().map(StatsJson::size).toList());
    return json;
  }

  private static Map<String, Object> size(OfSize size) {
    var json = new LinkedHashMap<String, Object>();
    json.put("size", size.size());
    json.put("slots", size.slots());
    json.put("most_frequent", ratios(size.mostFrequent()));
    json.put("lfu", ratios(size.lfu()));
    json.put("clairvoyant", ratios(size.clairvoyant()));
    return json;
  }

  private static Map<String, Object> ratios(Ratios ratios) {
    return ratios == null
        ? null
        : Map.of("hit_ratio", ratios.lookups(), "unique_hit_ratio", ratios.uniqueRows());
  }
}
