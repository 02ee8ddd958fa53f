package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.table.RowGroups;
import java.util.IdentityHashMap;
import jcuda.driver.JCudaDriver;

/**
 * Finds unique rows on a stream of its own: indices to the device, the search there, and what was
 * found is written to the host. Which unique row a lookup refers to stays on the device.
 *
 * <p>Device memory: 4 bytes a lookup for each batch that is read ahead, and once 32 bytes a unique
 * row and what the search takes. Pinned memory: 4 bytes a lookup and 32 bytes a unique row for each
 * batch.
 */
final class JcudaRowFinder implements RowFinder {

  private static final int DELIVERING_BLOCKS = 8;
  private static final int DELIVERING_THREADS = 256;

  private final Gpu gpu;
  private final Stream stream;
  private final Timeline timeline;
  private final StepSpec spec;
  private final RowGroups groups;
  private final DeviceMemory memory;
  private final PinnedMemory pinned;

  /** What was found, until it is delivered. */
  private final FoundOnDevice found;

  private final RowSearch search;
  private final Launch deliver;
  private final IdentityHashMap<FoundRows, Room> rooms = new IdentityHashMap<>();

  /** Whether this device can divide rows into so many groups. */
  static boolean fits(RowGroups groups, Gpu gpu) {
    return HashSearch.fits(groups, gpu.sharedBytes());
  }

  /**
   * @param memory of the step, which frees it
   */
  JcudaRowFinder(JcudaBackend backend, StepSpec spec, RowGroups groups, DeviceMemory memory) {
    this.gpu = backend.device();
    this.stream = backend.search();
    this.timeline = backend.timeline();
    this.spec = spec;
    this.groups = groups;
    this.memory = memory;
    this.pinned = new PinnedMemory(gpu);
    gpu.enter();
    found = new FoundOnDevice(groups, spec.maxUniqueRows(), memory, pinned, stream);
    search =
        BlockForEachTable.finds(spec, groups, gpu.sharedBytes())
            ? new BlockSearch(backend, spec, groups, found, memory, pinned)
            : new HashSearch(backend, spec, groups, found, memory, pinned);
    deliver =
        Launch.of(Stage.UNIQUE, search.kernels(), "deliver", 0, found.address())
            .grid(DELIVERING_BLOCKS, found.pieces())
            .block(DELIVERING_THREADS, 1);
  }

  /** What the host and later stages need of one batch. */
  private final class Room {
    private final RowSearch.Sought sought;
    private final long uniqueOf;
    private final long pieces;
    private final EventTicket done;

    Room(FoundRows rows) {
      sought = search.sought();
      long lookups = spec.schema().maxLookups(spec.batchSize());
      uniqueOf = memory.allocate("a batch", lookups * Integer.BYTES);
      pieces = memory.allocate("unique rows", found.piecesBytes());
      check(
          "a copy to the device",
          JCudaDriver.cuMemcpyHtoDAsync(
              Device.at(pieces), found.piecesTo(rows, pinned), found.piecesBytes(), stream));
      Gpu.synchronize(stream);
      done = new EventTicket(gpu, timeline, "the search for unique rows");
    }
  }

  @Override
  public FoundRows room() {
    gpu.enter();
    var rows = new FoundRows(groups, spec.maxUniqueRows(), pinned);
    rooms.put(rows, new Room(rows));
    return rows;
  }

  /** Address of the unique row of each lookup. */
  long uniqueOf(FoundRows rows) {
    return rooms.get(rows).uniqueOf;
  }

  @Override
  public Ticket find(Batch batch, FoundRows into) {
    gpu.enter();
    long begun = System.nanoTime();
    Room room = rooms.get(into);
    // A search that nobody waited for may still read the indices.
    room.done.await();
    room.sought.take(batch);
    var copy = timeline.begin(Stage.BATCH_IN, "device: unique rows", stream);
    room.sought.upload(stream);
    timeline.end(copy, stream);
    var searching = timeline.begin(Stage.UNIQUE, "device: unique rows", stream);
    room.sought.find(room.uniqueOf, stream);
    deliver.set(0, room.pieces);
    deliver.enqueue(stream);
    timeline.end(searching, stream);
    timeline.host("give indices to the device", begun);
    return room.done.record(stream);
  }

  @Override
  public void close() {
    gpu.enter();
    Closing.all(() -> Gpu.synchronize(stream), this::destroyRooms, search, pinned);
  }

  private void destroyRooms() {
    rooms.values().forEach(room -> room.done.destroy());
    rooms.clear();
  }
}
