package dev.farsight.bench;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Time of a row's initial value: what a store pays for a row that was never written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class InitialRowsBenchmark {

  private static final int ROWS = 1024;

  @Param({"16", "128"})
  private int dim;

  private HostBuffers buffers;
  private FloatBuffer into;
  private InitialRows rows;

  @Setup
  public void open() {
    var format = RowFormat.of(dim, 0);
    buffers = HostBuffers.plain();
    into = buffers.floats((long) ROWS * dim);
    rows = new InitialRows(new TableSet(List.of(new Table("t", 1_000_000))), format, 7);
  }

  @TearDown
  public void close() {
    buffers.close();
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public FloatBuffer fill() {
    for (int row = 0; row < ROWS; row++) {
      rows.fill(0, row * 37, into, row * dim);
    }
    return into;
  }
}
