package dev.farsight.compute.jcuda;

import dev.farsight.api.collective.DeviceExchange;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepSpec;
import java.util.Arrays;
import jcuda.driver.CUDA_MEMCPY2D;
import jcuda.driver.CUmemorytype;

/**
 * An exchange that a collective carries from device to device: nothing passes through buffers of
 * the host.
 */
final class DevicesExchange extends CarriedExchange {

  private static final int LOSS_FLOATS = Double.BYTES / Float.BYTES;

  private final DeviceExchange devices;
  private final Stream lane;

  /** Where the columns of each rank arrive; 0 if ranks have whole rows. */
  private final long blocks;

  private final long[] send;
  private final long[] receive;
  private final int[] sendStarts;
  private final int[] receiveStarts;
  private final int[] sendFloats;
  private final int[] receiveFloats;

  /**
   * @param own addresses of what this rank receives, in the order of {@code struct Routes}
   */
  DevicesExchange(
      RankExchange exchange,
      StepSpec spec,
      Peers peers,
      DeviceExchange devices,
      long[] own,
      long denseFloats,
      Stream lane,
      DeviceMemory memory) {
    super(exchange, spec, peers, own, denseFloats, memory);
    this.devices = devices;
    this.lane = lane;
    send = new long[ranks];
    receive = new long[ranks];
    sendFloats = new int[ranks];
    sendStarts = new int[ranks + 1];
    receiveStarts = new int[ranks + 1];
    receiveFloats = new int[ranks];
    blocks =
        spec.exchange().columns()
            ? memory.allocate(
                "rows of other ranks",
                (long) spec.maxUniqueRows() * ranks * slotWords * Float.BYTES)
            : 0;
  }

  @Override
  void exchangeRows(RowExchange rows) {
    boolean columns = exchange.shape().columns();
    pieces(sentRows, rows.sendStarts(), slotWords, send, sendFloats);
    pieces(columns ? blocks : own[0], rows.askedStarts(), slotWords, receive, receiveFloats);
    exchange();
    for (int p = 0; columns && p < ranks; p++) {
      if (p != rank && receiveFloats[p] > 0) {
        var block = new CUDA_MEMCPY2D();
        block.srcMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE;
        block.srcDevice = Device.at(receive[p]);
        copyColumns(block, p, rows.askedStarts()[1], lane);
      }
    }
  }

  @Override
  void exchangeNumbers(RowExchange rows, long[] byRank) {
    Arrays.fill(send, byRank[rank]);
    Arrays.fill(sendFloats, rows.ownedRows());
    System.arraycopy(byRank, 0, receive, 0, ranks);
    Arrays.fill(receiveFloats, rows.ownedRows());
    exchange();
  }

  @Override
  void exchangeGradients(RowExchange rows) {
    pieces(sentGradients, rows.askedStarts(), width, send, sendFloats);
    pieces(own[1], rows.sendStarts(), width, receive, receiveFloats);
    exchange();
    if (exchange.shape().replicates()) {
      int[] gathered = rows.gatherStarts();
      Arrays.fill(send, behind(sentGradients, rows.askedStarts()));
      Arrays.fill(sendFloats, Math.multiplyExact(gathered[rank + 1] - gathered[rank], width));
      pieces(behind(own[1], rows.sendStarts()), gathered, width, receive, receiveFloats);
      exchange();
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
    pieces(from, sendStarts, width, send, sendFloats);
    pieces(to, receiveStarts, width, receive, receiveFloats);
    exchange();
  }

  @Override
  void exchangeDense() {
    Arrays.fill(send, dense[rank]);
    Arrays.fill(sendFloats, denseFloats);
    System.arraycopy(dense, 0, receive, 0, ranks);
    Arrays.fill(receiveFloats, denseFloats);
    exchange();
  }

  @Override
  void exchangeLosses() {
    Arrays.fill(send, own[5]);
    Arrays.fill(sendFloats, LOSS_FLOATS);
    for (int p = 0; p < ranks; p++) {
      receive[p] = losses + (long) p * Double.BYTES;
    }
    Arrays.fill(receiveFloats, LOSS_FLOATS);
    exchange();
  }

  /** Where what follows the pieces of all ranks begins. */
  private long behind(long from, int[] starts) {
    return from + (long) starts[ranks] * width * Float.BYTES;
  }

  private void pieces(long from, int[] starts, int words, long[] addresses, int[] floats) {
    for (int p = 0; p < ranks; p++) {
      addresses[p] = from + (long) starts[p] * words * Float.BYTES;
      floats[p] = Math.multiplyExact(starts[p + 1] - starts[p], words);
    }
  }

  private void exchange() {
    Gpu.synchronize(lane);
    devices.exchange(send, sendFloats, receive, receiveFloats);
  }
}
