package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowFormat.StatePart;
import dev.farsight.api.table.RowWeights;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows on their way between rings and slots, bit for bit. */
interface SlotMemoryContract extends BackendUnderTest {

  /** Words of all rows that a test moves at once, about. */
  int WORDS = 300_000;

  /**
   * Widths that are vectors of a device and widths that are not, each without state, with one float
   * of it, and with one and two times as much as weights. State starts as something else than 0.
   */
  static Stream<RowFormat> formats() {
    return IntStream.of(1, 4, 5, 16, 128, 1024)
        .boxed()
        .flatMap(
            dim ->
                Stream.of(
                    RowFormat.fp32(dim, List.of()),
                    RowFormat.fp32(dim, List.of(new StatePart("sum", 1, .375f))),
                    RowFormat.fp32(dim, List.of(new StatePart("sums", dim, -1.25f))),
                    RowFormat.fp32(
                        dim,
                        List.of(new StatePart("m", dim, .5f), new StatePart("v", dim, -3e-7f))),
                    new RowFormat(dim, Precision.BF16, List.of()),
                    new RowFormat(dim, Precision.FP16, List.of(new StatePart("s", 1, .375f))),
                    new RowFormat(
                        dim, Precision.BF16, List.of(new StatePart("sums", dim, -1.25f)))));
  }

  /** Slots whose rings have chunks of two rows; the test is skipped where there are none. */
  private SlotMemory smallChunks(
      ComputeBackend backend, RowFormat format, int slots, int inRows, int outRows) {
    SlotMemory memory = chunkedSlots(backend, format, slots, inRows, outRows, 3 * format.bytes());
    Assumptions.assumeTrue(memory != null, "not offered by this backend");
    assertThat(memory.in().chunks()).as("chunks of the in-ring").isEqualTo((inRows + 1) / 2);
    assertThat(memory.out().chunks()).as("chunks of the out-ring").isEqualTo((outRows + 1) / 2);
    return memory;
  }

