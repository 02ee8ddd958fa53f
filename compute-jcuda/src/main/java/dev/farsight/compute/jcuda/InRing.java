package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.memory.RowBuffer;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/**
 * The in-ring's mirror on the device. Stretches are copied beside the lane once staged, each after
 * the last insert that read from where it goes. Thread-safe; a call costs some microseconds.
 */
final class InRing {

  /** Stretches remembered, of each kind. */
  private static final int REMEMBERED = 16;

  private final Gpu gpu;
  private final Timeline timeline;
  private final PinnedRing rows;
  private final long hostKeys;
  private final long hostBounds;
  private final long keys;
  private final long bounds;
  private final Stream stream;
  private final Stretch[] staged = new Stretch[REMEMBERED];
  private final Stretch[] inserted = new Stretch[REMEMBERED];
  private int nextStaged;
  private int nextInserted;

  /** Rows [from, from + rows) and the event of what was done with them; none where rows is 0. */
  static final class Stretch {
    private final CUevent event;
    private int from;
    private int rows;

    Stretch(CUevent event) {
      this.event = event;
    }

    void hold(Stream stream) {
      Gpu.await(stream, event);
    }

    private boolean overlaps(int otherFrom, int otherRows) {
      return rows > 0 && from < otherFrom + otherRows && otherFrom < from + rows;
    }
  }

  /**
   * @param ring takes seeds
   * @param memory where the mirror is allocated
   * @param stream for the copies
   */
  InRing(Gpu gpu, Timeline timeline, RowBuffer ring, DeviceMemory memory, Stream stream) {
    this.gpu = gpu;
    this.timeline = timeline;
    this.hostKeys = Host.of(ring.seeds().keys()).address();
    this.hostBounds = Host.of(ring.seeds().bounds()).address();
    this.rows = new PinnedRing(ring, memory.allocate("the in-ring", ring.offset(ring.capacity())));
    this.keys = memory.allocate("the in-ring", (long) ring.capacity() * Long.BYTES);
    this.bounds = memory.allocate("the in-ring", (long) ring.capacity() * Float.BYTES);
    this.stream = stream;
    for (int i = 0; i < REMEMBERED; i++) {
      staged[i] = new Stretch(gpu.event());
      inserted[i] = new Stretch(gpu.event());
    }
  }

  /** Address of a row on the device. */
  long address(int row) {
    return rows.onDevice(row);
  }

  /** Address of the key that a row may be drawn from. */
  long key(int row) {
    return keys + (long) row * Long.BYTES;
  }

  /** Address of the bound of a row that is to be drawn. */
  long bound(int row) {
    return bounds + (long) row * Float.BYTES;
  }

  /** Starts the copy of a stretch. */
  synchronized Stretch stage(int from, int count) {
    gpu.enter();
    for (int back = 1; back <= REMEMBERED; back++) {
      Stretch use = inserted[Math.floorMod(nextInserted - back, REMEMBERED)];
      if (use.overlaps(from, count)) {
        use.hold(stream);
        break;
      }
    }
    var span = timeline.begin(Stage.ROWS_IN, "device: rows in", stream);
    rows.toDevice(from, count, stream);
    copy(key(from), hostKeys + (long) from * Long.BYTES, (long) count * Long.BYTES);
    copy(bound(from), hostBounds + (long) from * Float.BYTES, (long) count * Float.BYTES);
    timeline.end(span, stream);
    Stretch stretch = staged[nextStaged];
    nextStaged = (nextStaged + 1) % REMEMBERED;
    stretch.from = from;
    stretch.rows = count;
    Gpu.record(stretch.event, stream);
    return stretch;
  }

  private void copy(long to, long from, long bytes) {
    check(
        "the copy of rows' seeds to the device",
        JCudaDriver.cuMemcpyHtoDAsync(Device.at(to), new Host(from), bytes, stream));
  }

  /** The copy of a stretch that was staged or, if it was not, is started now. */
  synchronized Stretch take(int from, int rows) {
    Stretch found = null;
    for (int back = 1; back <= REMEMBERED; back++) {
      Stretch stretch = staged[Math.floorMod(nextStaged - back, REMEMBERED)];
      if (stretch.from == from && stretch.rows == rows) {
        found = found == null ? stretch : found;
        stretch.rows = 0;
      }
    }
    if (found == null) {
      found = stage(from, rows);
      found.rows = 0;
    }
    return found;
  }

  /** All that {@code lane} was given so far may read the stretch. */
  synchronized void inserted(int from, int rows, Stream lane) {
    Stretch use = inserted[nextInserted];
    nextInserted = (nextInserted + 1) % REMEMBERED;
    if (use.rows > 0) {
      // Forgotten from here on, so every later copy comes after it.
      use.hold(stream);
    }
    use.from = from;
    use.rows = rows;
    Gpu.record(use.event, lane);
  }

  void destroy() {
    for (int i = 0; i < REMEMBERED; i++) {
      JCudaDriver.cuEventDestroy(staged[i].event);
      JCudaDriver.cuEventDestroy(inserted[i].event);
    }
  }
}
