package dev.farsight.bench;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Rows a second that one thread copies between the off-heap store and a ring, at random; and, as
 * the limit, the same copies out of a plain array. 512 MiB of rows, all written; more with {@code
 * -p mebibytes=8192}, of which the array has the first 512.
 */
@State(Scope.Thread)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StoreBenchmark {

  public static final int ROWS_AN_OPERATION = 4096;
  private static final long ARRAY_BYTES = 512L << 20;

  /** 64 bytes: D=16 under SGD. 516: D=128 and the state of row-wise Adagrad. */
  @Param({"64", "516"})
  public int rowBytes;

  @Param("512")
  public int mebibytes = 512;

  private final SplittableRandom random = new SplittableRandom(3);
  private final long[] ids = new long[ROWS_AN_OPERATION];
  private Workload workload;
  private RowStore store;
  private RowBuffer ring;
  private byte[] array;
  private byte[] target;
  private int rows;
  private int arrayRows;

  @Setup
  public void open() {
    workload = new Workload(1);
    rows = (int) (((long) mebibytes << 20) / rowBytes);
    var tables = new TableSet(List.of(new Table("t", rows)));
    var format = RowFormat.of(rowBytes / 4 - rowBytes % 64 / 4, rowBytes % 64 / 4);
    var own = workload.farsight().section("storage").section("offheap");
    var initial = new InitialRows(tables, format, 1);
    store =
        workload
            .components()
            .stores()
            .get("offheap")
            .open(new StoreSpec(tables, format, initial, own, 1));
    ring = RowBuffer.allocate(format, ROWS_AN_OPERATION, HostBuffers.plain());
    for (int row = 0; row < rows; row += ids.length) {
      int count = Math.min(ids.length, rows - row);
      for (int i = 0; i < count; i++) {
        ids[i] = (long) row + i;
      }
      store.write(ids, 0, count, ring, 0);
    }
    arrayRows = Math.min(rows, (int) (ARRAY_BYTES / rowBytes));
    array = new byte[arrayRows * rowBytes];
    target = new byte[ROWS_AN_OPERATION * rowBytes];
  }

  @TearDown
  public void close() {
    store.close();
    workload.close();
  }

  /** Distinct, as the rows of a plan are: one of each stretch of rows. */
  private void draw(int rows) {
    int stretch = rows / ids.length;
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (long) i * stretch + random.nextInt(stretch);
    }
  }

  @Benchmark
  @OperationsPerInvocation(ROWS_AN_OPERATION)
  public RowBuffer read() {
    draw(rows);
    store.read(ids, 0, ids.length, ring, 0);
    return ring;
  }

  @Benchmark
  @OperationsPerInvocation(ROWS_AN_OPERATION)
  public RowStore write() {
    draw(rows);
    store.write(ids, 0, ids.length, ring, 0);
    return store;
  }

  @Benchmark
  @OperationsPerInvocation(ROWS_AN_OPERATION)
  public byte[] copyFromArray() {
    draw(arrayRows);
    for (int i = 0; i < ids.length; i++) {
      System.arraycopy(array, (int) ids[i] * rowBytes, target, i * rowBytes, rowBytes);
    }
    return target;
  }
}
