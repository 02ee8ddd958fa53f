package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which values of a row, weights and then state, a rank has that has columns of it. Written without
 * the engine's own: {@link dev.farsight.api.table.RowColumns}.
 */
final class ColumnPieces {

  /** Positions in the whole row of what the rank has, in order. */
  private final List<Integer> positions = new ArrayList<>();

  private ColumnPieces(StepSpec spec, int rank) {
    int dim = spec.format().dim();
    addDivided(0, dim, rank, spec.exchange().ranks());
    int from = dim;
    for (StatePart part : spec.format().state()) {
      if (part.floats() == dim) {
        addDivided(from, dim, rank, spec.exchange().ranks());
      } else {
        for (int i = 0; i < part.floats(); i++) {
          positions.add(from + i);
        }
      }
      from += part.floats();
    }
  }

  private void addDivided(int from, int values, int rank, int ranks) {
    for (int i = 0; i < values; i++) {
      if (i * ranks / values == rank) {
        positions.add(from + i);
      }
    }
  }

  static ColumnPieces of(StepSpec spec, int rank) {
    return new ColumnPieces(spec, rank);
  }

  /** What the rank has of a row. */
  float[] read(float[] whole) {
    var own = new float[positions.size()];
    for (int i = 0; i < own.length; i++) {
      own[i] = whole[positions.get(i)];
    }
    return own;
  }

  /** Makes rows of what the ranks have. What several ranks have must be the same bits. */
  static Map<Long, float[]> join(StepSpec spec, List<Map<Long, float[]>> byRank) {
    int floats = spec.format().dim() + spec.format().stateFloats();
    var rows = new TreeMap<Long, float[]>();
    for (long id : byRank.get(0).keySet()) {
      var row = new float[floats];
      var known = new boolean[floats];
      for (int rank = 0; rank < byRank.size(); rank++) {
        float[] own = byRank.get(rank).get(id);
        List<Integer> positions = of(spec, rank).positions;
        for (int i = 0; i < own.length; i++) {
          int at = positions.get(i);
          if (known[at]) {
            assertThat(own[i]).as("row %d, value %d of another rank", id, at).isEqualTo(row[at]);
          }
          known[at] = true;
          row[at] = own[i];
        }
      }
      assertThat(known).as("row " + id).doesNotContain(false);
      rows.put(id, row);
    }
    return rows;
  }
}
