package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.TableSet;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.JCudaDriver;

/**
 * Finds unique rows on a stream of its own: indices to the device, a block a table hashes them in
 * shared memory, tables are put together, and what was found is written to the host. Which unique
 * row a lookup refers to stays on the device.
 *
 * <p>Device memory: 4 bytes a lookup for each batch that is read ahead, and once 12 bytes a lookup
 * and 32 bytes a unique row. Pinned memory: 4 bytes a lookup and 32 bytes a unique row for each
 * batch.
 */
final class JcudaRowFinder implements RowFinder {

  /** As in unique.cu. */
  private static final int THREADS = 1024;

  /** What is found of this many groups fits the shared memory that every kernel may have. */
  private static final int MOST_GROUPS = 256;

  /** Rounds are bits of a word in unique.cu. */
  private static final int MOST_SAMPLES = 32 * THREADS;

  private static final int DELIVERING_BLOCKS = 8;
  private static final int DELIVERING_THREADS = 256;

  private final Gpu gpu;
  private final Stream stream;
  private final Timeline timeline;
  private final StepSpec spec;
  private final RowGroups groups;
  private final DeviceMemory memory;
  private final PinnedMemory pinned;
  private final Kernels kernels;
  private final Device indices;
  private final Launch find;
  private final Launch join;
  private final Launch deliver;

  /** What was found, until it is delivered. */
  private final FoundOnDevice found;

  private final IdentityHashMap<FoundRows, Room> rooms = new IdentityHashMap<>();

  /** Whether a block of this device has the shared memory for it. */
  static boolean fits(StepSpec spec, RowGroups groups, Gpu gpu) {
    return spec.batchSize() <= MOST_SAMPLES
        && groups.count() <= MOST_GROUPS
        && sharedBytes(spec.batchSize()) <= gpu.sharedBytes();
  }

  /** The hash of a table, and its indices; besides, what kernels declare. */
  private static int sharedBytes(int batchSize) {
    return Integer.BYTES * (entries(batchSize) + batchSize) + (8 << 10);
  }

  private static int entries(int batchSize) {
    return 2 * Integer.highestOneBit(2 * batchSize - 1);
  }

  static KernelSource source(StepSpec spec, RowGroups groups) {
    int entries = entries(spec.batchSize());
    return KernelSource.of(
        "unique",
        List.of("unique.cu"),
        Map.of(
            "BATCH",
            spec.batchSize(),
            "TABLES",
            spec.schema().tables().size(),
            "ENTRIES",
            entries,
            "SHIFT",
            Integer.SIZE - Integer.numberOfTrailingZeros(entries),
            "GROUPS",
            groups.count(),
            "SHARES",
            Math.max(1, groups.shares())));
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
    kernels = backend.load(source(spec, groups));
    TableSet tables = spec.schema().tables();
    int shared = Integer.BYTES * (entries(spec.batchSize()) + spec.batchSize());
    long lookups = lookups();
    indices = Device.at(memory.allocate("indices", lookups * Integer.BYTES));
    long offsets = memory.allocate("unique rows", (long) tables.size() * Long.BYTES);
    long groupOfTable = memory.allocate("unique rows", (long) tables.size() * Integer.BYTES);
    long unique = memory.allocate("unique rows", lookups * 2 * Integer.BYTES);
    long uniques = memory.allocate("unique rows", (long) tables.size() * Integer.BYTES);
    long inGroup =
        memory.allocate("unique rows", (long) tables.size() * groups.count() * Integer.BYTES);
    found = new FoundOnDevice(groups, spec.maxUniqueRows(), memory, pinned);
    ByteBuffer offsetOf = pinned.bytes((long) tables.size() * Long.BYTES);
    IntBuffer groupOf = pinned.ints(tables.size());
    for (int t = 0; t < tables.size(); t++) {
      offsetOf.putLong(t * Long.BYTES, tables.offset(t));
      groupOf.put(t, groups.ofTable(t));
    }
    upload(offsets, Host.of(offsetOf), (long) tables.size() * Long.BYTES);
    upload(groupOfTable, Host.of(groupOf), (long) tables.size() * Integer.BYTES);
    upload(found.address(), found.addresses(), FoundOnDevice.ADDRESSES_BYTES);
    Gpu.synchronize(stream);
    find =
        Launch.sharing(
                Stage.UNIQUE,
                kernels,
                "find_unique",
                shared,
                indices.address(),
                0,
                offsets,
                groupOfTable,
                0,
                unique,
                uniques,
                inGroup)
            .grid(tables.size(), 1)
            .block(THREADS, 1);
    join =
        Launch.of(
                Stage.UNIQUE,
                kernels,
                "join_tables",
                0,
                offsets,
                groupOfTable,
                unique,
                uniques,
                inGroup,
                0,
                found.address())
            .grid(tables.size(), 1)
            .block(THREADS, 1);
    deliver =
        Launch.of(Stage.UNIQUE, kernels, "deliver", 0, found.address())
            .grid(DELIVERING_BLOCKS, found.pieces())
            .block(DELIVERING_THREADS, 1);
  }

  private long lookups() {
    return (long) spec.batchSize() * spec.schema().tables().size();
  }

  private void upload(long to, Host from, long bytes) {
    check(
        "a copy to the device", JCudaDriver.cuMemcpyHtoDAsync(Device.at(to), from, bytes, stream));
  }

  /** What the host and later stages need of one batch. */
  private final class Room {
    private final IntBuffer indices;
    private final Host indicesAt;
    private final long uniqueOf;
    private final long pieces;
    private final EventTicket done;

    Room(FoundRows rows) {
      indices = pinned.ints(lookups());
      indicesAt = Host.of(indices);
      uniqueOf = memory.allocate("a batch", lookups() * Integer.BYTES);
      pieces = memory.allocate("unique rows", found.piecesBytes());
      upload(pieces, found.piecesTo(rows, pinned), found.piecesBytes());
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
    int samples = batch.samples();
    int tables = spec.schema().tables().size();
    for (int t = 0; t < tables; t++) {
      room.indices.put(batch.lookupStart(t), batch.indices(t), 0, samples);
    }
    var copy = timeline.begin(Stage.BATCH_IN, "device: unique rows", stream);
    upload(indices.address(), room.indicesAt, (long) batch.lookups() * Integer.BYTES);
    timeline.end(copy, stream);
    var search = timeline.begin(Stage.UNIQUE, "device: unique rows", stream);
    find.set(1, samples);
    find.set(4, room.uniqueOf);
    find.enqueue(stream);
    join.set(0, samples);
    join.set(6, room.uniqueOf);
    join.enqueue(stream);
    deliver.set(0, room.pieces);
    deliver.enqueue(stream);
    timeline.end(search, stream);
    timeline.host("give indices to the device", begun);
    return room.done.record(stream);
  }

  @Override
  public void close() {
    gpu.enter();
    Closing.all(() -> Gpu.synchronize(stream), this::destroyRooms, kernels, pinned);
  }

  private void destroyRooms() {
    rooms.values().forEach(room -> room.done.destroy());
    rooms.clear();
  }
}
