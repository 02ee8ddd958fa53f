package dev.farsight.engine.share;

import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.RowOwners;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which process has which rows. All processes have equally many ranks: of D each, rank r is device
 * r % D of process r / D. Replicated rows are on all processes; where they must be read or counted
 * once, they are those of process 0. Immutable.
 */
public final class RowProcesses {

  private final RowOwners owners;
  private final int processes;

  /**
   * @throws IllegalArgumentException if the ranks cannot be divided evenly, or if rows are divided
   *     by column over several processes: none has whole rows then
   */
  public RowProcesses(RowOwners owners, int processes) {
    if (processes < 1 || owners.ranks() % processes != 0) {
      throw new IllegalArgumentException(
          owners.ranks() + " ranks on " + processes + " processes; each needs as many");
    }
    if (owners.columns() && processes > 1) {
      throw new IllegalArgumentException(
          "rows are divided by column over " + processes + " processes; none has whole rows");
    }
    this.owners = owners;
    this.processes = processes;
  }

  /** How many processes there are. */
  public int count() {
    return processes;
  }

  /** The ranks of a process, in order. */
  public List<Integer> ranksOf(int process) {
    int devices = owners.ranks() / processes;
    return IntStream.range(process * devices, (process + 1) * devices).boxed().toList();
  }

  /** The process that has a row; of a replicated one, 0. */
  public int of(long row) {
    int rank = owners.rankOf(row);
    return rank == RegionLayout.ALL_RANKS ? 0 : rank / (owners.ranks() / processes);
  }

  /** Whether all processes have the rows of a table. */
  boolean replicates(TableSet tables, int table) {
    return owners.rankOf(tables.offset(table)) == RegionLayout.ALL_RANKS;
  }
}