  @ParameterizedTest
  @MethodSource("formats")
  default void memoryHasTheShapeAskedFor(RowFormat format) {
    try (ComputeBackend backend = backend(2);
        SlotMemory memory = backend.slots(format, 40, 11, 13)) {
      assertThat(memory.format()).isEqualTo(format);
      assertThat(memory.slots()).isEqualTo(40);
      assertThat(memory.in().format()).isEqualTo(format);
      assertThat(memory.in().capacity()).isEqualTo(11);
      assertThat(memory.out().format()).isEqualTo(format);
      assertThat(memory.out().capacity()).isEqualTo(13);
      assertThat(memory.deviceBytes()).isGreaterThanOrEqualTo(40L * format.bytes());
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  default void evictionsComeBeforeLoadsAndForwards(RowFormat format) {
    try (ComputeBackend backend = backend(2);
        SlotMemory memory = backend.slots(format, 4, 8, 8)) {
      assertEvictionsComeFirst(backend, memory);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  default void evictionsComeFirstInSmallChunks(RowFormat format) {
    try (ComputeBackend backend = backend(2);
        SlotMemory memory = smallChunks(backend, format, 4, 8, 8)) {
      assertEvictionsComeFirst(backend, memory);
    }
  }

  private void assertEvictionsComeFirst(ComputeBackend backend, SlotMemory memory) {
    RowFormat format = memory.format();
    try (HostBuffers buffers = backend.buffers()) {
      var moves = new RowMoves(4, buffers);
      for (int row = 0; row < 8; row++) {
        put(memory.in(), row, 100 + row);
      }
      moves.inFrom(2);
      moves.load(3);
      moves.load(1);
      memory.move(moves).await();

      moves.clear();
      moves.outFrom(5);
      moves.evict(1);
      moves.evict(3);
      moves.inFrom(0);
      moves.load(3);
      moves.forward(5, 0);
      moves.forward(6, 1);
      memory.move(moves).await();

      assertThat(row(memory.out(), 5)).as("slot 1 evicted").isEqualTo(rowOf(format, 103));
      assertThat(row(memory.out(), 6)).as("slot 3 evicted").isEqualTo(rowOf(format, 102));

      moves.clear();
      moves.outFrom(0);
      moves.evict(3);
      moves.evict(0);
      moves.evict(1);
      memory.move(moves).await();
      assertThat(row(memory.out(), 0)).as("loaded anew").isEqualTo(rowOf(format, 100));
      assertThat(row(memory.out(), 1)).as("forwarded").isEqualTo(rowOf(format, 103));
      assertThat(row(memory.out(), 2)).as("forwarded").isEqualTo(rowOf(format, 102));
    }
  }

  /** Also where the backend draws them itself, and the same row of the ring serves others later. */
  @ParameterizedTest
  @MethodSource("formats")
  default void initialRowsArriveBitForBit(RowFormat format) {
    int rows = Math.min(3000, WORDS / format.words());
    try (ComputeBackend backend = backend(2);
        SlotMemory memory = backend.slots(format, rows, rows, rows)) {
      assertInitialRowsArrive(backend, memory);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  default void initialRowsArriveInSmallChunks(RowFormat format) {
    int rows = 75;
    try (ComputeBackend backend = backend(2);
        SlotMemory memory = smallChunks(backend, format, rows, rows, rows)) {
      assertInitialRowsArrive(backend, memory);
    }
  }

  private void assertInitialRowsArrive(ComputeBackend backend, SlotMemory memory) {
    int rows = memory.slots();
    RowFormat format = memory.format();
    var tables = new TableSet(List.of(new Table("a", 1), new Table("b", 700_000_000)));
    List<Draw> uniform = InitialRows.uniform(tables);
    try (HostBuffers buffers = backend.buffers()) {
      var moves = new RowMoves(rows, buffers);
      for (int round = 0; round < 4; round++) {
        List<Draw> draws = round % 2 == 0 ? uniform : List.of(uniform.get(0), Draw.normal(.03f));
        var initial = new InitialRows(tables, format, draws, 11, 0);
        moves.clear();
        for (int r = 0; r < rows; r++) {
          if (memory.in().seeds() != null) {
            memory.in().seeds().clear(r, 1);
          }
          if (ofRound(r, round)) {
            initial.fill(rowId(r), memory.in(), r);
          } else {
            put(memory.in(), r, r);
          }
          moves.load(slotOf(r, rows));
        }
        memory.stage(0, rows);
        memory.move(moves).await();
        moves.clear();
        for (int r = 0; r < rows; r++) {
          moves.evict(slotOf(r, rows));
        }
        memory.move(moves).await();
        var expected = new float[format.words()];
        for (int r = 0; r < rows; r++) {
          initial.fill(tables.tableOf(rowId(r)), Math.max(0, (int) rowId(r) - 1), expected, 0);
          assertThat(row(memory.out(), r))
              .as("row %d of round %d", r, round)
              .isEqualTo(ofRound(r, round) ? expected : rowOf(format, r));
        }
      }
    }
  }

  /** A permutation: 1237 is a prime that divides no number of rows used here. */
  private static int slotOf(int row, int rows) {
    return (int) (row * 1237L % rows);
  }

  private static boolean ofRound(int row, int round) {
    return row % 3 != round;
  }

  private static long rowId(int row) {
    return row * 233_333L;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  default void randomMovesAreThoseOfThreeArrays(long seed) {
    formats()
        .forEach(
            format -> {
              try (ComputeBackend backend = backend(3);
                  SlotMemory memory = backend.slots(format, 50, 40, 45)) {
                assertRandomMoves(backend, memory, seed);
              }
            });
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  default void randomMovesOverSmallChunksAreThoseOfThreeArrays(long seed) {
    formats()
        .forEach(
            format -> {
              try (ComputeBackend backend = backend(3);
                  SlotMemory memory = smallChunks(backend, format, 50, 41, 45)) {
                assertRandomMoves(backend, memory, seed);
              }
            });
  }

  private void assertRandomMoves(ComputeBackend backend, SlotMemory memory, long seed) {
    try (HostBuffers buffers = backend.buffers()) {
      var simulated = new SlotSimulation(memory, seed);
      var moves = new RowMoves(50, buffers);
      int rounds = Math.min(150, 10 + WORDS / 50 / memory.format().words());
      for (int round = 0; round < rounds; round++) {
        simulated.draw(moves, round % 2 == 0);
        memory.move(moves).await();
        simulated.apply(moves);
        simulated.assertOutRing("seed " + seed + " round " + round + " " + memory.format());
      }
    }
  }

  @Test
  default void movesInFlightKeepTheirOrder() {
    var format = RowFormat.of(4, 1);
    int chain = 20;
    try (ComputeBackend backend = backend(2);
        HostBuffers buffers = backend.buffers();
        SlotMemory memory = backend.slots(format, chain + 1, 1, chain)) {
      put(memory.in(), 0, 7);
      var first = new RowMoves(1, buffers);
      first.load(0);
      List<Ticket> tickets = new ArrayList<>(List.of(memory.move(first)));
      for (int i = 0; i < chain; i++) {
        var moves = new RowMoves(1, buffers);
        moves.outFrom(i);
        moves.evict(i);
        moves.forward(i, i + 1);
        tickets.add(memory.move(moves));
      }
      for (Ticket ticket : tickets) {
        ticket.await();
        ticket.await();
      }
      assertThat(row(memory.out(), chain - 1)).isEqualTo(rowOf(format, 7));
    }
  }

  @Test
  default void moveOfNothingIsNothing() {
    var format = RowFormat.of(4, 0);
    try (ComputeBackend backend = backend(1);
        HostBuffers buffers = backend.buffers();
        SlotMemory memory = backend.slots(format, 2, 1, 1)) {
      put(memory.out(), 0, 9);
      memory.move(new RowMoves(1, buffers)).await();
      assertThat(row(memory.out(), 0)).isEqualTo(rowOf(format, 9));
    }
  }

  @Test
  default void hostBuffersAreZeroedAlignedAndNative() {
    try (ComputeBackend backend = backend(1);
        HostBuffers buffers = backend.buffers()) {
      for (int size : new int[] {0, 1, 63, 64, 1000, 1 << 20}) {
        ByteBuffer bytes = buffers.bytes(size);
        assertThat(bytes.isDirect()).isTrue();
        assertThat(bytes.capacity()).isEqualTo(size);
        assertThat(bytes.order()).isEqualTo(ByteOrder.nativeOrder());
        if (size > 0) {
          assertThat(bytes.alignmentOffset(0, HostBuffers.ALIGNMENT)).as("%d bytes", size).isZero();
        }
        for (int i = 0; i < size; i++) {
          if (bytes.get(i) != 0) {
            assertThat(bytes.get(i)).as("byte %d of %d", i, size).isZero();
          }
        }
      }
      assertThat(buffers.allocated()).isGreaterThanOrEqualTo(1 << 20);
    }
  }

  private static float[] rowOf(RowFormat format, float first) {
    var row = new float[format.words()];
    for (int f = 0; f < row.length; f++) {
      row[f] = first + f / 8f;
    }
    var weights = Arrays.copyOf(row, format.dim());
    new RowWeights(format).putNearest(FloatBuffer.wrap(row), 0, weights);
    return row;
  }

  private static void put(RowBuffer ring, int row, float first) {
    ring.put(row, rowOf(ring.format(), first));
  }

  private static float[] row(RowBuffer ring, int row) {
    var values = new float[ring.format().words()];
    ring.get(row, values);
    return values;
  }
}
