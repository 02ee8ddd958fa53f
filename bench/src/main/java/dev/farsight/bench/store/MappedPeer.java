package dev.farsight.bench.store;

import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.memory.RowBuffer;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Row i at byte i * row bytes of a mapped file: the least that a file can cost, without look-up,
 * checksum or recovery, and with room for rows that were never written. Up to some GiB.
 */
final class MappedPeer implements Peer {

  /** A power of two of bytes, so that rows of a power of two do not straddle two windows. */
  private static final int WINDOW = 1 << 30;

  private final Path directory;
  private final FileChannel channel;
  private final MappedByteBuffer[] windows;
  private final int rowBytes;

  MappedPeer(Path directory, long rows, int rowBytes) {
    this.directory = directory;
    this.rowBytes = rowBytes;
    long bytes = rows * rowBytes;
    try {
      channel =
          FileChannel.open(
              directory.resolve("rows"),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      windows = new MappedByteBuffer[(int) ((bytes + WINDOW - 1) / WINDOW)];
      for (int w = 0; w < windows.length; w++) {
        long from = (long) w * WINDOW;
        windows[w] =
            channel.map(FileChannel.MapMode.READ_WRITE, from, Math.min(WINDOW, bytes - from));
      }
      PageCache.adviseRandom(directory);
    } catch (IOException e) {
      throw DurableFiles.unwritable(directory, e);
    }
  }

  @Override
  public String name() {
    return "mapped file";
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public Caller caller() {
    return new Caller() {
      @Override
      public void read(long[] ids, int count, RowBuffer into) {
        for (int i = 0; i < count; i++) {
          long at = ids[i] * rowBytes;
          into.bytes()
              .put(into.byteAt(i), windows[(int) (at / WINDOW)], (int) (at % WINDOW), rowBytes);
        }
      }

      @Override
      public void write(long[] ids, int count, RowBuffer source) {
        for (int i = 0; i < count; i++) {
          long at = ids[i] * rowBytes;
          windows[(int) (at / WINDOW)].put(
              (int) (at % WINDOW), source.bytes(), source.byteAt(i), rowBytes);
        }
      }

      @Override
      public void close() {
        // Nothing is the thread's own.
      }
    };
  }

  @Override
  public void flush() {
    for (MappedByteBuffer window : windows) {
      window.force();
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw DurableFiles.failed(directory, "cannot be closed", e);
    }
  }
}
