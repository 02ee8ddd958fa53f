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

  /** Inserts remembered one by one; a copy comes after all that are forgotten. */
  private static final int REMEMBERED = 16;

  private final Gpu gpu;
  private final Timeline timeline;
  private final PinnedRing rows;
  private final long hostKeys;
  private final long hostScales;
  private final long keys;
  private final long scales;
  private final Stream stream;
  private final Stretches<CUevent> staged;
  private final Insert[] inserted = new Insert[REMEMBERED];
  private int nextInserted;

  /** An insert of rows [from, from + rows), and the event after it; none where rows is 0. */
  private static final class Insert {
    private final CUevent event;
    private int from;
    private int rows;

    Insert(CUevent event) {
      this.event = event;
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
    this.hostScales = Host.of(ring.seeds().scales()).address();
    this.rows = new PinnedRing(ring, memory.allocate("the in-ring", ring.offset(ring.capacity())));
    this.keys = memory.allocate("the in-ring", (long) ring.capacity() * Long.BYTES);
    this.scales = memory.allocate("the in-ring", (long) ring.capacity() * Float.BYTES);
    this.stream = stream;
    staged = new Stretches<>(gpu::event);
    for (int i = 0; i < REMEMBERED; i++) {
      inserted[i] = new Insert(gpu.event());
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

  /** Address of the scale of a row that is to be drawn. */
  long scale(int row) {
    return scales + (long) row * Float.BYTES;
  }

  /** Starts the copy of a stretch. */
  synchronized void stage(int from, int count) {
    gpu.enter();
    for (int back = 1; back <= REMEMBERED; back++) {
      Insert use = inserted[Math.floorMod(nextInserted - back, REMEMBERED)];
      if (use.overlaps(from, count)) {
        Gpu.await(stream, use.event);
        break;
      }
    }
    var span = timeline.begin(Stage.ROWS_IN, "device: rows in", stream);
    rows.toDevice(from, count, stream);
    copy(key(from), hostKeys + (long) from * Long.BYTES, (long) count * Long.BYTES);
    copy(scale(from), hostScales + (long) from * Float.BYTES, (long) count * Float.BYTES);
    timeline.end(span, stream);
    Gpu.record(staged.add(from, count), stream);
  }

  private void copy(long to, long from, long bytes) {
    check(
        "the copy of rows' seeds to the device",
        JCudaDriver.cuMemcpyHtoDAsync(Device.at(to), new Host(from), bytes, stream));
  }

  /** {@code lane} waits for the copy of a stretch. If that was not staged, it is started now. */
  synchronized void await(int from, int rows, Stream lane) {
    CUevent copied = staged.take(from, rows);
    if (copied == null) {
      stage(from, rows);
      copied = staged.take(from, rows);
    }
    Gpu.await(lane, copied);
  }

  /** All that {@code lane} was given so far may read the stretch. */
  synchronized void inserted(int from, int rows, Stream lane) {
    Insert use = inserted[nextInserted];
    nextInserted = (nextInserted + 1) % REMEMBERED;
    if (use.rows > 0) {
      // Forgotten from here on, so every later copy comes after it.
      Gpu.await(stream, use.event);
    }
    use.from = from;
    use.rows = rows;
    Gpu.record(use.event, lane);
  }

  void destroy() {
    staged.forEachEvent(JCudaDriver::cuEventDestroy);
    for (Insert insert : inserted) {
      JCudaDriver.cuEventDestroy(insert.event);
    }
  }
}
