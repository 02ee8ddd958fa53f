package dev.farsight.collective;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where values are on their way between a buffer and a connection: room for a header and a block
 * that stays in the processor's cache. Little-endian, as nearly all hosts are.
 */
final class Staging {

  private static final int BLOCK_BYTES = 256 << 10;

  /** A header, then a block. */
  final ByteBuffer bytes =
      ByteBuffer.allocateDirect(Header.BYTES + BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private final Buffer[] blocks = new Buffer[Elements.values().length];

  Staging() {
    ByteBuffer block = bytes.slice(Header.BYTES, BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    blocks[Elements.BYTES.code] = block;
    blocks[Elements.INTS.code] = block.asIntBuffer();
    blocks[Elements.LONGS.code] = block.asLongBuffer();
    blocks[Elements.FLOATS.code] = block.asFloatBuffer();
    blocks[Elements.DOUBLES.code] = block.asDoubleBuffer();
  }

  /** How many elements a block holds. */
  int capacity(Elements elements) {
    return BLOCK_BYTES / elements.bytes;
  }

  /** The block as a buffer of such elements. */
  Buffer block(Elements elements) {
    return blocks[elements.code];
  }

  /** Selects the bytes of the header, if {@code header}, and of the block's first elements. */
  void select(boolean header, Elements elements, int count) {
    bytes.limit(Header.BYTES + count * elements.bytes).position(header ? 0 : Header.BYTES);
  }
}
