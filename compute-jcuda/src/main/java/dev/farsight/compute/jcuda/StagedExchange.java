package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepSpec;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.function.Consumer;
import jcuda.driver.CUDA_MEMCPY2D;
import jcuda.driver.CUmemorytype;
import jcuda.driver.JCudaDriver;

/**
 * Carries what ranks send each other through host memory and their collective. Each command waits
 * for the device and for the other ranks, so a step cannot be a graph. Device and pinned memory: as
 * much again as what arrives. Columns travel in blocks, one for each rank, and are put side by side
 * by the copy to the device.
 */
final class StagedExchange {

  /** Places of numbers of owned rows in the addresses of a rank. */
  static final int NORMS = 6;

  static final int SQUARES = 7;

  private final RankExchange exchange;
  private final Collective collective;
  private final Stream lane;
  private final int rank;
  private final int ranks;

  /** Words of a row that arrives. */
  private final int rowWords;

  /** Words of what a rank sends of a row, and weights. */
  private final int slotWords;

  private final int width;
  private final int denseFloats;
  private final boolean rowsLearn;
  private final long[] own;
  private final long sentRows;
  private final long sentGradients;

  /** What other ranks' dense gradients and losses are copied to, by rank. */
  private final long[] dense;

  private final long losses;

  /** What other ranks' numbers of owned rows are copied to, by rank. */
  private final long[] norms;

  private final long[] squares;
  private final FloatBuffer out;
  private final FloatBuffer in;
  private final LongBuffer lossOut;
  private final LongBuffer lossIn;
  private final int[] sendStarts;
  private final int[] receiveStarts;

  /**
   * @param own addresses of what this rank receives, in the order of {@code struct Routes}
   */
  StagedExchange(
      RankExchange exchange,
      StepSpec spec,
      Peers peers,
      long[] own,
      long denseFloats,
      Stream lane,
      DeviceMemory memory,
      PinnedMemory pinned) {
    this.exchange = exchange;
    this.collective = peers.collective();
    this.lane = lane;
    this.own = own.clone();
    this.denseFloats = Math.toIntExact(denseFloats);
    rank = collective.rank();
    ranks = collective.ranks();
    rowWords = spec.format().stateWord();
    slotWords = spec.slotFormat().stateWord();
    width = spec.slotFormat().dim();
    rowsLearn = !spec.optimizer().freezeRows();
    var shape = spec.exchange();
    long rowFloats = (long) shape.maxSentRows() * slotWords;
    long gradientFloats = (long) spec.maxUniqueRows() * spec.format().dim();
    sentRows = memory.allocate("rows for other ranks", rowFloats * Float.BYTES);
    sentGradients = memory.allocate("gradients for other ranks", gradientFloats * Float.BYTES);
    dense = new long[ranks];
    for (int p = 0; p < ranks; p++) {
      dense[p] = p == rank ? own[4] : memory.allocate("dense gradients", denseFloats * Float.BYTES);
    }
    losses = memory.allocate("the exchange", (long) ranks * Double.BYTES);
    norms = copies(own[NORMS], shape.maxOwnedRows(), memory);
    squares = copies(own[SQUARES], shape.maxOwnedRows(), memory);
    long numbers = own[NORMS] == 0 && own[SQUARES] == 0 ? 0 : shape.maxOwnedRows();
    long received = (long) shape.maxSentRows() + shape.maxGatheredRows();
    long most = Math.max(gradientFloats, denseFloats);
    out = pinned.floats(Math.max(Math.max(rowFloats, most), numbers));
    in =
        pinned.floats(
            Math.max(
                Math.max((long) spec.maxUniqueRows() * rowWords, received * width),
                Math.max(denseFloats, numbers) * ranks));
    lossOut = pinned.longs(ranks);
    lossIn = pinned.longs(ranks);
    sendStarts = new int[ranks + 1];
    receiveStarts = new int[ranks + 1];
  }

  /** By rank; its own is where it is. 0 if they are not needed. */
  private long[] copies(long ownNumbers, int rows, DeviceMemory memory) {
    var byRank = new long[ranks];
    for (int p = 0; p < ranks && ownNumbers != 0; p++) {
      byRank[p] =
          p == rank ? ownNumbers : memory.allocate("the exchange", (long) rows * Float.BYTES);
    }
    return byRank;
  }

  /** The addresses that kernels find by rank. */
  long[][] routes() {
    var all = new long[ranks][];
    for (int p = 0; p < ranks; p++) {
      all[p] =
          p == rank
              ? own.clone()
              : new long[] {
                sentRows, sentGradients, 0, 0, dense[p], losses + 8L * p, norms[p], squares[p]
              };
    }
    return all;
  }

  Command rows() {
    return command("send rows", this::exchangeRows);
  }

  Command gradients() {
    return command(
        "send gradients",
        input -> {
          if (rowsLearn) {
            exchangeGradients(input);
          }
          exchangeDense();
          exchangeLosses();
        });
  }

  /** Numbers of owned rows: {@link #NORMS} or {@link #SQUARES}. */
  Command numbers(int which) {
    return command(
        "send numbers of rows", rows -> exchangeNumbers(rows, which == NORMS ? norms : squares));
  }

