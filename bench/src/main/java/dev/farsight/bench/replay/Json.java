package dev.farsight.bench.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results as lists of objects, for files. */
public final class Json {

  private Json() {}

  /** Writes a list of objects; an earlier file is replaced once the new one is whole. */
  public static void write(Path file, List<Map<String, Object>> objects) {
    String text =
        ConfigValueFactory.fromIterable(objects)
            .render(ConfigRenderOptions.concise().setFormatted(true));
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
    DurableFiles.write(file, out -> out.write((text + "\n").getBytes(UTF_8)));
  }

  /** What came of a policy with a size, with its distance from the bound. */
  public static Map<String, Object> of(
      Outcome outcome, Outcome bound, Size size, Requests requests, int rowBytes) {
    var json = new LinkedHashMap<String, Object>();
    json.put("policy", outcome.policy());
    json.put("size", size.label());
    json.put("slots", outcome.slots());
    json.put("batch", requests.batchSize());
    json.put("lookahead", outcome.lookAhead());
    json.put("batches", requests.batches());
    json.put("distinct_rows", requests.distinct());
    figures(json, outcome.tally().all());
    json.put("loaded_rows", outcome.loaded());
    json.put("forwarded_rows", outcome.forwarded());
    json.put("evicted_rows", outcome.evicted());
    json.put("written_back_rows", outcome.writtenBack());
    json.put("row_bytes", rowBytes);
    json.put("bytes_moved", (outcome.loaded() + outcome.writtenBack()) * rowBytes);
    json.put("lookahead_shrunk", outcome.shrunk());
    json.put("planner_seconds", outcome.plannerSeconds());
    json.put("planner_lookups_per_second", outcome.lookupsPerSecond());
    json.put("regret", outcome.regret(bound));
    List<Object> tables = new ArrayList<>();
    for (int t = 0; t < requests.tables().size(); t++) {
      var table = new LinkedHashMap<String, Object>();
      table.put("name", requests.tables().get(t).name());
      table.put("rows", requests.tables().get(t).rows());
      table.put("distinct_rows", requests.distinctOf(t));
      figures(table, outcome.tally().of(t));
      tables.add(table);
    }
    json.put("tables", tables);
    return json;
  }

  private static void figures(Map<String, Object> json, Tally.Figures figures) {
    json.put("lookups", figures.lookups());
    json.put("hits", figures.hits());
    json.put("hit_ratio", figures.hitRatio());
    json.put("unique_rows", figures.uniqueRows());
    json.put("unique_hits", figures.uniqueHits());
    json.put("unique_hit_ratio", figures.uniqueHitRatio());
    json.put("missed_rows", figures.missed());
    json.put(
        "misses",
        Map.of(
            "compulsory", figures.compulsory(),
            "capacity", figures.capacity(),
            "policy", figures.policy()));
  }

  /** A point of a miss-ratio curve. */
  public static Map<String, Object> of(MissRatio point, Requests requests) {
    var json = new LinkedHashMap<String, Object>();
    json.put("policy", point.policy());
    json.put("size", point.size().label());
    json.put("slots", point.size().slots());
    json.put("batch", requests.batchSize());
    json.put("sample", requests.sample().rate());
    json.put("miss_ratio", point.allLookups());
    json.put("unique_miss_ratio", point.allUniqueRows());
    var tables = new LinkedHashMap<String, Object>();
    for (int t = 0; t < point.lookups().size(); t++) {
      tables.put(requests.tables().get(t).name(), point.lookups().get(t));
    }
    json.put("tables", tables);
    return json;
  }

  /** A recommended size. */
  public static Map<String, Object> of(
      SizeSearch.Found found, double target, Requests requests, int rowBytes) {
    var json = new LinkedHashMap<String, Object>();
    json.put("policy", found.policy());
    json.put("target_hit_ratio", target);
    json.put("reached", found.reached());
    json.put("slots", found.size().slots());
    json.put("size", found.size().label());
    json.put("bytes", (long) found.size().slots() * rowBytes);
    json.put("hit_ratio", found.hitRatio());
    json.put("batch", requests.batchSize());
    json.put("sample", requests.sample().rate());
    return json;
  }
}
