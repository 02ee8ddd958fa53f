package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a checkpoint for followers of the run: weights without optimizer state. A base has
 * all rows that were written; each delta has the rows changed from one checkpoint to the next. The
 * base and the deltas after it are the rows of the checkpoint. Deltas that end at the base or
 * before are for followers that have an earlier checkpoint.
 *
 * @param base of this checkpoint or an earlier one
 * @param deltas contiguous, ascending; the last one ends at this checkpoint. Empty if the base is
 *     of this checkpoint and there is no way from the one before
 */
record Deltas(File base, List<Delta> deltas) {

  /** The key of {@code checkpoint.json}. */
  static final String KEY = "deltas";

  /**
   * A file of weights.
   *
   * @param step of the checkpoint whose values it has
   * @param rows number of rows
   * @param bytes length of the file
   * @param rowsSum {@link RowsDigest} of the rows
   */
  record File(long step, long rows, long bytes, long rowsSum) {

    private Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("step", step);
      json.put("rows", rows);
      json.put("bytes", bytes);
      json.put("rows_sum", Long.toHexString(rowsSum));
      return json;
    }

    private static File of(Config json) {
      return new File(
          json.getLong("step"),
          json.getLong("rows"),
          json.getLong("bytes"),
          Long.parseUnsignedLong(json.getString("rows_sum"), 16));
    }
  }

  /**
   * The rows changed between two checkpoints.
   *
   * @param since step of the earlier one
   * @param sinceChain {@link Digests#chain} of the earlier one
   * @param file of the later one
   */
  record Delta(long since, String sinceChain, File file) {}

  /**
   * @throws IllegalArgumentException if there is a gap
   */
  Deltas {
    deltas = List.copyOf(deltas);
    for (int d = 0; d < deltas.size(); d++) {
      Delta delta = deltas.get(d);
      if (delta.since() >= delta.file().step()
          || (d > 0 && delta.since() != deltas.get(d - 1).file().step())) {
        throw new IllegalArgumentException(KEY + ": has a gap before step " + delta.file().step());
      }
    }
    if (!deltas.isEmpty() && deltas.get(0).since() > base.step()) {
      throw new IllegalArgumentException(KEY + ": has a gap after the base");
    }
  }

  /** Step of the checkpoint to which the files lead. */
  long step() {
    return deltas.isEmpty() ? base.step() : deltas.get(deltas.size() - 1).file().step();
  }

  /** Step of the earliest checkpoint from which deltas lead here. */
  long sinceStep() {
    return deltas.isEmpty() ? base.step() : deltas.get(0).since();
  }

  /** The deltas after a step, in order. */
  List<Delta> after(long step) {
    return deltas.stream().filter(delta -> delta.since() >= step).toList();
  }

  /** Rows in the base and the deltas after it; a row in several files counts several times. */
  long rows() {
    return base.rows() + after(base.step()).stream().mapToLong(d -> d.file().rows()).sum();
  }

  /** Bytes of all files. */
  long bytes() {
    return base.bytes() + deltas.stream().mapToLong(delta -> delta.file().bytes()).sum();
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("base", base.json());
    var list = new ArrayList<Map<String, Object>>();
    for (Delta delta : deltas) {
      Map<String, Object> deltaJson = delta.file().json();
      deltaJson.put("since_step", delta.since());
      deltaJson.put("since_chain_sha256", delta.sinceChain());
      list.add(deltaJson);
    }
    json.put("files", list);
    return json;
  }

  /** Reads the result of {@link #json}. */
  static Deltas of(Config json) {
    var deltas = new ArrayList<Delta>();
    for (Config delta : json.getConfigList("files")) {
      deltas.add(
          new Delta(
              delta.getLong("since_step"), delta.getString("since_chain_sha256"), File.of(delta)));
    }
    return new Deltas(File.of(json.getConfig("base")), deltas);
  }
}
