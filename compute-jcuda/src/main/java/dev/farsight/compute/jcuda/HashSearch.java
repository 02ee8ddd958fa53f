package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.RowGroups;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import jcuda.driver.JCudaDriver;

/**
 * The search of search.cu, for any batch: all tables' indices are hashed in global memory at once,
 * by as many blocks as there is work for. It costs O(lookups + features), whatever the tables' size
 * and however rows are shared.
 *
 * <p>Device memory: once {@link #bytes}. Pinned memory: 4 bytes a lookup for each batch.
 */
final class HashSearch implements RowSearch {

  // As in search.cu and partition.cu.
  private static final int THREADS = 256;
  private static final int WARPS = THREADS / 32;
  private static final int TILE_WORDS = SearchPlan.TILE / 32;
  private static final int PART = 4096;
  private static final int SCANNING_THREADS = 1024;

  private final BatchSchema schema;
  private final int batchSize;
  private final int maxUniqueRows;
  private final boolean grouped;
  private final PinnedMemory pinned;
  private final Kernels kernels;
  private final TableMajorCopy copy;
  private final Device indices;
  private final Device records;
  private final Device entries;
  private final long counts;
  private final Launch claim;
  private final Launch mark;
  private final Launch scanTiles;
  private final Launch startTables;
  private final Launch number;
  private final Launch refer;
  private Launch countGroups;
  private Launch scanGroups;
  private Launch startGroups;
  private Launch placeGroups;

  static KernelSource source(StepSpec spec, RowGroups groups) {
    return KernelSource.of(
        "search",
        List.of("warps.cu", "found.cu", "partition.cu", "search.cu"),
        Map.of("TABLES", spec.schema().tables().size(), "GROUPS", groups.count()));
  }

  /** Whether a block has the shared memory to count so many groups. */
  static boolean fits(RowGroups groups, int sharedBytes) {
    return groupingBytes(groups) <= sharedBytes;
  }

  private static int groupingBytes(RowGroups groups) {
    return WARPS * groups.count() * Integer.BYTES;
  }

  /**
   * Device memory taken, beside what groups need: a count for every 4,096 unique rows and group.
   */
  static long bytes(StepSpec spec) {
    BatchSchema schema = spec.schema();
    long tiles = SearchPlan.maxTiles(schema, spec.batchSize());
    return schema.maxLookups(spec.batchSize()) * Integer.BYTES
        + SearchPlan.maxBytes(schema, spec.batchSize())
        + SearchPlan.maxEntries(schema, spec.batchSize()) * Long.BYTES
        + tiles * (TILE_WORDS + 1) * Integer.BYTES
        + (long) spec.maxUniqueRows() * Integer.BYTES;
  }

  HashSearch(
      JcudaBackend backend,
      StepSpec spec,
      RowGroups groups,
      FoundOnDevice found,
      DeviceMemory memory,
      PinnedMemory pinned) {
    schema = spec.schema();
    batchSize = spec.batchSize();
    maxUniqueRows = spec.maxUniqueRows();
    grouped = groups.count() > 1;
    this.pinned = pinned;
    kernels = backend.load(source(spec, groups));
    copy = new TableMajorCopy(schema, batchSize);
    long tileCount = SearchPlan.maxTiles(schema, batchSize);
    indices = array(memory, schema.maxLookups(batchSize));
    records = Device.at(memory.allocate("indices", SearchPlan.maxBytes(schema, batchSize)));
    entries = array(memory, 2 * SearchPlan.maxEntries(schema, batchSize));
    long firsts = array(memory, tileCount * TILE_WORDS).address();
    counts = array(memory, tileCount + 1).address();
    long groupOf = array(memory, grouped ? maxUniqueRows : 1).address();
    long tables = records.address();
    long tiles = tables + SearchPlan.tilesAt(schema);
    claim = tiled("claim_entries", tiles, tables, indices.address(), entries.address(), 0);
    mark = tiled("mark_firsts", tiles, entries.address(), 0, firsts, counts);
    scanTiles = scan(counts, 0, 0);
    startTables = tiled("start_tables", tables, counts, found.address());
    number =
        tiled(
            "number_rows",
            tiles,
            indices.address(),
            0,
            firsts,
            counts,
            found.offsets(),
            found.groupOfTable(),
            entries.address(),
            groupOf,
            found.address());
    refer = tiled("refer_lookups", tiles, entries.address(), 0, found.address());
    if (grouped) {
      prepareGrouping(groups, groupOf, found, memory);
    }
  }

