package dev.farsight.engine.share;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Reads a few rows of all processes at a time: sorts the ids by process, asks the others, reads the
 * own rows meanwhile, and puts all rows where they belong. Allocates nothing once it is made. Not
 * thread-safe.
 */
final class RowRequests {

  private static final LongBuffer NO_LONGS = LongBuffer.allocate(0);
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

  private final RowReader own;
  private final RowProcesses processes;
  private final Collective group;
  private final GatherCommand command;
  private final int rowBytes;

  /** By process, then in the order asked. */
  private final long[] ids;

  private final LongBuffer idsSent;

  /** Where in the target each of them goes. */
  private final int[] places;

  private final RowBuffer rows;

  /** Where the rows of each process begin; while sorting, where the next one goes. */
  private final int[] starts;

  private final int[] next;
  private final int[] idStarts;
  private final int[] byteStarts;
  private final int[] none;

  RowRequests(RowReader own, RowProcesses processes, Collective group, GatherCommand command) {
    this.own = own;
    this.processes = processes;
    this.group = group;
    this.command = command;
    rowBytes = own.spec().format().bytes();
    int most = GatherCommand.chunkRows(rowBytes);
    ids = new long[most];
    idsSent = LongBuffer.wrap(ids);
    places = new int[most];
    rows = RowBuffer.allocate(own.spec().format(), most, HostBuffers.plain());
    starts = new int[group.ranks() + 1];
    next = new int[group.ranks() + 1];
    idStarts = new int[group.ranks() + 1];
    byteStarts = new int[group.ranks() + 1];
    none = new int[group.ranks() + 1];
  }

  /** How many rows can be read at a time. */
  int most() {
    return ids.length;
  }

  /** As {@link RowReader#read}. The rows are copied, also if the target takes seeds. */
  void read(long[] asked, int from, int count, RowBuffer target, int targetRow) {
    sort(asked, from, count);
    int mine = starts[1];
    for (int p = 0; p < processes.count(); p++) {
      command.rows(p, starts[p + 1] - starts[p]);
      idStarts[p + 1] = starts[p + 1];
      byteStarts[p + 1] = idStarts[p + 1] * rowBytes;
    }
    // What would go to this process itself stays here: its piece is empty.
    idStarts[0] = mine;
    byteStarts[0] = mine * rowBytes;
    command.send(GatherCommand.Kind.READ, 0, 0);
    group.allToAllv(idsSent, idStarts, NO_LONGS, none);
    own.read(ids, 0, mine, rows, 0).await();
    group.allToAllv(NO_BYTES, none, rows.bytes(), byteStarts);
    for (int i = 0; i < count; i++) {
      rows.copyRow(i, target, targetRow + places[i]);
    }
  }

  private void sort(long[] asked, int from, int count) {
    Arrays.fill(starts, 0);
    for (int i = 0; i < count; i++) {
      starts[processes.of(asked[from + i]) + 1]++;
    }
    for (int p = 0; p < processes.count(); p++) {
      starts[p + 1] += starts[p];
    }
    System.arraycopy(starts, 0, next, 0, next.length);
    for (int i = 0; i < count; i++) {
      int at = next[processes.of(asked[from + i])]++;
      ids[at] = asked[from + i];
      places[at] = i;
    }
  }
}
