package dev.farsight.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.sharding.TableLoad;
import dev.farsight.engine.statistics.RowCounts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rows of a step, from samples and from counts, against sets of the rows that were drawn. */
class RowLoadsTest {

  private static final int DEVICES = 2;
  private static final int PART = 64;
  private static final int STEPS = 300;
  private static final TableSet TABLES =
      new TableSet(List.of(new Table("few", 5), new Table("many", 3000), new Table("some", 200)));

  /** By step, device and sample: a row of each table, small numbers more often. */
  private final List<List<long[]>> steps = new ArrayList<>();

  private final Random random = new Random(11);

  RowLoadsTest() {
    for (int step = 0; step < STEPS; step++) {
      var parts = new ArrayList<long[]>();
      for (int device = 0; device < DEVICES; device++) {
        long[] rows = new long[PART * TABLES.size()];
        for (int i = 0; i < rows.length; i++) {
          int table = i % TABLES.size();
          double skewed = Math.pow(random.nextDouble(), 4);
          rows[i] = TABLES.rowId(table, (int) (skewed * TABLES.get(table).rows()));
        }
        parts.add(rows);
      }
      steps.add(parts);
    }
  }

  private static Set<Long> ofTable(Iterable<long[]> parts, int table) {
    var rows = new HashSet<Long>();
    for (long[] part : parts) {
      for (long row : part) {
        if (TABLES.tableOf(row) == table) {
          rows.add(row);
        }
      }
    }
    return rows;
  }

  private static double meanOfSteps(List<List<long[]>> steps, int table) {
    return steps.stream().mapToInt(parts -> ofTable(parts, table).size()).average().orElseThrow();
  }

  private static double meanOfDevices(List<List<long[]>> steps, int table) {
    return steps.stream()
        .flatMap(List::stream)
        .mapToInt(part -> ofTable(List.of(part), table).size())
        .average()
        .orElseThrow();
  }

  @Test
  void samplesTellWhatTheFirstStepsLookUp() {
    var schema = new BatchSchema(1, TABLES, true, false);
    List<List<long[]>> first = steps.subList(0, 3);
    List<long[]> unique =
        first.stream()
            .flatMap(List::stream)
            .map(rows -> java.util.Arrays.stream(rows).sorted().distinct().toArray())
            .toList();
    RowLoads loads = RowLoads.of(first(unique), schema, DEVICES, false);
    for (int t = 0; t < TABLES.size(); t++) {
      TableLoad load = loads.tables().get(t);
      Set<Long> missed = ofTable(first.get(2), t);
      missed.removeAll(ofTable(first.get(0), t));
      missed.removeAll(ofTable(first.get(1), t));
      assertThat(load.stepRows()).isCloseTo(meanOfSteps(first, t), within(1e-9));
      assertThat(load.rankRows()).isCloseTo(meanOfDevices(first, t), within(1e-9));
      assertThat(load.missedRows()).isEqualTo(missed.size());
      assertThat(load.rankBags()).isEqualTo(PART);
      assertThat(load.rankLookups()).isEqualTo(PART * (t + 1));
    }
  }

  /** What is read of some batches, as if each table had one lookup more than the one before it. */
  private static FirstBatches first(List<long[]> unique) {
    long samples = (long) unique.size() * PART;
    return new FirstBatches(unique, samples, List.of(samples, 2 * samples, 3 * samples));
  }

  @Test
  void countsForetellWhatStepsLookUp() {
    RowCounts counts = RowCounts.none(TABLES);
    for (List<long[]> parts : steps) {
      for (long[] rows : parts) {
        for (long row : rows) {
          int table = TABLES.tableOf(row);
          counts.ofTable(table)[TABLES.indexOf(table, row)]++;
        }
      }
    }
    var schema = new BatchSchema(1, TABLES, true, false);
    int samples = STEPS * DEVICES * PART;
    for (int known : new int[] {samples, -1}) {
      var counted = new CountedLoads(counts, schema, known);
      RowLoads loads = counted.of(DEVICES * PART, DEVICES, 300);
      RowLoads resident = counted.of(DEVICES * PART, DEVICES, TABLES.rows());
      for (int t = 0; t < TABLES.size(); t++) {
        TableLoad load = loads.tables().get(t);
        double stepRows = meanOfSteps(steps, t);
        double rankRows = meanOfDevices(steps, t);
        assertThat(load.stepRows()).isCloseTo(stepRows, within(stepRows / 30));
        assertThat(load.rankRows()).isCloseTo(rankRows, within(rankRows / 30));
        assertThat(resident.tables().get(t).missedRows()).isZero();
        assertThat(load.rankBags()).isEqualTo(PART);
        assertThat(load.rankLookups()).isCloseTo(PART, within(1e-9));
      }
      // The most frequent 300 rows are most of the small tables, and few of the large one.
      assertThat(loads.tables().get(0).missedRows()).isZero();
      assertThat(loads.tables().get(1).missedRows())
          .isBetween(10., loads.tables().get(1).stepRows() - 1);
    }
  }

  @Test
  void withoutDataTheMostIsTold() {
    var schema = new BatchSchema(1, TABLES, true, false);
    RowLoads loads = RowLoads.atMost(schema, 128, DEVICES, false);
    assertThat(loads.tables().get(0)).isEqualTo(new TableLoad("few", 5, 5, 5, 5, 64, 64));
    assertThat(loads.tables().get(1)).isEqualTo(new TableLoad("many", 3000, 64, 128, 128, 64, 64));
  }
}