  private Command command(String name, Consumer<RowExchange> work) {
    return new Command() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Stage stage() {
        return Stage.EXCHANGE;
      }

      @Override
      public void enqueue(Stream stream, long input) {
        work.accept(exchange.current());
      }
    };
  }

  private void exchangeRows(RowExchange rows) {
    scale(rows.sendStarts(), slotWords, sendStarts);
    scale(rows.askedStarts(), slotWords, receiveStarts);
    toHost(out, sentRows, sendStarts[ranks]);
    collective.allToAllv(out, sendStarts, in, receiveStarts);
    if (exchange.shape().columns()) {
      columnsToDevice(rows.askedStarts()[1]);
    } else {
      othersToDevice(own[0], 0, receiveStarts);
    }
  }

  /** Puts the columns of the other ranks beside those of this one. */
  private void columnsToDevice(int rows) {
    for (int p = 0; p < ranks; p++) {
      if (p != rank && rows > 0) {
        long bytes = (long) slotWords * Float.BYTES;
        var block = new CUDA_MEMCPY2D();
        block.srcMemoryType = CUmemorytype.CU_MEMORYTYPE_HOST;
        block.srcHost = new Host(Host.of(in).address() + (long) receiveStarts[p] * Float.BYTES);
        block.srcPitch = bytes;
        block.dstMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE;
        block.dstDevice = Device.at(own[0] + p * bytes);
        block.dstPitch = (long) rowWords * Float.BYTES;
        block.WidthInBytes = bytes;
        block.Height = rows;
        copy(JCudaDriver.cuMemcpy2DAsync(block, lane));
      }
    }
  }

  private void exchangeNumbers(RowExchange rows, long[] byRank) {
    int count = rows.ownedRows();
    for (int p = 0; p <= ranks; p++) {
      receiveStarts[p] = Math.multiplyExact(p, count);
    }
    toHost(out, byRank[rank], count);
    collective.allGather(out, in, receiveStarts);
    for (int p = 0; p < ranks; p++) {
      if (p != rank) {
        toDevice(byRank[p], receiveStarts[p], count);
      }
    }
  }

  private void exchangeGradients(RowExchange rows) {
    scale(rows.askedStarts(), width, sendStarts);
    scale(rows.sendStarts(), width, receiveStarts);
    int kept = rows.gatherStarts()[rank + 1] - rows.gatherStarts()[rank];
    toHost(out, sentGradients, (long) sendStarts[ranks] + (long) kept * width);
    collective.allToAllv(out, sendStarts, in, receiveStarts);
    othersToDevice(own[1], 0, receiveStarts);
    if (exchange.shape().replicates()) {
      FloatBuffer ownPiece = out.slice(sendStarts[ranks], kept * width);
      long behind = (long) receiveStarts[ranks] * Float.BYTES;
      scale(rows.gatherStarts(), width, receiveStarts);
      Gpu.synchronize(lane);
      collective.allGather(ownPiece, in, receiveStarts);
      othersToDevice(own[1] + behind, 0, receiveStarts);
    }
  }

  private void exchangeDense() {
    for (int p = 0; p <= ranks; p++) {
      receiveStarts[p] = p * denseFloats;
    }
    toHost(out, dense[rank], denseFloats);
    collective.allGather(out, in, receiveStarts);
    for (int p = 0; p < ranks; p++) {
      if (p != rank) {
        toDevice(dense[p], receiveStarts[p], denseFloats);
      }
    }
  }

  private void exchangeLosses() {
    copy(JCudaDriver.cuMemcpyDtoHAsync(Host.of(lossOut), Device.at(own[5]), Double.BYTES, lane));
    Gpu.synchronize(lane);
    for (int p = 0; p < ranks; p++) {
      lossOut.put(p, lossOut.get(0));
      receiveStarts[p + 1] = p + 1;
    }
    receiveStarts[0] = 0;
    collective.allToAllv(lossOut, receiveStarts, lossIn, receiveStarts);
    copy(
        JCudaDriver.cuMemcpyHtoDAsync(
            Device.at(losses), Host.of(lossIn), (long) ranks * Double.BYTES, lane));
  }

  private static void scale(int[] starts, int by, int[] scaled) {
    for (int p = 0; p < starts.length; p++) {
      scaled[p] = Math.multiplyExact(starts[p], by);
    }
  }

  private void toHost(FloatBuffer to, long from, long floats) {
    if (floats > 0) {
      copy(JCudaDriver.cuMemcpyDtoHAsync(Host.of(to), Device.at(from), floats * Float.BYTES, lane));
    }
    Gpu.synchronize(lane);
  }

  /** Copies what other ranks sent; this rank's own is there already. */
  private void othersToDevice(long to, int from, int[] starts) {
    for (int p = 0; p < ranks; p++) {
      if (p != rank) {
        long at = starts[p];
        toDevice(to + at * Float.BYTES, from + at, (long) starts[p + 1] - at);
      }
    }
  }

  private void toDevice(long to, long from, long floats) {
    if (floats > 0) {
      var host = new Host(Host.of(in).address() + from * Float.BYTES);
      copy(JCudaDriver.cuMemcpyHtoDAsync(Device.at(to), host, floats * Float.BYTES, lane));
    }
  }

  private static void copy(int result) {
    check("a copy of the exchange", result);
  }
}
