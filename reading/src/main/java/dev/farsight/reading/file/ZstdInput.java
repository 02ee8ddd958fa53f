package dev.farsight.reading.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.ZipException;

/**
 * Unpacks zstd data of any number of frames. The stream of the library takes a file that is cut
 * within a later frame for complete; here the end must be that of a frame. Takes as much memory as
 * the frame's window, which the library bounds to 128 MiB.
 */
final class ZstdInput extends InputStream {

  private static final int BUFFER = 1 << 17;

  private final InputStream in;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final byte[] bytes = new byte[BUFFER];
  private final ByteBuffer packed = ByteBuffer.allocateDirect(BUFFER).limit(0);
  private final ByteBuffer unpacked = ByteBuffer.allocateDirect(BUFFER).limit(0);
  private boolean withinFrame;

  /** Whether the library may hold bytes that did not fit, which come without more input. */
  private boolean holdsMore;

  ZstdInput(InputStream compressed) {
    in = compressed;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!unpacked.hasRemaining() && !unpack()) {
      return -1;
    }
    int read = Math.min(length, unpacked.remaining());
    unpacked.get(into, from, read);
    return read;
  }

  /** Unpacks some bytes at least; false at the end. */
  private boolean unpack() throws IOException {
    unpacked.clear();
    while (unpacked.position() == 0) {
      if (!packed.hasRemaining() && !holdsMore && !fill()) {
        if (withinFrame) {
          throw new EOFException();
        }
        break;
      }
      withinFrame = !endsFrame();
      holdsMore = withinFrame && !unpacked.hasRemaining();
    }
    unpacked.flip();
    return unpacked.hasRemaining();
  }

  private boolean endsFrame() throws IOException {
    try {
      return context.decompressDirectByteBufferStream(unpacked, packed);
    } catch (ZstdException e) {
      if (e.getErrorCode() == Zstd.errFrameParameterWindowTooLarge()) {
        throw new MemoryBoundException("a window of more than 128 MiB", e);
      }
      throw new ZipException(e.getMessage());
    }
  }

  private boolean fill() throws IOException {
    int read = Math.max(0, in.read(bytes, 0, bytes.length));
    packed.clear().put(bytes, 0, read).flip();
    return read > 0;
  }

  @Override
  public void close() throws IOException {
    context.close();
    in.close();
  }
}
