package dev.farsight.engine;

import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowWeights;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.checkpoint.FollowedRun;
import dev.farsight.engine.checkpoint.RunVersion;
import dev.farsight.engine.checkpoint.VersionGoneException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Follows a run with rows in maps. Takes deltas where it can, and loads in full where it must. */
final class Follower {

  private final FollowedRun run;
  private RunVersion have;
  private List<Map<Integer, float[]>> rows;
  int advances;
  int fullLoads;
  int gone;

  Follower(Path checkpoints) {
    run = new FollowedRun(checkpoints);
  }

  /** Takes the newest version; returns whether it is another one than before. */
  boolean poll() {
    RunVersion next = run.newest().orElse(null);
    if (next == null || (have != null && next.step() == have.step())) {
      return false;
    }
    try {
      if (have != null && next.obstacle(have).isEmpty()) {
        List<Map<Integer, float[]>> copy = rows.stream().map(Follower::copy).toList();
        next.advance(have, (table, index, weights) -> copy.get(table).put(index, weights.clone()));
        rows = copy;
        advances++;
      } else {
        rows = load(next);
        fullLoads++;
      }
      have = next;
      return true;
    } catch (VersionGoneException e) {
      gone++;
      return false;
    }
  }

  private static Map<Integer, float[]> copy(Map<Integer, float[]> table) {
    return new TreeMap<>(table);
  }

  /** All rows of a version, by table. */
  static List<Map<Integer, float[]>> load(RunVersion version) {
    List<Map<Integer, float[]>> rows = empty(version.initial().tables());
    version.load((table, index, weights) -> rows.get(table).put(index, weights.clone()));
    return rows;
  }

  private static List<Map<Integer, float[]>> empty(TableSet tables) {
    List<Map<Integer, float[]>> rows = new ArrayList<>();
    tables.tables().forEach(table -> rows.add(new TreeMap<>()));
    return rows;
  }

  /** A row's weights, whether it was written or not. */
  static float[] row(InitialRows initial, List<Map<Integer, float[]>> rows, int table, int index) {
    float[] written = rows.get(table).get(index);
    if (written != null) {
      return written;
    }
    RowFormat format = initial.format();
    var words = FloatBuffer.allocate(format.words());
    initial.fill(table, index, words, 0);
    var drawn = new float[format.dim()];
    new RowWeights(format).get(words, 0, drawn);
    return drawn;
  }

  RunVersion have() {
    return have;
  }

  List<Map<Integer, float[]>> rows() {
    return rows;
  }
}
