package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepSpec;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import jcuda.driver.CUDA_MEMCPY2D;
import jcuda.driver.CUmemorytype;
import jcuda.driver.JCudaDriver;

/**
 * An exchange that goes through host memory: pinned, as much as what this rank sends and receives.
 * Columns are put side by side by the copy to the device.
 */
final class StagedExchange extends CarriedExchange {

  private final Collective collective;
  private final Stream lane;
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
    super(exchange, spec, peers, own, denseFloats, memory);
    this.collective = peers.collective();
    this.lane = lane;
    var shape = spec.exchange();
    long received = (long) shape.maxSentRows() + shape.maxGatheredRows();
    long sums = places == null ? 0 : Math.max(places.bagFloats(), places.arrivingFloats());
    long most = Math.max(sums, Math.max(sentGradientFloats(spec), denseFloats));
    long numbers = own[NORMS] == 0 && own[SQUARES] == 0 ? 0 : shape.maxOwnedRows();
    out = pinned.floats(Math.max(Math.max(sentRowFloats(spec), most), numbers));
    in =
        pinned.floats(
            Math.max(
                Math.max(sums, Math.max((long) spec.maxUniqueRows() * rowWords, received * width)),
                Math.max(denseFloats, numbers) * ranks));
    lossOut = pinned.longs(ranks);
    lossIn = pinned.longs(ranks);
    sendStarts = new int[ranks + 1];
    receiveStarts = new int[ranks + 1];
  }

  @Override
  void exchangeRows(RowExchange rows) {
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
        var block = new CUDA_MEMCPY2D();
        block.srcMemoryType = CUmemorytype.CU_MEMORYTYPE_HOST;
        block.srcHost = new Host(Host.of(in).address() + (long) receiveStarts[p] * Float.BYTES);
        copyColumns(block, p, rows, lane);
      }
    }
  }

  @Override
  void exchangeNumbers(RowExchange rows, long[] byRank) {
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

  @Override
  void exchangeGradients(RowExchange rows) {
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

  @Override
  void exchangeSums(RowExchange rows) {
    bagStarts(rows, sendStarts);
    sumStarts(rows, receiveStarts);
    exchangeVectors(sentSums, own[SUMS]);
  }

  @Override
  void exchangeBagGradients(RowExchange rows) {
    sumStarts(rows, sendStarts);
    bagStarts(rows, receiveStarts);
    exchangeVectors(sentBagGradients, own[BAG_GRADIENTS]);
  }

  private void exchangeVectors(long from, long to) {
    scale(sendStarts, width, sendStarts);
    scale(receiveStarts, width, receiveStarts);
    toHost(out, from, sendStarts[ranks]);
    collective.allToAllv(out, sendStarts, in, receiveStarts);
    othersToDevice(to, 0, receiveStarts);
  }

  @Override
  void exchangeDense() {
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

  @Override
  void exchangeLosses() {
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
