package dev.farsight.compute.jcuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Staging of a device that is not there: both sides are memory of the host. */
final class MemoryStaging implements RankStaging {

  /** Small, so that values come in many pieces. */
  static final int PIECE_BYTES = 24 << 10;

  private final MemoryNccl nccl;
  private final MemoryStream stream = new MemoryStream();
  private final long handle;
  private final Memory[] out;
  private final Memory[] in;
  private final Memory[] deviceOut;
  private final Memory[] deviceIn;
  private final ByteBuffer[] outBuffers;
  private final ByteBuffer[] inBuffers;
  private final int gpu;
  private long mark;

  MemoryStaging(MemoryNccl nccl, int gpu, int rank, int ranks) {
    this.nccl = nccl;
    this.gpu = gpu;
    handle = nccl.opened(stream);
    out = new Memory[ranks];
    in = new Memory[ranks];
    deviceOut = new Memory[ranks];
    deviceIn = new Memory[ranks];
    outBuffers = new ByteBuffer[ranks];
    inBuffers = new ByteBuffer[ranks];
    for (int other = 0; other < ranks; other++) {
      if (other != rank) {
        out[other] = new Memory(PIECE_BYTES);
        in[other] = new Memory(PIECE_BYTES);
        deviceOut[other] = new Memory(PIECE_BYTES);
        deviceIn[other] = new Memory(PIECE_BYTES);
        outBuffers[other] = buffer(out[other]);
        inBuffers[other] = buffer(in[other]);
      }
    }
  }

  private static ByteBuffer buffer(Memory memory) {
    return memory.getByteBuffer(0, PIECE_BYTES).order(ByteOrder.nativeOrder());
  }

  @Override
  public int pieceBytes() {
    return PIECE_BYTES;
  }

  @Override
  public void enter() {
    nccl.current(gpu);
  }

  @Override
  public long stream() {
    return handle;
  }

  @Override
  public ByteBuffer out(int to) {
    return outBuffers[to];
  }

  @Override
  public ByteBuffer in(int from) {
    return inBuffers[from];
  }

  @Override
  public long deviceOut(int to) {
    return Pointer.nativeValue(deviceOut[to]);
  }

  @Override
  public long deviceIn(int from) {
    return Pointer.nativeValue(deviceIn[from]);
  }

  @Override
  public void up(int to, int bytes) {
    stream.copy(Pointer.nativeValue(out[to]), deviceOut(to), bytes);
  }

  @Override
  public void down(int from, int bytes) {
    stream.copy(deviceIn(from), Pointer.nativeValue(in[from]), bytes);
  }

  @Override
  public void mark() {
    mark = stream.given();
  }

  @Override
  public boolean reached() {
    return stream.reached(mark);
  }

  @Override
  public void close() {
    stream.close();
    nccl.closed(gpu);
  }
}
