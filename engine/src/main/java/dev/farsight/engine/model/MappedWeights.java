package dev.farsight.engine.model;

import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.api.memory.RowBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The weights of saved rows of one table, an npy file of float32 [rows][dim], mapped into memory in
 * pieces of up to 1 GiB. What is read stays in the operating system's page cache while there is
 * room. Safe for concurrent use; reading allocates nothing. The mapping ends when this object is
 * garbage.
 */
final class MappedWeights {

  private static final int PIECE_BYTES = 1 << 30;

  private final int dim;
  private final int pieceRows;
  private final FloatBuffer[] pieces;

  /**
   * @param file a file whose header and length {@link NpyReader} has checked
   */
  MappedWeights(Path file, int dim) {
    this.dim = dim;
    pieceRows = PIECE_BYTES / (dim * Float.BYTES);
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      var start = ByteBuffer.allocate((int) Math.min(channel.size(), 1 << 12));
      int read = 0;
      while (read >= 0 && start.hasRemaining()) {
        read = channel.read(start);
      }
      NpyHeader header = NpyHeader.read(start.flip().order(ByteOrder.LITTLE_ENDIAN));
      long rows = header.shape().get(0);
      pieces = new FloatBuffer[Math.toIntExact((rows + pieceRows - 1) / pieceRows)];
      for (int p = 0; p < pieces.length; p++) {
        long firstRow = (long) p * pieceRows;
        pieces[p] =
            channel
                .map(
                    FileChannel.MapMode.READ_ONLY,
                    header.bytes() + firstRow * dim * Float.BYTES,
                    Math.min(pieceRows, rows - firstRow) * dim * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  /** Copies the weights of a row to a buffer of rows of float32. */
  void read(int row, RowBuffer target, int targetRow) {
    target
        .floats(targetRow)
        .put(target.wordAt(targetRow), pieces[row / pieceRows], row % pieceRows * dim, dim);
  }
}
