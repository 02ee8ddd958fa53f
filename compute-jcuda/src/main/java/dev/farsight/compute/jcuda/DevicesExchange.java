package dev.farsight.compute.jcuda;

import dev.farsight.api.collective.DeviceExchange;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepSpec;
import java.util.Arrays;

/**
 * An exchange that a collective carries from device to device: nothing passes through buffers of
 * the host.
 */
final class DevicesExchange extends CarriedExchange {

  private static final int LOSS_FLOATS = Double.BYTES / Float.BYTES;

  private final DeviceExchange devices;
  private final Stream lane;
  private final long[] send;
  private final long[] receive;
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
    receiveFloats = new int[ranks];
  }

  @Override
  void exchangeRows(RowExchange rows) {
    pieces(sentRows, rows.sendStarts(), rowWords, send, sendFloats);
    pieces(own[0], rows.askedStarts(), rowWords, receive, receiveFloats);
    exchange();
  }

  @Override
  void exchangeGradients(RowExchange rows) {
    pieces(sentGradients, rows.askedStarts(), dim, send, sendFloats);
    pieces(own[1], rows.sendStarts(), dim, receive, receiveFloats);
    exchange();
    if (exchange.shape().replicates()) {
      int[] gathered = rows.gatherStarts();
      Arrays.fill(send, behind(sentGradients, rows.askedStarts()));
      Arrays.fill(sendFloats, Math.multiplyExact(gathered[rank + 1] - gathered[rank], dim));
      pieces(behind(own[1], rows.sendStarts()), gathered, dim, receive, receiveFloats);
      exchange();
    }
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
    return from + (long) starts[ranks] * dim * Float.BYTES;
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