  private void prepareGrouping(
      RowGroups groups, long groupOf, FoundOnDevice found, DeviceMemory memory) {
    int count = groups.count();
    long inParts = array(memory, (long) count * parts(maxUniqueRows)).address();
    long starts = found.groupStarts();
    countGroups =
        Launch.sharing(
                Stage.UNIQUE,
                kernels,
                "count_groups",
                count * Integer.BYTES,
                groupOf,
                found.address(),
                inParts)
            .block(THREADS, 1);
    scanGroups = scan(inParts, 0, starts).grid(count, 1);
    startGroups = scan(starts, count, starts + (long) count * Integer.BYTES);
    placeGroups =
        Launch.sharing(
                Stage.UNIQUE,
                kernels,
                "place_groups",
                groupingBytes(groups),
                groupOf,
                inParts,
                found.address())
            .block(THREADS, 1);
  }

  private static Device array(DeviceMemory memory, long words) {
    return Device.at(memory.allocate("the search for unique rows", words * Integer.BYTES));
  }

  private Launch tiled(String name, long... values) {
    return Launch.of(Stage.UNIQUE, kernels, name, values).block(THREADS, 1);
  }

  private Launch scan(long... values) {
    return Launch.of(Stage.UNIQUE, kernels, "scan_rows", values).block(SCANNING_THREADS, 1);
  }

  private static int parts(int rows) {
    return (int) ((rows + PART - 1L) / PART);
  }

  @Override
  public Sought sought() {
    return new Indices();
  }

  /** The indices of a batch in table-major order, and the plan. */
  private final class Indices implements Sought {

    private final IntBuffer host = pinned.ints(schema.maxLookups(batchSize));
    private final SearchPlan plan = new SearchPlan(schema, batchSize, pinned);
    private final Host indicesAt = Host.of(host);
    private final Host recordsAt = Host.of(plan.records());
    private int lookups;

    @Override
    public void take(Batch batch) {
      lookups = batch.lookups();
      plan.make(batch);
      copy.copy(batch, plan, host);
    }

    @Override
    public void upload(Stream stream) {
      upload(records, recordsAt, plan.recordBytes(), stream);
      if (lookups > 0) {
        upload(indices, indicesAt, (long) lookups * Integer.BYTES, stream);
      }
    }

    private void upload(Device to, Host from, long bytes, Stream stream) {
      check(
          "the copy of indices to the device",
          JCudaDriver.cuMemcpyHtoDAsync(to, from, bytes, stream));
    }

    @Override
    public void find(long uniqueOf, Stream stream) {
      int tiles = plan.tiles();
      if (tiles > 0) {
        empty(plan.entries(), stream);
        claim.set(4, uniqueOf);
        claim.grid(tiles, 1).enqueue(stream);
        mark.set(2, uniqueOf);
        mark.grid(tiles, 1).enqueue(stream);
      }
      scanTiles.set(1, tiles);
      scanTiles.set(2, counts + (long) tiles * Integer.BYTES);
      scanTiles.enqueue(stream);
      startTables.enqueue(stream);
      if (tiles > 0) {
        number.set(2, uniqueOf);
        number.grid(tiles, 1).enqueue(stream);
        refer.set(2, uniqueOf);
        refer.grid(tiles, 1).enqueue(stream);
      }
      if (grouped) {
        group(parts(Math.min(maxUniqueRows, lookups)), stream);
      }
    }

    private void group(int parts, Stream stream) {
      if (parts > 0) {
        countGroups.grid(parts, 1).enqueue(stream);
      }
      scanGroups.set(1, parts);
      scanGroups.enqueue(stream);
      startGroups.enqueue(stream);
      if (parts > 0) {
        placeGroups.grid(parts, 1).enqueue(stream);
      }
    }
  }

  private void empty(long count, Stream stream) {
    check("cuMemsetD32Async", JCudaDriver.cuMemsetD32Async(entries, -1, 2 * count, stream));
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public void close() {
    copy.close();
    kernels.close();
  }
}
