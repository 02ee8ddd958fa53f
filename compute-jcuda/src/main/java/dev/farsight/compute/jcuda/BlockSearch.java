package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.RowGroups;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import jcuda.driver.JCudaDriver;

/**
 * The search of unique.cu, where a {@linkplain BlockForEachTable#finds block takes a table}: it
 * hashes the table's indices in shared memory, and then tables are put together.
 *
 * <p>Device memory: once {@link #bytes}. Pinned memory: 4 bytes a lookup for each batch.
 */
final class BlockSearch implements RowSearch {

  private final StepSpec spec;
  private final PinnedMemory pinned;
  private final Kernels kernels;
  private final Device indices;
  private final Launch find;
  private final Launch join;

  static KernelSource source(StepSpec spec, RowGroups groups) {
    int entries = BlockForEachTable.entries(spec.batchSize());
    return KernelSource.of(
        "unique",
        List.of("warps.cu", "found.cu", "unique.cu"),
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
            groups.count()));
  }

  /**
   * Device memory taken, beside some bytes a table and group: indices, and what is found in each.
   */
  static long bytes(StepSpec spec) {
    return 3 * spec.schema().maxLookups(spec.batchSize()) * Integer.BYTES;
  }

  BlockSearch(
      JcudaBackend backend,
      StepSpec spec,
      RowGroups groups,
      FoundOnDevice found,
      DeviceMemory memory,
      PinnedMemory pinned) {
    this.spec = spec;
    this.pinned = pinned;
    kernels = backend.load(source(spec, groups));
    int tables = spec.schema().tables().size();
    indices = Device.at(memory.allocate("indices", lookups() * Integer.BYTES));
    long unique = memory.allocate("unique rows", lookups() * 2 * Integer.BYTES);
    long uniques = memory.allocate("unique rows", (long) tables * Integer.BYTES);
    long inGroup = memory.allocate("unique rows", (long) tables * groups.count() * Integer.BYTES);
    find =
        Launch.sharing(
                Stage.UNIQUE,
                kernels,
                "find_unique",
                BlockForEachTable.findingBytes(spec.batchSize()),
                indices.address(),
                0,
                found.offsets(),
                found.groupOfTable(),
                0,
                unique,
                uniques,
                inGroup)
            .grid(tables, 1)
            .block(BlockForEachTable.FINDING_THREADS, 1);
    join =
        Launch.of(
                Stage.UNIQUE,
                kernels,
                "join_tables",
                0,
                found.offsets(),
                found.groupOfTable(),
                unique,
                uniques,
                inGroup,
                0,
                found.address())
            .grid(tables, 1)
            .block(BlockForEachTable.FINDING_THREADS, 1);
  }

  private long lookups() {
    return spec.schema().maxLookups(spec.batchSize());
  }

  @Override
  public Sought sought() {
    return new Indices();
  }

  /** The indices of a batch, table by table. */
  private final class Indices implements Sought {

    private final IntBuffer host = pinned.ints(lookups());
    private final Host address = Host.of(host);
    private int samples;
    private int lookups;

    @Override
    public void take(Batch batch) {
      samples = batch.samples();
      lookups = batch.lookups();
      for (int t = 0; t < spec.schema().tables().size(); t++) {
        host.put(batch.lookupStart(t), batch.indices(t), 0, samples);
      }
    }

    @Override
    public void upload(Stream stream) {
      check(
          "the copy of indices to the device",
          JCudaDriver.cuMemcpyHtoDAsync(indices, address, (long) lookups * Integer.BYTES, stream));
    }

    @Override
    public void find(long uniqueOf, Stream stream) {
      find.set(1, samples);
      find.set(4, uniqueOf);
      find.enqueue(stream);
      join.set(0, samples);
      join.set(6, uniqueOf);
      join.enqueue(stream);
    }
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public void close() {
    kernels.close();
  }
}
